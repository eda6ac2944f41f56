"""One database that holds the demonstration, for every test of a run that looks at it."""

import contextlib
import fcntl
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

PATIENCE = 900
BAR = re.compile(r" (-?[0-9]+)%  \S")
"""How full the bar of a part is, and the beginning of the part's name."""


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
    ours = ("LANTOA_", "SLIPCOVER_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "DATABASE_URL": url, "LANTOA_DEMO": "1", "LANTOA_DATA_DIR": str(data), "LANTOA_POOL_SIZE": "4"}


def demonstration_of_this_run() -> Demonstration:
    """Where the tests of one run share the demonstration. LANTOA_E2E_TEMPLATE names a database that is kept from run
    to run, for who runs these tests again and again on one server."""
    name = os.environ.get("LANTOA_E2E_TEMPLATE") or os.environ["LANTOA_TEST_RUN"].replace("-", "_").lower()
    data = Path(os.environ["LANTOA_DATA_DIR"]) / "demonstration"
    return Demonstration(os.environ["DATABASE_URL"], name, data)


def build_demonstration(wanted: Demonstration, template: str = "template1") -> None:
    """Write the demonstration by the command that a user would give, where it does not stand yet; whoever asks first
    builds it, and the others wait. Where the run's coverage is measured, the command's is too.

    `template` names the database that it begins as a copy of: one that was migrated need not be migrated again.
    """
    wanted.data.mkdir(parents=True, exist_ok=True)
    with _alone(wanted.data / "build.lock"):
        is_new = _create(wanted, template)
        shares = _build(wanted)
        assert shares or not is_new


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _create(wanted: Demonstration, template: str) -> bool:
    """Make a database of that name where there is none; whether it did."""
    names = sql.Identifier(wanted.name), sql.Identifier(template)
    with contextlib.closing(psycopg.connect(wanted.server_url, autocommit=True)) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [wanted.name]).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    return known is None


def _build(wanted: Demonstration) -> list[int]:
    """Give the command at a terminal: how full, in per cent, the bar of each part was; nothing where all stood."""
    seen = os.environ.get("LANTOA_COVERAGE")
    measured = ["-m", "slipcover", "--out", f"{seen}/demonstration.json"] if seen else []
    command = [sys.executable, *measured, "-m", "lantoa", "demo", "--build-only"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, env=environment(wanted.url, wanted.data), stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = b"".join(_until_it_closes(ours)).decode()
    assert process.returncode == 0, said
    shares = [int(share) for share in BAR.findall(said)]
    assert all(0 <= share <= 100 for share in shares), said
    assert shares[-1:] in ([], [100]), said
    return shares


def _until_it_closes(terminal: int) -> Iterator[bytes]:
    with contextlib.suppress(OSError), os.fdopen(terminal, "rb", buffering=0) as stream:  # Linux ends it by an error
        while piece := stream.read(4096):
            yield piece


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
