"""What the database itself holds for this app's tables: changes are noted, and a unit's history has no gap."""

from typing import ClassVar

from django.db import migrations

from lantoa.audit.guards import noted

NO_GAP = """
CREATE FUNCTION organizations_unit_period_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    concerned bigint := coalesce(NEW.unit_id, OLD.unit_id);
    pieces integer;
BEGIN
    SELECT count(*) INTO pieces
    FROM (SELECT unnest(range_agg(period)) FROM organizations_unitperiod WHERE unit_id = concerned) AS joined;
    IF pieces > 1 THEN
        RAISE EXCEPTION 'the periods of unit % leave a gap', concerned
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_period_no_gap';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER unit_period_no_gap AFTER INSERT OR UPDATE OR DELETE ON organizations_unitperiod
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION organizations_unit_period_no_gap();
"""

TABLES = ("unitevent", "person", "membership", "activityexemption", "appointment")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0002_triggers"), ("organizations", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(
            NO_GAP,
            "DROP TRIGGER unit_period_no_gap ON organizations_unitperiod;"
            "DROP FUNCTION organizations_unit_period_no_gap();",
        ),
        *(noted(f"organizations_{table}") for table in TABLES),
    ]
