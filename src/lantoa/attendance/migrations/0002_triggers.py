"""What the database itself holds for this app's tables."""

from typing import ClassVar

from django.db import migrations

from lantoa.audit.guards import append_only, noted


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0002_triggers"), ("attendance", "0001_initial")]
    operations: ClassVar = [
        noted("attendance_latechange"),
        noted("attendance_rollclosing"),
        append_only("attendance_attendanceevent"),
    ]
