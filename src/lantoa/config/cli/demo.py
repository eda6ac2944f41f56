"""`demo`: a whole installation with a told story, on one machine, until Ctrl-C."""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

from lantoa.config import catalog
from lantoa.config.cli.commands import Command, CommandFailed, Result
from lantoa.config.cli.serving import (
    default_port,
    port_number,
    require_free,
    require_supported_database,
    require_whole_database,
)
from lantoa.config.embedded import remove_embedded_database

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 25
BAR_WIDTH = 28


class Progress:
    """A bar on a terminal; elsewhere one line for each part, so that a log stays readable.

    `between` is called before each part.
    """

    def __init__(self, between: Callable[[], None] = lambda: None) -> None:
        self.part = ""
        self.between = between
        self.terminal = sys.stderr.isatty()

    def __call__(self, part: str, done: int, total: int) -> None:
        """Show that `done` of `total` steps of `part` are done."""
        share = done / total if total else 1.0
        if self.terminal:
            filled = round(share * BAR_WIDTH)
            bar = "█" * filled + "░" * (BAR_WIDTH - filled)
            sys.stderr.write(f"\r\033[K  {bar} {share:4.0%}  {part}")
        elif part != self.part:
            sys.stderr.write(f"  {part} …\n")
        sys.stderr.flush()
        if part != self.part:
            self.part = part
            self.between()

    def end(self) -> None:
        """Leave the line of the bar."""
        if self.terminal and self.part:
            sys.stderr.write("\n")


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=port_number, default=default_port(), help="port (default LANTOA_PORT or 8000)")
    parser.add_argument("--reset", action="store_true", help="delete the demonstration's data first")
    parser.add_argument("--build-only", action="store_true", help="build the data, then end")


def _demo(options: argparse.Namespace) -> Result:
    os.environ["LANTOA_DEMO"] = "1"
    # SIGINT too: a shell lets what it starts in the background ignore it.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    catalog.ensure_compiled()
    if not options.build_only:
        require_free(HOST, options.port)
    if options.reset:
        _reset()
    _prepare()
    if options.build_only:
        return Result(ok=True, text="The demonstration is built.")
    _tell_port(options.port)
    with _running("worker", "--concurrency", "2"), _running("serve", "--port", str(options.port)) as web:
        _await_answer(web, options.port)
        print(_welcome(options.port), flush=True)
        _wait(web)
    return Result(ok=True, text="Stopped.")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _reset() -> None:
    if os.environ.get("DATABASE_URL"):
        message = "DATABASE_URL names a database of yours: drop and create it yourself, then run `lantoa demo`."
        raise CommandFailed(message)
    folder = Path(os.environ.get("LANTOA_DATA_DIR", "var")).resolve()
    remove_embedded_database(folder / "postgres")
    shutil.rmtree(folder / "files", ignore_errors=True)


def _prepare() -> None:
    """Bring the database up to date, and tell the story into it where there is none yet."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import translation

    django.setup()
    print("Preparing the database …", file=sys.stderr)
    require_supported_database()
    require_whole_database()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    os.environ["DATABASE_URL"] = settings.ENVIRONMENT.database_url
    from lantoa.demonstration.build import build, is_built

    if is_built():
        return
    print("Writing the demonstration, once (some minutes) …", file=sys.stderr)
    progress = Progress(between=_gather_statistics)
    # Whole or not at all: a build that is cut short leaves an empty database, and the next start begins again.
    with translation.override("vi"), transaction.atomic():
        build(progress)
    progress.end()


def _tell_port(port: int) -> None:
    from lantoa.demonstration.publishing import answer_at  # its models need the apps to be ready

    answer_at(port)


def _gather_statistics() -> None:
    """Nobody else sees the rows of one long transaction: without this, queries are planned for empty tables."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextlib.contextmanager
def _running(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours in a session of its own, so that Ctrl-C reaches it through us alone, and in order."""
    command = [sys.executable, "-m", "lantoa", *arguments]
    environment = {**os.environ, "LANTOA_STOP_WITH": str(os.getpid())}
    process = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 our own command
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second, impatient Ctrl-C must not leave anything behind
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    signal.signal(signal.SIGINT, previous)


def _await_answer(web: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, HTTPException):
            connection = HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = web.wait(0.2)
            message = f"The web server ended with code {code}; what it said stands above."
            raise CommandFailed(message)
    message = f"The web server did not answer within {START_SECONDS} seconds; what it said stands above."
    raise CommandFailed(message)


def _wait(web: subprocess.Popen[bytes]) -> None:
    try:
        code = web.wait()
    except KeyboardInterrupt:
        print("\nStopping …", file=sys.stderr)
        return
    message = f"The web server ended with code {code}; what it said stands above."
    raise CommandFailed(message)


def _welcome(port: int) -> str:
    from lantoa.demonstration.publishing import ITS_HOST
    from lantoa.demonstration.staff import PASSWORD, SIGN_INS

    rows = [(str(account.role.label), account.username, account.unit) for account in SIGN_INS]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    table = [f"{role:<{widths[0]}}   {username:<{widths[1]}}   {unit}" for role, username, unit in rows]
    lines = [
        "",
        f"Lan Tỏa runs at http://{HOST}:{port}/ — Ctrl-C stops it.",
        f"Everybody reads http://{HOST}:{port}/cong/ and http://{ITS_HOST}:{port}/cong/",
        f"The password of every sign-in is {PASSWORD}",
        "",
        *(f"  {line}" for line in table),
        "",
    ]
    return "\n".join(lines)


COMMANDS = (
    Command(
        "demo",
        "run the demonstration on this machine",
        _demo,
        _options,
        details="Builds its data once (the second start takes seconds), serves them and runs a worker, until Ctrl-C.",
        needs_django=False,
    ),
)
