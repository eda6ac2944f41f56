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

import psycopg
from psycopg import sql

from tests.demonstration.database import Demonstration, database_url, environment

PORTS = range(8110, 8120)
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True)
class Installation:
    """Where the running web server answers, and which database it reads."""

    url: str
    data: Path
    database: str


@contextlib.contextmanager
def running(demonstration: Demonstration, name: str) -> Iterator[Installation]:
    """A web server and a worker on a copy of the demonstration under that name, until the end of the block."""
    with contextlib.closing(psycopg.connect(demonstration.server_url, autocommit=True)) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(demonstration.name)))
        try:
            database = database_url(demonstration.server_url, name)
            with _processes(environment(database, demonstration.data)) as url:
                yield Installation(url, demonstration.data, database)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def _processes(variables: dict[str, str]) -> Iterator[str]:
    port = free_port()
    with (
        _process("serve", "--port", str(port), variables=variables) as web,
        _process("worker", variables=variables),
    ):
        await_answer(web, port)
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _process(*arguments: str, variables: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "lantoa", *arguments]
    process = subprocess.Popen(command, env=variables, start_new_session=True)
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


def free_port() -> int:
    """A port of ours that nobody listens on."""
    for port in PORTS:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    message = f"Every port of {PORTS} is in use."
    raise OSError(message)


def await_answer(web: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until the web server answers on that port."""
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
