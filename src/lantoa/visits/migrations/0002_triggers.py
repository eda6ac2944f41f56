"""What the database itself holds for this app's tables, and the days of both tables as one."""

from typing import ClassVar

from django.db import migrations

from lantoa.audit.guards import append_only

_DAYS = """
CREATE VIEW visits_day AS
SELECT day, kind, object_id, agent, views, visitors FROM visits_dailysum
UNION ALL
SELECT day, kind, object_id, agent, views, 0::bigint FROM visits_opencount
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0002_triggers"), ("visits", "0001_initial")]
    operations: ClassVar = [
        append_only("visits_dailysum"),
        append_only("visits_openingbalance"),
        migrations.RunSQL(_DAYS, "DROP VIEW visits_day"),
    ]
