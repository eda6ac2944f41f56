"""The numbers that have arrived of each phone are kept as such. So far they were concluded from what was recorded or put
aside under them, which said of duplicates that they never came."""

from typing import ClassVar

from django.db import migrations

import lantoa.kernel.spans

HEARD = """
UPDATE rollcall_phone phone SET heard = known.heard
FROM (
  SELECT device_id, range_agg(int8range(seq, seq, '[]')) AS heard
  FROM (
    SELECT device_id, seq FROM attendance_attendanceevent
    UNION ALL SELECT device_id, seq FROM rollcall_quarantinedevent
    UNION ALL SELECT (reported ->> 'device_id')::bigint, (reported ->> 'seq')::bigint FROM attendance_rollclosing
    UNION ALL SELECT id, last_seq FROM attendance_device
  ) numbered
  WHERE seq BETWEEN 1 AND 9007199254740991 GROUP BY device_id
) known
WHERE known.device_id = phone.device_id
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("rollcall", "0005_put_aside_once"),
        ("attendance", "0001_initial"),
    ]
    operations: ClassVar = [
        migrations.AddField(model_name="phone", name="heard", field=lantoa.kernel.spans.NumbersField()),
        migrations.RunSQL(HEARD, migrations.RunSQL.noop),
    ]
