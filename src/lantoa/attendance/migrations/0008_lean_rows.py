"""Rows that come by the thousand in a minute carry fewer indexes, and their keys are checked once a statement (ADR 41).

A key that another index begins with needs none of its own. The keys that all marks of a batch share are checked by a
trigger of the statement, as a foreign key would check them for each row: what they point to is there and stays while
the transaction lasts, and nothing that a mark points to is deleted. The folded state has no keys of its own to check.
"""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SHARED = (
    ("device_id", "attendance_device"),
    ("session_id", "study_sessions_studysession"),
    ("site_id", "study_sessions_site"),
    ("recorder_id", "accounts_user"),
)
_CHECK = """
    PERFORM FROM {table} WHERE id = batch.{column} FOR KEY SHARE;
    IF NOT FOUND THEN
      RAISE foreign_key_violation USING MESSAGE = 'a mark has an unknown {column}';
    END IF;
"""
_INSERTED = f"""
CREATE FUNCTION attendance_keys_of_marks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE batch record;
BEGIN
  FOR batch IN SELECT DISTINCT {", ".join(column for column, _table in SHARED)} FROM added LOOP
{"".join(_CHECK.format(column=column, table=table) for column, table in SHARED)}
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER attendance_keys_of_marks AFTER INSERT ON attendance_attendanceevent
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION attendance_keys_of_marks();
CREATE FUNCTION attendance_refuse_marked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE marked boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM attendance_attendanceevent WHERE %I = $1)', TG_ARGV[0])
    INTO marked USING OLD.id;
  IF marked THEN
    RAISE foreign_key_violation USING MESSAGE = format('there are marks whose %s it is', TG_ARGV[0]);
  END IF;
  RETURN NULL;
END $$;
"""  # noqa: S608 - put together from our own names
_NOT_INSERTED = """
DROP TRIGGER attendance_keys_of_marks ON attendance_attendanceevent;
DROP FUNCTION attendance_keys_of_marks();
DROP FUNCTION attendance_refuse_marked();
"""
_DELETED = """
CREATE TRIGGER attendance_refuse_marked AFTER DELETE OR UPDATE OF id ON {table}
  FOR EACH ROW EXECUTE FUNCTION attendance_refuse_marked('{column}');
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("attendance", "0007_wall_codes"),
        ("plans", "0011_papers"),
        ("study_sessions", "0008_speakers_of_the_register"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.RemoveIndex(model_name="dirtymark", name="dirty_mark_campaign"),
        migrations.AlterField(
            model_name="attendance",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attendances",
                to="plans.summonsentry",
            ),
        ),
        migrations.AlterField(
            model_name="attendance",
            name="event",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="attendance.attendanceevent",
            ),
        ),
        migrations.AlterField(
            model_name="attendance",
            name="session",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attendances",
                to="study_sessions.studysession",
            ),
        ),
        migrations.AlterField(
            model_name="attendanceevent",
            name="device",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="attendance.device",
            ),
        ),
        migrations.AlterField(
            model_name="attendanceevent",
            name="recorder",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="attendanceevent",
            name="session",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="study_sessions.studysession",
            ),
        ),
        migrations.AlterField(
            model_name="attendanceevent",
            name="site",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="study_sessions.site",
            ),
        ),
        migrations.AlterField(
            model_name="dirtymark",
            name="campaign",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="plans.campaign",
            ),
        ),
        migrations.AlterField(
            model_name="dirtymark",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="plans.summonsentry",
            ),
        ),
        migrations.AddIndex(
            model_name="dirtymark", index=models.Index(fields=["campaign", "id"], name="dirty_mark_turn")
        ),
        migrations.RunSQL(_INSERTED, _NOT_INSERTED),
        *(
            migrations.RunSQL(
                _DELETED.format(table=table, column=column), f"DROP TRIGGER attendance_refuse_marked ON {table}"
            )
            for column, table in SHARED
        ),
    ]
