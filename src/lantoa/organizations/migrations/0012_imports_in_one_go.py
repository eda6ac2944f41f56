"""What imports write is noted together, and each row keeps the person that it would become."""

from typing import ClassVar

from django.db import migrations, models

from lantoa.audit.guards import noted_together


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0003_added_rows"), ("organizations", "0011_departures")]

    operations: ClassVar = [
        migrations.AddField("importbatch", "basis", models.CharField(blank=True, editable=False, max_length=64)),
        migrations.AddField(
            "importrow", "record", models.JSONField(null=True, verbose_name="record to be written")
        ),
        migrations.RemoveIndex("membership", "membership_unit"),
        noted_together("organizations_person"),
        noted_together("organizations_membership"),
    ]
