"""An event is put aside once, whatever phone brings it: of those that two brought at the same moment, the one stays
about which somebody decided, else the first."""

from typing import ClassVar

from django.db import migrations, models

ONCE = """
DELETE FROM rollcall_quarantinedevent WHERE id IN (
  SELECT id FROM (
    SELECT id, row_number() OVER (
      PARTITION BY event_id, payload_sha256 ORDER BY recorded_id IS NULL, decision = 'pending', id
    ) AS place FROM rollcall_quarantinedevent
  ) ranked WHERE place > 1
)
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("rollcall", "0004_who_was_listed")]
    operations: ClassVar = [
        migrations.RunSQL(ONCE, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="quarantinedevent", name="quarantine_once"),
        migrations.RemoveIndex(model_name="quarantinedevent", name="quarantine_event"),
        migrations.AddConstraint(
            model_name="quarantinedevent",
            constraint=models.UniqueConstraint(
                fields=("event_id", "payload_sha256"),
                name="quarantine_once",
                violation_error_message="This event is in the quarantine already.",
            ),
        ),
    ]
