"""Everybody sees and takes out what is kept about them; others hand it over only with a reason, without attendance."""

import io
import json
import uuid

import openpyxl
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.models import Attendance
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.enums import ReasonClass, Role, TransferKind
from lantoa.organizations.errors import PurposeMissing, PurposeNamesSomebody
from lantoa.organizations.models import (
    ActivityExemption,
    ImportBatch,
    ImportRow,
    Membership,
    Person,
    TemporaryMembership,
    Transfer,
)
from lantoa.privacy.errors import NotPermitted
from lantoa.privacy.services.own_data import hand_over, open_own_data
from tests.attendance.factories import Scene, make_event, make_scene
from tests.organizations.factories import ALWAYS, LONG_AGO, make_actor, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene(2)


@pytest.fixture
def person(scene: Scene) -> Person:
    """The first person of the list, with an account, a mark, an exemption, a letter and an imported row."""
    found = scene.first.person
    user = make_user(username="lo.van.an")
    Person.objects.filter(user=user).update(user=None)
    found.user = user
    found.save(update_fields=["user"])
    event = make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    Attendance.objects.create(session=scene.session, entry=scene.first, status=MarkStatus.PRESENT, event=event)
    ActivityExemption.objects.create(
        person=found,
        reason_class=ReasonClass.HEALTH,
        decision_number="12-QĐ/ĐU",
        decision_date=LONG_AGO,
        period=ALWAYS,
    )
    Transfer.objects.create(
        client_id=uuid.uuid4(),
        person=found,
        kind=TransferKind.MOVE,
        from_unit=scene.cell,
        to_unit=scene.committee,
        letter_number="7-GT",
        letter_date=LONG_AGO,
        effective_on=LONG_AGO,
        offered_by=make_user(),
    )
    TemporaryMembership.objects.create(
        person=found,
        unit=scene.committee,
        period=DateRange(LONG_AGO, clock.today()),
        transfer=Transfer.objects.create(
            client_id=uuid.uuid4(),
            person=found,
            kind=TransferKind.STAY,
            from_unit=scene.cell,
            to_unit=scene.committee,
            letter_number="8-GT",
            letter_date=LONG_AGO,
            effective_on=LONG_AGO,
            ends_on=LONG_AGO,
            offered_by=make_user(),
        ),
    )
    batch = ImportBatch.objects.create(
        client_id=uuid.uuid4(),
        unit=scene.cell,
        file_name="a.csv",
        sha256="0" * 64,
        effective_on=LONG_AGO,
        created_by=make_user(),
    )
    ImportRow.objects.create(batch=batch, number=2, values={"full_name": "Lò Văn An"}, person=found)
    return found


def client_of(person: Person) -> Client:
    client = Client()
    assert person.user
    client.force_login(person.user)
    return client


def test_a_person_sees_everything_and_takes_it_out(person: Person, scene: Scene) -> None:
    client = client_of(person)
    page = client.get(reverse("privacy:own_data")).content.decode()
    for shown in (person.full_name, "lo.van.an", "12-QĐ/ĐU", "7-GT", scene.session.title, scene.campaign.name):
        assert shown in page
    data = json.loads(client.get(reverse("privacy:own_data_export")).content)
    assert len(data["attendance"]["rows"]) == 1
    assert len(data["imports"]["rows"]) == 1
    assert (len(data["transfers"]["rows"]), len(data["stays"]["rows"])) == (2, 1)
    assert scene.entries[1].person.full_name not in json.dumps(data, ensure_ascii=False)
    outcomes = Entry.objects.about(person).filter(action="privacy.open_own_data").values_list("outcome", flat=True)
    assert sorted(outcomes) == [Outcome.EXPORTED, Outcome.READ]


def test_the_workbook_holds_the_same_and_formulas_are_text(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(village="=HYPERLINK(1)")
    client = client_of(person)
    data = json.loads(client.get(reverse("privacy:own_data_export")).content)
    answer = client.get(reverse("privacy:own_data_export"), {"format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert len(book.sheetnames) == len(data)
    for sheet, section in zip(book, data.values(), strict=True):
        head, *rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()] or [[]]
        held = [{label: value for label, value in zip(head, row, strict=True) if value} for row in rows]
        told = [{label: value for label, value in row.items() if value} for row in section["rows"]]
        # what is told of the last looks grows by the look at the first file
        assert held[-len(told) :] == told or held[: len(told)] == told
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert [cell.data_type for cell in cells] == ["s"]


def test_who_left_still_sees_their_data(person: Person) -> None:
    Membership.objects.filter(person=person).update(period=DateRange(LONG_AGO, clock.today()))
    assert client_of(person).get(reverse("privacy:own_data")).status_code == 200


def test_an_account_without_a_person_holds_nothing() -> None:
    user = make_user()
    Person.objects.filter(user=user).update(user=None)
    client = Client()
    client.force_login(user)
    assert client.get(reverse("privacy:own_data")).status_code == 200
    assert json.loads(client.get(reverse("privacy:own_data_export")).content) == {}
    assert client.get(reverse("privacy:own_data_export"), {"format": "xlsx"}).status_code == 200
    assert open_own_data(actor=SYSTEM, taken_out=False) == []


def test_the_secretary_hands_a_copy_over_without_attendance(person: Person, scene: Scene) -> None:
    sections = {
        one.key: one.rows
        for one in hand_over(
            actor=make_actor(Role.SECRETARY, scene.cell), person=person, reason="Theo đơn đề nghị ngày 05/12"
        )
    }
    assert "attendance" not in sections
    assert len(sections["exemptions"][0]) == 4
    entry = Entry.objects.get(action="privacy.hand_over")
    assert (entry.outcome, entry.facts) == (Outcome.EXPORTED, {"purpose": "Theo đơn đề nghị ngày 05/12"})


def test_a_copy_needs_a_reason_that_names_nobody(person: Person, scene: Scene) -> None:
    secretary = make_actor(Role.SECRETARY, scene.cell)
    with pytest.raises(PurposeMissing):
        hand_over(actor=secretary, person=person, reason=" ")
    with pytest.raises(PurposeNamesSomebody):
        hand_over(actor=secretary, person=person, reason=f"Theo đơn của {person.full_name}")


@pytest.mark.parametrize("role", [Role.CLERK, Role.APPROVER, Role.ADMINISTRATOR, Role.VIEWER])
def test_nobody_else_hands_data_over(role: Role, person: Person, scene: Scene) -> None:
    actor: Actor = make_actor(role, scene.cell)
    with pytest.raises(NotPermitted):
        hand_over(actor=actor, person=person, reason="Theo đơn đề nghị")


def test_a_copy_is_handed_over_by_hand(person: Person, scene: Scene) -> None:
    client, clerk = Client(), Client()
    client.force_login(make_user(Role.SECRETARY, scene.cell))
    clerk.force_login(make_user(Role.CLERK, scene.cell))
    address = reverse("privacy:hand_over", args=[person.pk])
    assert address in client.get(reverse("organizations:person_detail", args=[person.pk])).content.decode()
    assert address not in clerk.get(reverse("organizations:person_detail", args=[person.pk])).content.decode()
    assert clerk.get(address).status_code == 403
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": f"Đơn của {person.full_name}"}).status_code == 422
    assert "attachment" in client.post(address, {"reason": "Theo đơn đề nghị"})["Content-Disposition"]
    book = client.post(address, {"reason": "Theo đơn đề nghị", "format": "xlsx"})
    assert "spreadsheetml.sheet" in book["Content-Type"]
