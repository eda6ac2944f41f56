"""One database that holds the demonstration, for every test of a run that looks at it."""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

PATIENCE = 900


@dataclass(frozen=True)
class Demonstration:
    """Where the demonstration stands: the server, the name of the database on it, the folder of its files."""

    server_url: str
    name: str
    data: Path

    @property
    def url(self) -> str:
        """The address of the database."""
        return database_url(self.server_url, self.name)


def database_url(server_url: str, name: str) -> str:
    """The address of the database `name` on the server of `server_url`."""
    parts = urlsplit(server_url)
    return f"{parts.scheme}://{parts.netloc}/{name}?{parts.query}"


def environment(url: str, data: Path) -> dict[str, str]:
    """The environment of an installation on that database: nothing of the tests' own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LANTOA_", "COV_", "DJANGO_"))}
    return {**kept, "DATABASE_URL": url, "LANTOA_DEMO": "1", "LANTOA_DATA_DIR": str(data), "LANTOA_POOL_SIZE": "4"}


def demonstration_of_this_run() -> Demonstration:
    """Where the tests of one run share the demonstration. LANTOA_E2E_TEMPLATE names a database that is kept from run
    to run, for who runs these tests again and again on one server."""
    name = os.environ.get("LANTOA_E2E_TEMPLATE") or os.environ["LANTOA_TEST_RUN"].replace("-", "_").lower()
    data = Path(os.environ["LANTOA_DATA_DIR"]) / "demonstration"
    return Demonstration(os.environ["DATABASE_URL"], name, data)


def build_demonstration(wanted: Demonstration, *, measured: bool = False) -> None:
    """Write the demonstration by the command that a user would give, where it does not stand yet; whoever asks first
    builds it, and the others wait. `measured` lets coverage watch."""
    wanted.data.mkdir(parents=True, exist_ok=True)
    with _alone(wanted.data / "build.lock"):
        _create(wanted)
        _build(wanted, measured=measured)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _create(wanted: Demonstration) -> None:
    with contextlib.closing(psycopg.connect(wanted.server_url, autocommit=True)) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [wanted.name]).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(wanted.name)))


def _build(wanted: Demonstration, *, measured: bool) -> None:
    command = ["coverage", "run", "--parallel-mode", "-m", "lantoa"] if measured else ["lantoa"]
    done = run(wanted, *command, "demo", "--build-only")
    assert done.returncode == 0, done.stdout + done.stderr


def run(installation: Demonstration, *words: str) -> "subprocess.CompletedProcess[str]":
    """What a command says on that installation; the words are the module and what follows it."""
    return subprocess.run(
        [sys.executable, "-m", *words],
        env=environment(installation.url, installation.data),
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
