"""A real PostgreSQL for every test run: the embedded one, or the one that DATABASE_URL names."""

import atexit
import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import settings as trying

from lantoa.config.catalog import ensure_compiled
from tests.demonstration.database import Demonstration, build_demonstration, demonstration_of_this_run
from tests.tables import drop_migrated_database, emptying, migrated_database


def _begin_run() -> None:
    """Give the run a folder and a server of its own, which the workers of a parallel run inherit, and today's texts."""
    folder = Path(tempfile.mkdtemp(prefix="lantoa-test-"))
    folder.chmod(0o755)  # root's server runs as another account
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "static").mkdir()
    ensure_compiled()
    os.environ["LANTOA_TEST_RUN"] = folder.name
    os.environ["LANTOA_DATA_DIR"] = str(folder)
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _started_database(folder / "postgres")


_FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
_NO_STATISTICS = "autovacuum = off"
"""What a test writes and takes back nobody else sees: statistics gathered meanwhile call its tables empty,
and a plan for empty tables joins each row with each."""


def _started_database(folder: Path) -> str:
    import psycopg

    from lantoa.config.embedded import embedded_database_url

    url = embedded_database_url(folder)
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in (*_FAST, _NO_STATISTICS):
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
    return url


os.environ.setdefault("LANTOA_DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
if "LANTOA_TEST_RUN" not in os.environ:
    _begin_run()
gc.set_threshold(100_000, 50, 100)  # looking for garbage in all that a run keeps took a twentieth of its time
JOURNEYS = "e2e"
"""The group of whatever needs the demonstration: one process runs it."""

assert settings.DATABASES, "reading the settings here tells pytest-django that they are ready"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A file's name in the list of tests, not its bytes: a workbook holds the second in which it was made, and two
    processes must collect the same tests."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest group first: begun last, it would run alone while the other processes have nothing left to do."""
    items.sort(key=lambda item: not any(mark.args == (JOURNEYS,) for mark in item.iter_markers("xdist_group")))


# No test fails because the machine is busy.
trying.register_profile("lantoa", deadline=None)
trying.load_profile("lantoa")


@pytest.fixture(scope="session")
def demonstration() -> Demonstration:
    """The demonstration, written once in a run by the command that a user would give."""
    found = demonstration_of_this_run()
    build_demonstration(found, migrated_database())
    return found


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Where several processes need a database each, let them copy one that was migrated once."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database()


def pytest_configure(config: pytest.Config) -> None:
    """The process that begins a run of several makes the tables while these look for their tests."""
    if "PYTEST_XDIST_WORKER" not in os.environ and config.getoption("numprocesses", None):
        Thread(target=migrated_database, daemon=True).start()


def pytest_unconfigure() -> None:
    """The process that began the run tidies up, when the others have ended."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        drop_migrated_database()


@pytest.fixture(scope="session", autouse=True)
def _emptied_past_the_guards() -> Iterator[None]:
    """Let a test with real transactions be followed by empty tables."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", emptying)
        yield


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hash passwords by the same function for as little as it takes: its price is for those who guess."""
    from lantoa.accounts.hashers import ModestArgon2PasswordHasher

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ModestArgon2PasswordHasher, "time_cost", 1)
        patch.setattr(ModestArgon2PasswordHasher, "memory_cost", 8)
        yield


@pytest.fixture(scope="session", autouse=True)
def _pages_made_anew() -> Iterator[None]:
    """Let every request be answered by its view; what is kept in between is tested in tests/portal/proxy.

    A test that takes back what it wrote takes back the number of the edition too, and the next one makes it again."""
    from lantoa.portal.serving import copies, editions

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copies, "SECONDS", 0)
        patch.setattr(editions, "KEPT_FOR", 0)
        yield


@pytest.fixture(scope="session", autouse=True)
def _logged_to_pytest_alone() -> None:
    """Take away the console of Django's own settings: in a parallel run it writes to a stream that is closed, and each
    line then costs a printed stack. pytest keeps what is logged."""
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if type(handler) is not logging.StreamHandler]
