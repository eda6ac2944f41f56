"""The log can only grow, and guarded tables write their changes down by themselves."""

from typing import ClassVar

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'append_only';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_rowchange_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_rowchange
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""

ROW_CHANGE = """
CREATE FUNCTION audit_note_row_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}'::jsonb ELSE to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}'::jsonb ELSE to_jsonb(NEW) END;
    changed jsonb := '[]'::jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT coalesce(jsonb_agg(key ORDER BY key), '[]'::jsonb) INTO changed
        FROM jsonb_each(after) WHERE value IS DISTINCT FROM before -> key;
        IF changed = '[]'::jsonb THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO audit_rowchange (actor_id, table_name, row_id, operation, columns)
    VALUES (
        nullif(current_setting('lantoa.actor', true), '')::bigint, TG_TABLE_NAME,
        coalesce(after ->> 'id', before ->> 'id'), TG_OP, changed
    );
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER audit_entry_append_only ON audit_entry;"
            "DROP TRIGGER audit_rowchange_append_only ON audit_rowchange; DROP FUNCTION audit_refuse_change();",
        ),
        migrations.RunSQL(ROW_CHANGE, "DROP FUNCTION audit_note_row_change();"),
    ]
