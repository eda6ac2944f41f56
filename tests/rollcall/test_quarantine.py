"""What phones sent and what could not be recorded is decided about once, by those whom the roles table names."""

import datetime as dt
from typing import Any

import pytest

from lantoa.attendance import errors
from lantoa.attendance.enums import DeviceKind, LateDecision, MarkMethod, MarkStatus
from lantoa.attendance.folding.states import fold_states
from lantoa.attendance.models import AttendanceEvent, DirtyMark, RollClosing
from lantoa.attendance.services.rolls import close_roll
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState
from lantoa.rollcall.enums import QuarantineCode as Code
from lantoa.rollcall.enums import QuarantineDecision
from lantoa.rollcall.errors import ClosingOfAnother, EventDecided, NothingToRecordAt
from lantoa.rollcall.models import Phone, QuarantinedEvent
from lantoa.rollcall.selectors.places import reviewed_events, waiting_events
from lantoa.rollcall.services.quarantine import record_event, set_aside_event
from lantoa.study_sessions.models import Placement, SiteUnit
from tests.attendance.factories import Scene, make_event
from tests.organizations.factories import make_actor, make_person, make_unit
from tests.plans.factories import make_entry
from tests.rollcall.factories import make_roster
from tests.rollcall.phones import closing_of, make_phone, quarantine, quarantine_mark
from tests.study_sessions.factories import make_site, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(scene: Scene) -> Phone:
    return make_phone(scene.committee, scene.clerk)


def officer_above(unit: Unit) -> Actor:
    top = make_unit()
    for one in Unit.objects.filter(path__startswith=unit.path):
        one.path = f"{top.path}{one.path}"
        one.save(update_fields=["path"])
    return make_actor(Role.OFFICER, top)


def in_log(row: QuarantinedEvent) -> AttendanceEvent:
    assert row.recorded is not None
    return AttendanceEvent.objects.get(pk=row.recorded.pk)


def test_a_recorded_event_is_the_one_that_the_phone_made(scene: Scene, phone: Phone) -> None:
    row = quarantine_mark(phone, scene.site, scene.first, "late", Code.CARD_WRONG, seq=7, method="scan")
    done = record_event(actor=scene.secretary, event=row)
    event = in_log(done)
    assert (event.event_id, event.device_id, event.seq) == (row.event_id, phone.pk, 7)
    assert (event.recorder_id, event.method, event.status) == (scene.clerk.user_id, MarkMethod.SCAN, MarkStatus.LATE)
    assert (event.payload_sha256, event.wall_time.isoformat()) == (row.payload_sha256, row.payload["wall_time"])
    assert (event.monotonic_ms, str(event.roster_id), event.late) == (1200, row.payload["roster_id"], False)
    assert (done.decision, done.decided_by_id) == (QuarantineDecision.RECORDED, scene.secretary.user_id)
    assert fold_states(scene.session.pk)[scene.first.pk].status == MarkStatus.LATE
    assert DirtyMark.objects.filter(entry=scene.first, campaign=scene.campaign).exists()


def test_deciding_twice_is_deciding_once(scene: Scene, phone: Phone) -> None:
    row = quarantine_mark(phone, scene.site, scene.first)
    first = record_event(actor=scene.secretary, event=row)
    again = record_event(actor=make_actor(Role.OFFICER, scene.committee), event=row)
    assert (again.recorded_id, again.decided_by_id) == (first.recorded_id, scene.secretary.user_id)
    assert AttendanceEvent.objects.count() == 1
    (entry,) = Entry.objects.filter(action="rollcall.record_event")
    assert (entry.unit_id, entry.facts["code"], entry.facts["entry"]) == (
        scene.committee.pk, "card_replaced", scene.first.pk
    )  # fmt: skip
    with pytest.raises(EventDecided):
        set_aside_event(actor=scene.secretary, event=row)


def test_what_is_set_aside_never_counts_and_stays(scene: Scene, phone: Phone) -> None:
    row = quarantine_mark(phone, scene.site, scene.first)
    for _twice in range(2):
        assert set_aside_event(actor=scene.secretary, event=row).decision == QuarantineDecision.DISMISSED
    assert not AttendanceEvent.objects.exists()
    assert Entry.objects.filter(action="rollcall.set_aside_event").count() == 1
    with pytest.raises(EventDecided):
        record_event(actor=scene.secretary, event=row)


def test_another_content_of_a_known_event_becomes_an_event_of_its_own(scene: Scene, phone: Phone) -> None:
    known = make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    row = quarantine_mark(
        phone, scene.site, scene.first, "absent", Code.HASH_MISMATCH, event_id=str(known.event_id), seq=3
    )
    event = in_log(record_event(actor=scene.secretary, event=row))
    assert event.event_id != known.event_id
    assert (event.device_id, event.seq, event.payload_sha256) == (phone.pk, 3, row.payload_sha256)


def test_a_number_that_was_used_is_replaced_by_one_of_the_page(scene: Scene, phone: Phone) -> None:
    record_event(actor=scene.secretary, event=quarantine_mark(phone, scene.site, scene.first, seq=4))
    row = quarantine_mark(phone, scene.site, scene.entries[1], code=Code.SEQ_REUSED, seq=4)
    event = in_log(record_event(actor=scene.secretary, event=row))
    assert (event.event_id, event.recorder_id) == (row.event_id, scene.clerk.user_id)
    assert (event.device.kind, event.device.user_id, event.seq) == (DeviceKind.WEB, scene.secretary.user_id, 1)
    assert event.device.last_seq == 1


@pytest.mark.parametrize(
    ("status", "reason", "kept"),
    [("present", "health", ""), ("excused", "lazy", ""), ("excused", "health", "health"), ("excused", "", "")],
)
def test_a_reason_that_does_not_go_with_the_mark_is_left_out(
    scene: Scene, phone: Phone, status: str, reason: str, kept: str
) -> None:
    row = quarantine_mark(phone, scene.site, scene.first, status, Code.WRONG_REASON, reason=reason)
    assert in_log(record_event(actor=scene.secretary, event=row)).reason_class == kept


def test_an_absence_of_somebody_on_another_list_is_accepted(scene: Scene, phone: Phone) -> None:
    elsewhere = make_site(scene.session, scene.committee, name="Nhà văn hóa bản")
    guest = make_entry(scene.summons, make_person(), unit=scene.cell)
    place(elsewhere, guest)
    row = quarantine_mark(phone, scene.site, guest, "absent", Code.ON_ANOTHER_LIST)
    event = in_log(record_event(actor=scene.secretary, event=row))
    assert (event.site, event.status) == (scene.site, MarkStatus.ABSENT)


def test_after_closing_the_decision_is_the_approval(scene: Scene, phone: Phone) -> None:
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    row = quarantine_mark(phone, scene.site, scene.first)
    event = in_log(record_event(actor=scene.secretary, event=row))
    assert event.late
    assert (event.late_change.decision, event.late_change.decided_by_id) == (
        LateDecision.ACCEPTED, scene.secretary.user_id
    )  # fmt: skip
    assert fold_states(scene.session.pk)[scene.first.pk].status == MarkStatus.PRESENT


def test_nothing_is_recorded_at_what_has_ended_but_it_can_be_set_aside(scene: Scene, phone: Phone) -> None:
    cancelled = quarantine_mark(phone, scene.site, scene.first, code=Code.SESSION_CANCELLED)
    scene.session.cancelled_at = clock.now()
    scene.session.save(update_fields=["cancelled_at"])
    with pytest.raises(errors.SessionWasCancelled):
        record_event(actor=scene.secretary, event=cancelled)
    scene.session.cancelled_at = None
    scene.session.save(update_fields=["cancelled_at"])
    scene.campaign.state = CampaignState.FINISHED
    scene.campaign.save(update_fields=["state"])
    with pytest.raises(errors.CampaignIsFinished):
        record_event(actor=scene.secretary, event=cancelled)
    assert set_aside_event(actor=scene.secretary, event=cancelled).decision == QuarantineDecision.DISMISSED


def test_somebody_on_no_list_is_recorded_once_they_are_on_one(scene: Scene, phone: Phone) -> None:
    newcomer = make_entry(scene.summons, make_person(), unit=scene.cell)
    row = quarantine_mark(phone, scene.site, newcomer, code=Code.UNKNOWN_MEMBER)
    with pytest.raises(errors.NotOnTheList):
        record_event(actor=scene.secretary, event=row)
    assert QuarantinedEvent.objects.get().decision == QuarantineDecision.PENDING
    place(scene.site, newcomer)
    assert in_log(record_event(actor=scene.secretary, event=row)).entry == newcomer


@pytest.mark.parametrize("moved", ["here", "away", "nowhere"])
def test_of_a_site_that_is_gone_a_mark_goes_where_the_person_is_now(scene: Scene, phone: Phone, moved: str) -> None:
    row = quarantine_mark(phone, scene.site, scene.first, code=Code.SITE_REMOVED)
    unit = scene.committee if moved == "here" else make_unit()
    other = make_site(scene.session, unit, name="Nhà văn hóa bản")
    Placement.objects.filter(site=scene.site).delete()
    SiteUnit.objects.filter(site=scene.site).delete()
    scene.site.delete()
    if moved != "nowhere":
        place(other, scene.first)
    assert list(waiting_events(scene.secretary)) == [row]
    if moved == "here":
        assert in_log(record_event(actor=scene.secretary, event=row)).site == other
        return
    with pytest.raises(NothingToRecordAt):
        record_event(actor=scene.secretary, event=row)


@pytest.mark.parametrize(
    "role", [Role.CLERK, Role.APPROVER, Role.VIEWER, Role.INSPECTOR, Role.FOLLOWER, Role.ADMINISTRATOR]
)
def test_nobody_else_decides(scene: Scene, phone: Phone, role: Role) -> None:
    row = quarantine_mark(phone, scene.site, scene.first)
    actor = make_actor(role, scene.committee)
    for act in (record_event, set_aside_event):
        with pytest.raises(NotPermitted):
            act(actor=actor, event=row)
    assert not reviewed_events(actor).exists()
    assert Entry.objects.filter(outcome=Outcome.REFUSED, unit_id=scene.committee.pk).count() == 2


def test_a_secretary_does_not_decide_about_the_own_phone_but_the_officer_above_does(scene: Scene) -> None:
    row = quarantine_mark(make_phone(scene.committee, scene.secretary), scene.site, scene.first)
    with pytest.raises(NotPermitted):
        record_event(actor=scene.secretary, event=row)
    officer = officer_above(scene.committee)
    assert list(waiting_events(officer)) == [row]
    assert in_log(record_event(actor=officer, event=row)).recorder_id == scene.secretary.user_id


def test_a_mark_that_arrived_again_meanwhile_is_not_written_twice(scene: Scene, phone: Phone) -> None:
    row = quarantine_mark(phone, scene.site, scene.first, seq=5)
    known = make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    QuarantinedEvent.objects.filter(pk=row.pk).update(event_id=known.event_id, payload_sha256=known.payload_sha256)
    assert record_event(actor=scene.secretary, event=row).recorded == known
    assert AttendanceEvent.objects.count() == 1


def a_closing(scene: Scene, phone: Phone, **changes: Any) -> QuarantinedEvent:
    return quarantine(phone, scene.site, closing_of(**changes), Code.PEOPLE_UNMARKED)


def test_a_closing_closes_now_with_the_counts_of_the_server(scene: Scene, phone: Phone) -> None:
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    row = a_closing(scene, phone)
    with pytest.raises(errors.PeopleUnmarked):
        record_event(actor=scene.secretary, event=row)
    assert record_event(actor=scene.secretary, event=row, absent_rest=True).decision == QuarantineDecision.RECORDED
    closing = RollClosing.objects.get()
    assert (closing.counts["present"], closing.counts["absent"]) == (1, 2)
    assert (closing.event_id, closing.guests, closing.guests_note) == (row.event_id, 4, "Trưởng bản")
    assert closing.reported == {
        "counts": row.payload["counts"],
        "states_sha256": "a" * 64,
        "payload_sha256": row.payload_sha256,
        "device_id": row.device_id,
        "seq": row.seq,
    }
    assert record_event(actor=scene.secretary, event=row).recorded is None


def test_a_closing_of_a_roll_that_one_closed_oneself_is_done(scene: Scene, phone: Phone) -> None:
    listed = str(make_roster(phone, scene.site).roster_id)
    first, second = (a_closing(scene, phone, seq=seq, absent_rest=True, roster_id=listed) for seq in (1, 2))
    for row in (first, second):
        assert record_event(actor=scene.secretary, event=row).decision == QuarantineDecision.RECORDED
    assert RollClosing.objects.get().event_id == first.event_id


def test_a_roll_that_another_closed_is_not_closed_again(scene: Scene, phone: Phone) -> None:
    row = a_closing(scene, phone)
    close_roll(actor=scene.clerk, site=scene.site, absent_rest=True)
    with pytest.raises(errors.RollIsClosed):
        record_event(actor=scene.secretary, event=row)


def test_a_roll_is_not_closed_before_its_session_nor_from_above(scene: Scene, phone: Phone) -> None:
    row = a_closing(scene, phone)
    with clock.supposing(scene.session.starts_at - dt.timedelta(hours=1)), pytest.raises(errors.SessionNotBegun):
        record_event(actor=scene.secretary, event=row)
    with pytest.raises(ClosingOfAnother):
        record_event(actor=officer_above(scene.committee), event=row)
    assert not RollClosing.objects.exists()


def test_a_site_of_another_session_is_not_the_one_that_was_meant(scene: Scene, phone: Phone) -> None:
    row = quarantine_mark(phone, scene.site, scene.first)
    QuarantinedEvent.objects.filter(pk=row.pk).update(session_id=scene.session.pk + 1)
    with pytest.raises(NothingToRecordAt):
        record_event(actor=scene.secretary, event=row)
