"""The drill: an installation is backed up while marks arrive, restored beside it, and compared by our own SQL."""

import hashlib
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as loaded
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from pytest_django import Settings
from wagtail.models import Collection

from lantoa.attendance.enums import MarkStatus
from lantoa.audit.models import Entry
from lantoa.config.backup import sealing
from lantoa.config.backup.archive import written
from lantoa.config.backup.errors import BackupError
from lantoa.config.backup.manifest import Copied, Dump, Figures, Manifest
from lantoa.config.backup.programs import Database
from lantoa.config.backup.restoring import Target, place
from lantoa.config.backup.writing import Source, write_backup
from lantoa.config.cli import doctor, main
from lantoa.config.cli.commands import CommandFailed
from lantoa.config.cli.doctor import Level
from lantoa.config.cli.serving import require_whole_database
from lantoa.files.models import StoredFile
from lantoa.portal.models import Attachment
from lantoa.rollcall.models import Epoch
from tests.attendance.factories import Scene, make_event, make_scene
from tests.organizations.factories import make_user

PASSPHRASE = "bản Sin Suối Hồ có mười hai nóc nhà"
MARKS = (
    "SELECT count(*), encode(sha256(convert_to(coalesce("
    "string_agg(event_id || ' ' || payload_sha256 || E'\\n', '' ORDER BY arrival), ''), 'UTF8')), 'hex')"
    " FROM attendance_attendanceevent"
)
TABLES = (
    "SELECT table_name FROM information_schema.tables"
    " WHERE table_type = 'BASE TABLE' AND table_schema = 'public' ORDER BY 1"
)
CONTENTS = ("%PDF-1.7 kế hoạch".encode(), bytes(range(256)) * 9_000)


def silent(part: str, done: int, total: int) -> None:
    assert part


def address(name: str) -> str:
    """The address of a database on the server of this run."""
    given = connection.settings_dict
    return psycopg.conninfo.make_conninfo(
        dbname=name, **{key: given[key.upper()] for key in ("host", "port", "user", "password") if given[key.upper()]}
    )


@pytest.fixture
def beside() -> Iterator[str]:
    """The name of an empty database on the same server."""
    name = f"{connection.settings_dict['NAME']}_beside"
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
        yield name
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    monkeypatch.setattr(sealing, "COST", 14)
    monkeypatch.setenv("LANTOA_BACKUP_PASSPHRASE", PASSPHRASE)
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    """A campaign with marks, two stored files, one of an article, and the rows that emptying took away."""
    Epoch.objects.get_or_create(pk=1)
    scene = make_scene(people=4)
    for entry in scene.entries:
        make_event(scene.site, entry, MarkStatus.PRESENT, recorder=scene.clerk)
    uploader = make_user()
    for content in CONTENTS:
        file = StoredFile(
            client_id=uuid.uuid4(),
            name="ke-hoach.pdf",
            content_type="application/pdf",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            no_secrecy_declared=True,
            uploaded_by=uploader,
        )
        file.content.save(f"{uuid.uuid4().hex}.pdf", ContentFile(content))
    attachment = Attachment(title="Kế hoạch", collection=Collection.add_root(name="Gốc"))
    attachment.file.save("ke-hoach.pdf", ContentFile(CONTENTS[0]))
    return scene


def asked(name: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address(name)) as database:
        return database.execute(query.encode()).fetchall()


def counted(name: str) -> dict[str, int]:
    """The rows of every table."""
    names = [table for (table,) in asked(name, TABLES)]
    query = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in names)
    return {str(table): int(count) for table, count in asked(name, query)}


def arriving(scene: Scene) -> Callable[[str, int, int], None]:
    """Records a mark, of a server process of its own, whenever the backup tells how far it is."""

    def progress(part: str, done: int, total: int) -> None:
        with psycopg.connect(address(connection.settings_dict["NAME"])) as other:
            columns = "device_id, session_id, site_id, entry_id, status, method, rank, reason_class, recorder_id"
            other.execute(
                f"INSERT INTO attendance_attendanceevent (event_id, seq, wall_time, received_at, payload_sha256, late,"
                f" flags, {columns}) SELECT gen_random_uuid(), 1000 + (SELECT max(arrival) FROM"
                f" attendance_attendanceevent), now(), now(), %s, false, 0, {columns} FROM attendance_attendanceevent"
                " ORDER BY arrival LIMIT 1",
                ["f" * 64],
            )

    return progress


def garbage(folder: Path, program: int) -> tuple[Path, Manifest]:
    """An archive that is whole and whose dump PostgreSQL does not understand."""
    content, dump = b"a stored file", b"PGDMP and nothing more"
    path = folder / "garbage.backup"
    with path.open("wb") as stream, written(stream, PASSPHRASE) as archive:
        archive.add("files/2026/11/only.pdf", content)
        archive.add("database/00000001", dump)
    manifest = Manifest(
        archive_id="",
        made_at="",
        version="",
        server=15,
        epoch="",
        migrations=[],
        figures=Figures({}, 0, ""),
        files=[Copied("2026/11/only.pdf", len(content), hashlib.sha256(content).hexdigest())],
        problems=[],
        dump=Dump(1, len(dump), hashlib.sha256(dump).hexdigest(), program),
        secret="",
    )
    return path, manifest


def test_what_was_backed_up_while_marks_arrived_comes_back(scene: Scene, beside: str, tmp_path: Path) -> None:
    source = connection.settings_dict["NAME"]
    marks, rows, epoch = asked(source, MARKS), counted(source), Epoch.objects.get().value
    archive = tmp_path / "a.backup"
    told = write_backup(
        Source(Database.of(connection.settings_dict), default_storage, loaded.SECRET_KEY, 4711),
        archive,
        PASSPHRASE,
        arriving(scene),
    )
    assert asked(source, MARKS) > marks, "marks arrived meanwhile"
    assert [(told.figures.events, told.figures.events_sha256)] == marks
    assert {name.removeprefix("public."): count for name, count in told.figures.tables.items()} == rows

    elsewhere = tmp_path / "elsewhere"
    target = Target(Database(address(beside)), FileSystemStorage(elsewhere / "files"))
    useless, its_manifest = garbage(tmp_path, told.dump.program)
    with pytest.raises(BackupError, match="pg_restore"):
        place(useless, its_manifest, PASSPHRASE, target, silent)
    assert [path for path in elsewhere.rglob("*") if path.is_file()] == []
    assert asked(beside, TABLES) == []
    assert asked(beside, "SELECT to_regnamespace('lantoa_restore') IS NOT NULL") == [(True,)]

    done = subprocess.run(
        [sys.executable, "-m", "lantoa", "restore", str(archive), "--json"],
        env={**os.environ, "DATABASE_URL": url(beside), "LANTOA_DATA_DIR": str(elsewhere)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "LANTOA_SECRET_KEY is the one of the archive" in json.loads(done.stdout)["message"]
    assert asked(beside, MARKS) == marks
    restored = counted(beside)
    new = {table: count for table, count in restored.items() if count != rows[table]}
    assert new == {"audit_entry": 1, "audit_rowchange": rows["audit_rowchange"] + 1}, "only the change of the epoch"
    assert asked(beside, "SELECT value FROM rollcall_epoch") != [(epoch,)]
    assert asked(beside, "SELECT to_regnamespace('lantoa_restore') IS NULL") == [(True,)]
    given_out_since = make_scene(people=3)
    for row in (given_out_since.session, given_out_since.site, given_out_since.first, make_user()):
        again = asked(beside, f"SELECT nextval(pg_get_serial_sequence('{row._meta.db_table}', 'id'))")
        assert again > [(row.pk,)], "phones would speak of another row"
    for file in (*(kept.content for kept in StoredFile.objects.all()), Attachment.objects.get().file):
        assert (elsewhere / "files" / str(file.name)).read_bytes() == Path(file.path).read_bytes()

    with pytest.raises(BackupError, match="not empty"):
        place(archive, told, PASSPHRASE, target, silent)
    with psycopg.connect(address(beside), autocommit=True) as database:
        database.execute("CREATE SCHEMA lantoa_restore")
    with pytest.raises(BackupError, match="not finished"):
        place(archive, told, PASSPHRASE, target, silent)


def url(name: str) -> str:
    given = connection.settings_dict
    who = f"{given['USER']}:{given['PASSWORD']}".rstrip(":")
    return f"postgresql://{who}@:{given['PORT']}/{name}?host={given['HOST']}".replace("@:/", "@/")


def test_the_command_writes_the_backup_down_and_doctor_tells_of_it(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (before,) = doctor.check_backup()
    assert (before.name, before.level) == ("backup", Level.WARN)
    folder = tmp_path / "archives"
    folder.mkdir()
    assert main(["backup", str(folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    (archive,) = folder.iterdir()
    assert archive.name.startswith("lantoa-")
    assert archive.stat().st_mode & 0o777 == 0o600
    assert Entry.objects.get(action="rollcall.record_backup").facts == {
        "archive": answer["archive"],
        "size": archive.stat().st_size,
        "problems": 0,
    }
    (after,) = doctor.check_backup()
    assert after.level is Level.OK

    assert main(["backup", str(archive)]) == 1
    assert "there already" in capsys.readouterr().err
    default_storage.delete(str(StoredFile.objects.earliest("pk").content.name))
    assert main(["backup", str(tmp_path / "b.backup"), "--json"]) == 1
    assert [problem["kind"] for problem in json.loads(capsys.readouterr().out)["problems"]] == ["missing"]
    (lacking,) = doctor.check_backup()
    assert (lacking.level, "1 stored files" in lacking.message) == (Level.WARN, True)


@pytest.mark.django_db
def test_an_old_backup_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    Entry.objects.create(
        action="rollcall.record_backup", object_type="rollcall.epoch", object_id="1", facts={"problems": 0}
    )
    monkeypatch.setattr(doctor, "LONGEST_WITHOUT_BACKUP", -doctor.LONGEST_WITHOUT_BACKUP)
    (check,) = doctor.check_backup()
    assert check.level is Level.WARN
    assert "timer" in check.advice


@pytest.mark.django_db
def test_what_a_restore_left_half_is_not_served() -> None:
    require_whole_database()
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA lantoa_restore")
    with pytest.raises(CommandFailed, match="not finished"):
        require_whole_database()
    (check,) = doctor.check_backup()
    assert (check.name, check.level) == ("restore", Level.FAIL)


@pytest.mark.django_db
def test_what_is_no_whole_installation_is_not_backed_up(beside: str, tmp_path: Path) -> None:
    with psycopg.connect(address(beside), autocommit=True) as database:
        database.execute("CREATE SCHEMA lantoa_restore")
    source = Source(Database(address(beside)), default_storage, "secret", 4711)
    with pytest.raises(BackupError, match="not finished"):
        write_backup(source, tmp_path / "a.backup", PASSPHRASE, silent)
    with psycopg.connect(address(beside), autocommit=True) as database:
        database.execute("DROP SCHEMA lantoa_restore")
    with pytest.raises(BackupError, match="lantoa migrate"):
        write_backup(source, tmp_path / "a.backup", PASSPHRASE, silent)
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.django_db
def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    source = Source(Database(address("no_such_database")), default_storage, "secret", 4711)
    with pytest.raises(BackupError, match="database refused"):
        write_backup(source, tmp_path / "a.backup", PASSPHRASE, silent)


@pytest.mark.django_db
def test_stored_files_of_another_content_are_not_overwritten(beside: str, tmp_path: Path) -> None:
    archive, manifest = garbage(tmp_path, 15)
    storage = FileSystemStorage(tmp_path / "elsewhere")
    target = Target(Database(address(beside)), storage)
    storage.save("2026/11/only.pdf", ContentFile(b"something else"))
    with pytest.raises(BackupError, match=r"only\.pdf is there already"):
        place(archive, manifest, PASSPHRASE, target, silent)
    with storage.open("2026/11/only.pdf") as kept:
        assert kept.read() == b"something else"
    assert asked(beside, "SELECT to_regnamespace('lantoa_restore') IS NULL") == [(True,)]


@pytest.mark.django_db
def test_an_earlier_server_is_refused(beside: str, tmp_path: Path) -> None:
    archive, manifest = garbage(tmp_path, 15)
    later = Manifest(**{**vars(manifest), "server": 99})
    with pytest.raises(BackupError, match="PostgreSQL 99"):
        place(archive, later, PASSPHRASE, Target(Database(address(beside)), default_storage), silent)
