"""Lists of persons: checked, decided, applied, undone."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.models import JSONField, Value
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lantoa.audit.models import Entry
from lantoa.jobs import services as jobs
from lantoa.jobs.enums import JobState
from lantoa.jobs.models import Job
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import ImportState, Role, RowDecision, UnitKind
from lantoa.organizations.errors import (
    ImportClosed,
    ImportRunning,
    NothingToDecide,
    NothingToImport,
    NotPermitted,
    PersonsInUse,
    ProblemsRemain,
    UnitNotNamed,
)
from lantoa.organizations.models import Appointment, ImportBatch, Membership, Person, Sector, Unit
from lantoa.organizations.reading.refusals import FileIsEmpty
from lantoa.organizations.selectors.import_checks import RowReader, check_rows
from lantoa.organizations.selectors.import_problems import MESSAGES, message_of
from lantoa.organizations.selectors.imports import counts_of, unit_named
from lantoa.organizations.services import import_persons, imports
from lantoa.organizations.services.import_rows import forget_cells
from tests.jobs.runner import run_deferred
from tests.organizations.factories import ALWAYS, make_actor, make_person, make_unit, make_user
from tests.organizations.lists import HEADER, MAI, read_rows, table, workbook

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 1)


@pytest.fixture
def committee() -> Unit:
    return make_unit("Đảng bộ xã Mường So", kind=UnitKind.GRASSROOTS_COMMITTEE)


@pytest.fixture
def cell(committee: Unit) -> Unit:
    return make_unit("Chi bộ bản Vàng Pheo", parent=committee, code="VP01")


@pytest.fixture
def clerk(cell: Unit) -> Actor:
    return make_actor(Role.CLERK, cell)


NAMES = [f"{given}{tone}" for given in ("Páo", "Mai", "Sình", "Lìn", "Hoa") for tone in ("", *"aeiouyê")]
KEYS = ("full_name", "birth_year", "village", "code", "standing", "unit", "is_manager", "sector")


def row(**values: str) -> list[str]:
    usual = {"full_name": "Lò Thị Mai", "birth_year": "1985", "standing": "dự bị"}
    return [values.get(key, usual.get(key, "")) for key in KEYS]


def upload(actor: Actor, unit: Unit, *rows: list[str]) -> ImportBatch:
    return imports.create_import(
        actor=actor,
        client_id=uuid.uuid4(),
        unit=unit,
        name="danh sách.csv",
        content=table(HEADER, *rows),
        effective_on=DAY,
    )


def problems(scope: Unit, /, **values: str) -> list[str]:
    (raw,) = read_rows(table(HEADER, row(**values)))
    (checked,) = check_rows(reader=RowReader(scope, {}), rows=[raw])
    assert all("%(" not in message_of(problem) for problem in checked.problems)
    return [problem["code"] for problem in checked.problems]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"full_name": ""}, ["name_missing"]),
        ({"full_name": "=1+1"}, ["name_not_plain"]),
        ({"birth_year": "12/05/1980"}, []),
        ({"birth_year": ""}, []),
        ({"birth_year": "tám lăm"}, ["birth_year_unclear"]),
        ({"birth_year": "80"}, ["birth_year_two_digits"]),
        ({"birth_year": "3/2/85"}, ["birth_year_two_digits"]),
        ({"birth_year": "1875"}, ["birth_year_implausible"]),
        ({"birth_year": "2030"}, ["birth_year_implausible"]),
        ({"village": "x" * 121}, ["too_long"]),
        ({"code": "0" * 31}, ["too_long"]),
        ({"standing": ""}, ["standing_missing"]),
        ({"standing": "hội viên"}, ["standing_unknown"]),
        ({"standing": "Đảng viên chính thức"}, []),
        ({"unit": "Chi bộ bản Vàng Pheo"}, []),
        ({"unit": "chi bo ban vang pheo"}, []),
        ({"unit": "VP01"}, []),
        ({"unit": "Chi bộ bản Khác"}, ["unit_unknown"]),
        ({"is_manager": "Có"}, []),
        ({"is_manager": "có lẽ"}, ["manager_unclear"]),
        ({"sector": "Y tế"}, []),
        ({"sector": "Thiên văn"}, ["sector_unknown"]),
        ({"code": "00077"}, ["code_taken"]),
        ({"code": "00077", "full_name": "VÀNG A PÁO"}, ["same_code"]),
        ({"full_name": "Vàng A Páo", "birth_year": "1980"}, ["same_person"]),
        ({"full_name": "Vàng A Páo", "birth_year": "1981"}, []),
    ],
)
def test_each_row_is_checked(values: dict[str, str], expected: list[str], cell: Unit) -> None:
    Sector.objects.create(code="y-te", name="Y tế")
    make_person("Vàng A Páo", unit=cell, code="00077")
    make_person("Lò Thị Mai", unit=make_unit("Chi bộ ở xa"), birth_year=1985)
    assert problems(cell, **values) == expected


def test_a_committee_asks_for_the_cell_and_for_the_right_one_of_two(committee: Unit, cell: Unit) -> None:
    make_unit("Chi bộ bản Vàng Pheo", parent=committee)
    assert problems(committee) == ["unit_missing"]
    assert problems(committee, unit="Chi bộ bản Vàng Pheo") == ["unit_ambiguous"]
    assert problems(committee, unit="VP01") == []


def test_rows_are_compared_with_each_other(cell: Unit) -> None:
    rows = read_rows(table(HEADER, row(code="1"), row(full_name="Lò Thị Hoa", code="1"), row()))
    checked = list(check_rows(reader=RowReader(cell, {}), rows=rows))
    assert [[problem["code"] for problem in one.problems] for one in checked] == [[], ["code_twice"], ["same_row"]]
    assert checked[1].problems[0]["row"] == 2
    assert all(problem["code"] in MESSAGES for one in checked for problem in one.problems)


def test_a_list_is_checked_first_and_registered_when_asked(cell: Unit, clerk: Actor) -> None:
    batch = upload(clerk, cell, MAI, row(full_name="Vàng A Páo"))
    assert not Membership.objects.filter(unit=cell).exists()
    assert imports.request_apply(actor=clerk, batch=batch, skip_problem_rows=False) is None
    imports.request_apply(actor=clerk, batch=batch, skip_problem_rows=False)
    batch.refresh_from_db()
    mai = Person.objects.get(full_name="Lò Thị Mai")
    assert batch.state == ImportState.APPLIED
    assert (mai.code, mai.birth_year, mai.is_manager) == ("00123", 1985, True)
    assert Membership.objects.filter(unit=cell, period__startswith=DAY).count() == 2
    assert all(one.person_id and one.membership_id for one in batch.rows.all())
    assert Entry.objects.get(action="organizations.apply_import").facts == {"persons": 2, "updated": 0, "left_out": 0}


def test_problems_stop_the_import_until_they_are_settled(cell: Unit, clerk: Actor) -> None:
    make_person("Vàng A Páo", unit=cell)
    batch = upload(clerk, cell, MAI, row(full_name="Vàng A Páo", birth_year="1980"), row(full_name=""))
    with pytest.raises(ProblemsRemain):
        imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)
    with pytest.raises(NothingToDecide):
        imports.decide_row(actor=clerk, batch=batch, number=4, decision=RowDecision.DIFFERENT)
    imports.decide_row(actor=clerk, batch=batch, number=3, decision=RowDecision.DIFFERENT)
    imports.decide_row(actor=clerk, batch=batch, number=4, decision=RowDecision.SKIP)
    counts = counts_of(batch)
    assert (counts.rows, counts.ready, counts.open, counts.skipped) == (3, 2, 0, 1)
    imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)
    assert Person.objects.filter(full_name="Vàng A Páo").count() == 2


def test_rows_with_problems_are_left_out_only_when_asked(cell: Unit, clerk: Actor) -> None:
    batch = upload(clerk, cell, MAI, row(full_name=""))
    imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=True)
    assert Membership.objects.filter(unit=cell).count() == 1
    with pytest.raises(NothingToImport):
        imports.apply_import(actor=clerk, batch=upload(clerk, cell, row(full_name="")), skip_problem_rows=True)


def test_what_changed_since_the_upload_is_noticed(cell: Unit, clerk: Actor) -> None:
    batch = upload(clerk, cell, MAI)
    make_person(code="00123")
    with pytest.raises(ProblemsRemain):
        imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)
    imports.recheck_import(actor=clerk, batch=batch)
    assert batch.person_rows.get().problems[0]["code"] == "code_taken"


def test_a_cell_that_was_renamed_since_the_upload_is_looked_for_anew(committee: Unit, cell: Unit) -> None:
    officer = make_actor(Role.OFFICER, committee)
    batch = upload(officer, committee, row(unit=cell.name))
    assert counts_of(batch).open == 0
    Unit.objects.filter(name="Chi bộ bản Vàng Pheo").update(name="Chi bộ bản Nậm Pậy")
    with pytest.raises(ProblemsRemain):
        imports.apply_import(actor=officer, batch=batch, skip_problem_rows=False)


@pytest.mark.parametrize("decision", [RowDecision.UPDATE, RowDecision.DIFFERENT])
def test_a_decision_on_somebody_who_is_recorded_no_more_is_open_again(
    decision: RowDecision, cell: Unit, clerk: Actor
) -> None:
    known = make_person("Vàng A Sình", unit=cell, birth_year=1971)
    batch = upload(clerk, cell, row(full_name="Vàng A Sình", birth_year="1971"))
    imports.decide_row(actor=clerk, batch=batch, number=2, decision=decision)
    known.full_name = "Vàng A Sùng"
    known.set_texts()
    known.save()
    before = Person.objects.count()
    applied = imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)
    assert (applied.state, Person.objects.count()) == (ImportState.APPLIED, before + 1)


def test_what_the_register_cannot_hold_is_no_matter_of_codes(cell: Unit, clerk: Actor) -> None:
    batch = upload(clerk, cell, row())
    [one] = batch.person_rows
    one.record = {**(one.record or {}), "birth_year": 1800}
    one.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)


def test_applying_asks_no_more_of_many_rows_than_of_few(cell: Unit, clerk: Actor) -> None:
    def queries(family: str, count: int) -> int:
        rows = [row(full_name=f"{family} {name}", code=f"{family}{name}") for name in NAMES[:count]]
        batch = upload(clerk, cell, *rows)
        with CaptureQueriesContext(connection) as captured:
            imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=True)
        assert batch.rows.filter(person__isnull=False).count() == count
        return len(captured)

    assert queries("Lò", 3) == queries("Lù", 40)


def test_what_is_forgotten_of_a_file_is_not_forgotten_a_second_time(cell: Unit, clerk: Actor) -> None:
    def places() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT number, ctid::text FROM organizations_importrow ORDER BY number")
            return list(cursor.fetchall())

    batch = upload(clerk, cell, MAI, row(full_name="Vàng A Páo"), row(full_name=""))
    imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=True)
    batch.rows.filter(person=None).update(record=Value(None, JSONField()))
    forget_cells(batch)
    assert batch.rows.filter(cells=[], record__isnull=True).count() == 3
    before = places()
    forget_cells(batch)
    assert places() == before


def test_an_import_is_undone_as_a_whole(cell: Unit, clerk: Actor) -> None:
    before = Person.objects.count()
    batch = upload(clerk, cell, MAI, row(full_name="Vàng A Páo"))
    with pytest.raises(ImportClosed):
        imports.undo_import(actor=clerk, batch=batch)
    imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)
    imports.undo_import(actor=clerk, batch=batch)
    assert imports.undo_import(actor=clerk, batch=batch).state == ImportState.UNDONE
    assert Person.objects.count() == before
    assert not batch.rows.exists()
    with pytest.raises(ImportClosed):
        imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)


@pytest.mark.parametrize("use", ["appointment", "membership", "account", "correction"])
def test_an_import_whose_persons_are_used_is_not_undone(use: str, cell: Unit, clerk: Actor) -> None:
    batch = upload(clerk, cell, MAI)
    imports.apply_import(actor=clerk, batch=batch, skip_problem_rows=False)
    person = Person.objects.get(full_name="Lò Thị Mai")
    match use:
        case "appointment":
            Appointment.objects.create(person=person, role=Role.CLERK, unit=cell, period=ALWAYS)
        case "membership":
            Membership.objects.filter(person=person).delete()
            Membership.objects.create(person=person, unit=cell, standing="full", period=ALWAYS)
        case "account":
            user = make_user()
            Person.objects.filter(user=user).update(user=None)
            Person.objects.filter(pk=person.pk).update(user=user)
        case "correction":
            Person.objects.filter(pk=person.pk).update(version=2)
    with pytest.raises(PersonsInUse) as refused:
        imports.undo_import(actor=clerk, batch=batch)
    assert "Lò Thị Mai" in str(refused.value)
    assert Person.objects.filter(pk=person.pk).exists()


def test_an_import_is_given_up_and_its_names_are_forgotten(cell: Unit, clerk: Actor) -> None:
    batch = upload(clerk, cell, MAI)
    imports.cancel_import(actor=clerk, batch=batch)
    imports.cancel_import(actor=clerk, batch=batch)
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == (ImportState.CANCELLED, 0)
    with pytest.raises(ImportClosed):
        imports.decide_row(actor=clerk, batch=batch, number=2, decision=RowDecision.SKIP)


def test_only_whoever_edits_persons_imports(cell: Unit, clerk: Actor) -> None:
    batch = upload(clerk, cell, MAI)
    viewer = make_actor(Role.VIEWER, cell)
    with pytest.raises(NotPermitted):
        upload(viewer, cell, MAI)
    steps: list[Any] = [imports.cancel_import, imports.undo_import, imports.recheck_import]
    for step in steps:
        with pytest.raises(NotPermitted):
            step(actor=viewer, batch=batch)
    with pytest.raises(NotPermitted):
        imports.apply_import(actor=viewer, batch=batch, skip_problem_rows=True)


def test_a_large_import_is_a_job_that_is_asked_for_once(
    cell: Unit, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    monkeypatch.setattr(import_persons, "STEP", 1)
    batch = upload(clerk, cell, MAI, row(full_name="Vàng A Páo"), row(full_name=""))
    with pytest.raises(ProblemsRemain):
        imports.request_apply(actor=clerk, batch=batch, skip_problem_rows=False)
    job = imports.request_apply(actor=clerk, batch=batch, skip_problem_rows=True)
    assert job is not None
    batch.refresh_from_db()
    assert imports.request_apply(actor=clerk, batch=batch, skip_problem_rows=True) == job
    with pytest.raises(ImportRunning):
        imports.cancel_import(actor=clerk, batch=batch)
    assert run_deferred() == 1
    assert run_deferred() == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.result_url) == (
        JobState.DONE,
        3,
        reverse("organizations:import_detail", args=[batch.pk]),
    )
    assert Membership.objects.filter(unit=cell).count() == 2


def test_a_job_whose_owner_lost_the_right_writes_nothing(
    cell: Unit, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    batch = upload(clerk, cell, MAI)
    job = imports.request_apply(actor=clerk, batch=batch, skip_problem_rows=False)
    Appointment.objects.all().delete()
    run_deferred()
    assert job is not None
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert not Membership.objects.filter(unit=cell).exists()


def test_a_job_that_finds_somebody_recorded_meanwhile_leaves_that_to_be_decided(
    cell: Unit, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    batch = upload(clerk, cell, row(full_name="Vàng A Sình", birth_year="1971"))
    job = imports.request_apply(actor=clerk, batch=batch, skip_problem_rows=False)
    make_person("Vàng A Sình", unit=cell, birth_year=1971)
    run_deferred()
    assert job is not None
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, str(ProblemsRemain(count=1)))
    [one] = batch.person_rows
    assert ([problem["code"] for problem in one.problems], one.is_open) == (["same_person"], True)
    imports.decide_row(actor=clerk, batch=batch, number=one.number, decision=RowDecision.UPDATE)


def test_after_a_stopped_job_the_import_can_be_asked_for_again(
    cell: Unit, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    batch = upload(clerk, cell, MAI)
    job = imports.request_apply(actor=clerk, batch=batch, skip_problem_rows=False)
    assert job is not None
    jobs.cancel_job(actor=clerk, job=job)
    run_deferred()
    assert not Membership.objects.filter(unit=cell).exists()
    batch = ImportBatch.objects.get(pk=batch.pk)
    imports.request_apply(actor=clerk, batch=batch, skip_problem_rows=False)
    assert Job.objects.count() == 2


def test_a_unit_is_named_by_number_code_or_name(cell: Unit) -> None:
    for text in (str(cell.pk), "VP01", "chi bộ bản Vàng Pheo"):
        assert unit_named(text) == cell
    make_unit("Chi bộ bản Vàng Pheo")
    for text in ("Chi bộ bản Vàng Pheo", "999999", "", "9" * 40):
        with pytest.raises(UnitNotNamed):
            unit_named(text)


def test_the_command_line_shows_problems_and_writes_when_told(cell: Unit, clerk: Actor) -> None:
    def run(content: bytes, **options: bool) -> imports.ImportOutcome:
        return imports.import_file(
            actor=clerk, name="ds.csv", content=content, unit=cell, effective_on=DAY, **({"apply": False} | options)
        )

    good, bad = table(HEADER, MAI), table(HEADER, MAI, row(full_name=""))
    assert (run(good).ready, run(good).applied, ImportBatch.objects.count()) == (1, False, 0)
    refused = run(bad, apply=True)
    assert (refused.applied, refused.problems[0][0]) == (False, 3)
    applied = run(bad, apply=True, skip_problem_rows=True)
    assert (applied.applied, applied.persons, applied.batch_id) == (True, 1, ImportBatch.objects.get().pk)
    for empty in (b"", table(HEADER)):
        with pytest.raises(FileIsEmpty):
            run(empty)


# The pages


def client_of(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    return client


def send(client: Client, unit: Unit, content: bytes, name: str = "ds.csv", **values: str) -> Any:
    form = {"client_id": str(uuid.uuid4()), "effective_on": "01/03/2026", "upload": SimpleUploadedFile(name, content)}
    return client.post(reverse("organizations:import_create", args=[unit.pk]), form | values)


def test_a_list_goes_through_the_pages(cell: Unit) -> None:
    make_person("Vàng A Páo", unit=cell)
    client = client_of(Role.CLERK, cell)
    create = reverse("organizations:import_create", args=[cell.pk])
    assert client.get(create).status_code == 200
    once = str(uuid.uuid4())
    rows = [MAI, row(full_name="Vàng A Páo", birth_year="1980"), row(full_name="", village="<b>")]
    first = send(client, cell, workbook(HEADER, *rows), "ds.xlsx", client_id=once)
    assert first.status_code == 303
    assert send(client, cell, workbook(HEADER, *rows), "ds.xlsx", client_id=once)["Location"] == first["Location"]
    batch = ImportBatch.objects.get()
    detail = reverse("organizations:import_detail", args=[batch.pk])
    page = client.get(detail).content.decode()
    assert "Lò Thị Mai" in page
    only = client.get(detail, {"show": "problems"}).content.decode()
    assert "Lò Thị Mai" not in only
    assert "Vàng A Páo" in only
    assert client.get(detail, {"format": "xlsx"}).status_code == 200
    apply = reverse("organizations:import_apply", args=[batch.pk])
    assert client.post(apply).status_code == 422
    decide = reverse("organizations:import_decide", args=[batch.pk, 3])
    answer = client.post(f"{decide}?show=problems", {"decision": "different"})
    assert answer["Location"] == f"{detail}?show=problems"
    assert client.post(decide, {"decision": ""}).status_code == 303
    assert client.post(decide, {"decision": "skip"}).status_code == 303
    wrong = reverse("organizations:import_decide", args=[batch.pk, 4])
    assert client.post(wrong, {"decision": "different"}).status_code == 422
    assert client.post(wrong, {"decision": "nonsense"}).status_code == 303
    assert client.post(reverse("organizations:import_decide", args=[batch.pk, 99])).status_code == 404
    assert client.post(apply, {"skip_problem_rows": "on"}).status_code == 303
    assert client.post(apply).status_code == 303
    assert client.post(reverse("organizations:import_cancel", args=[batch.pk])).status_code == 422
    assert client.get(detail).status_code == 200
    assert client.get(create).status_code == 200
    undo = reverse("organizations:import_undo", args=[batch.pk])
    assert client.post(undo).status_code == 303
    assert client.post(apply).status_code == 422
    assert client.get(detail).status_code == 200


def test_an_import_is_given_up_on_its_page_and_a_used_one_not_undone(cell: Unit) -> None:
    client = client_of(Role.SECRETARY, cell)
    send(client, cell, table(HEADER, MAI))
    batch = ImportBatch.objects.get()
    undo = reverse("organizations:import_undo", args=[batch.pk])
    assert client.post(undo).status_code == 422
    cancel = reverse("organizations:import_cancel", args=[batch.pk])
    assert client.post(cancel).status_code == 303
    assert client.post(cancel).status_code == 303


def test_a_large_list_leads_to_its_progress(cell: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    client = client_of(Role.CLERK, cell)
    send(client, cell, table(HEADER, MAI))
    batch = ImportBatch.objects.get()
    answer = client.post(reverse("organizations:import_apply", args=[batch.pk]))
    job = Job.objects.get()
    assert answer["Location"] == reverse("jobs:job_detail", args=[job.pk])
    detail = client.get(reverse("organizations:import_detail", args=[batch.pk])).content.decode()
    assert answer["Location"] in detail


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"PK\x03\x04",
        table(["Tên"], ["Mai"]),
        table(HEADER),
        b"x" * 20_000_001,
    ],
    ids=["empty", "binary", "xls", "broken", "header", "nobody", "large"],
)
def test_a_wrong_file_is_told_beside_the_file_field(content: bytes, cell: Unit) -> None:
    response = send(client_of(Role.CLERK, cell), cell, content)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["upload"]
    assert not ImportBatch.objects.exists()


def test_a_wrong_date_keeps_the_rest(cell: Unit) -> None:
    response = send(client_of(Role.CLERK, cell), cell, table(HEADER, MAI), effective_on="31/02/2026")
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["effective_on"]


def test_the_template_is_a_download(cell: Unit) -> None:
    response = client_of(Role.CLERK, cell).get(reverse("organizations:import_template"))
    assert "attachment" in response["Content-Disposition"]


def test_an_import_of_somebody_elses_is_seen_where_its_names_are(committee: Unit, cell: Unit, clerk: Actor) -> None:
    batch = upload(clerk, cell, MAI)
    detail = reverse("organizations:import_detail", args=[batch.pk])
    top = make_unit()
    Unit.objects.filter(pk=committee.pk).update(parent=top, path=f"{top.pk}.{committee.pk}.")
    Unit.objects.filter(pk=cell.pk).update(path=f"{top.pk}.{committee.pk}.{cell.pk}.")
    assert client_of(Role.OFFICER, committee).get(detail).status_code == 200
    assert client_of(Role.SECRETARY, cell).get(detail).status_code == 200
    assert client_of(Role.OFFICER, top).get(detail).status_code == 404
    assert client_of(Role.VIEWER, cell).get(detail).status_code == 404


def test_the_pages_of_an_import_cost_few_queries(cell: Unit, django_assert_max_num_queries: Any) -> None:
    client = client_of(Role.CLERK, cell)
    send(client, cell, table(HEADER, *(row(full_name="") for _ in range(60))))
    detail = reverse("organizations:import_detail", args=[ImportBatch.objects.get().pk])
    for url in (detail, reverse("organizations:import_create", args=[cell.pk])):
        with django_assert_max_num_queries(15):
            assert client.get(url).status_code == 200
