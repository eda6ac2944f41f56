"""Putting an archive into an empty database and its files into the storage, whole or recognisably not."""

import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import Storage

from lantoa.config.backup import reading
from lantoa.config.backup.archive import DATABASE, FILES, members
from lantoa.config.backup.checking import Progress
from lantoa.config.backup.errors import BackupError
from lantoa.config.backup.hashing import Readable, blocks, sha256_of
from lantoa.config.backup.manifest import Copied, Figures, Manifest
from lantoa.config.backup.marker import IS_MARKED, SCHEMA, UNFINISHED, clear_mark, set_mark
from lantoa.config.backup.programs import Database, Program, restore_program, running

LOCK = 770_028
"""The number of the lock that one restore at a time holds in the database."""
RELATIONS = (
    "SELECT count(*) FROM pg_class AS class JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace"
    " WHERE namespace.nspname !~ '^pg_' AND namespace.nspname NOT IN ('information_schema', %s)"
)

NUMBERS_LEFT_FREE, FEW_LEFT_FREE = 10_000_000, 100_000
"""So many numbers of each table are given to nothing after a restore (the second where a table has small ones)."""
_LEAVE_FREE = """
SELECT setval(
  format('%%I.%%I', schemaname, sequencename)::regclass,
  least(coalesce(last_value, start_value) + CASE data_type WHEN 'bigint'::regtype THEN %s ELSE %s END, max_value)
)
FROM pg_sequences WHERE schemaname !~ '^pg_'
"""


@dataclass(frozen=True)
class Target:
    """Where an archive goes."""

    database: Database
    storage: Storage


def refuse_later(manifest: Manifest, shipped: Iterable[tuple[str, str]]) -> None:
    """Raises BackupError where the archive has migrations that this version does not bring."""
    unknown = sorted(set(manifest.migrations) - set(shipped))
    if unknown:
        message = (
            f"The archive was written by a later version of Lan Tỏa ({manifest.version}, with {'.'.join(unknown[0])}). "
            "Install that version, then restore."
        )
        raise BackupError(message)


def place(archive: Path, manifest: Manifest, passphrase: str, target: Target, progress: Progress) -> None:
    """Put files and database in place, compare both with the manifest, and leave the mark of an unfinished restore.

    `manifest` is what a check of this archive gave. Raises BackupError where the database is not empty, a stored file
    of the same name holds something else, or PostgreSQL refuses: then nothing of the archive is left but the mark.
    """
    with target.database.connect() as connection:
        cut_off = _require_empty(connection)
        server = reading.server_version(connection)
        if server < manifest.server:
            message = (
                f"The archive is of PostgreSQL {manifest.server}, this server is {server}. Restore into a later one."
            )
            raise BackupError(message)
        program = restore_program(server, manifest.dump.program)
        present = _present(target.storage, manifest.files, replace=cut_off)
        set_mark(connection)
        added = [file.name for file in manifest.files if file.name not in present]
        with _files_undone_after_error(target.storage, added):
            _unpack(archive, passphrase, manifest, present, target, program, progress)
        connection.execute("ANALYZE")
        found = reading.figures(connection, lambda done, total: progress("comparison", done, total))
    differences = list(_differences(manifest.figures, found))
    if differences:
        message = f"What was restored differs from the archive's manifest: {'; '.join(differences[:10])}. {UNFINISHED}"
        raise BackupError(message)


def _require_empty(connection: reading.Connection) -> bool:
    """Whether an earlier restore was cut off before anything of it was kept.

    Raises BackupError for a used database, or where another restore is under way: its lock goes with its connection.
    """
    if not (connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() or (False,))[0]:
        message = "Another restore into this database is under way. Wait for its end."
        raise BackupError(message)
    (marked,) = connection.execute(IS_MARKED).fetchone() or (False,)
    (relations,) = connection.execute(RELATIONS, [SCHEMA]).fetchone() or (0,)
    if relations and marked:
        raise BackupError(UNFINISHED)
    if relations:
        message = (
            "The database is not empty, and a restore never overwrites one. Stop the services, rename the old database "
            "or name a new one in DATABASE_URL, create it empty, and restore again."
        )
        raise BackupError(message)
    return bool(marked)


def _present(storage: Storage, files: list[Copied], *, replace: bool) -> frozenset[str]:
    """The names that the storage holds already with the same bytes.

    Others of the same name are what a restore that was cut off left behind (`replace`), or a reason to refuse.
    """
    present: set[str] = set()
    for file in files:
        if not storage.exists(file.name):
            continue
        with storage.open(file.name, "rb") as content:
            same = sha256_of(content) == file.sha256
        if same:
            present.add(file.name)
        elif replace:
            storage.delete(file.name)
        else:
            message = (
                f"The stored file {file.name} is there already with another content. Empty the folder of the files, or "
                "name another by LANTOA_DATA_DIR, and restore again."
            )
            raise BackupError(message)
    return frozenset(present)


@contextmanager
def _files_undone_after_error(storage: Storage, added: list[str]) -> Iterator[None]:
    """PostgreSQL takes back what it restored; the files that were added are taken away here.

    The mark stays: whether PostgreSQL was a moment before its commit is not known, and the next restore tells.
    """
    try:
        yield
    except BaseException as error:
        for name in added:
            storage.delete(name)
        if isinstance(error, OSError):
            message = f"A file could not be read or written: {error}. Look at the disks, then restore again."
            raise BackupError(message) from error
        raise


def _unpack(
    archive: Path,
    passphrase: str,
    manifest: Manifest,
    present: frozenset[str],
    target: Target,
    program: Program,
    progress: Progress,
) -> None:
    sums = {file.name: file.sha256 for file in manifest.files}
    with archive.open("rb") as stream:
        found = members(stream, passphrase)
        for number, (member, _size, content) in enumerate(found):
            if member.startswith(DATABASE):
                _restore_database(program, target.database, _dump(content, found, manifest.dump.size, progress))
                return
            name = member.removeprefix(FILES)
            progress("stored files", number, len(sums))
            if name not in present:
                _save(target.storage, name, content, sums[name])


def _save(storage: Storage, name: str, content: IO[bytes], sha256: str) -> None:
    kept = storage.save(name, File(content, name=name))
    with storage.open(kept, "rb") as saved:
        whole = kept == name and sha256_of(saved) == sha256
    if not whole:
        storage.delete(kept)
        message = f"The stored file {name} could not be put in its place. Look at the disk of the files."
        raise BackupError(message)


def _dump(
    first: Readable, rest: Iterator[tuple[str, int, IO[bytes]]], size: int, progress: Progress
) -> Iterator[bytes]:
    """The dump in blocks, from its first part on, which is open already; the archive is read to its end."""
    done = 0
    parts = (content for name, _size, content in rest if name.startswith(DATABASE))
    for part in itertools.chain([first], parts):
        for block in blocks(part):
            progress("database", done, size)
            done += len(block)
            yield block


def _restore_database(program: Program, database: Database, dump: Iterator[bytes]) -> None:
    """All of it in one transaction. Raises BackupError with PostgreSQL's own words."""
    wanted = ("--format=custom", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    with running(program, database, *wanted, reads=True) as (sink, ending):
        try:
            for block in dump:
                sink.write(block)
            sink.close()
        except BrokenPipeError:
            pass  # it has ended before its input; its own words say why
        ending.require_success()


def _differences(wanted: Figures, found: Figures) -> Iterator[str]:
    for table in sorted(wanted.tables.keys() | found.tables.keys()):
        before, after = wanted.tables.get(table), found.tables.get(table)
        if before != after:
            yield f"{table}: {before} rows in the archive, {after} here"
    if (wanted.events, wanted.events_sha256) != (found.events, found.events_sha256):
        yield "the log of marks is another"


def end_restore(connection: Any) -> None:
    """Leave free the numbers that were given out after the archive was made, and take the mark away, in the transaction
    of the caller.

    Phones hold lists, and marks of people on them, whose numbers this database does not know: given out again, they
    would be another session's and other people's.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE_FREE, [NUMBERS_LEFT_FREE, FEW_LEFT_FREE])
        clear_mark(cursor)
