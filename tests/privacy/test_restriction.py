"""Whoever's processing is restricted is kept and counted, named in no list and in no file that is taken out."""

import datetime as dt
import io
import uuid

import openpyxl
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from lantoa.accounts.models import User
from lantoa.attendance.folding import fold_waiting, mark_dirty
from lantoa.attendance.selectors.review import person_label
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations import restricting
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import DepartureReason, Role, TransferKind, TransferState
from lantoa.organizations.models import Appointment, ImportRow, Membership, Person, TemporaryMembership, Transfer
from lantoa.organizations.services.departures import end_membership, take_back_departure
from lantoa.organizations.services.persons import open_record
from lantoa.privacy.enums import RequestKind, RequestState
from lantoa.privacy.models import DataRequest
from lantoa.privacy.services.erasures import ask_erasure
from tests.attendance.factories import Scene, make_scene
from tests.organizations.factories import make_actor, make_person, make_unit, make_user
from tests.permissions.roles_table import ROLES, is_allowed
from tests.permissions.standing import client_of, signed_in
from tests.permissions.standing import world as world
from tests.permissions.test_urls import CASES, TABLE, Case
from tests.permissions.world import World
from tests.typesetting.reading import pdf_text, word_text

pytestmark = pytest.mark.django_db
NAME = "Đèo Thị Kín Đáo"
BOOKS = "?format=xlsx&c_format=xlsx&u_format=xlsx&p_format=xlsx"
OF_NAMES = {
    "organizations:appointment_ending",
    "organizations:appointment_list",
    "organizations:import_detail",
    "organizations:import_errors",
    "organizations:person_export",
    "plans:summons_export",
    "speakers:speaker_list",
}
"""The exports that hold the names of persons who are recorded. An export that is added stands here, or names nobody."""


def restrict(person: Person) -> DataRequest:
    return DataRequest.objects.create(
        client_id=uuid.uuid4(),
        person=person,
        unit=Membership.objects.get(person=person).unit,
        kind=RequestKind.RESTRICTION,
        reason="Theo đơn",
        state=RequestState.DONE,
        asked_by=make_user(),
        due_on=clock.today(),
    )


@pytest.fixture
def known(world: World) -> Person:
    """The person of the place, with a name of their own, an office whose term ends and a row in an import."""
    place = world.places["own"]
    person: Person = place.objects["person"]
    person.full_name = NAME
    person.set_texts()
    person.save()
    Appointment.objects.create(
        person=person,
        role=Role.VIEWER,
        unit=place.unit,
        term_ends_on=clock.today() + dt.timedelta(days=9),
        period=DateRange(dt.date(2020, 1, 1), None),
    )
    told = {"cells": [NAME], "values": {"full_name": NAME}, "is_open": True}
    ImportRow.objects.create(batch=place.objects["import"], number=9, person=person, **told)
    return person


def test_every_export_leaves_out_whoever_is_restricted(world: World, known: Person) -> None:
    staff = {role: signed_in(make_user(Role(role), world.places["own"].unit)) for role in ROLES}
    ways = [case for case in CASES if not case.only_posts and "nobody" not in case.verbs]

    def book(case: Case) -> str:
        role = next(role for role in ("officer", *ROLES) if is_allowed(TABLE, case.verbs, role, "own"))
        return _book(client_of(staff[role]), case.url(world, "own") + BOOKS)

    naming = [case for case in ways if NAME in book(case)]
    assert {case.name for case in naming} == OF_NAMES
    restrict(known)
    for case in naming:
        text = book(case)
        assert NAME not in text, case
        assert "1 người đang hạn chế xử lý không có trong tệp này" in text, case


def _book(client: Client, address: str) -> str:
    """What the workbook of a page says, with the purpose stated where it is asked for; empty where there is none."""
    response = client.get(address)
    if 'name="purpose"' in _content(response).decode(errors="ignore"):
        response = client.post(address, {"purpose": "Lập danh sách triệu tập"})
    content = _content(response)
    if "spreadsheetml.sheet" not in response.get("Content-Type", ""):
        return ""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


def _content(response: HttpResponseBase) -> bytes:
    """The whole answer; a stream is read to its end, which closes its file."""
    return response.getvalue() if isinstance(response, StreamingHttpResponse) else getattr(response, "content", b"")


@pytest.fixture
def scene() -> Scene:
    made = make_scene(3)
    mark_dirty(campaign_id=made.campaign.pk, entry_ids=[entry.pk for entry in made.entries])
    fold_waiting()
    return made


@pytest.fixture
def hidden(scene: Scene) -> Person:
    """One of the three of the cell who are summoned."""
    person: Person = scene.first.person
    person.full_name = NAME
    person.set_texts()
    person.save()
    restrict(person)
    return person


def client_at(scene: Scene, role: Role) -> Client:
    client = Client()
    client.force_login(make_user(role, scene.cell))
    return client


def test_no_document_of_names_holds_whoever_is_restricted(scene: Scene, hidden: Person) -> None:
    secretary = Client()
    secretary.force_login(User.objects.get(pk=str(scene.secretary.user_id)))
    purpose = {"purpose": "Lập danh sách triệu tập"}
    sheet = secretary.post(reverse("attendance:roll_sheet", args=[scene.site.pk]), purpose)
    listed = reverse("plans:summons_export", args=[scene.campaign.pk, scene.committee.pk])
    documents = [pdf_text(_content(sheet))]
    for kind, read in (("pdf", pdf_text), ("docx", word_text)):
        documents.append(read(_content(secretary.post(listed, {**purpose, "kind": kind}))))
    for text in documents:
        assert NAME not in text
        assert scene.entries[1].person.full_name.split(" ")[-1] in text
        assert "1 người đang hạn chế xử lý không có trong tệp này" in text


def test_lists_show_a_mark_for_the_name(scene: Scene, hidden: Person) -> None:
    clerk = client_at(scene, Role.CLERK)
    lists = [
        reverse("organizations:person_list", args=[scene.cell.pk]),
        reverse("plans:summons_unit", args=[scene.campaign.pk, scene.cell.pk]),
        reverse("attendance:coverage_unit", args=[scene.campaign.pk, scene.cell.pk]),
    ]
    for address in lists:
        page = clerk.get(address).content.decode()
        assert NAME not in page
        assert str(restricting.MASK) in page, address
    for address in lists[:2]:
        assert str(restricting.MASK) not in clerk.get(address, {"q": "kin dao"}).content.decode()


def test_who_missed_a_session_is_shown_without_the_name(scene: Scene, hidden: Person) -> None:
    secretary = Client()
    secretary.force_login(User.objects.get(pk=str(scene.secretary.user_id)))
    page = secretary.get(reverse("attendance:missed_list", args=[scene.session.pk])).content.decode()
    assert NAME not in page
    assert str(restricting.MASK) in page


def test_the_record_is_opened_by_those_who_decide(scene: Scene, hidden: Person) -> None:
    with pytest.raises(restricting.RestrictedRecord):
        open_record(actor=make_actor(Role.CLERK, scene.cell), person=hidden)
    with pytest.raises(restricting.RestrictedRecord):
        open_record(actor=make_actor(Role.APPROVER, scene.cell), person=hidden)
    assert open_record(actor=make_actor(Role.SECRETARY, scene.cell), person=hidden).restricted
    page = reverse("organizations:person_detail", args=[hidden.pk])
    assert client_at(scene, Role.CLERK).get(page).status_code == 403
    assert client_at(scene, Role.CLERK).get(reverse("privacy:request_ask", args=[hidden.pk])).status_code == 403
    assert client_at(scene, Role.SECRETARY).get(reverse("privacy:request_ask", args=[hidden.pk])).status_code == 200
    assert NAME in client_at(scene, Role.SECRETARY).get(page).content.decode()
    marks = reverse("attendance:coverage_marks", args=[scene.campaign.pk, scene.cell.pk, scene.first.pk])
    assert client_at(scene, Role.CLERK).get(marks).status_code == 403
    assert client_at(scene, Role.SECRETARY).get(marks).status_code == 200


def test_nor_is_a_former_member_named(scene: Scene, hidden: Person) -> None:
    Membership.objects.filter(person=hidden).update(period=DateRange(dt.date(2020, 1, 1), clock.today()))
    clerk = client_at(scene, Role.CLERK)
    page = clerk.get(reverse("privacy:former_list", args=[scene.cell.pk])).content.decode()
    assert NAME not in page
    assert str(restricting.MASK) in page
    assert clerk.get(reverse("privacy:erasure_ask", args=[hidden.pk])).status_code == 403


def test_nor_do_the_steps_beside_a_list_name_whoever_is_restricted(scene: Scene, hidden: Person) -> None:
    away = make_unit("Chi bộ bản Huổi Én", parent=scene.cell.parent)
    letter = Transfer.objects.create(
        client_id=uuid.uuid4(),
        person=hidden,
        from_unit=scene.cell,
        to_unit=away,
        kind=TransferKind.STAY,
        state=TransferState.ACCEPTED,
        letter_number="01-GGT",
        letter_date=clock.today(),
        effective_on=clock.today(),
        offered_by=make_user(),
    )
    stay = TemporaryMembership.objects.create(
        transfer=letter, person=hidden, unit=away, period=DateRange(clock.today(), clock.today() + dt.timedelta(days=9))
    )
    clerk = client_at(scene, Role.CLERK)
    assert clerk.get(reverse("organizations:stay_end", args=[stay.pk])).status_code == 403
    with pytest.raises(restricting.RestrictedRecord):
        end_and_take_back(scene, hidden)


def end_and_take_back(scene: Scene, person: Person) -> None:
    """The secretary lets the person leave, and the clerk takes that back."""
    departure = end_membership(
        actor=make_actor(Role.SECRETARY, scene.cell),
        person=person,
        reason=DepartureReason.MOVED_AWAY,
        effective_on=clock.today() + dt.timedelta(days=1),
        client_id=uuid.uuid4(),
    )
    take_back_departure(actor=make_actor(Role.CLERK, scene.cell), departure=departure)


def test_an_erasure_names_whoever_is_restricted_to_those_who_decide(scene: Scene, hidden: Person) -> None:
    Membership.objects.filter(person=hidden).update(period=DateRange(dt.date(2020, 1, 1), clock.today()))
    erasure = ask_erasure(
        actor=make_actor(Role.SECRETARY, scene.cell), person=hidden, reason="Theo đơn", client_id=uuid.uuid4()
    )
    page = reverse("privacy:erasure_detail", args=[erasure.pk])
    assert client_at(scene, Role.CLERK).get(page).status_code == 403
    assert NAME in client_at(scene, Role.SECRETARY).get(page).content.decode()


def test_nor_do_the_marks_that_wait(scene: Scene, hidden: Person) -> None:
    own, above = make_actor(Role.SECRETARY, scene.cell), scene.secretary
    assert NAME in person_label(own, scene.first, {hidden.pk})
    assert NAME in person_label(above, scene.first, ())
    assert NAME not in person_label(above, scene.first, {hidden.pk})


def test_the_roll_is_still_taken_by_name(scene: Scene, hidden: Person) -> None:
    clerk = Client()
    clerk.force_login(User.objects.get(pk=str(scene.clerk.user_id)))
    assert NAME in clerk.get(reverse("attendance:roll_detail", args=[scene.site.pk])).content.decode()


def test_the_export_counts_those_who_are_in_it(scene: Scene, hidden: Person) -> None:
    secretary = client_at(scene, Role.SECRETARY)
    before = Membership.objects.filter(unit=scene.cell).count()
    secretary.post(reverse("organizations:person_export", args=[scene.cell.pk]), {"purpose": "Lập danh sách triệu tập"})
    entry = Entry.objects.get(action="organizations.export_names", outcome=Outcome.EXPORTED)
    assert entry.facts["count"] == before - 1


def test_nothing_is_said_where_nobody_is_restricted() -> None:
    make_person("Lò Văn Ân", unit=make_scene(1).cell)
    assert restricting.left_out(Membership.objects.all()) == ""
    assert Actor.of(make_user()).grants == ()
