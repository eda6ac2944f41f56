"""pg_dump and pg_restore: where they are, which ones fit a server, and how they are run."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg.conninfo import make_conninfo

from lantoa.config.backup.errors import BackupError
from lantoa.config.embedded import wheel_folders

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
LAST_WORDS = 5
OWN_OPTIONS = ("pool", "prepare_threshold")
"""Those of Django and its driver, which mean nothing to PostgreSQL's programs."""


@dataclass(frozen=True)
class Database:
    """A database and how to reach it; the password goes by the environment, never on a command line."""

    address: str
    password: str = ""

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Database":
        """The one that Django's settings of a connection name."""
        options = {key: value for key, value in settings["OPTIONS"].items() if key not in OWN_OPTIONS}
        parts = {
            "dbname": settings["NAME"],
            "host": settings["HOST"],
            "port": settings["PORT"],
            "user": settings["USER"],
        }
        given = {key: value for key, value in {**parts, **options}.items() if value}
        return cls(make_conninfo(**given), settings["PASSWORD"])

    @contextmanager
    def connect(self) -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
        """A connection of its own, beside Django's pool. Raises BackupError with what the database refuses."""
        try:
            with psycopg.connect(self.address, password=self.password or None, autocommit=True) as connection:
                yield connection
        except psycopg.Error as error:
            message = f"The database refused: {str(error).strip()}"
            raise BackupError(message) from error


@dataclass(frozen=True)
class Program:
    """One of PostgreSQL's programs and its major version."""

    path: Path
    major: int


def dump_program(server: int) -> Program:
    """The pg_dump of the server's major version, else the nearest later one: an older one cannot read the server.

    Raises BackupError, with what to install, where there is none.
    """
    fit = [found for found in _found("pg_dump") if found.major >= server]
    if not fit:
        message = f"There is no pg_dump of PostgreSQL {server} or later here. {_advice(server)}"
        raise BackupError(message)
    return min(fit, key=lambda program: program.major)


def restore_program(server: int, dumped_by: int) -> Program:
    """The pg_restore that fits the server best and reads what the pg_dump of that version wrote.

    Raises BackupError, with what to install, where there is none.
    """
    fit = [found for found in _found("pg_restore") if found.major >= dumped_by]
    if not fit:
        message = f"There is no pg_restore of PostgreSQL {dumped_by} or later here. {_advice(max(dumped_by, server))}"
        raise BackupError(message)
    return min(fit, key=lambda program: (program.major > server, abs(program.major - server)))


@contextmanager
def running(program: Program, database: Database, *arguments: str, reads: bool) -> Iterator[tuple[IO[bytes], "Ending"]]:
    """Run it on the database; gives its output, or its input where it `reads`, and how it ends.

    It is killed where the block is left by an error.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 PostgreSQL's own program, no shell
            [str(program.path), "--no-password", f"--dbname={database.address}", *arguments],
            env=_surroundings(database),
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if reads else subprocess.PIPE,
            stderr=errors,
        )
        pipe = process.stdin if reads else process.stdout
        assert pipe is not None
        try:
            yield pipe, Ending(program, process, errors)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            with suppress(BrokenPipeError):
                pipe.close()


@dataclass(frozen=True)
class Ending:
    """How a program ends."""

    program: Program
    process: "subprocess.Popen[bytes]"
    errors: IO[bytes]

    def require_success(self) -> None:
        """Wait for it. Raises BackupError with its last words where it failed."""
        if self.process.wait() == 0:
            return
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        told = "\n".join(lines[-LAST_WORDS:])
        message = f"{self.program.path} (PostgreSQL {self.program.major}) failed:\n{told}"
        raise BackupError(message)


def _surroundings(database: Database) -> dict[str, str]:
    """The environment of a program: without our own secrets, with the one that it needs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LANTOA_")}
    return {**kept, "LC_ALL": "C", **({"PGPASSWORD": database.password} if database.password else {})}


def _found(name: str) -> list[Program]:
    """All programs of that name here, in the order in which equal versions are preferred."""
    programs: dict[Path, Program] = {}
    for folder in _folders(name):
        path = folder / name
        if path not in programs and path.is_file() and os.access(path, os.X_OK):
            told = subprocess.run([str(path), "--version"], check=False, capture_output=True, text=True)  # noqa: S603
            if match := _VERSION.search(told.stdout):
                programs[path] = Program(path, int(match[1]))
    return list(programs.values())


def _folders(name: str) -> Iterator[Path]:
    if named := os.environ.get("LANTOA_POSTGRES_PROGRAMS"):
        yield Path(named)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if on_path := shutil.which(name):
        yield Path(on_path).parent
    yield from wheel_folders()


def _advice(major: int) -> str:
    return (
        f"Install the client of PostgreSQL {major} (Debian: `apt-get install postgresql-client-{major}`), "
        "or name the folder of its programs in LANTOA_POSTGRES_PROGRAMS."
    )
