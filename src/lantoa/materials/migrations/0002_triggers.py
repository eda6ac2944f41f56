"""What the database itself holds for the tables of the library; counts of fetches are not noted."""

from typing import ClassVar

from django.db import migrations

from lantoa.audit.guards import noted


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0002_triggers"), ("materials", "0001_initial")]
    operations: ClassVar = [
        noted("materials_material"),
        noted("materials_materialversion"),
        noted("materials_sharelink"),
        noted("materials_publication"),
    ]
