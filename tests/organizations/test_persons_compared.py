"""A list of the national register beside the records: recognised by code, taken over by choice, given back."""

import io
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.jobs.enums import JobState
from lantoa.jobs.models import Job
from lantoa.organizations import errors
from lantoa.organizations.actors import Actor
from lantoa.organizations.comparison_errors import NothingTaken, RecordsChanged
from lantoa.organizations.enums import ImportKind, ImportState, Role, Standing
from lantoa.organizations.erasing import Subject
from lantoa.organizations.models import ImportBatch, ImportRow, Membership, Person, Sector, Unit
from lantoa.organizations.selectors.comparisons import absent_from, comparison_of
from lantoa.organizations.services import comparing
from lantoa.organizations.services.comparing import (
    Returned,
    choose_differences,
    compare_anew,
    create_comparison,
    request_take,
    return_differences,
    take_differences,
)
from lantoa.organizations.services.erasing import forget_person
from lantoa.organizations.services.imports import apply_import, cancel_import, undo_import
from lantoa.organizations.tasks import take_differences as take_as_a_job
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.organizations.lists import HEADER, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Unit:
    return make_unit("Đảng bộ xã Mường So")


@pytest.fixture
def cell(commune: Unit) -> Unit:
    return make_unit("Chi bộ bản Tây An", parent=commune)


@pytest.fixture
def officer(commune: Unit) -> Actor:
    return make_actor(Role.OFFICER, commune)


@pytest.fixture
def mai(cell: Unit) -> Person:
    return make_person("Lò Thị Mai", unit=cell, birth_year=1985, code="00123", standing=Standing.PROBATIONARY)


def row(code: Any, name: str = "", **said: Any) -> list[Any]:
    """A row of the list that says nothing but what is given."""
    keys = ("birth_year", "village", "code", "standing", "unit", "is_manager", "sector")
    return [name, *({**dict.fromkeys(keys, ""), "code": code, **said}[key] for key in keys)]


def compared(actor: Actor, unit: Unit, *rows: list[Any]) -> ImportBatch:
    return create_comparison(
        actor=actor, client_id=uuid.uuid4(), unit=unit, name="csdl.xlsx", content=workbook(HEADER, *rows)
    )


def rows_of(batch: ImportBatch) -> list[ImportRow]:
    return list(batch.person_rows.order_by("number"))


def codes(found: ImportRow) -> list[str]:
    return [problem["code"] for problem in found.problems]


def pairs(found: ImportRow) -> dict[str, tuple[Any, Any]]:
    return {key: (one["old"], one["new"]) for key, one in (found.differences or {}).items()}


def test_a_list_that_is_compared_registers_nobody(officer: Actor, commune: Unit, mai: Person) -> None:
    batch = compared(officer, commune, row("00123", "Lò Thị Mai", birth_year="1986"))
    with pytest.raises(errors.NothingToImport):
        apply_import(actor=officer, batch=batch, skip_problem_rows=True)


def test_each_field_that_differs_stands_beside_the_record(officer: Actor, commune: Unit, mai: Person) -> None:
    Sector.objects.create(code="y-te", name="Y tế")
    form = uuid.uuid4()
    content = workbook(
        HEADER,
        row(
            "00123",
            "Lò Thị Mai",
            birth_year="1986",
            village="Vàng Pheo",
            standing="chính thức",
            is_manager="x",
            sector="Y tế",
        ),
    )
    made = [
        create_comparison(actor=officer, client_id=form, unit=commune, name="csdl.xlsx", content=content)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert made[0].kind == ImportKind.COMPARE
    [found] = rows_of(made[0])
    assert found.person == mai
    assert pairs(found) == {
        "birth_year": (1985, 1986),
        "village": ("", "Vàng Pheo"),
        "standing": ("probationary", "full"),
        "is_manager": (False, True),
        "sector": (None, "y-te"),
    }
    assert not found.is_open
    assert Person.objects.filter(code="00123").count() == 1


def test_what_the_list_leaves_blank_it_does_not_say(officer: Actor, commune: Unit, mai: Person) -> None:
    [found] = rows_of(compared(officer, commune, row("00123", "Lò Thị Mai")))
    assert (found.differences, found.problems) == ({}, [])


def test_a_name_that_differs_by_spelling_is_told_from_another_name(
    officer: Actor, commune: Unit, cell: Unit, mai: Person
) -> None:
    make_person("Vàng A Páo", unit=cell, code="00456")
    first, second = rows_of(compared(officer, commune, row("00123", "Lò Thị Mái"), row("00456", "Giàng A Sử")))
    assert (codes(first), codes(second)) == (["spelling"], ["other_name"])
    assert not first.is_open | second.is_open


def test_codes_that_name_nobody_here_say_why(officer: Actor, commune: Unit, cell: Unit, mai: Person) -> None:
    make_person("Lò Văn Xa", unit=make_unit(), code="00999")
    make_person("Lò Văn Sâu", unit=make_unit(parent=cell), code="00888")
    batch = compared(
        officer,
        commune,
        row("00123", "Lò Thị Mai"),
        row("00123", "Lò Thị Mai"),
        row("00999", "Lò Văn Xa"),
        row("00888", "Lò Văn Sâu"),
        row("00777", "Lò Văn Ai"),
        row("", "Lò Văn Không", birth_year="1980"),
    )
    assert [codes(found) for found in rows_of(batch)] == [
        [],
        ["code_twice"],
        ["code_elsewhere"],
        ["code_elsewhere"],
        ["code_unknown"],
        ["code_missing"],
    ]
    figures = comparison_of(batch)
    assert (figures.rows, figures.recognised, figures.same, figures.open, figures.taken) == (6, 1, 1, 5, 0)


def test_zeros_that_a_number_lost_are_found_again(officer: Actor, commune: Unit, cell: Unit, mai: Person) -> None:
    make_person("Lò Văn Hai", unit=cell, code="0777")
    make_person("Lò Văn Ba", unit=cell, code="00777")
    first, second = rows_of(
        compared(officer, commune, row(123, "Lò Thị Mai", birth_year="1986"), row(777, "Lò Văn Hai"))
    )
    assert (first.person, codes(first)) == (mai, ["code_is_number"])
    assert (second.person, codes(second)) == (None, ["code_is_number", "code_unknown"])


def test_what_is_unclear_is_no_difference(officer: Actor, commune: Unit, mai: Person) -> None:
    [found] = rows_of(
        compared(officer, commune, row("00123", "Lò Thị Mai", birth_year="xyz", standing="abc", sector="abc"))
    )
    assert sorted(codes(found)) == ["birth_year_unclear", "sector_unknown", "standing_unknown"]
    assert found.differences == {}
    assert found.is_open


def test_another_cell_is_pointed_out_and_not_taken(officer: Actor, commune: Unit, cell: Unit, mai: Person) -> None:
    make_unit("Chi bộ bản Huổi Én", parent=commune)
    [found] = rows_of(compared(officer, commune, row("00123", "Lò Thị Mai", unit="Chi bộ bản Huổi Én")))
    assert (codes(found), found.differences) == (["unit_differs"], {})
    [same] = rows_of(compared(officer, commune, row("00123", "Lò Thị Mai", unit=cell.name)))
    assert codes(same) == []


def test_who_is_not_in_the_list_is_shown(officer: Actor, commune: Unit, cell: Unit, mai: Person) -> None:
    missing = make_person("Vàng A Páo", unit=cell)
    batch = compared(officer, commune, row("00123", "Lò Thị Mai"))
    assert [one.person for one in absent_from(officer, batch)] == [missing]


@pytest.fixture
def batch(officer: Actor, commune: Unit, cell: Unit, mai: Person) -> ImportBatch:
    """Two people who differ in several fields, the second by another name."""
    make_person("Vàng A Páo", unit=cell, birth_year=1970, code="00456")
    return compared(
        officer,
        commune,
        row("00123", "Lò Thị Mái", birth_year="1986", standing="chính thức"),
        row("00456", "Giàng A Sử", birth_year="1971"),
    )


def taken(batch: ImportBatch) -> list[list[str]]:
    return [[key for key, one in sorted((found.differences or {}).items()) if one["take"]] for found in rows_of(batch)]


def test_all_a_field_or_a_row_is_chosen(officer: Actor, batch: ImportBatch) -> None:
    second = rows_of(batch)[1].number
    steps: list[tuple[dict[str, Any], list[list[str]]]] = [
        ({"take": True}, [["birth_year", "full_name", "standing"], []]),
        ({"take": False, "field": "standing"}, [["birth_year", "full_name"], []]),
        ({"take": True, "number": second, "field": "birth_year"}, [["birth_year", "full_name"], ["birth_year"]]),
        ({"take": True, "number": second}, [["birth_year", "full_name"], ["birth_year", "full_name"]]),
        ({"take": False}, [[], []]),
        ({"take": True, "field": "birth_year"}, [["birth_year"], []]),
    ]
    for step, after in steps:
        choose_differences(actor=officer, batch=batch, **step)
        assert taken(batch) == after
    compare_anew(actor=officer, batch=batch)
    assert taken(batch) == [["birth_year"], []]


def test_what_was_chosen_is_written_and_given_back(
    officer: Actor, batch: ImportBatch, mai: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    choose_differences(actor=officer, batch=batch, take=True)
    for _ in range(2):
        take_differences(actor=officer, batch=batch)
    mai.refresh_from_db()
    assert (mai.full_name, mai.folded_name, mai.birth_year, mai.version) == ("Lò Thị Mái", "lo thi mai", 1986, 2)
    assert Membership.objects.get(person=mai).standing == Standing.FULL
    entry = Entry.objects.get(action="organizations.take_differences", outcome=Outcome.DONE)
    assert entry.facts == {"persons": 1, "count": 3, "changed": ["birth_year", "full_name", "standing"]}
    Person.objects.filter(pk=mai.pk).update(birth_year=1987)
    assert return_differences(actor=officer, batch=batch) == Returned(2, 1)
    mai.refresh_from_db()
    assert (mai.full_name, mai.birth_year) == ("Lò Thị Mai", 1987)
    assert Membership.objects.get(person=mai).standing == Standing.PROBATIONARY
    assert not batch.rows.exists()
    assert return_differences(actor=officer, batch=batch) == Returned(0, 0)


def test_a_sector_and_a_blank_are_taken_and_given_back(officer: Actor, commune: Unit, mai: Person) -> None:
    sector = Sector.objects.create(code="y-te", name="Y tế")
    batch = compared(officer, commune, row("00123", "Lò Thị Mai", sector="Y tế"))
    choose_differences(actor=officer, batch=batch, take=True)
    take_differences(actor=officer, batch=batch)
    mai.refresh_from_db()
    assert mai.sector == sector
    return_differences(actor=officer, batch=batch)
    mai.refresh_from_db()
    assert mai.sector is None


def test_who_has_gone_to_another_unit_keeps_what_was_taken(officer: Actor, batch: ImportBatch, mai: Person) -> None:
    choose_differences(actor=officer, batch=batch, take=True)
    take_differences(actor=officer, batch=batch)
    Membership.objects.filter(person=mai).update(unit=make_unit())
    assert return_differences(actor=officer, batch=batch) == Returned(0, 3)


def test_a_record_that_changed_since_refuses_the_whole(officer: Actor, batch: ImportBatch, mai: Person) -> None:
    with pytest.raises(NothingTaken):
        take_differences(actor=officer, batch=batch)
    choose_differences(actor=officer, batch=batch, take=True)
    Person.objects.filter(pk=mai.pk).update(birth_year=1990)
    with pytest.raises(RecordsChanged):
        take_differences(actor=officer, batch=batch)
    mai.refresh_from_db()
    assert mai.full_name == "Lò Thị Mai"
    compare_anew(actor=officer, batch=batch)
    assert pairs(rows_of(batch)[0])["birth_year"] == (1990, 1986)
    take_differences(actor=officer, batch=batch)


def test_each_step_is_for_its_state_and_its_keeper(officer: Actor, batch: ImportBatch, cell: Unit) -> None:
    stranger = make_actor(Role.APPROVER, cell)
    for step in (compare_anew, take_differences, return_differences):
        with pytest.raises(errors.NotPermitted):
            step(actor=stranger, batch=batch)
    with pytest.raises(errors.ImportClosed):
        return_differences(actor=officer, batch=batch)
    cancel_import(actor=officer, batch=batch)
    with pytest.raises(errors.ImportClosed):
        take_differences(actor=officer, batch=batch)


def test_what_was_taken_over_is_not_taken_back_as_if_it_had_registered_people(
    officer: Actor, batch: ImportBatch, mai: Person
) -> None:
    choose_differences(actor=officer, batch=batch, take=True)
    take_differences(actor=officer, batch=batch)
    with pytest.raises(errors.ImportClosed):
        undo_import(actor=officer, batch=batch)
    mai.refresh_from_db()
    assert rows_of(batch)[0].person == mai
    assert return_differences(actor=officer, batch=batch) == Returned(3, 0)


def test_an_erasure_empties_the_differences(officer: Actor, batch: ImportBatch, mai: Person) -> None:
    forget_person(Subject(mai.pk, None))
    assert rows_of(batch)[0].differences is None


def test_a_large_list_becomes_a_job_and_no_query_is_for_one_row(
    commune: Unit,
    cell: Unit,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(comparing, "AT_ONCE", 100)
    user = make_user(Role.OFFICER, commune)
    officer = Actor.of(user)
    people = [make_person(f"Lò Văn {'Ân' * 2}", unit=cell, code=f"{number:05}") for number in range(200)]
    content = workbook(HEADER, *(row(one.code, one.full_name, birth_year="1990") for one in people))
    with django_assert_max_num_queries(60):
        batch = create_comparison(actor=officer, client_id=uuid.uuid4(), unit=commune, name="a.xlsx", content=content)
    choose_differences(actor=officer, batch=batch, take=True)
    job = request_take(actor=officer, batch=batch)
    batch.refresh_from_db()
    assert isinstance(job, Job)
    assert request_take(actor=officer, batch=batch) == job
    with django_assert_max_num_queries(60):
        take_as_a_job.func(batch.pk, job.pk)
    assert Person.objects.filter(birth_year=1990).count() == 200
    job.refresh_from_db()
    assert job.result_url == reverse("organizations:import_detail", args=[batch.pk])


def test_a_job_that_finds_records_changed_compares_them_again(
    commune: Unit, mai: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "AT_ONCE", 0)
    officer = Actor.of(make_user(Role.OFFICER, commune))
    batch = compared(officer, commune, row("00123", "Lò Thị Mai", birth_year="1986"))
    choose_differences(actor=officer, batch=batch, take=True)
    job = request_take(actor=officer, batch=batch)
    assert isinstance(job, Job)
    Person.objects.filter(pk=mai.pk).update(birth_year=1990)
    take_as_a_job.func(batch.pk, job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, str(RecordsChanged(count=1)))
    assert pairs(rows_of(batch)[0]) == {"birth_year": (1990, 1986)}


class TestPages:
    """The same from the pages."""

    @pytest.fixture
    def user(self, commune: Unit) -> Any:
        return make_user(Role.OFFICER, commune)

    @pytest.fixture
    def client(self, user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    @pytest.fixture
    def url(self, client: Client, commune: Unit, cell: Unit, mai: Person) -> str:
        make_person("Vàng A Páo", unit=cell, code="00456")
        upload = io.BytesIO(
            workbook(HEADER, row("00123", "Lò Thị Mai", birth_year="1986", sector=""), row("00777", "Lò Văn Ai"))
        )
        upload.name = "csdl.xlsx"
        fields = {
            "kind": "compare",
            "client_id": str(uuid.uuid4()),
            "effective_on": "01/10/2026",
            "upload": upload,
        }
        answer = client.post(reverse("organizations:import_create", args=[commune.pk]), fields)
        assert answer.status_code == 303
        return str(answer["Location"])

    def test_choose_write_and_undo(self, client: Client, url: str, mai: Person) -> None:
        page = client.get(url).content.decode()
        assert "1985" in page
        assert "1986" in page
        assert client.post(f"{url}apply/").status_code == 422
        choice = {"choice": "take:birth_year", "number": "2"}
        assert client.post(f"{url}differences/?show=birth_year", choice)["Location"] == f"{url}?show=birth_year"
        assert client.post(f"{url}differences/", {"choice": "nothing"}).status_code == 303
        assert client.post(f"{url}apply/").status_code == 303
        mai.refresh_from_db()
        assert mai.birth_year == 1986
        assert client.post(f"{url}differences/", choice).status_code == 422
        assert client.post(f"{url}undo/").status_code == 303
        mai.refresh_from_db()
        assert mai.birth_year == 1985
        assert client.get(url).status_code == 200
        assert client.post(f"{url}apply/").status_code == 422

    @pytest.mark.parametrize(
        ("shown", "names"),
        [
            ("", ["Lò Thị Mai"]),
            ("birth_year", ["Lò Thị Mai"]),
            ("code_unknown", ["Lò Văn Ai"]),
            ("absent", ["Vàng A Páo"]),
            ("all", ["Lò Thị Mai", "Lò Văn Ai"]),
        ],
    )
    def test_the_rows_are_narrowed(
        self,
        client: Client,
        url: str,
        shown: str,
        names: list[str],
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        with django_assert_max_num_queries(15):
            page = client.get(url, {"show": shown}).content.decode()
        assert [name for name in ("Lò Thị Mai", "Lò Văn Ai", "Vàng A Páo") if name in page] == names

    def test_changed_records_are_compared_again(self, client: Client, url: str, mai: Person) -> None:
        client.post(f"{url}differences/", {"choice": "take:"})
        Person.objects.filter(pk=mai.pk).update(birth_year=1999)
        answer = client.post(f"{url}apply/")
        assert answer.status_code == 422
        assert "1999" in answer.content.decode()

    def test_the_rows_to_put_right_come_back_with_their_reasons(self, client: Client, url: str) -> None:
        answer = client.post(f"{url}errors/", {"purpose": "Đối chiếu với cơ sở dữ liệu"})
        book = load_workbook(io.BytesIO(answer.content))
        cells = [str(cell.value) for line in book.active.iter_rows() for cell in line if cell.value]
        assert "00777" in cells
        assert any("00777" in cell and len(cell) > 20 for cell in cells)
        assert "00123" not in cells

    def test_other_columns_are_compared_anew(self, client: Client, url: str) -> None:
        columns = {f"column_{place}": "" for place in range(8)} | {"column_0": "full_name", "column_3": "village"}
        assert client.post(f"{url}columns/", columns).status_code == 303
        assert "Mã đảng viên" in client.get(url).content.decode()
        assert not ImportRow.objects.filter(person__isnull=False).exists()

    def test_a_large_list_is_watched(self, client: Client, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(comparing, "AT_ONCE", 0)
        client.post(f"{url}differences/", {"choice": "take:"})
        assert "/jobs/" in client.post(f"{url}apply/")["Location"]
        assert client.post(f"{url}differences/", {"choice": "take:"}).status_code == 422

    def test_nobody_else_sees_what_was_compared(self, url: str, commune: Unit, cell: Unit) -> None:
        other = Client()
        other.force_login(make_user(Role.OFFICER, commune))
        assert other.get(url).status_code == 404

    def test_the_export_of_names_is_such_a_list(self, client: Client, user: Any, commune: Unit, cell: Unit) -> None:
        make_person("=HYPERLINK", unit=commune, code="00042", birth_year=1960)
        answer = client.post(
            reverse("organizations:person_export", args=[commune.pk]), {"purpose": "Đối chiếu cơ sở dữ liệu"}
        )
        batch = create_comparison(
            actor=Actor.of(user), client_id=uuid.uuid4(), unit=commune, name="a.xlsx", content=answer.content
        )
        figures = comparison_of(batch)
        assert (figures.rows, figures.recognised, figures.taken) == (1, 1, 0)
        assert rows_of(batch)[0].values["code"] == "00042"
        assert batch.state == ImportState.PREVIEWED
