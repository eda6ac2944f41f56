"""What the database itself holds for the tables of relations and versions."""

from typing import ClassVar

from django.db import migrations

from lantoa.audit.guards import noted


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0002_triggers"), ("directives", "0003_full_register")]
    operations: ClassVar = [
        noted("directives_directiverelation"),
        noted("directives_directiveversion"),
    ]
