"""What is read of a database for an archive, and again after a restore to compare."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from lantoa.config.backup.errors import BackupError
from lantoa.config.backup.manifest import Figures
from lantoa.config.backup.marker import IS_MARKED, SCHEMA, UNFINISHED
from lantoa.config.backup.programs import Database

Connection = psycopg.Connection[tuple[Any, ...]]
LINES_AT_ONCE = 10_000
PATIENCE = "10min"
"""How long a backup waits for a run of retention or another backup."""


@dataclass(frozen=True)
class Snapshot:
    """A moment of the database, held as long as its connection; `name` lets pg_dump look at the same one."""

    connection: Connection
    name: str
    server: int
    size: int


@contextmanager
def snapshot(database: Database, lock: int) -> Iterator[Snapshot]:
    """Hold one moment of the database, and the lock against whatever deletes stored files.

    Raises BackupError where the lock is not free in time, or the database carries an unfinished restore.
    """
    with database.connect() as connection:
        if _one(connection, IS_MARKED):
            raise BackupError(UNFINISHED)
        if _one(connection, "SELECT to_regclass('rollcall_epoch')") is None:
            message = "This database has not the tables of this version of Lan Tỏa. Run `lantoa migrate` first."
            raise BackupError(message)
        connection.execute(f"SET lock_timeout = '{PATIENCE}'")
        try:
            connection.execute("SELECT pg_advisory_lock(%s)", [lock])
        except psycopg.errors.LockNotAvailable as error:
            message = f"Another backup or a run of retention has not ended within {PATIENCE}. Try again later."
            raise BackupError(message) from error
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        connection.execute("SET statement_timeout = 0")
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield Snapshot(
            connection,
            name=_one(connection, "SELECT pg_export_snapshot()"),
            server=server_version(connection),
            size=_one(connection, "SELECT pg_database_size(current_database())"),
        )


def server_version(connection: Connection) -> int:
    """The major version of the server."""
    return int(_one(connection, "SELECT current_setting('server_version_num')::int")) // 10000


def tables(connection: Connection) -> list[tuple[str, str]]:
    """Schema and name of each table that is not PostgreSQL's own nor the mark of a restore."""
    return connection.execute(
        "SELECT namespace.nspname, class.relname FROM pg_class AS class"
        " JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace"
        " WHERE class.relkind IN ('r', 'p') AND namespace.nspname <> %s"
        " AND namespace.nspname !~ '^pg_' AND namespace.nspname <> 'information_schema' ORDER BY 1, 2",
        [SCHEMA],
    ).fetchall()


def figures(connection: Connection, progress: Callable[[int, int], None]) -> Figures:
    """Rows of every table and the digest of the log of marks, as `connection` sees them."""
    found = tables(connection)
    counts: dict[str, int] = {}
    for number, (schema, name) in enumerate(found):
        progress(number, len(found))
        counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name)))
        counts[f"{schema}.{name}"] = (counted.fetchone() or (0,))[0]
    events, digest = _log_of_marks(connection)
    return Figures(tables=counts, events=events, events_sha256=digest)


def migrations(connection: Connection) -> list[tuple[str, str]]:
    """App and name of each migration that was applied."""
    return connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()


def epoch(connection: Connection) -> str:
    """The server's epoch."""
    return str(_one(connection, "SELECT value FROM rollcall_epoch"))


def stored_files(connection: Connection) -> list[tuple[str, str]]:
    """The name in the storage and the SHA-256 (hex) of each file that a row names; empty where the row tells none.

    The sizes of the portal's pictures are not among them: they are made of the pictures when they are asked for.
    """
    return connection.execute(
        "SELECT content, sha256 FROM files_storedfile"
        " UNION ALL SELECT file, '' FROM portal_picture UNION ALL SELECT file, '' FROM portal_attachment ORDER BY 1"
    ).fetchall()


def _log_of_marks(connection: Connection) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    with connection.transaction(), connection.cursor("log_of_marks") as cursor:
        cursor.itersize = LINES_AT_ONCE
        cursor.execute("SELECT event_id, payload_sha256 FROM attendance_attendanceevent ORDER BY arrival")
        for event_id, payload_sha256 in cursor:
            digest.update(f"{event_id} {payload_sha256}\n".encode())
            count += 1
    return count, digest.hexdigest()


def _one(connection: Connection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None
