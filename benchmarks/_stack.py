"""The server as an installation runs it: an embedded PostgreSQL of its own, `lantoa serve` and `lantoa worker`.

The load comes from the process of the measurement itself; everything stands on the same machine. PostgreSQL keeps its
defaults: what it has confirmed is on the disk.
"""

import http.client
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

STARTS_WITHIN = 60.0
KEPT_ON = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True)
class Installation:
    """A migrated database, and what its processes are told."""

    database: str
    environment: dict[str, str]
    folder: Path

    def run(self, *words: str) -> None:
        """Carry out a command of `lantoa` and wait for its end."""
        command = [sys.executable, "-m", "lantoa", *words]
        subprocess.run(command, env=self.environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 ours

    @contextmanager
    def running(self, *words: str, **environment: str) -> Iterator[int]:
        """A command of `lantoa` that runs meanwhile; its process. What it says goes to a file beside the data."""
        command = [sys.executable, "-m", "lantoa", *words]
        with (self.folder / f"{words[0]}.log").open("a") as log:
            process = subprocess.Popen(  # noqa: S603 ours
                command, env={**self.environment, **environment}, stdout=log, stderr=log
            )
            try:
                yield process.pid
            finally:
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    @contextmanager
    def serving(self, *, processes: int, settings: str = "lantoa.config.settings") -> Iterator["Server"]:
        """The server, once it answers."""
        port = _free_port()
        with self.running(
            "serve", "--port", str(port), "--processes", str(processes), DJANGO_SETTINGS_MODULE=settings
        ) as process:
            _wait_for(port)
            yield Server(port, process)


@dataclass(frozen=True)
class Server:
    """Where it listens, and its first process."""

    port: int
    process: int


@contextmanager
def installation() -> Iterator[Installation]:
    """A fresh one in a temporary folder, deleted afterwards. Raises RuntimeError where commits would not last."""
    from lantoa.config.embedded import embedded_database_url, release_embedded_database, remove_embedded_database

    with ExitStack() as leaving:
        folder = Path(tempfile.mkdtemp(prefix="lantoa-benchmark-"))
        leaving.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        data = folder / "postgres"
        database = embedded_database_url(data)
        leaving.callback(remove_embedded_database, data)
        leaving.callback(release_embedded_database, data)
        _require_lasting(database)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LANTOA_")},
            "DATABASE_URL": database,
            "LANTOA_DATA_DIR": str(folder),
            "LANTOA_SECRET_KEY": secrets.token_urlsafe(64),
            "LANTOA_HTTPS": "0",
            "LANTOA_STOP_WITH": str(os.getpid()),
        }
        made = Installation(database, environment, folder)
        made.run("migrate")
        yield made


def peak_memory(process: int) -> float:
    """The most memory that a process and its children have held each, added up, in MB (Linux; else 0)."""
    total = 0.0
    for each in (process, *_children(process)):
        try:
            lines = Path(f"/proc/{each}/status").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
    return total


def processor_seconds(process: int) -> float:
    """The processor time that a process and its children have used (Linux; else 0)."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0.0
    for each in (process, *_children(process)):
        try:
            words = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(words[11]) + int(words[12])) / ticks
    return total


def database_process(database: str) -> int:
    """The process that is parent of all of PostgreSQL's."""
    with psycopg.connect(database) as connection:
        (path,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    return int((Path(path) / "postmaster.pid").read_text().splitlines()[0])


def _children(process: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_children(child)]
    return found


def _require_lasting(database: str) -> None:
    with psycopg.connect(database) as connection:
        for name in KEPT_ON:
            (value,) = connection.execute(f"SHOW {name}".encode()).fetchone() or ("",)
            if value != "on":
                raise RuntimeError(f"{name} is {value}: the measurement is of commits that last")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            asking = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asking.request("GET", "/healthz")
            asking.getresponse().read()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
