"""`doctor`: is this installation well, and what to do where it is not."""

import argparse
import datetime as dt
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from lantoa.config import catalog
from lantoa.config.cli.commands import Command, Result
from lantoa.kernel import clock

GIGABYTE = 1_000_000_000
RESERVED_CONNECTIONS = 10
"""What migrations, backups and PostgreSQL's own reserve need beside the web processes and the workers."""


LONGEST_WITHOUT_BACKUP = dt.timedelta(days=2)
BACKUP_ADVICE = "Run it every night (deploy/lantoa-backup.timer), and keep the archives on another machine too."
VERSION = "SELECT current_setting('server_version_num')::int"
CLOCK = "SELECT clock_timestamp()"


class Level(StrEnum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """The outcome of one check; `advice` says what to do where it is not well."""

    name: str
    level: Level
    message: str
    advice: str = ""


def check_settings() -> Iterator[Check]:
    """Secrets, debugging, demonstration and mail."""
    environment = settings.ENVIRONMENT
    key = environment.secret_key
    if len(key) < 50 or len(set(key)) < 10:
        yield Check("secret", Level.FAIL, "LANTOA_SECRET_KEY is weak.", "Set a random text of at least 50 characters.")
    elif environment.local_secret:
        yield Check(
            "secret",
            Level.WARN,
            "The well-known local key is used.",
            "For a demonstration only. Elsewhere set LANTOA_SECRET_KEY to a random text of at least 50 characters.",
        )
    else:
        yield Check("secret", Level.OK, "LANTOA_SECRET_KEY is long enough.")
    if environment.debug:
        yield Check("debug", Level.FAIL, "LANTOA_DEBUG is on.", "Unset it: error pages show settings and code.")
    if environment.demo:
        yield Check("demo", Level.WARN, "LANTOA_DEMO is on.", "Unset it where real data are kept.")
    if not environment.https and not environment.demo and not environment.debug:
        yield Check("https", Level.WARN, "LANTOA_HTTPS is off.", "Serve behind HTTPS and unset it.")
    if not environment.mail_server.host:
        yield Check(
            "mail", Level.WARN, "LANTOA_MAIL_URL is not set.", "Without it nobody gets a mail to renew a password."
        )


def check_database() -> Iterator[Check]:
    """Version and clock of the database server."""
    (version,) = _row(VERSION)
    shown = f"PostgreSQL {version // 10000}.{version % 10000}"
    if version < 150000:
        yield Check("database", Level.FAIL, f"{shown} is too old.", "Move to PostgreSQL 15 or later.")
    else:
        yield Check("database", Level.OK, f"{shown} answers.")
    before = time.time()
    (there,) = _row(CLOCK)
    after = time.time()
    skew = abs(there.timestamp() - (before + after) / 2)
    level = Level.OK if skew < 2 else Level.WARN if skew < 60 else Level.FAIL
    advice = "" if level is Level.OK else "Run a time service (chrony, systemd-timesyncd) on both machines."
    yield Check("clock", level, f"This machine and the database differ by {skew:.1f} s.", advice)


def check_migrations() -> Iterator[Check]:
    """Whether the database has the tables that the code expects."""
    from lantoa.config.health import pending_migrations

    pending = pending_migrations()
    if pending:
        yield Check("migrations", Level.FAIL, f"{len(pending)} migrations are not applied.", "Run `lantoa migrate`.")
    else:
        yield Check("migrations", Level.OK, "Every migration is applied.")


def check_connections() -> Iterator[Check]:
    """Whether the server allows as many connections as all pools together may open."""
    (allowed,) = _row("SELECT current_setting('max_connections')::int")
    processes = int(os.environ.get("LANTOA_WEB_PROCESSES", "1"))
    workers = int(os.environ.get("LANTOA_WORKERS", "1"))
    pool = settings.ENVIRONMENT.pool_size
    needed = pool * (processes + 2 * workers) + RESERVED_CONNECTIONS
    sum_shown = f"{pool} × ({processes} web + 2 × {workers} workers) + {RESERVED_CONNECTIONS} = {needed}"
    if needed > allowed:
        yield Check(
            "connections",
            Level.FAIL,
            f"Pools may need {sum_shown} connections, the database allows {allowed}.",
            "Raise max_connections, or lower LANTOA_POOL_SIZE, LANTOA_WEB_PROCESSES or LANTOA_WORKERS.",
        )
    else:
        yield Check("connections", Level.OK, f"Pools need at most {sum_shown} of {allowed} connections.")


def check_queue() -> Iterator[Check]:
    """Whether workers run, keep up, and succeed."""
    (alive,) = _row("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'")
    (waiting, age) = _row(
        "SELECT count(*), coalesce(extract(epoch FROM now() - min(event.at)), 0)::int"
        " FROM procrastinate_jobs AS job JOIN procrastinate_events AS event"
        " ON event.job_id = job.id AND event.type = 'deferred'"
        " WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at < now())"
    )
    (failed,) = _row("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
    if not alive:
        yield Check(
            "worker", Level.FAIL, "No worker runs.", "Start one: `lantoa worker` (deploy/lantoa-worker.service)."
        )
    else:
        yield Check("worker", Level.OK, f"{alive} worker(s) run.")
    oldest = dt.timedelta(seconds=age)
    if age > 300:
        yield Check("queue", Level.WARN, f"{waiting} jobs wait, the oldest for {oldest}.", "Start further workers.")
    else:
        yield Check("queue", Level.OK, f"{waiting} jobs wait.")
    if failed:
        yield Check(
            "failed jobs",
            Level.WARN,
            f"{failed} jobs have failed.",
            "Read the worker's log, then `lantoa manage procrastinate shell` to retry them.",
        )


def check_search() -> Iterator[Check]:
    """Whether the search index knows what there is."""
    from lantoa.search.sources import missing

    lacking = sum(missing().values())
    if lacking:
        yield Check("search", Level.WARN, f"The search index lacks {lacking} entries.", "Run `lantoa reindex`.")
    else:
        yield Check("search", Level.OK, "The search index is complete.")


def check_backup() -> Iterator[Check]:
    """When the last archive was made and read back, as the log of acts tells, and whether a restore was cut off."""
    from lantoa.audit.models import Entry
    from lantoa.config.backup.marker import IS_MARKED, UNFINISHED

    if _row(IS_MARKED)[0]:
        yield Check("restore", Level.FAIL, UNFINISHED)
        return
    last = Entry.objects.filter(object_type="rollcall.epoch", action="rollcall.record_backup").order_by("-pk").first()
    if last is None:
        yield Check("backup", Level.WARN, "This database was never backed up by `lantoa backup`.", BACKUP_ADVICE)
        return
    made = f"`lantoa backup` made the last archive on {timezone.localtime(last.at):%Y-%m-%d at %H:%M}."
    if clock.now() - last.at > LONGEST_WITHOUT_BACKUP:
        yield Check("backup", Level.WARN, made, BACKUP_ADVICE)
    elif last.facts["problems"]:
        lacking = f"{made} {last.facts['problems']} stored files were missing or damaged."
        yield Check("backup", Level.WARN, lacking, "`lantoa backup --check` names them: put them back.")
    else:
        yield Check("backup", Level.OK, made)


def check_disk() -> Iterator[Check]:
    """Room for files and for an embedded database."""
    folder: Path = settings.ENVIRONMENT.data_dir
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    usage = shutil.disk_usage(existing)
    shown = f"{usage.free / GIGABYTE:.1f} GB free at {folder}."
    if usage.free < GIGABYTE:
        yield Check("disk", Level.FAIL, shown, "Free some room: below 1 GB uploads and the database are at risk.")
    elif usage.free < usage.total / 20:
        yield Check("disk", Level.WARN, shown, "Less than a twentieth is left: plan for more.")
    else:
        yield Check("disk", Level.OK, shown)


def check_files() -> Iterator[Check]:
    """Compiled texts and collected static files."""
    if catalog.is_current():
        yield Check("catalogues", Level.OK, "The Vietnamese catalogue is compiled.")
    else:
        yield Check("catalogues", Level.FAIL, "The Vietnamese catalogue is missing or old.", "Run `lantoa catalog`.")
    if not settings.DEBUG and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield Check(
            "static files",
            Level.FAIL,
            "Static files are not collected.",
            "Run `lantoa manage collectstatic --noinput`.",
        )


CHECKS: tuple[Callable[[], Iterator[Check]], ...] = (
    check_settings,
    check_files,
    check_disk,
    check_database,
    check_migrations,
    check_connections,
    check_queue,
    check_search,
    check_backup,
)


def examine() -> list[Check]:
    """All checks, in order; what the database refuses to answer is a failed check of its own."""
    found: list[Check] = []
    for check in CHECKS:
        try:
            found.extend(check())
        except DatabaseError as error:
            name = check.__name__.removeprefix("check_")
            advice = "Check DATABASE_URL and that the server runs; then run `lantoa migrate`."
            found.append(Check(name, Level.FAIL, str(error).strip().splitlines()[0], advice))
    return found


def _row(query: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def _doctor(options: argparse.Namespace) -> Result:
    checks = examine()
    lines = [
        f"{check.level:<5}{check.name}: {check.message}{f' {check.advice}' if check.advice else ''}" for check in checks
    ]
    failed = any(check.level is Level.FAIL for check in checks)
    return Result(ok=not failed, text="\n".join(lines), data={"checks": [asdict(check) for check in checks]})


COMMANDS = (
    Command(
        "doctor",
        "check this installation",
        _doctor,
        details="Database, migrations, queue, search index, connections, disk, clock, settings: says what to do. "
        "Ends with 1 where something is broken; warnings alone end with 0.",
    ),
)
