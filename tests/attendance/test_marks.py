"""Marks are events: kept for ever, counted once, never dropped silently."""

import uuid
from dataclasses import replace
from typing import cast

import pytest
from django.db import IntegrityError, transaction

from lantoa.attendance.enums import LateDecision, MarkMethod, MarkStatus
from lantoa.attendance.errors import CampaignIsFinished, HashMismatch, SessionWasCancelled
from lantoa.attendance.folding.states import fold_states
from lantoa.attendance.models import AttendanceEvent, Device, DirtyMark, LateChange
from lantoa.attendance.services.marks import Outcomes, append, record_marks
from lantoa.attendance.services.rolls import close_roll
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.plans.enums import CampaignState
from tests.attendance.factories import Scene, make_event, make_scene, mark
from tests.organizations.factories import make_actor, make_person
from tests.plans.factories import make_entry
from tests.study_sessions.factories import make_site, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_marks_get_numbers_without_gaps_and_leave_work_for_the_folder(scene: Scene) -> None:
    record_marks(actor=scene.clerk, site=scene.site, marks=[mark(entry) for entry in scene.entries])
    receipts = record_marks(actor=scene.clerk, site=scene.site, marks=[mark(scene.first, MarkStatus.LATE)])
    assert [receipt.outcome for receipt in receipts] == [Outcomes.ACCEPTED]
    assert list(AttendanceEvent.objects.values_list("seq", flat=True)) == [1, 2, 3, 4]
    assert Device.objects.get().last_seq == 4
    assert DirtyMark.objects.filter(campaign_id=scene.campaign.pk).count() == 4


def test_the_same_event_again_is_a_duplicate_and_counts_once(scene: Scene) -> None:
    one = mark(scene.first)
    assert record_marks(actor=scene.clerk, site=scene.site, marks=[one])[0].outcome == Outcomes.ACCEPTED
    assert record_marks(actor=scene.clerk, site=scene.site, marks=[one, one])[1].outcome == Outcomes.DUPLICATE
    assert AttendanceEvent.objects.count() == 1


def test_the_same_event_twice_in_one_batch_counts_once(scene: Scene) -> None:
    one = mark(scene.first)
    receipts = record_marks(actor=scene.clerk, site=scene.site, marks=[one, one])
    assert [receipt.outcome for receipt in receipts] == [Outcomes.ACCEPTED, Outcomes.DUPLICATE]


def test_a_known_id_with_another_content_is_refused_and_stays_on_record(scene: Scene) -> None:
    one = mark(scene.first)
    record_marks(actor=scene.clerk, site=scene.site, marks=[one])
    receipts = record_marks(
        actor=scene.clerk, site=scene.site, marks=[replace(one, status=MarkStatus.ABSENT), mark(scene.entries[1])]
    )
    assert [(receipt.outcome, receipt.code) for receipt in receipts] == [
        (Outcomes.REFUSED, "hash_mismatch"),
        (Outcomes.ACCEPTED, ""),
    ]
    assert fold_states(scene.session.pk)[scene.first.pk].status == MarkStatus.PRESENT
    assert Entry.objects.filter(action="attendance.record_marks", code="hash_mismatch").exists()


def test_somebody_without_a_place_at_the_session_is_refused_alone(scene: Scene) -> None:
    stranger = make_entry(scene.summons, make_person(), unit=scene.cell)
    receipts = record_marks(actor=scene.clerk, site=scene.site, marks=[mark(stranger), mark(scene.first)])
    assert [receipt.code for receipt in receipts] == ["not_on_the_list", ""]


def test_a_reason_goes_only_with_an_excused_absence(scene: Scene) -> None:
    receipts = record_marks(
        actor=scene.clerk,
        site=scene.site,
        marks=[
            mark(scene.first, reason="health"),
            mark(scene.first, MarkStatus.EXCUSED, reason="gout"),
            mark(scene.first, MarkStatus.EXCUSED, reason="health"),
        ],
    )
    assert [receipt.code for receipt in receipts] == ["wrong_reason", "wrong_reason", ""]


def test_a_person_on_another_sites_list_is_present_where_they_are(scene: Scene) -> None:
    other = make_site(scene.session, scene.committee)
    elsewhere = make_entry(scene.summons, make_person(), unit=scene.cell)
    place(other, elsewhere)
    receipts = record_marks(actor=scene.clerk, site=scene.site, marks=[mark(elsewhere)])
    assert receipts[0].outcome == Outcomes.ACCEPTED
    assert fold_states(scene.session.pk)[elsewhere.pk].status == MarkStatus.PRESENT


@pytest.mark.parametrize("status", [MarkStatus.ABSENT, MarkStatus.EXCUSED])
def test_who_was_away_is_said_only_by_the_site_of_their_own_list(scene: Scene, status: MarkStatus) -> None:
    elsewhere = make_entry(scene.summons, make_person(), unit=scene.cell)
    place(make_site(scene.session, scene.committee), elsewhere)
    receipts = record_marks(actor=scene.clerk, site=scene.site, marks=[mark(elsewhere, status)])
    assert [receipt.code for receipt in receipts] == ["on_another_list"]
    assert elsewhere.pk not in fold_states(scene.session.pk)


@pytest.mark.parametrize("closed_site", ["here", "own"])
def test_what_arrives_after_closing_waits_for_an_approval(scene: Scene, closed_site: str) -> None:
    other = make_site(scene.session, scene.committee)
    elsewhere = make_entry(scene.summons, make_person(), unit=scene.cell)
    place(other, elsewhere)
    close_roll(actor=scene.clerk, site=scene.site if closed_site == "here" else other, absent_rest=True)
    receipts = record_marks(actor=scene.clerk, site=scene.site, marks=[mark(elsewhere)])
    assert receipts[0].outcome == Outcomes.LATE
    assert LateChange.objects.get().decision == LateDecision.PENDING
    state = fold_states(scene.session.pk).get(elsewhere.pk)
    assert state is None or state.status == MarkStatus.ABSENT


def test_the_log_refuses_to_be_changed(scene: Scene) -> None:
    record_marks(actor=scene.clerk, site=scene.site, marks=[mark(scene.first)])
    for statement in (AttendanceEvent.objects.all().delete, lambda: AttendanceEvent.objects.update(status="absent")):
        with pytest.raises(Exception, match="append"), transaction.atomic():
            statement()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.APPROVER, Role.FOLLOWER, Role.INSPECTOR, Role.ADMINISTRATOR])
def test_only_those_who_take_the_roll_may_mark(scene: Scene, role: Role) -> None:
    with pytest.raises(NotPermitted):
        record_marks(actor=make_actor(role, scene.committee), site=scene.site, marks=[mark(scene.first)])
    assert Entry.objects.filter(action="attendance.record_marks", code="not_permitted").exists()


def test_an_officer_above_does_not_take_the_roll_of_a_unit_below(scene: Scene) -> None:
    below = make_site(scene.session, scene.cell)
    with pytest.raises(NotPermitted):
        record_marks(actor=make_actor(Role.OFFICER, scene.committee), site=below, marks=[mark(scene.first)])


def test_nothing_is_recorded_in_a_finished_campaign(scene: Scene) -> None:
    scene.campaign.state = CampaignState.FINISHED
    scene.campaign.save(update_fields=["state"])
    with pytest.raises(CampaignIsFinished):
        record_marks(actor=scene.clerk, site=scene.site, marks=[mark(scene.first)])


def test_nothing_is_recorded_at_a_cancelled_session(scene: Scene) -> None:
    scene.session.cancelled_at = clock.now()
    scene.session.save(update_fields=["cancelled_at"])
    with pytest.raises(SessionWasCancelled):
        record_marks(actor=scene.clerk, site=scene.site, marks=[mark(scene.first)])


def test_an_id_that_another_device_took_a_moment_ago_is_refused(scene: Scene) -> None:
    taken = make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.secretary)
    device = Device.objects.get(pk=taken.device_id)
    again = AttendanceEvent(
        event_id=taken.event_id,
        device=device,
        session=scene.session,
        site=scene.site,
        entry=scene.first,
        status=MarkStatus.ABSENT,
        method=MarkMethod.TICK,
        rank=taken.rank,
        recorder_id=cast("int", scene.secretary.user_id),
        wall_time=clock.now(),
        payload_sha256="1" * 64,
    )
    with pytest.raises(HashMismatch):
        append(device=device, events=[again], campaign_id=scene.campaign.pk)
    again.event_id = uuid.uuid4()
    device.last_seq = 0
    with pytest.raises(IntegrityError):
        append(device=device, events=[again], campaign_id=scene.campaign.pk)
