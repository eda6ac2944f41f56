"""The tables of a run: migrated once, copied by every process, emptied after each test with real transactions."""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from tests.demonstration.database import database_url

if TYPE_CHECKING:
    from django.db.backends.postgresql.operations import DatabaseOperations

QUEUE = ("procrastinate_events", "procrastinate_periodic_defers", "procrastinate_jobs", "procrastinate_workers")
"""The tables of the queue are not Django's to empty, since another package makes them."""


def migrated_database() -> str:
    """The name of a database of this run in which every migration was made, by the command that an operator would
    give. Whoever asks first makes it, and the others wait."""
    name = _name()
    folder = Path(os.environ["LANTOA_DATA_DIR"])
    with (folder / "tables.lock").open("w") as file, _server() as server:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchall():
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            variables = {**os.environ, "DATABASE_URL": database_url(os.environ["DATABASE_URL"], name)}
            command = [sys.executable, "-m", "lantoa", "migrate"]
            done = subprocess.run(command, env=variables, check=False, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
    return name


def drop_migrated_database() -> None:
    """Leave nothing behind on a server that outlives the run."""
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_name())))


def emptying(operations: "DatabaseOperations", _style: object, tables: list[str], **_choices: Any) -> list[str]:
    """The statements that empty the tables, and those of the queue, when nobody writes to them any more.

    The guards of the append-only tables refuse that to everybody: so it is done without triggers. Each table is locked
    as TRUNCATE would lock it; TRUNCATE itself makes new files for every table and index, be it ever so empty, and takes
    ten times as long as deleting the few rows of a test."""
    names = [operations.quote_name(table) for table in [*tables, *QUEUE]] if tables else []
    locked = [f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE"] if names else []
    return ["SET LOCAL session_replication_role = replica", *locked, *(f"DELETE FROM {name}" for name in names)]


@contextlib.contextmanager
def _server() -> Iterator[psycopg.Connection]:
    with contextlib.closing(psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)) as connection:
        yield connection


def _name() -> str:
    return f"{os.environ['LANTOA_TEST_RUN'].replace('-', '_').lower()}_tables"
