"""A unit stands under a parent of its own tree that exists as long, and never under itself."""

from typing import ClassVar

from django.db import migrations, models

FITS = """
CREATE FUNCTION organizations_unit_period_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    concerned bigint := coalesce(NEW.unit_id, OLD.unit_id);
BEGIN
    IF TG_OP <> 'DELETE' AND NEW.parent_id IS NOT NULL THEN
        IF EXISTS (
            SELECT FROM organizations_unit AS child JOIN organizations_unit AS parent ON parent.id = NEW.parent_id
            WHERE child.id = concerned AND child.tree <> parent.tree
        ) THEN
            RAISE EXCEPTION 'unit % and its parent % stand in different trees', concerned, NEW.parent_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_period_one_tree';
        END IF;
        IF EXISTS (
            WITH RECURSIVE above (unit_id, span) AS (
                SELECT parent_id, period FROM organizations_unitperiod WHERE id = NEW.id AND parent_id IS NOT NULL
                UNION
                SELECT next.parent_id, above.span * next.period
                FROM above JOIN organizations_unitperiod AS next
                    ON next.unit_id = above.unit_id AND next.period && above.span
                WHERE next.parent_id IS NOT NULL
            )
            SELECT FROM above WHERE unit_id = concerned
        ) THEN
            RAISE EXCEPTION 'unit % would stand below itself', concerned
                USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_period_no_cycle';
        END IF;
        IF EXISTS (
            SELECT FROM organizations_unitperiod AS own
            WHERE own.id = NEW.id AND own.parent_id IS NOT NULL AND NOT coalesce(
                (SELECT range_agg(period) FROM organizations_unitperiod WHERE unit_id = own.parent_id) @> own.period,
                false
            )
        ) THEN
            RAISE EXCEPTION 'the parent of unit % does not exist the whole time', concerned
                USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_period_parent_exists';
        END IF;
    END IF;
    IF TG_OP <> 'INSERT' AND EXISTS (
        SELECT FROM organizations_unitperiod AS below
        WHERE below.parent_id = OLD.unit_id AND NOT coalesce(
            (SELECT range_agg(period) FROM organizations_unitperiod WHERE unit_id = OLD.unit_id) @> below.period,
            false
        )
    ) THEN
        RAISE EXCEPTION 'unit % ends before the units below it', OLD.unit_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_period_parent_exists';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER unit_period_fits AFTER INSERT OR UPDATE OR DELETE ON organizations_unitperiod
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION organizations_unit_period_fits();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("organizations", "0002_triggers")]
    operations: ClassVar = [
        migrations.AddField("appointment", "client_id", models.UUIDField(editable=False, null=True, unique=True)),
        migrations.AddField("unit", "client_id", models.UUIDField(editable=False, null=True, unique=True)),
        migrations.AddField("unit", "version", models.PositiveIntegerField(default=1, editable=False)),
        migrations.RunSQL(
            FITS,
            "DROP TRIGGER unit_period_fits ON organizations_unitperiod;DROP FUNCTION organizations_unit_period_fits();",
        ),
    ]
