"""What becomes of each event of a batch."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantoa.attendance.enums import Flag, MarkStatus
from lantoa.attendance.folding import fold_waiting
from lantoa.attendance.models import Attendance, AttendanceEvent, Coverage, LateChange, RollClosing
from lantoa.kernel import clock
from lantoa.organizations.models import Person
from lantoa.plans.enums import CampaignState
from lantoa.rollcall.enums import QuarantineDecision
from lantoa.rollcall.models import Card, Phone, QuarantinedEvent, Roster
from lantoa.study_sessions.models import Placement
from tests.attendance.factories import Scene
from tests.organizations.factories import make_person
from tests.plans.factories import make_entry
from tests.rollcall.factories import Handset, Json, arrived, make_handset, make_phone, make_roster, text_of_card, uuid7
from tests.study_sessions.factories import make_site, place

pytestmark = pytest.mark.django_db


def outcomes(receipts: list[Json]) -> list[str]:
    return [receipt["code"] or receipt["outcome"] for receipt in receipts]


def put_aside() -> list[tuple[str, str]]:
    return list(QuarantinedEvent.objects.values_list("code", "decision"))


def test_a_mark_is_kept_as_the_phone_made_it(scene: Scene, handset: Handset) -> None:
    made = handset.event(scene.first, "excused", reason="health")
    assert outcomes(handset.send(made)) == ["accepted"]
    event = AttendanceEvent.objects.get()
    kept = (str(event.event_id), event.seq, event.device_id, event.site_id, event.recorder_id, event.monotonic_ms)
    assert kept == (made["event_id"], 1, handset.phone.pk, scene.site.pk, scene.clerk.user_id, 1234)
    assert (event.status, event.method, event.rank, event.reason_class) == ("excused", "tick", 3, "health")
    assert event.wall_time == dt.datetime.fromisoformat(made["wall_time"])
    assert (str(event.roster_id), event.late, event.flags) == (made["roster_id"], False, 0)
    assert arrived(handset.phone) == [1]


def test_what_came_waits_on_its_phone_no_more(scene: Scene, handset: Handset) -> None:
    first, second, third = (handset.event(entry) for entry in scene.entries[:3])
    handset.send(first, second, waiting=12)
    assert Phone.objects.get(pk=handset.phone.pk).waiting == 10
    handset.send(third, waiting=0)
    assert Phone.objects.get(pk=handset.phone.pk).waiting == 0


def test_the_phone_says_how_long_its_queue_is(scene: Scene, handset: Handset) -> None:
    handset.send(waiting=12, refused=3, client="2.1")
    phone = Phone.objects.get(pk=handset.phone.pk)
    assert (phone.waiting, phone.refused, phone.client) == (12, 3, "2.1")
    assert phone.last_seen_at is not None


def test_the_order_of_arrival_is_that_of_the_batch(scene: Scene, handset: Handset) -> None:
    handset.send(*(handset.event(scene.first, status) for status in ("present", "retracted", "absent", "late")))
    said = AttendanceEvent.objects.order_by("arrival").values_list("status", flat=True)
    assert list(said) == ["present", "retracted", "absent", "late"]


def test_an_event_twice_in_one_batch_is_recorded_once(scene: Scene, handset: Handset) -> None:
    event = handset.event(scene.first)
    assert len(handset.send(event, event)) == 2
    assert AttendanceEvent.objects.count() == 1


def test_an_id_with_another_content_is_put_aside_and_the_first_stands(scene: Scene, handset: Handset) -> None:
    event = handset.event(scene.first)
    other = event | {"status": "absent", "seq": 2}
    assert outcomes(handset.send(event, other)) == ["accepted", "hash_mismatch"]
    assert outcomes(handset.send(other)) == ["hash_mismatch"]
    assert AttendanceEvent.objects.get().status == "present"
    assert put_aside() == [("hash_mismatch", "pending")]


def test_a_number_used_before_is_put_aside(scene: Scene, handset: Handset) -> None:
    handset.send(handset.event(scene.first, seq=4))
    assert outcomes(handset.send(handset.event(scene.first, "late", seq=4))) == ["seq_reused"]


def test_the_same_event_under_another_number_is_a_duplicate(scene: Scene, handset: Handset) -> None:
    """A phone that is set up anew numbers its queue anew."""
    event = handset.event(scene.first)
    handset.send(event)
    anew = make_handset(scene.site, scene.clerk.user_id)
    assert outcomes(anew.send(event | {"seq": 77, "roster_id": str(handset.roster_id)})) == ["duplicate"]


def _on_no_list(scene: Scene) -> Json:
    return {"person_id": make_entry(scene.summons, make_person(unit=scene.cell), unit=scene.cell).pk}


def _absent_from_another_list(scene: Scene) -> Json:
    entry = make_entry(scene.summons, make_person(unit=scene.cell), unit=scene.cell)
    place(make_site(scene.session, scene.committee), entry)
    return {"person_id": entry.pk, "status": "absent"}


def _cancelled(scene: Scene) -> Json:
    scene.session.cancelled_at = clock.now()
    scene.session.save(update_fields=["cancelled_at"])
    return {}


def _finished(scene: Scene) -> Json:
    scene.campaign.state = CampaignState.FINISHED
    scene.campaign.save(update_fields=["state"])
    return {}


def _removed(scene: Scene) -> Json:
    Placement.objects.filter(site=scene.site).delete()
    scene.site.delete()
    return {}


DOUBTS: dict[str, Callable[[Scene], Json]] = {
    "unknown_member": _on_no_list,
    "on_another_list": _absent_from_another_list,
    "wrong_reason": lambda _scene: {"reason": "health"},
    "session_cancelled": _cancelled,
    "campaign_finished": _finished,
    "site_removed": _removed,
    "card_wrong": lambda _scene: {"method": "scan", "card": "LT1:AAAABBBBCCCCDDDD:EEEEFFFFGG"},
}


@pytest.mark.parametrize("code", DOUBTS)
def test_what_cannot_be_recorded_is_put_aside_whole_and_once(code: str, scene: Scene, handset: Handset) -> None:
    event = handset.event(scene.first)
    event |= DOUBTS[code](scene)
    for _ in range(2):
        receipt = handset.send(event)[0]
        assert (receipt["outcome"], receipt["code"]) == ("quarantined", code)
        assert receipt["message"]
    kept = QuarantinedEvent.objects.get()
    assert (kept.code, kept.device_id, str(kept.event_id), kept.seq) == (code, handset.phone.pk, event["event_id"], 1)
    assert (kept.session_id, kept.site_id, kept.entry_id) == (
        scene.site.session_id,
        handset.site_id,
        event["person_id"],
    )
    assert {key: kept.payload[key] for key in ("status", "method", "reason", "card", "roster_id")} == {
        "status": event["status"],
        "method": event["method"],
        "reason": event["reason"],
        "card": event.get("card", ""),
        "roster_id": event["roster_id"],
    }
    assert not AttendanceEvent.objects.exists()
    assert arrived(handset.phone) == [1]


@pytest.mark.parametrize("end", [_cancelled, _finished])
def test_what_was_recorded_before_the_end_stays_a_duplicate(end: Any, scene: Scene, handset: Handset) -> None:
    event = handset.event(scene.first)
    handset.send(event)
    end(scene)
    assert outcomes(handset.send(event)) == ["duplicate"]
    assert not put_aside()


def test_sound_events_are_recorded_beside_doubtful_ones(scene: Scene, handset: Handset) -> None:
    receipts = handset.send(handset.event(10**9), handset.event(scene.first), handset.event(scene.first, reason="away"))
    assert outcomes(receipts) == ["unknown_member", "accepted", "wrong_reason"]
    assert AttendanceEvent.objects.get().entry_id == scene.first.pk


def test_somebody_of_another_list_is_present_here(scene: Scene, handset: Handset) -> None:
    entry = make_entry(scene.summons, make_person(unit=scene.cell), unit=scene.cell)
    place(make_site(scene.session, scene.committee), entry)
    assert outcomes(handset.send(handset.event(entry))) == ["accepted"]


def test_an_event_that_was_set_aside_by_somebody_stays_so(scene: Scene, handset: Handset) -> None:
    event = handset.event(scene.first)
    _cancelled(scene)
    handset.send(event)
    QuarantinedEvent.objects.update(decision=QuarantineDecision.DISMISSED)
    scene.session.cancelled_at = None
    scene.session.save(update_fields=["cancelled_at"])
    assert outcomes(handset.send(event, handset.event(scene.first))) == ["session_cancelled", "accepted"]
    assert put_aside() == [("session_cancelled", "dismissed")]


def test_an_event_that_somebody_recorded_is_a_duplicate(scene: Scene, handset: Handset) -> None:
    event = handset.event(scene.first)
    _cancelled(scene)
    handset.send(event)
    QuarantinedEvent.objects.update(decision=QuarantineDecision.RECORDED)
    assert outcomes(handset.send(event)) == ["duplicate"]


def test_an_event_that_waits_is_recorded_when_it_comes_again_and_can_be(scene: Scene, handset: Handset) -> None:
    event = handset.event(scene.first)
    _cancelled(scene)
    handset.send(event)
    scene.session.cancelled_at = None
    scene.session.save(update_fields=["cancelled_at"])
    assert outcomes(handset.send(event)) == ["accepted"]
    assert put_aside() == [("session_cancelled", "recorded")]


def _card(scene: Scene, person: Person, **said: Any) -> str:
    number = "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte % 32] for byte in uuid.uuid4().bytes)
    Card.objects.create(number=number, person=person, unit=scene.cell, issued_by_id=scene.clerk.user_id or 0, **said)
    return text_of_card(number)


def test_a_scanned_card_marks_its_holder_and_nobody_else(scene: Scene, handset: Handset) -> None:
    card = _card(scene, scene.first.person)
    receipts = handset.send(
        handset.event(scene.first, method="scan", card=card),
        handset.event(scene.entries[1], method="scan", card=card),
        handset.event(scene.first, method="scan", card=card[:-1] + ("A" if card[-1] != "A" else "B")),
        handset.event(scene.first, method="scan"),
    )
    assert outcomes(receipts) == ["accepted", "card_wrong", "card_wrong", "card_wrong"]
    assert AttendanceEvent.objects.get().method == "scan"


def test_a_replaced_card_is_refused_by_name(scene: Scene, handset: Handset) -> None:
    old = _card(scene, scene.first.person, replaced_at=clock.now())
    _card(scene, scene.first.person)
    assert outcomes(handset.send(handset.event(scene.first, method="scan", card=old))) == ["card_replaced"]


def test_what_comes_after_closing_waits_for_an_approval(scene: Scene, handset: Handset) -> None:
    handset.send(closings=[handset.closing(absent_rest=True)])
    receipt = handset.send(handset.event(scene.first))[0]
    assert (receipt["outcome"], receipt["code"]) == ("accepted", "late")
    assert LateChange.objects.get().event.entry_id == scene.first.pk
    assert LateChange.objects.get().event.late


def _flags(handset: Handset, event: Json, **said: Any) -> int:
    assert outcomes(handset.send(event, **said)) == ["accepted"]
    return AttendanceEvent.objects.latest("arrival").flags


def _at(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24 * 365, 60 * 24 * 365, 60 * 24 * 365 * 10])
def test_a_clock_that_is_off_is_flagged_and_corrected(minutes: int, scene: Scene, handset: Handset) -> None:
    theirs = clock.now() + dt.timedelta(minutes=minutes)
    assert _flags(handset, handset.event(scene.first, wall_time=_at(theirs)), sent_at=_at(theirs)) == Flag.CLOCK


def test_a_clock_that_is_off_by_less_than_five_minutes_is_borne(scene: Scene, handset: Handset) -> None:
    theirs = clock.now() + dt.timedelta(minutes=4)
    assert _flags(handset, handset.event(scene.first, wall_time=_at(theirs)), sent_at=_at(theirs)) == 0


@pytest.mark.parametrize(
    ("side", "minutes", "flags"),
    [("starts_at", -121, Flag.WINDOW), ("starts_at", -119, 0), ("ends_at", 719, 0), ("ends_at", 721, Flag.WINDOW)],
)
def test_a_mark_outside_the_hours_of_the_session_is_flagged(
    side: str, minutes: int, flags: int, scene: Scene, handset: Handset
) -> None:
    moment = getattr(scene.session, side) + dt.timedelta(minutes=minutes)
    assert _flags(handset, handset.event(scene.first, wall_time=_at(moment))) == flags


def test_a_mark_after_the_end_of_its_list_is_flagged(scene: Scene, handset: Handset) -> None:
    Roster.objects.update(expires_at=clock.now() - dt.timedelta(minutes=1))
    assert _flags(handset, handset.event(scene.first)) == Flag.ROSTER


def test_moments_at_the_ends_of_the_calendar_are_borne(scene: Scene, handset: Handset) -> None:
    event = handset.event(scene.first, wall_time="9998-12-31T23:59:59Z")
    assert outcomes(handset.send(event, sent_at="0002-01-01T00:00:00Z")) == ["accepted"]


def test_two_hundred_events_come_at_once(scene: Scene, handset: Handset) -> None:
    assert outcomes(handset.send(*(handset.event(scene.first) for _ in range(200)))) == ["accepted"] * 200


def test_the_queries_of_a_batch_do_not_grow_with_its_events(scene: Scene, handset: Handset) -> None:
    def queries(number: int) -> int:
        batch = handset.batch(
            [handset.event(scene.first, status) for status in ("present", "late") for _ in range(number)]
            + [handset.event(10**9) for _ in range(number)]
        )
        with CaptureQueriesContext(connection) as seen:
            assert handset.post("batches", batch).status_code == 200
        return len(seen)

    queries(1)
    assert queries(1) == queries(40)


def test_the_fold_comes_to_what_a_recount_does(scene: Scene, handset: Handset) -> None:
    first, second, third = scene.entries
    handset.send(
        handset.event(first),
        handset.event(second, "late"),
        handset.event(third),
        handset.event(third, "retracted"),
        handset.event(third, "absent"),
    )
    fold_waiting()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry_id, (array_agg(status ORDER BY arrival DESC))[1] FROM attendance_attendanceevent "
            "WHERE session_id = %s GROUP BY entry_id ORDER BY entry_id",
            [scene.session.pk],
        )
        recount = cursor.fetchall()
    assert list(Attendance.objects.order_by("entry_id").values_list("entry_id", "status")) == recount
    row = Coverage.objects.get(campaign=scene.campaign, unit=scene.cell, group="all")
    assert (row.present, row.late, row.absent) == (1, 1, 1)


def test_a_roll_is_closed_once_with_what_the_phone_showed(scene: Scene, handset: Handset) -> None:
    marks = [handset.event(entry) for entry in scene.entries]
    closing = handset.closing(guests=4, guests_note="4 quần chúng", states_sha256="a" * 64)
    batch = handset.batch(marks, [closing])
    for outcome in ("accepted", "duplicate"):
        receipts = handset.post("batches", batch).json()["receipts"]
        assert [receipt["outcome"] for receipt in receipts] == [outcome] * 4
        assert receipts[-1]["event_id"] == closing["event_id"]
    closed = RollClosing.objects.get()
    assert (str(closed.event_id), closed.guests, closed.guests_note) == (closing["event_id"], 4, "4 quần chúng")
    assert closed.closed_by_id == scene.clerk.user_id
    assert closed.counts["present"] == 3
    assert closed.reported is not None
    assert (closed.reported["counts"], closed.reported["states_sha256"]) == (closing["counts"], "a" * 64)
    assert not AttendanceEvent.objects.filter(late=True).exists()
    assert arrived(handset.phone) == [1, 2, 3, 4]


def test_marks_that_follow_a_closing_in_its_batch_are_late(scene: Scene, handset: Handset) -> None:
    before = [handset.event(entry) for entry in scene.entries]
    closing, after = handset.closing(), handset.event(scene.first, "absent")
    receipts = handset.send(*before, after, closings=[closing])
    assert outcomes(receipts) == ["accepted", "accepted", "accepted", "late", "accepted"]
    assert RollClosing.objects.get().counts["present"] == 3


def test_a_closing_that_cannot_be_is_put_aside_and_its_marks_are_kept(scene: Scene, handset: Handset) -> None:
    receipts = handset.send(handset.event(scene.first), closings=[handset.closing()])
    assert outcomes(receipts) == ["accepted", "people_unmarked"]
    assert AttendanceEvent.objects.count() == 1
    assert not RollClosing.objects.exists()
    assert (QuarantinedEvent.objects.get().entry_id, QuarantinedEvent.objects.get().payload["guests"]) == (None, 0)


def test_a_roll_is_not_closed_before_the_session_began(scene: Scene, handset: Handset) -> None:
    scene.session.starts_at = clock.now() + dt.timedelta(minutes=10)
    scene.session.ends_at = clock.now() + dt.timedelta(minutes=70)
    scene.session.save(update_fields=["starts_at", "ends_at"])
    assert outcomes(handset.send(closings=[handset.closing()])) == ["session_not_begun"]


@pytest.mark.parametrize(("end", "code"), [(_cancelled, "session_cancelled"), (_finished, "campaign_finished")])
def test_nothing_is_closed_after_the_end(end: Any, code: str, scene: Scene, handset: Handset) -> None:
    end(scene)
    assert outcomes(handset.send(closings=[handset.closing()])) == [code]


def test_a_closing_of_a_closed_roll_is_put_aside_and_looked_at(scene: Scene, handset: Handset) -> None:
    handset.send(closings=[handset.closing(absent_rest=True)])
    assert outcomes(handset.send(closings=[handset.closing(guests=9)])) == ["roll_closed"]


def test_a_closing_with_another_content_is_put_aside(scene: Scene, handset: Handset) -> None:
    closing = handset.closing(absent_rest=True)
    handset.send(closings=[closing])
    assert outcomes(handset.send(closings=[closing | {"guests": 9}])) == ["hash_mismatch"]


def test_a_closing_that_was_set_aside_stays_so(scene: Scene, handset: Handset) -> None:
    closing = handset.closing()
    handset.send(closings=[closing])
    QuarantinedEvent.objects.update(decision=QuarantineDecision.DISMISSED)
    handset.send(*(handset.event(entry) for entry in scene.entries))
    assert outcomes(handset.send(closings=[closing])) == ["people_unmarked"]
    assert not RollClosing.objects.exists()


def test_states_of_a_closing_are_those_of_the_server(scene: Scene, handset: Handset) -> None:
    handset.send(*(handset.event(entry) for entry in scene.entries), closings=[handset.closing()])
    fold_waiting()
    assert set(Attendance.objects.values_list("status", flat=True)) == {MarkStatus.PRESENT}


def test_a_list_of_another_phone_of_the_unit_is_good(scene: Scene, handset: Handset) -> None:
    other, _token = make_phone(scene.committee, scene.secretary.user_id or 0)
    theirs = make_roster(other, scene.site)
    assert outcomes(handset.send(handset.event(scene.first, roster_id=str(theirs.roster_id)))) == ["accepted"]


def test_ids_are_those_of_version_seven() -> None:
    assert uuid.UUID(uuid7()).version == 7
