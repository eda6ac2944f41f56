"""The rate leaves out whoever was called after their cell had held its first session: what is kept from before is
counted anew."""

from typing import ClassVar

from django.db import migrations

COUNT_ANEW = """
INSERT INTO attendance_dirtymark (campaign_id, entry_id)
SELECT campaign_id, min(id) FROM plans_summonsentry GROUP BY campaign_id, unit_id ORDER BY campaign_id, min(id)
"""
"""One mark for each cell: the folder counts every cell of which it takes a mark as a whole."""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("attendance", "0004_reflections"), ("plans", "0005_additions")]
    operations: ClassVar = [migrations.RunSQL(COUNT_ANEW, migrations.RunSQL.noop)]
