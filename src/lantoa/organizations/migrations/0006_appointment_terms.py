"""The decision of an appointment in full, and the term that it names."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("organizations", "0005_reforms")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="appointment",
            name="decision_body",
            field=models.CharField(blank=True, max_length=200, verbose_name="deciding body"),
        ),
        migrations.AddField(
            model_name="appointment",
            name="decision_date",
            field=models.DateField(null=True, verbose_name="decision date"),
        ),
        migrations.AddField(
            model_name="appointment",
            name="term_ends_on",
            field=models.DateField(null=True, verbose_name="the term ends on"),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("term_ends_on__isnull", True),
                    ("period__startswith__lte", models.F("term_ends_on")),
                    _connector="OR",
                ),
                name="appointment_term_not_turned",
                violation_error_message="A term cannot end before it begins.",
            ),
        ),
    ]
