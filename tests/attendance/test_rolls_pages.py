"""The pages of the roll: with a script and without one, open, closed, after closing."""

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lantoa.accounts.models import User
from lantoa.attendance.enums import LateDecision, MarkStatus
from lantoa.attendance.models import Attendance, AttendanceEvent, LateChange, RollClosing
from lantoa.attendance.selectors.missed import missed_of
from lantoa.attendance.selectors.rolls import roll_of
from lantoa.attendance.services.rolls import close_roll
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit
from lantoa.study_sessions.models import StudySession
from tests.attendance.factories import Scene, make_event, make_scene
from tests.organizations.factories import make_person, make_unit, make_user
from tests.plans.factories import make_entry
from tests.study_sessions.factories import make_site, place

pytestmark = pytest.mark.django_db

SOME_ID = "0198a7b0-0000-7000-8000-000000000000"


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def clerk(scene: Scene) -> Client:
    return sign_in(User.objects.get(person=scene.clerk.person_id))


@pytest.fixture
def secretary(scene: Scene) -> Client:
    return sign_in(User.objects.get(person=scene.secretary.person_id))


def stranger(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    return client


def roll(scene: Scene, page: str = "detail") -> str:
    return reverse(f"attendance:roll_{page}", args=[scene.site.pk])


def offer(client: Client, scene: Scene, *events: dict[str, Any]) -> Any:
    return client.post(roll(scene, "marks"), json.dumps({"events": list(events)}), content_type="application/json")


def event(scene: Scene, value: str = "present", **changes: Any) -> dict[str, Any]:
    return {
        "event_id": str(uuid.uuid4()),
        "entry": scene.first.pk,
        "value": value,
        "wall_time": clock.now().isoformat(),
        **changes,
    }


def test_the_roll_shows_its_people_in_few_queries(scene: Scene, clerk: Client) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = clerk.get(roll(scene)).content.decode()
    assert all(entry.person.full_name in page for entry in scene.entries)
    assert len(queries) <= 15


def test_search_works_without_a_script(scene: Scene, clerk: Client) -> None:
    assert clerk.get(roll(scene), {"q": "binh"}).context["shown"] == {scene.entries[1].pk}
    assert clerk.get(roll(scene), {"q": "không ai"}).context["shown"] == set()


def test_an_empty_list_says_who_fills_it(scene: Scene, clerk: Client) -> None:
    empty = make_site(scene.session, scene.committee)
    assert clerk.get(reverse("attendance:roll_detail", args=[empty.pk])).status_code == 200


def test_only_those_who_take_the_roll_see_its_names(scene: Scene) -> None:
    assert stranger(Role.VIEWER, scene.committee).get(roll(scene)).status_code == 403
    assert stranger(Role.CLERK, make_unit()).get(roll(scene)).status_code == 404
    assert Client().get(roll(scene)).status_code == 302


def test_each_event_of_the_script_gets_its_receipt(scene: Scene, clerk: Client) -> None:
    one = event(scene, "excused-health")
    assert offer(clerk, scene, one).json()["receipts"][0]["outcome"] == "accepted"
    answers = offer(clerk, scene, one, {**one, "value": "absent"}, event(scene, entry=999_999)).json()["receipts"]
    assert [(answer["outcome"], answer["code"]) for answer in answers] == [
        ("duplicate", ""),
        ("refused", "hash_mismatch"),
        ("refused", "not_on_the_list"),
    ]
    assert roll_of(scene.site).lines[0].value == "excused-health"
    offer(clerk, scene, event(scene, ""))
    assert roll_of(scene.site).lines[0].value == ""


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"events": 3}',
        '{"events": ["x"]}',
        '{"events": [{"event_id": "x", "entry": 1, "value": "present", "wall_time": "2026-01-01T00:00:00Z"}]}',
        json.dumps({"events": [{"event_id": SOME_ID, "entry": "1", "value": "", "wall_time": ""}]}),
        json.dumps({"events": [{"event_id": SOME_ID, "entry": 1, "value": "", "wall_time": "soon"}]}),
        json.dumps({"events": [{}] * 201}),
    ],
)
def test_what_cannot_be_read_is_refused_as_a_whole(scene: Scene, clerk: Client, body: str) -> None:
    answer = clerk.post(roll(scene, "marks"), body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
    assert not AttendanceEvent.objects.exists()


def test_a_refusal_of_the_rules_comes_as_json(scene: Scene, clerk: Client) -> None:
    scene.session.cancelled_at = clock.now()
    scene.session.save(update_fields=["cancelled_at"])
    answer = offer(clerk, scene, event(scene))
    assert (answer.status_code, answer.json()["code"]) == (422, "session_cancelled")
    assert clerk.get(roll(scene)).status_code == 200
    assert clerk.post(roll(scene, "save"), {f"mark-{scene.first.pk}": "present"}).status_code == 422


def test_news_are_sent_only_when_something_changed(scene: Scene, clerk: Client, secretary: Client) -> None:
    offer(secretary, scene, event(scene))
    answer = clerk.get(roll(scene, "news"))
    assert answer.json()["values"] == {str(scene.first.pk): "present"}
    again = clerk.get(roll(scene, "news"), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def plain(scene: Scene, *values: str) -> dict[str, str]:
    data = {"client_id": str(uuid.uuid4()), "shown_at": clock.now().isoformat()}
    for entry, value in zip(scene.entries, values, strict=False):
        data |= {f"was-{entry.pk}": "", f"mark-{entry.pk}": value}
    return data


def test_the_plain_form_records_what_changed_and_a_second_submit_nothing(scene: Scene, clerk: Client) -> None:
    values = plain(scene, "present", "excused-work", "")
    for _ in range(2):
        assert clerk.post(roll(scene, "save"), values).status_code == 303
    assert AttendanceEvent.objects.count() == 2
    assert [line.value for line in roll_of(scene.site).lines] == ["present", "excused-work", ""]


@pytest.mark.parametrize("garbled", ["<b>", "excused-drunk", "present\x00", "retracted", "PRESENT"])
def test_what_is_no_choice_does_not_take_a_mark_back(scene: Scene, clerk: Client, garbled: str) -> None:
    clerk.post(roll(scene, "save"), plain(scene, "present"))
    entry = scene.entries[0].pk
    damaged = {**plain(scene), f"was-{entry}": "present", f"mark-{entry}": garbled}
    assert clerk.post(roll(scene, "save"), damaged).status_code == 303
    event = {"event_id": SOME_ID, "entry": entry, "value": garbled, "wall_time": "2026-06-01T07:30:00+07:00"}
    answer = clerk.post(roll(scene, "marks"), json.dumps({"events": [event]}), content_type="application/json")
    assert answer.status_code == 400
    assert roll_of(scene.site).lines[0].value == "present"
    assert AttendanceEvent.objects.count() == 1


def test_a_plain_form_with_damaged_hidden_fields_still_counts(scene: Scene, clerk: Client) -> None:
    values = {**plain(scene, "late"), "client_id": "x", "shown_at": "yesterday"}
    assert clerk.post(roll(scene, "save"), values).status_code == 303
    assert roll_of(scene.site).lines[0].value == "late"


def test_somebody_of_another_list_is_found_and_marked_here(scene: Scene, clerk: Client) -> None:
    guest = make_entry(scene.summons, make_person("Hoàng Thị Ứng", unit=scene.cell), unit=scene.cell)
    place(make_site(scene.session, scene.committee), guest)
    assert "Hoàng Thị Ứng" in clerk.get(roll(scene), {"other": "hoang thi ung"}).content.decode()
    assert "Hoàng Thị Ứng" not in clerk.get(roll(scene), {"other": "hoang"}).content.decode()
    values = {**plain(scene), "other": "hoang thi ung", f"was-{guest.pk}": "", f"mark-{guest.pk}": "present"}
    assert clerk.post(roll(scene, "save"), values).status_code == 303
    assert [line.entry_id for line in roll_of(scene.site).visitors] == [guest.pk]
    assert clerk.get(roll(scene)).status_code == 200


def test_closing_asks_about_those_without_a_mark(scene: Scene, clerk: Client) -> None:
    assert clerk.get(roll(scene, "close")).status_code == 200
    assert clerk.post(roll(scene, "close"), {"guests": ""}).status_code == 422
    assert clerk.post(roll(scene, "close"), {"guests": "-3", "absent_rest": "on"}).status_code == 422
    assert not RollClosing.objects.exists()
    for _ in range(2):
        answer = clerk.post(roll(scene, "close"), {"guests": "5", "guests_note": "Phụ nữ", "absent_rest": "on"})
        assert answer.status_code == 303
    assert RollClosing.objects.get().guests == 5
    assert clerk.get(roll(scene, "close")).status_code == 303
    page = clerk.get(roll(scene)).content.decode()
    assert "data-roll-form" not in page
    assert "Phụ nữ" in page


def test_a_roll_without_open_marks_closes_without_a_question(scene: Scene, clerk: Client) -> None:
    clerk.post(roll(scene, "save"), plain(scene, "present", "present", "absent"))
    assert clerk.post(roll(scene, "close"), {"guests": "0"}).status_code == 303


def test_after_closing_a_change_is_asked_for_and_waits(scene: Scene, clerk: Client, secretary: Client) -> None:
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    assert "data-roll-form" in clerk.get(roll(scene), {"amend": "1"}).content.decode()
    values = {**plain(scene, "present"), f"was-{scene.first.pk}": "absent"}
    assert clerk.post(roll(scene, "save"), values).status_code == 303
    change = LateChange.objects.get()
    page = secretary.get(reverse("attendance:review_list"))
    assert scene.first.person.full_name in page.content.decode()
    assert clerk.get(reverse("attendance:review_list")).status_code == 403
    accept = reverse("attendance:late_accept", args=[change.pk])
    assert clerk.post(accept).status_code == 403
    assert stranger(Role.SECRETARY, make_unit()).post(accept).status_code == 404
    assert secretary.post(accept).status_code == 303
    assert secretary.post(reverse("attendance:late_reject", args=[change.pk])).status_code == 422
    assert roll_of(scene.site).lines[0].value == "present"


def test_a_late_change_is_rejected_once(scene: Scene, clerk: Client, secretary: Client) -> None:
    late = make_event(scene.site, scene.first, MarkStatus.LATE, recorder=scene.clerk, late=LateDecision.PENDING)
    reject = reverse("attendance:late_reject", args=[late.late_change.pk])
    assert clerk.post(reject).status_code == 403
    assert secretary.post(reject).status_code == 303
    assert secretary.post(reverse("attendance:late_accept", args=[late.late_change.pk])).status_code == 422


def test_a_conflict_is_settled_from_its_page(scene: Scene, secretary: Client) -> None:
    other = make_user(Role.CLERK, scene.committee)
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    client = sign_in(other)
    offer(client, scene, event(scene, "absent"))
    decisive = AttendanceEvent.objects.latest("arrival")
    Attendance.objects.create(session=scene.session, entry=scene.first, status="absent", event=decisive, conflict=True)
    page = secretary.get(reverse("attendance:review_list"), {"show": "conflicts"})
    assert scene.first.person.full_name in page.content.decode()
    settle = reverse("attendance:conflict_settle", args=[scene.session.pk, scene.first.pk])
    assert client.post(settle, {"status": "present"}).status_code == 403
    assert secretary.post(settle, {"status": "nonsense"}).status_code == 422
    assert secretary.post(settle, {"status": "present"}).status_code == 303
    assert roll_of(scene.site).lines[0].value == "present"
    assert secretary.get(reverse("attendance:review_list"), {"show": "conflicts"}).status_code == 200


def test_many_waiting_changes_come_on_pages(scene: Scene, secretary: Client) -> None:
    for _ in range(21):
        make_event(scene.site, scene.first, MarkStatus.LATE, recorder=scene.clerk, late=LateDecision.PENDING)
    url = reverse("attendance:review_list")
    with CaptureQueriesContext(connection) as queries:
        assert secretary.get(url).context["page"].has_next()
    assert len(queries) <= 15
    assert secretary.get(url, {"page": "2"}).context["page"].has_previous()


def make_up_form(scene: Scene, **changes: str) -> dict[str, str]:
    return {
        "client_id": str(uuid.uuid4()),
        "title": "Học bù",
        "host": str(scene.committee.pk),
        "mode": "in_person",
        "starts_on": "31/12/2026",
        "starts_hour": "8:00",
        "ends_hour": "10:00",
        "arrangement": "one",
        **changes,
    }


def test_those_who_missed_are_listed_and_get_a_make_up(scene: Scene, clerk: Client, secretary: Client) -> None:
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    missed = reverse("attendance:missed_list", args=[scene.session.pk])
    new = reverse("attendance:make_up_new", args=[scene.session.pk])
    assert scene.first.person.full_name in secretary.get(missed).content.decode()
    assert clerk.get(missed).status_code == 403
    assert clerk.get(new).status_code == 403
    assert secretary.get(new).status_code == 200
    assert secretary.post(new, make_up_form(scene, title="")).status_code == 422
    values = make_up_form(scene, arrangement="each", address="Nhà văn hóa")
    assert secretary.post(new, values).status_code == 303
    made = StudySession.objects.get(makes_up=scene.session)
    assert (made.sites.get().unit, made.placements.count()) == (scene.cell, 3)
    assert secretary.get(reverse("study_sessions:session_detail", args=[made.pk])).status_code == 200
    assert secretary.post(new, make_up_form(scene)).status_code == 422
    assert secretary.get(missed).status_code == 200


def test_one_site_at_the_host_takes_everybody(scene: Scene, secretary: Client) -> None:
    assert (
        secretary.post(reverse("attendance:make_up_new", args=[scene.session.pk]), make_up_form(scene)).status_code
        == 303
    )
    assert StudySession.objects.get(makes_up=scene.session).sites.get().unit == scene.committee


def test_many_who_missed_stand_on_pages(scene: Scene, secretary: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lantoa.attendance.views.make_ups.AT_A_TIME", 2)
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    names = [one.entry.person.full_name for one in missed_of(scene.session)[0].people]
    url = reverse("attendance:missed_list", args=[scene.session.pk])
    shown = [[name for name in names if name in secretary.get(url, {"page": page}).content.decode()] for page in (1, 2)]
    assert (shown[0] + shown[1], len(shown[0])) == (names, 2)


def test_nobody_missed_is_said_plainly(scene: Scene, secretary: Client) -> None:
    for entry in scene.entries:
        make_event(scene.site, entry, MarkStatus.PRESENT, recorder=scene.clerk)
    assert secretary.get(reverse("attendance:missed_list", args=[scene.session.pk])).status_code == 200


def test_the_page_of_the_session_shows_what_the_roll_says(scene: Scene, secretary: Client) -> None:
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    make_event(scene.site, scene.first, MarkStatus.ABSENT, recorder=scene.secretary)
    url = reverse("study_sessions:session_detail", args=[scene.session.pk])
    with CaptureQueriesContext(connection) as queries:
        page = secretary.get(url).content.decode()
    assert roll(scene) in page
    assert len(queries) <= 15
    assert reverse("attendance:missed_list", args=[scene.session.pk]) in page
    cell = stranger(Role.SECRETARY, scene.cell).get(url).content.decode()
    assert roll(scene) not in cell
