"""Rows that one statement adds are noted by one statement: a workbook adds a hundred thousand."""

from typing import ClassVar

from django.db import migrations

ADDED_ROWS = """
CREATE FUNCTION audit_note_added_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_rowchange (actor_id, table_name, row_id, operation, columns)
    SELECT nullif(current_setting('lantoa.actor', true), '')::bigint, TG_TABLE_NAME, added.id::text, TG_OP, '[]'
    FROM added;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0002_triggers")]
    operations: ClassVar = [migrations.RunSQL(ADDED_ROWS, "DROP FUNCTION audit_note_added_rows();")]
