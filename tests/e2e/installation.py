"""A whole installation as a user would start it: a database with the demonstration, the web server, the worker."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

PORTS = range(8110, 8120)
START_SECONDS = 60
STOP_SECONDS = 20
BUILD_SECONDS = 600


@dataclass(frozen=True)
class Installation:
    """Where the running web server answers."""

    url: str
    data: Path


def database_url(server_url: str, name: str) -> str:
    """The address of the database `name` on the server of `server_url`."""
    parts = urlsplit(server_url)
    return f"{parts.scheme}://{parts.netloc}/{name}?{parts.query}"


def build_demonstration(server_url: str, name: str, data: Path) -> None:
    """Write the demonstration into a database of that name by the command that a user would give."""
    with contextlib.closing(psycopg.connect(server_url, autocommit=True)) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    data.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "lantoa", "demo", "--build-only"],
        env=_environment(database_url(server_url, name), data),
        check=False,
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextlib.contextmanager
def running(server_url: str, template: str, name: str, data: Path) -> Iterator[Installation]:
    """A web server and a worker on a copy of the database `template`, until the end of the block."""
    with contextlib.closing(psycopg.connect(server_url, autocommit=True)) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        connection.execute(copy)
        try:
            with _processes(_environment(database_url(server_url, name), data)) as url:
                yield Installation(url, data)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _environment(url: str, data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LANTOA_", "COV_", "DJANGO_"))}
    return {**kept, "DATABASE_URL": url, "LANTOA_DEMO": "1", "LANTOA_DATA_DIR": str(data), "LANTOA_POOL_SIZE": "4"}


@contextlib.contextmanager
def _processes(environment: dict[str, str]) -> Iterator[str]:
    port = _free_port()
    with (
        _process("serve", "--port", str(port), environment=environment) as web,
        _process("worker", environment=environment),
    ):
        _await_answer(web, port)
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _process(*arguments: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "lantoa", *arguments]
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise


def _free_port() -> int:
    for port in PORTS:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    message = f"Every port of {PORTS} is in use."
    raise OSError(message)


def _await_answer(web: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError, HTTPException), contextlib.closing(connection):
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = web.wait(0.1)
            message = f"The web server ended with code {code}; what it said stands above."
            raise RuntimeError(message)
    message = f"The web server did not answer within {START_SECONDS} seconds."
    raise TimeoutError(message)
