"""The tables of a test database: emptied after each test with real transactions."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.backends.postgresql.operations import DatabaseOperations

QUEUE = ("procrastinate_events", "procrastinate_periodic_defers", "procrastinate_jobs", "procrastinate_workers")
"""The tables of the queue are not Django's to empty, since another package makes them."""


def emptying(operations: "DatabaseOperations", _style: object, tables: list[str], **_choices: Any) -> list[str]:
    """The statements that empty the tables, and those of the queue, when nobody writes to them any more.

    The guards of the append-only tables refuse that to everybody: so it is done without triggers. Each table is locked
    as TRUNCATE would lock it; TRUNCATE itself makes new files for every table and index, be it ever so empty, and takes
    ten times as long as deleting the few rows of a test."""
    names = [operations.quote_name(table) for table in [*tables, *QUEUE]] if tables else []
    locked = [f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE"] if names else []
    return ["SET LOCAL session_replication_role = replica", *locked, *(f"DELETE FROM {name}" for name in names)]
