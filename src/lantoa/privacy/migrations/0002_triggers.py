"""What the database itself holds for this app's tables."""

from typing import ClassVar

from django.db import migrations

from lantoa.audit.guards import noted


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0002_triggers"), ("privacy", "0001_initial")]
    operations: ClassVar = [
        noted("privacy_erasure"),
    ]
