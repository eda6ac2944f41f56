"""The fold: rank first, then the order of arrival at the server; never a clock."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import cast

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantoa.attendance.enums import ATTENDED, MISSED, RANK_OF, DeviceKind, LateDecision, MarkMethod, MarkStatus, Rank
from lantoa.attendance.folding.states import fold_entries, fold_states
from lantoa.attendance.models import AttendanceEvent, Device, LateChange
from lantoa.kernel import clock
from tests.attendance.factories import Scene, make_event, make_scene

pytestmark = pytest.mark.django_db

PRESENT, LATE, EXCUSED, ABSENT, RETRACTED = (
    MarkStatus.PRESENT,
    MarkStatus.LATE,
    MarkStatus.EXCUSED,
    MarkStatus.ABSENT,
    MarkStatus.RETRACTED,
)


@pytest.fixture
def scene() -> Scene:
    return make_scene(people=2)


def state(scene: Scene) -> tuple[MarkStatus, bool] | None:
    found = fold_states(scene.session.pk, [scene.first.pk]).get(scene.first.pk)
    return (found.status, found.conflict) if found else None


def test_without_marks_there_is_no_state(scene: Scene) -> None:
    assert fold_states(scene.session.pk) == {}


def test_of_one_recorder_the_last_mark_counts(scene: Scene) -> None:
    make_event(scene.site, scene.first, ABSENT, recorder=scene.clerk)
    make_event(scene.site, scene.first, PRESENT, recorder=scene.clerk)
    assert state(scene) == (PRESENT, False)


def test_a_retraction_takes_the_recorders_own_mark_back(scene: Scene) -> None:
    make_event(scene.site, scene.first, PRESENT, recorder=scene.clerk)
    make_event(scene.site, scene.first, RETRACTED, recorder=scene.clerk)
    assert state(scene) is None


def test_a_retraction_leaves_the_mark_of_another_recorder(scene: Scene) -> None:
    make_event(scene.site, scene.first, LATE, recorder=scene.secretary)
    make_event(scene.site, scene.first, PRESENT, recorder=scene.clerk)
    make_event(scene.site, scene.first, RETRACTED, recorder=scene.clerk)
    assert state(scene) == (LATE, False)


def test_the_signed_sheet_outranks_a_later_tick(scene: Scene) -> None:
    make_event(scene.site, scene.first, ABSENT, recorder=scene.clerk, method=MarkMethod.SHEET)
    make_event(scene.site, scene.first, PRESENT, recorder=scene.clerk)
    assert state(scene) == (ABSENT, False)


def test_between_equal_ranks_the_later_arrival_counts(scene: Scene) -> None:
    make_event(scene.site, scene.first, LATE, recorder=scene.clerk)
    make_event(scene.site, scene.first, PRESENT, recorder=scene.secretary)
    assert state(scene) == (PRESENT, False)


def test_two_recorders_who_disagree_are_a_conflict_whatever_the_ranks(scene: Scene) -> None:
    make_event(scene.site, scene.first, PRESENT, recorder=scene.clerk, method=MarkMethod.SELF)
    make_event(scene.site, scene.first, EXCUSED, recorder=scene.secretary, method=MarkMethod.SHEET)
    assert state(scene) == (EXCUSED, True)


def test_one_recorder_who_disagrees_with_oneself_is_no_conflict(scene: Scene) -> None:
    make_event(scene.site, scene.first, PRESENT, recorder=scene.clerk, method=MarkMethod.WORKBOOK)
    make_event(scene.site, scene.first, ABSENT, recorder=scene.clerk)
    assert state(scene) == (ABSENT, False)


def test_who_checks_in_is_no_recorder_even_where_one_recorder_wrote_both_down(scene: Scene) -> None:
    make_event(scene.site, scene.first, PRESENT, recorder=scene.clerk, method=MarkMethod.SELF)
    make_event(scene.site, scene.first, ABSENT, recorder=scene.clerk)
    assert state(scene) == (ABSENT, True)
    make_event(scene.site, scene.first, RETRACTED, recorder=scene.clerk)
    assert state(scene) == (PRESENT, False)


def test_a_settled_mark_ends_the_conflict_and_outranks_everything_after_it(scene: Scene) -> None:
    make_event(scene.site, scene.first, PRESENT, recorder=scene.clerk)
    make_event(scene.site, scene.first, ABSENT, recorder=scene.secretary)
    make_event(scene.site, scene.first, PRESENT, recorder=scene.secretary, method=MarkMethod.SETTLED)
    make_event(scene.site, scene.first, ABSENT, recorder=scene.clerk, method=MarkMethod.SHEET)
    assert state(scene) == (PRESENT, False)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (LateDecision.PENDING, ABSENT),
        (LateDecision.REJECTED, ABSENT),
        (LateDecision.ACCEPTED, PRESENT),
    ],
)
def test_a_late_mark_counts_once_it_was_accepted(scene: Scene, decision: LateDecision, expected: MarkStatus) -> None:
    make_event(scene.site, scene.first, ABSENT, recorder=scene.clerk)
    make_event(scene.site, scene.first, PRESENT, recorder=scene.clerk, late=decision)
    assert state(scene) == (expected, False)


def test_each_person_at_each_session_has_a_state_of_their_own(scene: Scene) -> None:
    other = make_scene(people=1)
    make_event(scene.site, scene.entries[0], PRESENT, recorder=scene.clerk)
    make_event(scene.site, scene.entries[1], ABSENT, recorder=scene.secretary)
    make_event(other.site, other.first, LATE, recorder=other.clerk)
    found = fold_entries([scene.entries[0].pk, scene.entries[1].pk, other.first.pk])
    assert {(one.entry_id, one.status, one.conflict) for one in found} == {
        (scene.entries[0].pk, PRESENT, False),
        (scene.entries[1].pk, ABSENT, False),
        (other.first.pk, LATE, False),
    }


@dataclass(frozen=True)
class Said:
    recorder: int
    status: MarkStatus
    method: MarkMethod
    late: LateDecision | None
    clock_skew: int


def voice(said: Said) -> object:
    """Whose word it is: whoever checks in speaks for themselves."""
    return said.method if said.method == MarkMethod.SELF else said.recorder


def model(marks: list[Said]) -> tuple[MarkStatus, bool] | None:
    """The rule, told once more in plain Python."""
    last: dict[tuple[int, Rank], tuple[int, Said]] = {}
    for arrival, said in enumerate(marks):
        if said.late in (None, LateDecision.ACCEPTED):
            last[said.recorder, RANK_OF[said.method]] = (arrival, said)
    rest = [(RANK_OF[said.method], arrival, said) for arrival, said in last.values() if said.status != RETRACTED]
    if not rest:
        return None
    _, _, winner = max(rest, key=lambda one: one[:2])
    there = {voice(said) for _, _, said in rest if said.status in ATTENDED}
    away = {voice(said) for _, _, said in rest if said.status in MISSED}
    settled = any(rank == Rank.SETTLED for rank, _, _ in rest)
    return winner.status, not settled and any(one != other for one in there for other in away)


said = st.builds(
    Said,
    recorder=st.integers(0, 2),
    status=st.sampled_from(MarkStatus),
    method=st.sampled_from(MarkMethod),
    late=st.none() | st.sampled_from(LateDecision),
    clock_skew=st.integers(-3650, 3650),
)


@pytest.fixture
def devices(scene: Scene) -> list[tuple[Device, int]]:
    """Three recorders, each with a device."""
    actors = [scene.clerk, scene.secretary, make_scene(people=0).clerk]
    users = [cast("int", actor.user_id) for actor in actors]
    return [
        (Device.objects.get_or_create(kind=DeviceKind.WEB, unit=scene.committee, user_id=user)[0], user)
        for user in users
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(marks=st.lists(said, max_size=9))
def test_the_fold_agrees_with_the_rule_for_every_order_of_arrival_and_every_clock(
    scene: Scene, devices: list[tuple[Device, int]], marks: list[Said]
) -> None:
    with transaction.atomic():
        _record(scene, devices, marks)
        found = fold_states(scene.session.pk, [scene.first.pk]).get(scene.first.pk)
        transaction.set_rollback(True)
    assert ((found.status, found.conflict) if found else None) == model(marks)


def _record(scene: Scene, devices: list[tuple[Device, int]], marks: list[Said]) -> None:
    now = clock.now()
    events = AttendanceEvent.objects.bulk_create(
        AttendanceEvent(
            event_id=uuid.uuid4(),
            device=devices[one.recorder][0],
            seq=number,
            session=scene.session,
            site=scene.site,
            entry=scene.first,
            status=one.status,
            method=one.method,
            rank=RANK_OF[one.method],
            recorder_id=devices[one.recorder][1],
            wall_time=now + dt.timedelta(days=one.clock_skew),
            payload_sha256="0" * 64,
            late=one.late is not None,
        )
        for number, one in enumerate(marks)
    )
    LateChange.objects.bulk_create(
        LateChange(event=event, decision=one.late) for event, one in zip(events, marks, strict=True) if one.late
    )
