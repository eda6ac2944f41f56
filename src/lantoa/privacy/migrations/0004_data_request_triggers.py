"""What the database itself holds for the requests about personal data."""

from typing import ClassVar

from django.db import migrations

from lantoa.audit.guards import noted


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0002_triggers"), ("privacy", "0003_data_requests")]
    operations: ClassVar = [
        noted("privacy_datarequest"),
    ]
