"""The server's first epoch, and the tables whose changes are written to the log of row changes."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from lantoa.audit.guards import noted


def begin_first_epoch(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The history of this server begins."""
    apps.get_model("rollcall", "Epoch").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0002_triggers"), ("rollcall", "0001_initial")]
    operations: ClassVar = [
        migrations.RunPython(begin_first_epoch, migrations.RunPython.noop),
        noted("rollcall_card"),
        noted("rollcall_epoch"),
        noted("rollcall_quarantinedevent"),
        noted("rollcall_wall"),
    ]
