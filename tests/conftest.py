"""A real PostgreSQL for every test run: the embedded one, or the one that DATABASE_URL names."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings


def _start_database() -> None:
    """Start a server of this run's own; the workers of a parallel run inherit its address."""
    import psycopg

    from lantoa.config.embedded import embedded_database_url

    folder = Path(tempfile.mkdtemp(prefix="lantoa-test-"))
    folder.chmod(0o755)  # root's server runs as another account
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = embedded_database_url(folder / "postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
    os.environ["DATABASE_URL"] = url
    os.environ["LANTOA_DATA_DIR"] = str(folder)
    (folder / "static").mkdir()


os.environ.setdefault("LANTOA_DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
if not os.environ.get("DATABASE_URL"):
    _start_database()
assert settings.DATABASES, "reading the settings here tells pytest-django that they are ready"


@pytest.fixture(scope="session", autouse=True)
def _emptied_past_the_guards() -> Iterator[None]:
    """Let a test with real transactions be followed by empty tables: the guards of the append-only ones refuse TRUNCATE
    to everybody, so the emptying alone runs without triggers."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    original = DatabaseOperations.execute_sql_flush

    def execute(operations: DatabaseOperations, statements: list[str]) -> None:
        if statements:
            original(operations, ["SET LOCAL session_replication_role = replica", *statements])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", execute)
        yield
