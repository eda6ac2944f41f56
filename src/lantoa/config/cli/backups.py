"""`backup` and `restore`: the whole installation in one sealed file, and back from it."""

import argparse
import os
import signal
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from lantoa.config.cli.commands import Command, CommandFailed, Result, set_up
from lantoa.config.cli.demo import Progress

if TYPE_CHECKING:
    from lantoa.config.backup.manifest import Manifest

SHORTEST_PASSPHRASE = 16
VARIABLE = "LANTOA_BACKUP_PASSPHRASE"


def read_passphrase(file: Path | None) -> str:
    """The passphrase, from the first line of a file or from the environment. Raises CommandFailed."""
    if file is not None:
        text = _first_line(file)
    elif VARIABLE in os.environ:
        text = os.environ[VARIABLE]
    else:
        message = f"No passphrase: name a file by --passphrase-file, or set {VARIABLE}."
        raise CommandFailed(message)
    passphrase = unicodedata.normalize("NFC", text.strip())
    if len(passphrase) < SHORTEST_PASSPHRASE:
        message = f"The passphrase is too short: give at least {SHORTEST_PASSPHRASE} characters."
        raise CommandFailed(message)
    return passphrase


def _first_line(file: Path) -> str:
    try:
        if file.stat().st_mode & stat.S_IRWXO:
            message = f"Every account of this machine can read {file}. Run `chmod o= {file}`."
            raise CommandFailed(message)
        return next(iter(file.read_text(encoding="utf-8").splitlines()), "")
    except OSError as error:
        message = f"The file of the passphrase cannot be read: {file}: {error.strerror}."
        raise CommandFailed(message) from error
    except UnicodeDecodeError as error:
        message = f"{file} is no text in UTF-8."
        raise CommandFailed(message) from error


def _passphrase_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help=f"its first line is the passphrase (default {VARIABLE})"
    )


def _backup_options(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("target", nargs="?", type=Path, help="the new archive, or the folder in which it gets a name")
    where.add_argument("--check", type=Path, metavar="FILE", help="only read this archive and compare it with itself")
    _passphrase_option(parser)


def _backup(options: argparse.Namespace) -> Result:
    passphrase = read_passphrase(options.passphrase_file)
    if options.check is not None:
        manifest = _checked(options.check, passphrase)
        return _told(manifest, f"{options.check} is whole.", ok=not manifest.problems)
    with _stopped_in_order(), set_up():
        return _write(options.target, passphrase)


def _write(target: Path, passphrase: str) -> Result:
    from django.conf import settings
    from django.core.files.storage import default_storage
    from django.db import connection

    from lantoa.config.backup.programs import Database
    from lantoa.config.backup.writing import Source, write_backup
    from lantoa.organizations.actors import SYSTEM
    from lantoa.privacy.services.retention import LOCK
    from lantoa.rollcall.services.epochs import record_backup

    if target.is_dir():
        target /= f"lantoa-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.backup"
    source = Source(Database.of(connection.settings_dict), default_storage, settings.SECRET_KEY, LOCK)
    progress = Progress()
    manifest = write_backup(source, target.absolute(), passphrase, progress)
    progress.end()
    size = target.stat().st_size
    record_backup(actor=SYSTEM, archive_id=manifest.archive_id, size=size, problems=len(manifest.problems))
    told = f"{target} was written and read back: {size} bytes."
    return _told(manifest, told, ok=not manifest.problems)


def _checked(archive: Path, passphrase: str) -> "Manifest":
    from lantoa.config.backup.checking import check

    progress = Progress()
    try:
        manifest = check(archive, passphrase, progress)
    except OSError as error:
        message = f"The archive cannot be read: {archive}: {error.strerror}."
        raise CommandFailed(message) from error
    progress.end()
    return manifest


def _told(manifest: "Manifest", first: str, *more: str, ok: bool) -> Result:
    """The answer, with the stored files that had a problem."""
    told = manifest.summary
    lines = [
        first,
        "As of {made_at}: {rows} rows in {tables} tables, {marks} marks, {files} stored files.".format(**told),
        *more,
    ]
    if manifest.problems:
        lines.append("Stored files that the database names and that were missing or damaged when it was written:")
        lines.extend(f"  {problem.kind}: {problem.name}" for problem in manifest.problems)
        lines.append("Put them back from an earlier archive where there is one.")
    return Result(ok=ok, text="\n".join(lines), data=told)


def _restore_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("archive", type=Path, help="what `lantoa backup` wrote")
    _passphrase_option(parser)


def _restore(options: argparse.Namespace) -> Result:
    passphrase = read_passphrase(options.passphrase_file)
    manifest = _checked(options.archive, passphrase)
    with _stopped_in_order(), set_up():
        return _put_back(options.archive, manifest, passphrase)


def _put_back(archive: Path, manifest: "Manifest", passphrase: str) -> Result:
    from django.conf import settings
    from django.core.files.storage import default_storage
    from django.core.management import call_command
    from django.db import connection, transaction

    from lantoa.accounts.models import Session
    from lantoa.config.backup.programs import Database
    from lantoa.config.backup.restoring import Target, end_restore, place, refuse_later
    from lantoa.config.backup.writing import secret_mark
    from lantoa.config.cli.serving import require_supported_database
    from lantoa.config.health import pending_migrations, shipped_migrations
    from lantoa.organizations.actors import SYSTEM
    from lantoa.rollcall.services.epochs import change_epoch

    require_supported_database()
    refuse_later(manifest, shipped_migrations())
    progress = Progress()
    place(archive, manifest, passphrase, Target(Database.of(connection.settings_dict), default_storage), progress)
    if pending_migrations():
        progress("migrations", 0, 1)
        call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        epoch = change_epoch(actor=SYSTEM, archive_id=manifest.archive_id)
        Session.objects.all().delete()  # one that was ended since would open again
        end_restore(connection)
    progress.end()
    same_secret = secret_mark(settings.SECRET_KEY, manifest.archive_id) == manifest.secret
    return _told(
        manifest,
        "The archive was restored; counts and the log of marks agree with it.",
        *_next(epoch.value, same_secret=same_secret),
        ok=True,
    )


def _next(epoch: object, *, same_secret: bool) -> list[str]:
    secret = (
        "LANTOA_SECRET_KEY is the one of the archive: signatures, cards and second factors go on."
        if same_secret
        else "LANTOA_SECRET_KEY is NOT the one of the archive. Put that one back before anybody signs in: "
        "with another, lists on phones, cards and second factors are lost."
    )
    return [
        f"The server's epoch is now {epoch}: phones offer their marks of the last 30 days again.",
        secret,
        "Everybody signs in anew. Whatever was revoked, closed or erased since that moment must be so again.",
        "Not in an archive: the rest of /etc/lantoa/environment, the certificate, the proxy.",
        "Start web and worker, then run `lantoa doctor` and `lantoa recount`.",
    ]


@contextmanager
def _stopped_in_order() -> Iterator[None]:
    """Let the signals by which systemd and a closed terminal stop a program clear up as Ctrl-C does."""
    before = {name: signal.signal(name, _interrupt) for name in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


COMMANDS = (
    Command(
        "backup",
        "write database and stored files into one sealed archive, or check one",
        _backup,
        _backup_options,
        details="As of one moment, while the pages are used; encrypted to a passphrase, read back before it counts. "
        "Ends with 1 where a stored file is missing or damaged too.",
        needs_django=False,
    ),
    Command(
        "restore",
        "put an archive into an empty database",
        _restore,
        _restore_options,
        details="Checks the archive, restores, compares, and gives the server a new epoch. Overwrites nothing.",
        needs_django=False,
    ),
)
