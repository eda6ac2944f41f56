"""The command `lantoa`: help, exit codes, JSON, and what it says when it refuses."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.utils import translation
from pytest_django.fixtures import Settings

from lantoa.config.cli import COMMANDS, main
from lantoa.config.cli.commands import CommandFailed, failure_of
from lantoa.config.cli.imports import day
from lantoa.config.cli.serving import port_number, require_free, require_supported_database, require_whole_database
from lantoa.organizations.enums import Role, Tree, UnitKind
from lantoa.organizations.models import Unit
from tests.organizations.factories import make_person, make_unit, make_user

Output = pytest.CaptureFixture[str]


def answer(output: Output) -> dict[str, object]:
    found: dict[str, object] = json.loads(output.readouterr().out)
    return found


def test_help_names_every_command(capsys: Output) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(command.name in text for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help_and_json(command: object, capsys: Output) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command.name, "--help"])  # type: ignore[attr-defined]
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [[], ["fly"], ["serve", "--port", "80000"], ["import-units"], ["recount", "--campaign", "x"]]
)
def test_a_wrong_call_ends_with_two(words: list[str], capsys: Output) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandFailed, match=f"Port {port} is in use.*LANTOA_PORT={port + 1}"):
            require_free("127.0.0.1", port)
    require_free("127.0.0.1", port)


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(CommandFailed, match=r"Cannot listen on 192\.0\.2\.1"):
        require_free("192.0.2.1", 8000)


LOOK_AND_COUNT = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
from django.apps import apps
from django.db.backends.postgresql.base import DatabaseWrapper
from lantoa.config.cli.serving import COMMANDS, require_whole_database
(serve,) = (command for command in COMMANDS if command.name == "serve")
require_whole_database()
print(len(DatabaseWrapper._connection_pools), serve.needs_django or apps.ready)
"""


def test_what_watches_the_server_processes_holds_neither_a_connection_for_them_nor_the_application() -> None:
    command = [sys.executable, "-W", "error::RuntimeWarning", "-c", LOOK_AND_COUNT]
    looked = subprocess.run(command, capture_output=True, text=True, check=True)
    assert looked.stdout.split() == ["0", "False"]


def test_a_mistake_in_the_periods_stops_the_start(settings: Settings, tmp_path: Path, capsys: Output) -> None:
    settings.LANTOA_RETENTION = str(tmp_path / "gone.toml")
    assert main(["serve", "--port", "8119"]) == 1
    assert "LANTOA_RETENTION names" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_database_that_refuses_the_first_question_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lantoa.config.backup.marker.IS_MARKED", "SELECT nothing")
    with pytest.raises(DatabaseError) as refused:
        require_whole_database()
    assert failure_of(refused.value) is not None


def test_ports_and_days_are_read() -> None:
    assert port_number("8102") == 8102
    assert day("2025-07-01") == day("01/07/2025")
    with pytest.raises(Exception, match="2025-07-01"):
        day("July")


@pytest.mark.django_db
def test_a_command_leaves_the_language_as_it_was() -> None:
    with translation.override("vi"):
        assert main(["recount"]) == 0
        assert translation.get_language() == "vi"


def test_manage_explains_an_error_of_the_operator(capsys: Output) -> None:
    failing = "from django.db import OperationalError; raise OperationalError('no route to host')"
    assert main(["manage", "shell", "--no-imports", "-c", failing]) == 1
    assert "no route to host" in capsys.readouterr().err


def test_what_is_our_own_mistake_is_not_explained_away() -> None:
    assert failure_of(KeyError("x")) is None
    explained = failure_of(DatabaseError("no route"))
    assert explained is not None
    assert "DATABASE_URL" in explained.text


@pytest.mark.django_db
class TestUnits:
    """import-units."""

    table = "level,code,name,type,parent_code\nprovince,12,Lai Châu,Tỉnh,\ndistrict,109,Phong Thổ,Huyện,12\n"

    def call(self, folder: Path, text: str, *more: str) -> int:
        path = folder / "units.csv"
        path.write_text(text)
        return main(["import-units", str(path), "--tree", "administrative", "--json", *more])

    def test_a_table_is_read_once(self, tmp_path: Path, capsys: Output) -> None:
        assert self.call(tmp_path, self.table, "--from", "2004-07-08") == 0
        first = answer(capsys)
        assert (first["ok"], first["present"]) == (True, 0)
        assert self.call(tmp_path, self.table, "--from", "2004-07-08") == 0
        second = answer(capsys)
        assert (second["created"], second["total"]) == (0, first["total"])
        assert Unit.objects.filter(tree=Tree.ADMINISTRATIVE, kind=UnitKind.DISTRICT).count() == 1

    def test_every_bad_row_is_listed_and_nothing_written(self, tmp_path: Path, capsys: Output) -> None:
        assert self.call(tmp_path, self.table + "commune,,,,999\n", "--from", "2004-07-08") == 1
        problems = answer(capsys)["problems"]
        assert isinstance(problems, list)
        assert {problem["line"] for problem in problems} == {4}
        assert not Unit.objects.exists()

    def test_who_reads_only_the_beginning_gets_no_error(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        with open(writing, "w") as broken:  # noqa: PTH123 a pipe has no path
            monkeypatch.setattr(sys, "stdout", broken)
            assert self.call(tmp_path, self.table, "--from", "2004-07-08") == 0
            monkeypatch.undo()
        assert Unit.objects.count() == 2

    def test_problems_are_shown_with_their_line(self, tmp_path: Path, capsys: Output) -> None:
        path = tmp_path / "units.csv"
        path.write_text(self.table + "commune,,,,999\n")
        assert main(["import-units", str(path), "--from", "08/07/2004"]) == 1
        assert "line 4:" in capsys.readouterr().err

    def test_the_first_day_and_the_tree_must_be_known(self, tmp_path: Path, capsys: Output) -> None:
        assert self.call(tmp_path, self.table) == 1
        assert "--from" in str(answer(capsys)["message"])
        assert self.call(tmp_path, self.table, "--tree", "family") == 1
        assert "administrative" in str(answer(capsys)["message"])

    def test_a_file_that_cannot_be_read_is_named(self, tmp_path: Path, capsys: Output) -> None:
        assert main(["import-units", str(tmp_path / "none.csv"), "--from", "2004-07-08"]) == 1
        assert "none.csv" in capsys.readouterr().err


@pytest.mark.django_db
class TestReform:
    """reform."""

    old = "level,code,name,type,parent_code\nprovince,12,Lai Châu,,\ncommune,1,Xã Một,,12\ncommune,2,Xã Hai,,12\n"
    new = "level,code,name,type,parent_code\nprovince,12,Lai Châu,,\ncommune,1,Xã Mới,,12\ncommune,3,Xã Ba,,12\n"
    order = ("--on", "2025-07-01", "--decision", "1670/NQ-UBTVQH15", "16/06/2025", "Ủy ban Thường vụ Quốc hội")

    def call(self, folder: Path, rows: str, *more: str) -> int:
        for name, text in (("old", self.old), ("new", self.new), ("rows", f"old_code,new_code,partial\n{rows}")):
            (folder / f"{name}.csv").write_text(text)
        assert main(["import-units", str(folder / "old.csv"), "--from", "2004-07-08", "--json"]) == 0
        return main(["reform", str(folder / "rows.csv"), *more])

    def test_it_says_what_it_did_and_what_is_open(self, tmp_path: Path, capsys: Output) -> None:
        units = ("--units", str(tmp_path / "new.csv"))
        assert self.call(tmp_path, "1,1,0\n2,1,0\n", *units, *self.order) == 0
        said = capsys.readouterr().out
        assert "2 units ended, 2 began, 1 went on; 2 lines of descent, 0 in part." in said
        assert "3  Xã Ba" in said
        assert self.call(tmp_path, "1,1,0\n2,1,0\n", *units, *self.order, "--json") == 0
        again = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert (again["new"], again["ended"], again["gaps"]["from_nothing"]) == (False, 2, [["3", "Xã Ba"]])

    def test_a_dry_run_lists_by_unit_what_is_to_be_placed(self, tmp_path: Path, capsys: Output) -> None:
        units = ("--units", str(tmp_path / "new.csv"))
        assert self.call(tmp_path, "1,1,1\n1,3,1\n", *units, *self.order, "--dry-run") == 0
        assert "2 units would end; 0 things at them have a place, 0 none." in capsys.readouterr().out
        make_person(unit=Unit.objects.get(code="1", name="Xã Một"))
        assert self.call(tmp_path, "1,1,1\n1,3,1\n", *units, *self.order, "--dry-run") == 0
        assert "1  Xã Một: 0 units, 1 members, 0 appointments → Xã Mới, Xã Ba" in capsys.readouterr().out
        assert self.call(tmp_path, "1,1,1\n1,3,1\n", *units, *self.order, "--prepare", "--json") == 0
        found = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert [(one["code"], one["members"], one["prepared"]) for one in found["left"]] == [("1", 1, True)]

    def test_bad_rows_are_listed_and_nothing_written(self, tmp_path: Path, capsys: Output) -> None:
        assert self.call(tmp_path, "1,9,0\n", "--units", str(tmp_path / "new.csv"), *self.order) == 1
        assert "line 2:" in capsys.readouterr().err
        assert Unit.objects.filter(in_force=True).count() == 3

    @pytest.mark.parametrize(
        ("more", "named"),
        [
            ((), "--units"),
            (("--tree", "family"), "administrative"),
            (("--level", "cell"), "commune"),
            (("--units", "new.csv", "--on", "2025-07-01", "--decision", "1", "soon", "x"), "soon"),
        ],
    )
    def test_what_is_missing_is_named(self, tmp_path: Path, capsys: Output, more: tuple[str, ...], named: str) -> None:
        assert self.call(tmp_path, "1,1,0\n", *more) == 1
        assert named in capsys.readouterr().err

    def test_the_countrys_table_needs_the_countrys_units(self, capsys: Output) -> None:
        assert main(["reform", "--builtin", "2025-07-01"]) == 1
        assert capsys.readouterr().err


@pytest.mark.django_db
class TestPersons:
    """import-persons and create-admin."""

    def call(self, folder: Path, unit: Unit, *more: str) -> int:
        path = folder / "persons.csv"
        path.write_text("Họ và tên,Năm sinh,Tư cách\nLò Văn An,1980,chính thức\n")
        return main(["import-persons", str(path), "--unit", str(unit.pk), "--json", *more])

    def test_without_apply_nothing_is_written(self, tmp_path: Path, capsys: Output) -> None:
        cell = make_unit()
        user = make_user(Role.SECRETARY, cell)
        assert self.call(tmp_path, cell, "--as", user.username) == 0
        found = answer(capsys)
        assert (found["rows"], found["ready"], found["applied"]) == (1, 1, False)
        assert not cell.memberships.exists()

    def test_an_unknown_user_is_named(self, tmp_path: Path, capsys: Output) -> None:
        assert self.call(tmp_path, make_unit(), "--as", "nobody-here") == 1
        assert "nobody-here" in str(answer(capsys)["message"])

    def test_the_first_administrator_gets_a_password_once(self, capsys: Output) -> None:
        unit = make_unit("Tỉnh ủy Lai Châu")
        words = ["create-admin", "--username", "quantri", "--name", "Vàng Thị Mai", "--unit", str(unit.pk), "--json"]
        assert main(words) == 0
        assert len(str(answer(capsys)["password"])) >= 12


@pytest.mark.django_db
def test_recount_without_a_campaign_agrees(capsys: Output) -> None:
    assert main(["recount"]) == 0
    assert "no campaign" in capsys.readouterr().out
    assert main(["recount", "--campaign", "77", "--json"]) == 1
    assert "77" in str(answer(capsys)["message"])


@pytest.mark.django_db
def test_the_database_of_the_tests_is_new_enough() -> None:
    assert require_supported_database() >= 15


@pytest.mark.django_db
def test_migrate_answers_with_the_database(capsys: Output) -> None:
    assert main(["migrate", "--json"]) == 0
    assert str(answer(capsys)["database"]).startswith("test_")


def test_the_catalogue_is_compiled_by_command(capsys: Output) -> None:
    assert main(["catalog", "--json"]) == 0
    assert str(answer(capsys)["path"]).endswith("django.mo")
    assert main(["catalog", "--missing", "kernel", "--json"]) == 0
    assert answer(capsys)["missing"] == []
