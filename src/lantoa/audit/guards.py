"""Triggers that other apps' migrations put on their tables."""

from django.db.migrations import RunSQL


def noted(table: str) -> RunSQL:
    """A migration operation: every inserted, updated or deleted row of `table` is written to the log of row changes."""
    return RunSQL(
        f"CREATE TRIGGER {table}_noted AFTER INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION audit_note_row_change();",
        f"DROP TRIGGER {table}_noted ON {table};",
    )


def noted_together(table: str) -> RunSQL:
    """A migration operation: of a `table` that is noted already, the rows which one statement inserts are written to
    the log together, at a fifth of the price. It needs `audit` 0003."""
    return RunSQL(
        f"DROP TRIGGER {table}_noted ON {table};"
        f"CREATE TRIGGER {table}_noted AFTER UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION audit_note_row_change();"
        f"CREATE TRIGGER {table}_added AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_note_added_rows();",
        f"DROP TRIGGER {table}_added ON {table}; DROP TRIGGER {table}_noted ON {table};"
        f"CREATE TRIGGER {table}_noted AFTER INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION audit_note_row_change();",
    )


def append_only(table: str) -> RunSQL:
    """A migration operation: `table` refuses UPDATE, DELETE and TRUNCATE."""
    return RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();",
        f"DROP TRIGGER {table}_append_only ON {table};",
    )
