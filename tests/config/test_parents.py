"""Server processes end with whoever watches them, and these with whoever started them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.db import connection

from lantoa.config.cli import serving
from lantoa.config.cli.commands import CommandFailed
from lantoa.config.parents import stop_with
from tests.demonstration.database import database_url, environment
from tests.e2e.installation import STOP_SECONDS, await_answer
from tests.ports import free_ports

LOOKS_EVERY = 0.05


def test_a_process_ends_when_whoever_started_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda process, number: ended.append((process, number)))
    stop_with(1 if os.getppid() != 1 else 2, interval=0.01).join(5)
    assert ended == [(os.getpid(), signal.SIGTERM)]


def test_a_server_stops_with_its_starter_only_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(serving, "stop_with", asked.append)
    monkeypatch.delenv("LANTOA_STOP_WITH", raising=False)
    serving.stop_with_starter()
    monkeypatch.setenv("LANTOA_STOP_WITH", "12")
    serving.stop_with_starter()
    assert asked == [12]


@pytest.fixture
def port() -> int:
    (port,) = free_ports(1)
    return port


@pytest.fixture
def server(db: None, port: int, tmp_path: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """A running web server in a session of its own, of which nothing is left afterwards."""
    url = database_url(os.environ["DATABASE_URL"], connection.settings_dict["NAME"])
    command = [sys.executable, "-m", "lantoa", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment(url, tmp_path), start_new_session=True)
    try:
        await_answer(process, port)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_server_whose_watcher_is_killed_leaves_the_port_to_the_next_one(
    server: "subprocess.Popen[bytes]", port: int
) -> None:
    server.kill()
    deadline = monotonic() + STOP_SECONDS
    while is_taken(port):
        assert monotonic() < deadline, "A server process is still on the port."
        sleep(LOOKS_EVERY)


def is_taken(port: int) -> bool:
    try:
        serving.require_free("127.0.0.1", port)
    except CommandFailed:
        return True
    return False
