"""The mark of a restore that has begun: a schema in the database, gone when the restore is whole.

What carries it is neither served nor backed up, whatever killed the restore.
"""

from typing import Any, Protocol

SCHEMA = "lantoa_restore"


class Executes(Protocol):
    """A cursor or a connection, Django's or psycopg's."""

    def execute(self, query: Any, params: Any = None, /) -> Any:
        """Run one statement."""
        ...


def set_mark(database: Executes) -> None:
    """A restore begins; again where one was cut off."""
    database.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")


def clear_mark(database: Executes) -> None:
    """The restore is whole, or nothing of it is left."""
    database.execute(f"DROP SCHEMA IF EXISTS {SCHEMA}")


IS_MARKED = f"SELECT to_regnamespace('{SCHEMA}') IS NOT NULL"
"""The question whether a restore into this database began and did not end."""

UNFINISHED = (
    "A restore into this database was not finished, so it is not to be used. Run `lantoa restore` again; where that "
    "finds it no longer empty, drop the database and create it anew first."
)
