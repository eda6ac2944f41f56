"""`serve`, `worker`, `migrate`: what an installation runs."""

import argparse
import asyncio
import errno
import os
import socket
from typing import cast

from django.conf import settings
from django.core.management import call_command

from lantoa.config import catalog
from lantoa.config.cli.commands import Command, CommandFailed, Result
from lantoa.config.parents import stop_with

DEFAULT_PORT = 8000


def port_number(text: str) -> int:
    """A port from the command line or the environment. Raises ArgumentTypeError."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        message = f"{text!r} is no port: give a number from 1 to 65535 (LANTOA_PORT or --port)"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def default_port() -> str:
    """What `LANTOA_PORT` says, else 8000; checked by `port_number` when it is used."""
    return os.environ.get("LANTOA_PORT", "") or str(DEFAULT_PORT)


def require_free(host: str, port: int) -> None:
    """Raises CommandFailed, naming the port, where another program listens there or the address is not ours."""
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"Port {port} is in use by another program. Choose another: LANTOA_PORT={port + 1}."
        elif error.errno == errno.EACCES:
            message = f"Port {port} is not open to ordinary users. Choose one above 1023: LANTOA_PORT={DEFAULT_PORT}."
        else:
            message = f"Cannot listen on {host}:{port}: {error.strerror}."
        raise CommandFailed(message) from error


def stop_with_starter() -> None:
    """End this process with the one that LANTOA_STOP_WITH names, where it names any: `lantoa demo` does, so that no
    server is left behind on the port."""
    if starter := os.environ.get("LANTOA_STOP_WITH", ""):
        stop_with(int(starter))


def _serve(options: argparse.Namespace) -> Result:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from lantoa.privacy.periods import periods

    catalog.ensure_compiled()
    periods()  # a mistake in the file stops the start here, once, and not each server process for itself
    stop_with_starter()
    require_free(options.host, options.port)
    require_whole_database()
    # Server processes read the settings again: they shall use this database, not start one.
    os.environ["DATABASE_URL"] = settings.ENVIRONMENT.database_url
    Granian(
        "lantoa.config.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.processes,
        # One thread per connection of the pool: a request never waits for a connection that another thread holds.
        blocking_threads=settings.ENVIRONMENT.pool_size,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
    ).serve()
    return Result(ok=True, text="")


def _serve_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=port_number, default=default_port(), help="port (default LANTOA_PORT or 8000)")
    parser.add_argument(
        "--processes",
        type=int,
        default=int(os.environ.get("LANTOA_WEB_PROCESSES", "1")),
        choices=range(1, 65),
        metavar="N",
        help="server processes, each with a pool of LANTOA_POOL_SIZE connections (default LANTOA_WEB_PROCESSES or 1)",
    )


def _work(options: argparse.Namespace) -> Result:
    from procrastinate.contrib.django import app

    stop_with_starter()
    require_whole_database()

    async def work() -> None:
        async with app.open_async():
            # Counted jobs are rows of the log and of the figures: a finished one need not stay in the queue.
            await app.run_worker_async(
                concurrency=options.concurrency,
                wait=not options.once,
                delete_jobs="successful",
                shutdown_graceful_timeout=20,
                fetch_job_polling_interval=1,
            )

    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        asyncio.run(work())
    return Result(ok=True, text="The worker has stopped.")


def _work_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--concurrency", type=int, default=2, choices=range(1, 65), metavar="N", help="jobs at a time (default 2)"
    )
    parser.add_argument("--once", action="store_true", help="do what waits in the queue, then end")


def _migrate(options: argparse.Namespace) -> Result:
    from django.db import connection

    require_supported_database()
    require_whole_database()
    call_command("migrate", interactive=False, verbosity=0 if options.json else 1)
    return Result(ok=True, text="The database is up to date.", data={"database": connection.settings_dict["NAME"]})


def require_supported_database() -> int:
    """The major version of the database server. Raises CommandFailed where it is older than 15."""
    from django.db import connection

    with connection.temporary_connection() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        (version,) = cursor.fetchone()
    if version < 150000:
        message = f"The database is PostgreSQL {version // 10000}. Lan Tỏa needs 15 or later: set DATABASE_URL to one."
        raise CommandFailed(message)
    return int(version) // 10000


def require_whole_database() -> None:
    """Raises CommandFailed where a restore into the database was not finished; one that is away is waited for."""
    from django.db import OperationalError, connection
    from django.db.backends.postgresql.base import DatabaseWrapper

    from lantoa.config.backup.marker import IS_MARKED, UNFINISHED

    try:
        with connection.temporary_connection(), connection.wrap_database_errors:
            # Asked past Django, which warns of questions before its apps are ready: `serve` never makes them ready.
            (marked,) = connection.connection.execute(IS_MARKED).fetchone()
    except OperationalError:
        return
    finally:
        # Server processes are forked from this one: they must not inherit a pool, and all use its connections at once.
        cast(DatabaseWrapper, connection).close_pool()
    if marked:
        raise CommandFailed(UNFINISHED)


COMMANDS = (
    # The server processes set Django up, each for itself: the one that only watches them shall not hold it too.
    Command("serve", "serve the pages", _serve, _serve_options, needs_django=False),
    Command(
        "worker",
        "do the work of the queue and of the clock",
        _work,
        _work_options,
        details="Run one or more, on any number of machines. Jobs of a worker that died are taken up again.",
    ),
    Command("migrate", "bring the database up to date", _migrate),
)
