"""What phones sent, on the page "To settle": what it shows to whom, and the two clicks."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lantoa.accounts.models import User
from lantoa.attendance.enums import Flag, LateDecision, MarkStatus
from lantoa.attendance.models import AttendanceEvent, RollClosing
from lantoa.audit.models import Entry
from lantoa.dashboard.matters import matters_of
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.privacy.models import DataRequest
from lantoa.rollcall.enums import QuarantineCode as Code
from lantoa.rollcall.models import Phone, QuarantinedEvent
from lantoa.rollcall.quarantine_words import WHY
from lantoa.rollcall.selectors.quarantine import event_matters
from lantoa.ui.numbers import moment
from tests.attendance.factories import Scene, make_event
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.rollcall.phones import closing_of, event_of, make_phone, quarantine, quarantine_mark
from tests.rollcall.test_quarantine import officer_above

pytestmark = pytest.mark.django_db
LIST = f"{reverse('attendance:review_list')}?show=phones"


@pytest.fixture
def phone(scene: Scene) -> Phone:
    return make_phone(scene.committee, scene.clerk, label="Máy của bản Sin Suối Hồ")


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(person=actor.person_id))
    return client


def url_of(event: QuarantinedEvent, act: str) -> str:
    return reverse(f"rollcall:event_{act}", args=[event.pk])


def test_the_page_shows_who_what_why_and_both_clocks(scene: Scene, phone: Phone) -> None:
    wall = "2025-01-02T03:04:05.678+07:00"
    event = quarantine_mark(phone, scene.site, scene.first, "late", method="scan", wall_time=wall)
    make_event(scene.site, scene.first, MarkStatus.ABSENT, recorder=scene.clerk)
    page = signed_in(scene.secretary).get(LIST).content.decode()
    for words in (
        scene.first.person.full_name, scene.session.title, scene.site.name, phone.label, str(MarkStatus.LATE.label),
        str(MarkStatus.ABSENT.label), str(WHY[Code.CARD_REPLACED]), "03:04 02/01/2025", moment(event.received_at),
        url_of(event, "record"), url_of(event, "set_aside"),
    ):  # fmt: skip
        assert words in page


def test_every_reason_to_wait_has_its_sentence() -> None:
    assert set(WHY) == set(Code.values)


def test_names_and_reasons_stay_where_they_may_be_seen(scene: Scene, phone: Phone) -> None:
    quarantine_mark(phone, scene.site, scene.first, "excused", Code.SEQ_REUSED, reason="health")
    (near,) = event_matters(scene.secretary)
    assert scene.first.person.full_name in near.title
    assert near.says == "vắng có lý do"
    (cell,) = event_matters(make_actor(Role.OFFICER, scene.committee))
    assert cell.says == near.says
    (far,) = event_matters(officer_above(scene.committee))
    assert (far.title, far.says) == (f"Người số {scene.first.pk}", near.says)


def test_the_reason_is_shown_in_the_cell_itself(scene: Scene) -> None:
    phone = make_phone(scene.cell, make_actor(Role.CLERK, scene.cell))
    scene.site.unit = scene.cell
    scene.site.save(update_fields=["unit"])
    quarantine_mark(phone, scene.site, scene.first, "excused", Code.SEQ_REUSED, reason="health")
    (matter,) = event_matters(make_actor(Role.SECRETARY, scene.cell))
    assert matter.says == "vắng có lý do (sức khỏe)"


def test_a_restricted_person_is_a_number(scene: Scene, phone: Phone) -> None:
    DataRequest.objects.create(
        client_id=uuid.uuid4(), person=scene.first.person, unit=scene.cell, kind="restriction", reason="Theo đơn",
        asked_by=make_user(), due_on=clock.today(), state="done",
    )  # fmt: skip
    quarantine_mark(phone, scene.site, scene.first)
    (matter,) = event_matters(scene.secretary)
    assert scene.first.person.full_name not in matter.title


def test_a_number_that_nobody_has_names_nobody(scene: Scene, phone: Phone) -> None:
    quarantine(phone, scene.site, event_of(987_654_321), Code.UNKNOWN_MEMBER)
    (matter,) = event_matters(scene.secretary)
    assert matter.title == "Người số 987654321"
    assert matter.obstacle


def test_what_cannot_be_recorded_says_so_and_can_be_set_aside(scene: Scene, phone: Phone) -> None:
    event = quarantine_mark(phone, scene.site, scene.first, code=Code.SESSION_CANCELLED)
    scene.session.cancelled_at = clock.now()
    scene.session.save(update_fields=["cancelled_at"])
    client = signed_in(scene.secretary)
    page = client.get(LIST).content.decode()
    assert "Hiện chưa thể ghi nhận" in page
    assert url_of(event, "record") not in page
    answer = client.post(url_of(event, "record"))
    assert answer.status_code == 422
    assert scene.first.person.full_name in answer.content.decode()
    assert client.post(url_of(event, "set_aside")).status_code == 303
    assert scene.first.person.full_name not in client.get(LIST).content.decode()


def test_one_click_records(scene: Scene, phone: Phone) -> None:
    event = quarantine_mark(phone, scene.site, scene.first)
    client = signed_in(scene.secretary)
    assert client.get(url_of(event, "record")).status_code == 405
    for _twice in range(2):
        answer = client.post(url_of(event, "record"))
        assert (answer.status_code, answer["Location"]) == (303, LIST)
    assert AttendanceEvent.objects.count() == 1
    assert client.post(url_of(event, "set_aside")).status_code == 422


def test_a_closing_asks_about_those_without_a_mark(scene: Scene, phone: Phone) -> None:
    event = quarantine(phone, scene.site, closing_of(), Code.PEOPLE_UNMARKED)
    client = signed_in(scene.secretary)
    page = client.get(LIST).content.decode()
    assert "2 người có mặt, 0 người vắng" in page
    assert f"absent_rest_{event.pk}" in page
    assert client.post(url_of(event, "record")).status_code == 422
    assert client.post(url_of(event, "record"), {"absent_rest": "on"}).status_code == 303
    assert RollClosing.objects.get().event_id == event.event_id


def test_ones_own_phone_is_left_to_the_officer_above(scene: Scene) -> None:
    event = quarantine_mark(make_phone(scene.committee, scene.secretary), scene.site, scene.first)
    client = signed_in(scene.secretary)
    assert "trên điện thoại của mình" in client.get(LIST).content.decode()
    assert client.post(url_of(event, "record")).status_code == 403
    assert client.post(url_of(event, "set_aside")).status_code == 403


def test_other_units_neither_see_nor_decide(scene: Scene, phone: Phone) -> None:
    event = quarantine_mark(phone, scene.site, scene.first)
    stranger = make_actor(Role.SECRETARY, make_unit())
    assert event_matters(stranger) == []
    for act in ("record", "set_aside"):
        assert signed_in(stranger).post(url_of(event, act)).status_code == 404


def test_what_waits_stands_on_the_tab_and_on_the_first_screen(scene: Scene, phone: Phone) -> None:
    for entry in scene.entries:
        quarantine_mark(phone, scene.site, entry)
    (matter,) = (m for m in matters_of(scene.secretary, timezone.localdate()) if m.kind == "phone")
    assert (matter.count, matter.url) == (3, LIST)
    assert "Từ điện thoại" in signed_in(scene.secretary).get(reverse("attendance:review_list")).content.decode()
    assert not [m for m in matters_of(scene.clerk, timezone.localdate()) if m.kind == "phone"]


def test_reading_the_list_is_on_record_and_costs_the_same_for_many(scene: Scene, phone: Phone) -> None:
    client = signed_in(scene.secretary)
    quarantine_mark(phone, scene.site, scene.first)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for number in range(2, 25):
        quarantine_mark(phone, scene.site, scene.entries[number % 3], seq=number)
    with CaptureQueriesContext(connection) as many:
        page = client.get(LIST)
    assert len(one) == len(many) <= 15
    assert len(page.context["page"].object_list) == 20
    assert "page=2" in page.content.decode()
    assert Entry.objects.filter(action="attendance.list_review", unit_id=scene.committee.pk).count() == 3


def test_what_is_odd_about_a_mark_stands_beside_it(scene: Scene) -> None:
    event = make_event(
        scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk, late=LateDecision.PENDING,
        flags=Flag.CLOCK | Flag.ROSTER,
    )  # fmt: skip
    assert event.oddities == ("đồng hồ điện thoại sai", "sau khi danh sách trên điện thoại hết hạn")
    client = signed_in(scene.secretary)
    marks = reverse("attendance:coverage_marks", args=[scene.campaign.pk, scene.cell.pk, scene.first.pk])
    for page in (reverse("attendance:review_list"), marks):
        text = client.get(page).content.decode()
        assert all(words in text for words in event.oddities)
        assert "ngoài giờ của buổi" not in text
