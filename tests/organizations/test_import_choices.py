"""What users decide about a file: its sheet and columns, the cells that it names, persons who are recorded already."""

import datetime as dt
import io
import uuid
import zipfile
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from lantoa.audit.models import Entry
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import ImportState, Role, RowDecision, RowKind, UnitKind
from lantoa.organizations.errors import (
    ColumnsMissing,
    ColumnTwice,
    ImportClosed,
    NothingToDecide,
    NotPermitted,
    PersonsInUse,
    UnitNotNamed,
)
from lantoa.organizations.import_errors import workbook_of_errors
from lantoa.organizations.models import ImportBatch, Membership, Person, RememberedLayout, Sector, Unit
from lantoa.organizations.reading.refusals import FileIsEmpty, HeaderMissing
from lantoa.organizations.selectors.imports import conversion_samples, counts_of, problem_counts, unit_texts
from lantoa.organizations.selectors.unit_names import UnitNames
from lantoa.organizations.services import import_choices, imports
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.organizations.sheets import tcvn3, text, xlsx

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 1)
TITLES: list[Any] = ["TT", "Người", "Họ tên", "NS", "Tổ"]
ROWS = [TITLES, [1, "x", "Lò Thị Mai", 1985, "dự bị"], [2, "y", "Vàng A Páo", 1980, "chính thức"]]
COLUMNS = ["", "", "full_name", "birth_year", "standing"]


@pytest.fixture
def committee() -> Unit:
    return make_unit("Đảng bộ xã Huổi Luông", kind=UnitKind.GRASSROOTS_COMMITTEE)


@pytest.fixture
def cell(committee: Unit) -> Unit:
    return make_unit("Chi bộ bản Huổi Luông 1", parent=committee, code="HL1")


@pytest.fixture
def clerk(cell: Unit) -> Actor:
    return make_actor(Role.CLERK, cell)


@pytest.fixture
def officer(committee: Unit) -> Actor:
    return make_actor(Role.OFFICER, committee)


def upload(actor: Actor, unit: Unit, content: bytes) -> ImportBatch:
    return imports.create_import(
        actor=actor, client_id=uuid.uuid4(), unit=unit, name="ds.xlsx", content=content, effective_on=DAY
    )


def choose(actor: Actor, batch: ImportBatch, *columns: str, **options: Any) -> ImportBatch:
    given: dict[str, Any] = {"converts": True, "proper_case": False, "standing": ""} | options
    return import_choices.choose_columns(actor=actor, batch=batch, columns=columns, **given)


def values(batch: ImportBatch) -> list[dict[str, str]]:
    return [row.values for row in batch.person_rows]


def errors_of(batch: ImportBatch) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(workbook_of_errors(batch, batch.sheet_rows)))
    return list(book.active.iter_rows(values_only=True))


def test_columns_are_chosen_and_remembered_for_the_unit(cell: Unit, clerk: Actor) -> None:
    batch = upload(clerk, cell, xlsx(("A", ROWS)))
    with pytest.raises(ColumnsMissing):
        imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=True)
    with pytest.raises(ColumnTwice):
        choose(clerk, batch, "", "full_name", "full_name")
    batch = choose(clerk, batch, *COLUMNS)
    assert values(batch)[0] == {"full_name": "Lò Thị Mai", "birth_year": "1985", "standing": "dự bị"}
    assert counts_of(batch).open == 0
    again = upload(clerk, cell, xlsx(("B", [["Danh sách"], *ROWS])))
    assert values(again) == values(batch)
    assert "standing" not in values(upload(clerk, cell, xlsx(("A", [[*TITLES, "Ghi chú"], *ROWS[1:]]))))[0]
    assert RememberedLayout.objects.get().unit == cell
    imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)
    assert not batch.rows.exclude(cells=[]).exists()
    assert set(batch.rows.values_list("kind", flat=True)) == {RowKind.PERSON}
    with pytest.raises(ImportClosed):
        choose(clerk, batch, *COLUMNS)


def test_a_list_without_persons_by_these_columns_is_refused(cell: Unit, clerk: Actor) -> None:
    batch = upload(clerk, cell, xlsx(("A", [["Họ tên", "Năm sinh"], ["Lò Thị Mai", None]])))
    with pytest.raises(FileIsEmpty):
        choose(clerk, batch, "", "")
    with pytest.raises(NotPermitted):
        choose(make_actor(Role.VIEWER, cell), batch, "full_name", "birth_year")


def test_what_counts_for_everybody_stands_for_a_missing_column(cell: Unit, clerk: Actor) -> None:
    batch = upload(clerk, cell, xlsx(("A", [["Họ tên", "Năm sinh"], ["LÒ THỊ MAI", 1985]])))
    choose(clerk, batch, "full_name", "birth_year", standing="dự bị", proper_case=True)
    imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)
    member = Membership.objects.select_related("person").get(unit=cell)
    assert (member.person.full_name, member.standing) == ("Lò Thị Mai", "probationary")


def test_another_sheet_can_be_taken(cell: Unit, clerk: Actor) -> None:
    other: list[list[Any]] = [["Họ tên", "Năm sinh", "Tư cách"], ["Lý A Sử", 1990, "dự bị"]]
    batch = upload(clerk, cell, xlsx(("Cũ", other), ("Mới", [*other, ["Lý B", 1991, "dự bị"]]), ("Ghi chú", [["abc"]])))
    assert (batch.sheet, len(values(batch))) == (1, 2)
    batch = import_choices.choose_sheet(actor=clerk, batch=batch, sheet=0)
    assert [row["full_name"] for row in values(batch)] == ["Lý A Sử"]
    for sheet in (2, 9):
        with pytest.raises(HeaderMissing) as refused:
            import_choices.choose_sheet(actor=clerk, batch=batch, sheet=sheet)
        assert refused.value.field == "sheet"


def test_old_text_is_shown_before_and_after_and_its_conversion_can_be_refused(cell: Unit, clerk: Actor) -> None:
    rows = [["Họ và tên", "Năm sinh", "Tư cách"], ["Lò Thị Mai", "1985", "dự bị"]]
    old = [[tcvn3(one) for one in row] for row in rows]
    batch = upload(clerk, cell, xlsx(("A", old)))
    assert {(one.before, one.after) for one in conversion_samples(batch)} >= {(tcvn3("Lò Thị Mai"), "Lò Thị Mai")}
    assert values(batch)[0]["full_name"] == "Lò Thị Mai"
    batch = choose(clerk, batch, "full_name", "birth_year", "standing", converts=False)
    assert values(batch)[0]["full_name"] == tcvn3("Lò Thị Mai")
    assert conversion_samples(upload(clerk, cell, xlsx(("A", rows)))) == []


def test_a_few_old_cells_among_many_in_unicode_are_converted_alone_and_shown(cell: Unit, clerk: Actor) -> None:
    syllables = ("Lường", "Đèo", "Nguyễn", "Phạm", "Đặng", "Hoàng", "Tẩn", "Chẻo", "Giàng", "Vàng", "Mã", "Dế", "Tướng")
    named = [f"{first} {second} Bé" for first in syllables for second in ("Thị", "Văn", "Quý", "Mẩy", "Xuân", "Đức")]
    rows = [["Họ và tên", "Năm sinh", "Tư cách", "Thôn"], *([name, "1985", "dự bị", "Bé"] for name in named * 2)]
    stray = [tcvn3("Nguyễn Văn Tú"), "1990", "dự bị", "Bé"]
    batch = upload(clerk, cell, xlsx(("A", [*rows, stray])))
    assert [(one.before, one.after) for one in conversion_samples(batch)] == [(stray[0], "Nguyễn Văn Tú")]
    assert {row["village"] for row in values(batch)} == {"Bé"}
    assert values(batch)[-1]["full_name"] == "Nguyễn Văn Tú"
    batch = choose(clerk, batch, "full_name", "birth_year", "standing", "village", converts=False)
    assert values(batch)[-1]["full_name"] == stray[0]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("HL1", "Chi bộ bản Huổi Luông 1"),
        ("chi bộ bản huổi luông 1", "Chi bộ bản Huổi Luông 1"),
        ("CB bản Huổi Luông 1", "Chi bộ bản Huổi Luông 1"),
        ("CB Huoi Luong I", "Chi bộ bản Huổi Luông 1"),
        ("Chi bộ Huổi Luông 2", "Chi bộ bản Huổi Luông 2"),
        ("Chi bộ bản Hoà Bình", "Chi bộ bản Hòa Bình"),
        ("CB bản Hoa Binh", ""),
        ("Chi bộ TDP số 3", "Chi bộ tổ dân phố số 3"),
        ("Tổ dân phố 3", "Chi bộ tổ dân phố số 3"),
        ("CB trường THCS", "Chi bộ Trường trung học cơ sở"),
        ("Chi bộ Huổi Luông", ""),
        ("Chi bộ bản Khác", ""),
    ],
)
def test_cells_are_found_by_the_ways_their_names_are_written(written: str, name: str) -> None:
    known = {
        "Chi bộ bản Huổi Luông 1": "HL1",
        "Chi bộ bản Huổi Luông 2": "",
        "Chi bộ bản Hòa Bình": "",
        "Chi bộ bản Hoa Bình": "",
        "Chi bộ tổ dân phố số 3": "",
        "Chi bộ Trường trung học cơ sở": "",
    }
    found = UnitNames([Unit(pk=pk, name=one, code=code) for pk, (one, code) in enumerate(known.items(), 1)]).find(
        written
    )
    assert len(found) != 1 if not name else [unit.name for unit in found] == [name]


def test_unclear_cells_are_chosen_once_for_the_whole_file(committee: Unit, cell: Unit, officer: Actor) -> None:
    head: list[Any] = ["Họ tên", "Năm sinh", "Tư cách", "Chi bộ"]
    people: list[list[Any]] = [[f"Lò Văn {name}", 1980, "dự bị", "Bản cũ"] for name in ("A", "B", "C")]
    batch = upload(officer, committee, xlsx(("A", [head, *people, ["Lý D", 1990, "dự bị", "Nơi khác"]])))
    assert unit_texts(batch, 10) == [("Bản cũ", 3), ("Nơi khác", 1)]
    assert problem_counts(batch) == {"unit_unknown": 4}
    batch = import_choices.choose_units(actor=officer, batch=batch, choices={"Bản cũ": cell.pk})
    assert unit_texts(batch, 10) == [("Nơi khác", 1)]
    assert counts_of(batch).ready == 3
    with pytest.raises(UnitNotNamed):
        import_choices.choose_units(actor=officer, batch=batch, choices={"Nơi khác": make_unit("Chi bộ xa").pk})
    assert values(upload(officer, committee, xlsx(("A", [head, *people]))))
    assert unit_texts(ImportBatch.objects.latest("pk"), 10) == [("Bản cũ", 3)]


HEAD: list[Any] = ["Họ tên", "Năm sinh", "Tư cách", "Mã số", "Lĩnh vực", "Lãnh đạo"]


def test_persons_who_are_recorded_are_completed_and_that_is_undone_with_the_rest(cell: Unit, clerk: Actor) -> None:
    sector = Sector.objects.create(code="y-te", name="Y tế")
    mai = make_person("Lò Thị Mai", unit=cell, birth_year=1985)
    held = make_person("Vàng A Páo", unit=cell, birth_year=1980, code="00077")
    rows: list[list[Any]] = [
        HEAD,
        ["Lò Thị Mai", 1985, "dự bị", "00123", "Y tế", "x"],
        ["VÀNG A PÁO", 1981, "dự bị", "00077", "", ""],
        ["Lý A Sử", 1990, "dự bị", "00124", "", ""],
    ]
    batch = upload(clerk, cell, xlsx(("A", rows)))
    assert problem_counts(batch) == {"same_person": 1, "same_code": 1}
    with pytest.raises(NothingToDecide):
        imports.decide_rows(actor=clerk, batch=batch, problem="same_code", decision=RowDecision.DIFFERENT)
    for problem in ("same_person", "same_code"):
        assert imports.decide_rows(actor=clerk, batch=batch, problem=problem, decision=RowDecision.UPDATE) == 1
    imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)
    mai.refresh_from_db()
    assert (mai.code, mai.sector, mai.is_manager, mai.version) == ("00123", sector, True, 2)
    assert Person.objects.filter(full_name="Lò Thị Mai").count() == 1
    assert Entry.objects.get(action="organizations.apply_import").facts == {"persons": 1, "updated": 2, "left_out": 0}
    Person.objects.filter(pk=held.pk).update(version=9)
    with pytest.raises(PersonsInUse):
        imports.undo_import(actor=clerk, batch=batch)
    Person.objects.filter(pk=held.pk).update(version=2)
    imports.undo_import(actor=clerk, batch=batch)
    mai.refresh_from_db()
    assert (mai.code, mai.sector, mai.is_manager) == ("", None, False)
    assert set(Person.objects.filter(memberships__unit=cell)) == {mai, held}


def test_two_people_of_one_name_are_never_completed_by_guess(cell: Unit, clerk: Actor) -> None:
    for _ in range(2):
        make_person("Lò Thị Mai", unit=cell, birth_year=1985)
    batch = upload(clerk, cell, text([HEAD[:3], ["Lò Thị Mai", 1985, "dự bị"], ["Lò Thị Mai", 1985, "dự bị"]]).encode())
    with pytest.raises(NothingToDecide):
        imports.decide_row(actor=clerk, batch=batch, number=2, decision=RowDecision.UPDATE)
    assert imports.decide_rows(actor=clerk, batch=batch, problem="same_person", decision=RowDecision.DIFFERENT) == 2
    imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)
    assert Person.objects.filter(full_name="Lò Thị Mai").count() == 4


def test_a_code_that_was_a_number_is_pointed_out_and_stops_nothing(cell: Unit, clerk: Actor) -> None:
    batch = upload(clerk, cell, xlsx(("A", [HEAD[:4], ["Lò Thị Mai", 1985, "dự bị", 123]])))
    assert (problem_counts(batch), counts_of(batch).ready) == ({"code_is_number": 1}, 1)
    imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)
    assert Person.objects.get(full_name="Lò Thị Mai").code == "123"


def test_rows_with_problems_come_back_with_reasons_and_can_be_sent_again(
    committee: Unit, cell: Unit, officer: Actor
) -> None:
    rows: list[list[Any]] = [
        ["DANH SÁCH"],
        ["STT", "Họ tên", "Ngày sinh", None, "Tư cách", "Dân tộc"],
        [None, None, "Nam", "Nữ", None, None],
        ["I", "CB Huổi Luông 1"],
        [1, "Lò Thị Mai", None, 1985, "dự bị", "Thái"],
        [2, "+Páo", 80, None, "dự bị", "-Dao"],
        ["Cộng: 2"],
    ]
    batch = upload(officer, committee, xlsx(("A", rows)))
    found = errors_of(batch)
    assert [row[:6] for row in found] == [tuple(row + [None] * (6 - len(row)))[:6] for row in (*rows[1:4], rows[5])]
    assert found[0][6] == "Lý do"
    assert "80" in str(found[3][6])
    assert found[3][1] == "+Páo"
    assert b'quotePrefix="1"' in _styles(workbook_of_errors(batch, batch.sheet_rows))
    mended = [[*row[:6]] for row in found]
    mended[3][1:3] = ["Vàng A Páo", 1980]
    again = upload(officer, committee, xlsx(("A", mended)))
    assert counts_of(again).ready == 1
    imports.apply_import(actor=officer, batch=again, skip_problem_rows=False)
    assert Person.objects.get(full_name="Vàng A Páo").memberships.get().unit == cell
    imports.apply_import(actor=officer, batch=batch, skip_problem_rows=True)
    batch.refresh_from_db()
    kept = errors_of(batch)
    assert (len(kept), kept[1][0], batch.state) == (2, "+Páo", ImportState.APPLIED)


def _styles(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read("xl/styles.xml")


# The pages


def signed_in(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    return client


def test_a_file_is_put_right_on_its_pages(committee: Unit, cell: Unit, officer: Actor) -> None:
    make_person("Lý A Sử", unit=cell, birth_year=1990)
    titles = ["Họ tên", "Năm sinh", "Đội", "Tư cách nào"]
    people = [
        ["Lò Thị Mai", "1985", "Bản cũ", "dự bị"],
        ["Lý A Sử", "1990", "HL1", "dự bị"],
        ["Lò Thị Mai", "1985", "HL1", "dự bị"],
    ]
    old = [[tcvn3(one) for one in row] for row in [titles, *people]]
    client = Client()
    user = make_user(Role.OFFICER, committee)
    client.force_login(user)
    batch = upload(Actor.of(user), committee, xlsx(("A", old), ("B", [["abc"]])))

    def page(name: str) -> str:
        return reverse(f"organizations:{name}", args=[batch.pk])

    shown = client.get(page("import_columns")).content.decode()
    assert "Lò Thị Mai" in shown
    assert client.post(page("import_sheet"), {"sheet": "1"}).status_code == 422
    assert client.post(page("import_sheet"), {"sheet": "7"}).status_code == 422
    assert client.post(page("import_sheet"), {"sheet": "0"}).status_code == 303
    columns = {"column_0": "full_name", "column_1": "birth_year", "column_2": "unit", "converts": "on"}
    assert client.post(page("import_columns"), columns | {"column_3": "unit"}).status_code == 422
    assert client.post(page("import_columns"), columns | {"column_3": "nonsense"}).status_code == 422
    assert client.post(page("import_columns"), columns | {"column_3": "standing"}).status_code == 303
    detail = client.get(page("import_detail"), {"show": "same_person"}).content.decode()
    assert "Chi bộ bản Huổi Luông 1" in detail
    assert 'value="update"' in detail
    assert "Bản cũ" in client.get(page("import_units")).content.decode()
    assert client.post(page("import_units"), {"unit_0": "999999", "text_0": "Bản cũ"}).status_code == 422
    assert client.post(page("import_units"), {"unit_0": str(cell.pk), "text_0": "Bản cũ"}).status_code == 303
    assert client.get(page("import_units")).status_code == 200
    assert "same_row" in client.get(page("import_detail"), {"show": "same_row"}).content.decode()
    assert client.get(page("import_detail"), {"show": "others"}).status_code == 200
    many = page("import_decide_many")
    assert client.post(many, {"problem": "nonsense"}).status_code == 303
    assert client.post(many, {"problem": "same_person", "decision": "update"}).status_code == 303
    assert client.post(many, {"problem": "name_missing", "decision": "skip"}).status_code == 422
    taken = client.post(page("import_errors"), {"purpose": "Sửa lại danh sách"})
    assert taken["Content-Disposition"].startswith("attachment")
    assert Entry.objects.filter(action="organizations.export_import_rows").count() == 1
    assert client.post(many, {"problem": "same_row", "decision": "different"}).status_code == 303
    assert client.post(page("import_apply")).status_code == 303
    assert Membership.objects.filter(unit=cell).count() == 3
    assert client.get(page("import_detail")).status_code == 200
    assert client.get(page("import_columns")).status_code == 409


def test_whoever_may_not_open_an_import_gets_none_of_its_pages(cell: Unit, clerk: Actor) -> None:
    batch = upload(clerk, cell, xlsx(("A", ROWS)))
    client = signed_in(Role.VIEWER, cell)
    for name in ("import_columns", "import_units", "import_errors"):
        assert client.get(reverse(f"organizations:{name}", args=[batch.pk])).status_code == 404
