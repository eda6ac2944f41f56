"""An archive: sealed, whole or refused, and written in its place or not at all."""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db.models import FileField

from lantoa.config.backup import programs, sealing, writing
from lantoa.config.backup.archive import members, written
from lantoa.config.backup.checking import check
from lantoa.config.backup.errors import BackupError
from lantoa.config.backup.manifest import Copied, Dump, Figures, Manifest, Problem
from lantoa.config.backup.restoring import refuse_later
from lantoa.config.backup.sealing import SealedReader, SealedWriter
from lantoa.config.cli import backups, main
from lantoa.config.cli.backups import read_passphrase
from lantoa.config.cli.commands import CommandFailed

PASSPHRASE = "bản Sin Suối Hồ có mười hai nóc nhà"
HEADER, SEALED_CHUNK = 35, (1 << 20) + 16
"""As docs/adr/0040 tells the format."""
FILE, DUMP = b"%PDF-1.7 of a plan", b"PGDMP and what follows"


def silent(part: str, done: int, total: int) -> None:
    assert part
    assert done >= 0


@pytest.fixture(scope="module", autouse=True)
def cheap_keys() -> Iterator[None]:
    """An eighth of the time and the memory for each key; the archive says so itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "COST", 14)
        yield


def manifest(**other: object) -> Manifest:
    told: dict[str, object] = {
        "archive_id": "a",
        "made_at": "2026-11-26T02:00:00+00:00",
        "version": "0.1.0",
        "server": 15,
        "epoch": "e",
        "migrations": [("audit", "0001_initial")],
        "figures": Figures({"public.audit_entry": 2}, 0, hashlib.sha256().hexdigest()),
        "files": [Copied("2026/11/a.pdf", len(FILE), hashlib.sha256(FILE).hexdigest())],
        "problems": [],
        "dump": Dump(1, len(DUMP), hashlib.sha256(DUMP).hexdigest(), 15),
        "secret": "s",
    }
    return Manifest(**{**told, **other})  # type: ignore[arg-type]


def write(path: Path, *parts: tuple[str, bytes]) -> Path:
    with path.open("wb") as stream, written(stream, PASSPHRASE) as archive:
        for name, content in parts:
            archive.add(name, content)
    return path


def sound(told: Manifest) -> tuple[tuple[str, bytes], ...]:
    return (("files/2026/11/a.pdf", FILE), ("database/00000001", DUMP), ("manifest.json", told.to_bytes()))


@pytest.fixture(scope="module")
def sealed(cheap_keys: None) -> bytes:
    """Three chunks and a half, sealed."""
    stream = io.BytesIO()
    writer = SealedWriter(stream, PASSPHRASE)
    writer.write(bytes(7 << 19))
    writer.finish()
    return stream.getvalue()


def opened(sealed: bytes, passphrase: str = PASSPHRASE) -> bytes:
    reader = SealedReader(io.BytesIO(sealed), passphrase)
    return b"".join(iter(lambda: reader.read(100_000), b""))


def chunk(number: int) -> slice:
    return slice(HEADER + number * SEALED_CHUNK, HEADER + (number + 1) * SEALED_CHUNK)


def flipped(sealed: bytes, place: int) -> bytes:
    return sealed[:place] + bytes((sealed[place] ^ 1,)) + sealed[place + 1 :]


def test_what_was_sealed_is_opened_again(sealed: bytes) -> None:
    assert opened(sealed) == bytes(7 << 19)
    assert bytes(64) not in sealed


def test_the_format_is_the_one_that_is_written_down(sealed: bytes) -> None:
    header = sealed[:HEADER]
    assert header[:19] == b"LANTOA BACKUP 1\n" + bytes((14, 8, 1))
    key = hashlib.scrypt(PASSPHRASE.encode(), salt=header[19:], n=1 << 14, r=8, p=1, maxmem=1 << 28, dklen=32)
    first = AESGCM(key).decrypt(bytes(12), sealed[chunk(0)], header)
    last = AESGCM(key).decrypt((3).to_bytes(11, "big") + b"\1", sealed[chunk(3)], header)
    assert (len(first), len(last)) == (1 << 20, 1 << 19)


def test_the_recipe_that_is_written_down_opens_an_archive(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs/adr/0040-backups-are-one-sealed-file.md").read_text()
    recipe = text.partition("```python\n")[2].partition("```")[0]
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n")
    archive = write(tmp_path / "a.backup", *sound(manifest()), ("more", bytes(3 << 20)))
    done = subprocess.run(
        [sys.executable, "-c", recipe, str(tmp_path / "passphrase")],
        input=archive.read_bytes(),
        capture_output=True,
        check=True,
    )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        assert tar.extractfile("database/00000001").read() == DUMP  # type: ignore[union-attr]


def test_two_archives_of_the_same_share_nothing() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for stream in (first, second):
        writer = SealedWriter(stream, PASSPHRASE)
        writer.write(b"the same")
        writer.finish()
    assert first.getvalue()[HEADER:] != second.getvalue()[HEADER:]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a bit of the first chunk": lambda sealed: flipped(sealed, HEADER + 9),
    "a bit of the salt": lambda sealed: flipped(sealed, HEADER - 1),
    "a bit of a later chunk": lambda sealed: flipped(sealed, HEADER + 2 * SEALED_CHUNK + 5),
    "the last bit": lambda sealed: flipped(sealed, len(sealed) - 1),
    "cut within a chunk": lambda sealed: sealed[:-1],
    "cut between two chunks": lambda sealed: sealed[: HEADER + 2 * SEALED_CHUNK],
    "nothing behind the beginning": lambda sealed: sealed[:HEADER],
    "something behind the end": lambda sealed: sealed + b"\0",
    "the end twice": lambda sealed: sealed + sealed[chunk(3)],
    "two chunks changed places": lambda sealed: (
        sealed[:HEADER] + sealed[chunk(1)] + sealed[chunk(0)] + sealed[chunk(2)] + sealed[chunk(3)]
    ),
    "a chunk left out": lambda sealed: sealed[: HEADER + SEALED_CHUNK] + sealed[chunk(2)] + sealed[chunk(3)],
    "another kind of file": lambda sealed: b"PK" + sealed,
    "an empty file": lambda sealed: b"",
    "a key that costs all memory": lambda sealed: sealed[:16] + b"\x1f" + sealed[17:],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_archive_is_refused(damage: Callable[[bytes], bytes], sealed: bytes) -> None:
    with pytest.raises(BackupError, match=r"damaged|no backup|cut off"):
        opened(damage(sealed))


def test_another_passphrase_opens_nothing(sealed: bytes) -> None:
    with pytest.raises(BackupError, match="passphrase is wrong"):
        opened(sealed, PASSPHRASE.upper())


def test_the_content_is_a_tar_that_common_tools_read(tmp_path: Path) -> None:
    archive = write(tmp_path / "a.backup", *sound(manifest()))
    with tarfile.open(fileobj=io.BytesIO(opened(archive.read_bytes()))) as tar:
        assert tar.getnames() == ["files/2026/11/a.pdf", "database/00000001", "manifest.json"]


def test_a_whole_archive_gives_its_manifest(tmp_path: Path) -> None:
    told = manifest(problems=[Problem("2026/11/b.pdf", "missing")])
    assert check(write(tmp_path / "a.backup", *sound(told)), PASSPHRASE, silent) == told


MISMATCHES: dict[str, tuple[tuple[tuple[str, bytes], ...], str]] = {
    "another file": ((("files/2026/11/a.pdf", b"else"), *sound(manifest())[1:]), "stored files"),
    "a file left out": (sound(manifest())[1:], "stored files"),
    "another dump": ((sound(manifest())[0], ("database/00000001", b"else"), sound(manifest())[2]), "dump"),
    "parts changed places": ((("database/00000002", DUMP), ("database/00000001", DUMP)), "not in its place"),
    "no manifest": (sound(manifest())[:2], "no manifest"),
    "something behind the manifest": ((*sound(manifest()), ("files/b", b"")), "behind its manifest"),
    "another format": ((("manifest.json", json.dumps({"format": "lantoa-backup-9"}).encode()),), "later version"),
}


@pytest.mark.parametrize(("parts", "reason"), MISMATCHES.values(), ids=MISMATCHES.keys())
def test_an_archive_that_contradicts_itself_is_refused(
    parts: tuple[tuple[str, bytes], ...], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match=reason):
        check(write(tmp_path / "a.backup", *parts), PASSPHRASE, silent)


def test_what_is_sealed_but_no_tar_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    writer = SealedWriter(stream, PASSPHRASE)
    writer.write(b"no tar at all" * 100)
    writer.finish()
    with pytest.raises(BackupError, match="cannot be read"):
        list(members(io.BytesIO(stream.getvalue()), PASSPHRASE))


def test_an_archive_of_a_later_version_is_refused() -> None:
    refuse_later(manifest(), [("audit", "0001_initial"), ("audit", "0002_triggers")])
    with pytest.raises(BackupError, match=r"later version .*0\.1\.0.*audit\.0001_initial"):
        refuse_later(manifest(), [])


def test_files_that_are_missing_or_damaged_are_told_and_the_rest_is_kept(tmp_path: Path) -> None:
    storage = InMemoryStorage()
    for name in ("good", "changed"):
        storage.save(name, ContentFile(name.encode()))
    wanted = hashlib.sha256(b"good").hexdigest()
    with (tmp_path / "a").open("wb") as stream, written(stream, PASSPHRASE) as archive:
        named = [("changed", wanted), ("good", wanted), ("lost", wanted)]
        copied, problems = writing._add_files(storage, named, archive, silent)
    assert [file.name for file in copied] == ["changed", "good"]
    assert problems == [Problem("changed", "damaged"), Problem("lost", "missing")]
    with (tmp_path / "a").open("rb") as back:
        assert {name: content.read() for name, _, content in members(back, PASSPHRASE)} == {
            "files/changed": b"changed",
            "files/good": b"good",
        }


def test_a_full_disk_leaves_no_half_archive(tmp_path: Path) -> None:
    def filled() -> None:
        with (
            writing._in_its_place(tmp_path / "a.backup") as unfinished,
            Path("/dev/full").open("wb") as full,
            written(full, PASSPHRASE) as archive,
        ):
            assert unfinished.parent == tmp_path
            archive.add("files/a", bytes(3 << 20))

    with pytest.raises(BackupError, match="no room"):
        filled()
    assert list(tmp_path.iterdir()) == []


def test_an_error_leaves_no_half_archive_and_the_end_is_for_its_owner_alone(tmp_path: Path) -> None:
    def stopped() -> None:
        with writing._in_its_place(tmp_path / "a.backup"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert list(tmp_path.iterdir()) == []
    with writing._in_its_place(tmp_path / "a.backup") as unfinished:
        assert unfinished.stat().st_mode & 0o777 == 0o600
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [("a.backup", 0o600)]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nowhere"), writing._in_its_place(tmp_path / "nowhere" / "a.backup"):
        pass


def test_every_file_that_a_row_names_is_one_that_a_backup_copies() -> None:
    fields = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    }
    made_anew = {"portal.PictureRendition.file"}
    of_wagtail = {"wagtaildocs.Document.file", "wagtailimages.Image.file", "wagtailimages.Rendition.file"}
    unused = {*of_wagtail, "wagtailcore.UploadedFile.file", "wagtailusers.UserProfile.avatar"}
    copied = {"files.StoredFile.content", "portal.Picture.file", "portal.Attachment.file"}
    assert fields == copied | made_anew | unused


@pytest.fixture
def programs_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets only programs of these versions be found."""

    def only(*majors: int) -> None:
        folders = []
        for major in majors:
            folder = tmp_path / str(major)
            folder.mkdir()
            for name in ("pg_dump", "pg_restore"):
                (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {major}.3'\n")
                (folder / name).chmod(0o755)
            folders.append(folder)
        monkeypatch.setattr(programs, "_folders", lambda name: folders)

    return only


def test_the_programs_of_the_server_s_version_are_preferred(programs_of: Callable[..., None]) -> None:
    programs_of(18, 15, 16, 17)
    assert programs.dump_program(16).major == 16
    assert programs.restore_program(17, 15).major == 17


def test_others_are_taken_where_they_do(programs_of: Callable[..., None]) -> None:
    programs_of(15, 18)
    assert programs.dump_program(16).major == 18
    assert programs.restore_program(17, 15).major == 15
    assert programs.restore_program(17, 16).major == 18


def test_what_to_install_is_said_where_none_does(programs_of: Callable[..., None]) -> None:
    programs_of(15)
    with pytest.raises(BackupError, match=r"no pg_dump of PostgreSQL 17.*postgresql-client-17"):
        programs.dump_program(17)
    with pytest.raises(BackupError, match=r"no pg_restore of PostgreSQL 16.*postgresql-client-17"):
        programs.restore_program(17, 16)


def test_another_secret_is_told_apart() -> None:
    assert writing.secret_mark("one", "a") != writing.secret_mark("two", "a")
    assert any("NOT the one of the archive" in line for line in backups._next("e", same_secret=False))


def test_a_password_stands_on_no_command_line() -> None:
    settings = {
        "NAME": "lantoa",
        "HOST": "db",
        "PORT": "",
        "USER": "lantoa",
        "PASSWORD": "hidden",
        "OPTIONS": {"pool": {}, "prepare_threshold": 2, "sslmode": "require"},
    }
    database = programs.Database.of(settings)
    assert database.password == "hidden"
    assert "hidden" not in database.address
    assert sorted(database.address.split()) == ["dbname=lantoa", "host=db", "sslmode=require", "user=lantoa"]


def test_the_passphrase_comes_from_a_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE}\n# kept in the safe too\n")
    file.chmod(0o640)
    monkeypatch.setenv("LANTOA_BACKUP_PASSPHRASE", "another passphrase than the file's")
    assert read_passphrase(file) == PASSPHRASE
    assert read_passphrase(None) == "another passphrase than the file's"


@pytest.mark.parametrize(
    ("content", "mode", "reason"),
    [
        (b"short\n", 0o600, "too short"),
        (b"", 0o600, "too short"),
        (PASSPHRASE.encode(), 0o644, "Every account"),
        (b"\xff" * 20, 0o600, "no text"),
        (None, 0o600, "cannot be read"),
    ],
)
def test_a_passphrase_that_does_not_do_is_refused(
    content: bytes | None, mode: int, reason: str, tmp_path: Path
) -> None:
    file = tmp_path / "passphrase"
    if content is not None:
        file.write_bytes(content)
        file.chmod(mode)
    with pytest.raises(CommandFailed, match=reason):
        read_passphrase(file)


def test_no_passphrase_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LANTOA_BACKUP_PASSPHRASE", raising=False)
    with pytest.raises(CommandFailed, match="--passphrase-file"):
        read_passphrase(None)


def test_check_tells_what_an_archive_holds_and_which_files_lacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANTOA_BACKUP_PASSPHRASE", PASSPHRASE)
    good = write(tmp_path / "good", *sound(manifest()))
    lacking = write(tmp_path / "lacking", *sound(manifest(problems=[Problem("2026/11/b.pdf", "missing")])))
    assert main(["backup", "--check", str(good)]) == 0
    assert "2 rows in 1 tables, 0 marks, 1 stored files" in capsys.readouterr().out
    assert main(["backup", "--check", str(lacking), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["problems"] == [{"name": "2026/11/b.pdf", "kind": "missing"}]
    assert main(["backup", "--check", str(tmp_path / "none")]) == 1
    assert "none" in capsys.readouterr().err
