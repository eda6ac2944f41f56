"""Making an archive: one moment of the database, the files that it names, sealed, read back, put in its place."""

import errno
import hashlib
import hmac
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from django.core.files.storage import Storage

from lantoa.config.backup import reading
from lantoa.config.backup.archive import FILES, MANIFEST, Archive, part_name, written
from lantoa.config.backup.checking import Progress, check
from lantoa.config.backup.errors import BackupError
from lantoa.config.backup.hashing import Measured, Readable
from lantoa.config.backup.manifest import Copied, Dump, Manifest, Problem
from lantoa.config.backup.marker import SCHEMA
from lantoa.config.backup.programs import Database, dump_program, running

PART = 8 << 20
"""Bytes of the dump in one member: its length is not known before it ends, and a member of a tar states its own."""
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Source:
    """What is backed up. `lock` is the number of the lock that keeps stored files from being deleted."""

    database: Database
    storage: Storage
    secret: str
    lock: int


def secret_mark(secret: str, archive_id: str) -> str:
    """A MAC over the archive's number by the server's secret, hex: alike only where the secret is the same."""
    return hmac.new(secret.encode(), f"lantoa backup {archive_id}".encode(), hashlib.sha256).hexdigest()


def write_backup(source: Source, target: Path, passphrase: str, progress: Progress) -> Manifest:
    """Write the archive `target` and return what was read back from it.

    A file that is missing or damaged is a problem in the manifest, and the rest is kept. Raises BackupError where no
    whole archive can be made; then nothing is left at `target` or beside it.
    """
    if target.exists():
        message = f"{target} is there already. Name another file, or a folder."
        raise BackupError(message)
    with _in_its_place(target) as unfinished:
        with unfinished.open("wb", buffering=1 << 20) as stream:
            with written(stream, passphrase) as archive:
                manifest = _fill(source, archive, progress)
            _bring_to_disk(stream)
        if check(unfinished, passphrase, progress) != manifest:
            message = "What was read back from the archive is not what was written. Look at the disk, then try again."
            raise BackupError(message)
    return manifest


@contextmanager
def _in_its_place(target: Path) -> Iterator[Path]:
    """A file beside `target`, for its owner alone, which takes that name at the end and is gone after an error."""
    unfinished: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        os.close(handle)
        unfinished = Path(name)
        yield unfinished
        unfinished.replace(target)
        _bring_folder_to_disk(target.parent)
    except OSError as error:
        message = f"The archive cannot be written into {target.parent}: {error.strerror}."
        if error.errno in FULL:
            message = f"There is no room for the archive in {target.parent}. Free some, or name another disk."
        raise BackupError(message) from error
    finally:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)


def _fill(source: Source, archive: Archive, progress: Progress) -> Manifest:
    """Put everything of one moment into the archive. Files go first: the database is restored last, in one piece."""
    with reading.snapshot(source.database, source.lock) as moment:
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        archive_id = str(uuid.uuid4())
        files, problems = _add_files(source.storage, reading.stored_files(moment.connection), archive, progress)
        dump = _add_dump(source.database, moment, archive, progress)
        manifest = Manifest(
            archive_id=archive_id,
            made_at=made_at,
            version=version("lantoa"),
            server=moment.server,
            epoch=reading.epoch(moment.connection),
            migrations=reading.migrations(moment.connection),
            figures=reading.figures(moment.connection, lambda done, total: progress("counts", done, total)),
            files=files,
            problems=problems,
            dump=dump,
            secret=secret_mark(source.secret, archive_id),
        )
    archive.add(MANIFEST, manifest.to_bytes())
    return manifest


def _add_files(
    storage: Storage, named: list[tuple[str, str]], archive: Archive, progress: Progress
) -> tuple[list[Copied], list[Problem]]:
    copied: list[Copied] = []
    problems: list[Problem] = []
    for number, (name, sha256) in enumerate(named):
        progress("stored files", number, len(named))
        found = _add_file(storage, name, archive)
        if found is None:
            problems.append(Problem(name, "missing"))
            continue
        copied.append(found)
        if sha256 and found.sha256 != sha256:
            problems.append(Problem(name, "damaged"))
    return copied, problems


def _add_file(storage: Storage, name: str, archive: Archive) -> Copied | None:
    """What was copied; None where the storage lacks it. Raises BackupError where it cannot be read."""
    try:
        size = storage.size(name)
        opened = storage.open(name, "rb")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BackupError(_unreadable(name, error)) from error
    with opened as content:
        passing = _Passing(name, content)
        archive.add_stream(f"{FILES}{name}", size, passing)
    return Copied(name, passing.measured.size, passing.measured.sha256)


class _Passing:
    """A stored file on its way: measured, and its failures told as its own and not as those of the archive."""

    def __init__(self, name: str, content: Readable) -> None:
        self._name = name
        self._content = content
        self.measured = Measured()

    def read(self, size: int, /) -> bytes:
        try:
            found = self._content.read(size)
        except OSError as error:
            raise BackupError(_unreadable(self._name, error)) from error
        self.measured.take(found)
        return found


def _unreadable(name: str, error: OSError) -> str:
    return f"The stored file {name} cannot be read: {error.strerror}. Look at the disk and at its owner."


def _add_dump(database: Database, moment: reading.Snapshot, archive: Archive, progress: Progress) -> Dump:
    program = dump_program(moment.server)
    digest, parts, size = hashlib.sha256(), 0, 0
    wanted = (
        "--format=custom",
        f"--snapshot={moment.name}",
        "--no-owner",
        "--no-privileges",
        f"--exclude-schema={SCHEMA}",
    )
    with running(program, database, *wanted, reads=False) as (output, ending):
        while part := output.read(PART):
            parts += 1
            size += len(part)
            digest.update(part)
            archive.add(part_name(parts), part)
            progress("database", min(size, moment.size), moment.size)
        ending.require_success()
    return Dump(parts=parts, size=size, sha256=digest.hexdigest(), program=program.major)


def _bring_to_disk(stream: BinaryIO) -> None:
    """Wait until the disk has it, and forget what memory keeps of it: it shall be read back from the disk."""
    stream.flush()
    os.fsync(stream.fileno())
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _bring_folder_to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
