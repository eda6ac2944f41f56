"""An import remembers what was decided on each row and the job that writes it, and can be given up."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("jobs", "0001_initial"), ("organizations", "0003_fitting_periods")]
    operations: ClassVar = [
        migrations.AddField(
            "importbatch",
            "job",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="jobs.job"),
        ),
        migrations.AlterField(
            "importbatch",
            "state",
            models.CharField(
                choices=[
                    ("previewed", "checked, not applied"),
                    ("applied", "applied"),
                    ("undone", "undone"),
                    ("cancelled", "given up"),
                ],
                default="previewed",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            "importrow",
            "decision",
            models.CharField(
                blank=True,
                choices=[("skip", "leave out"), ("different", "a different person")],
                max_length=10,
                verbose_name="decision",
            ),
        ),
    ]
