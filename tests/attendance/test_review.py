"""Late changes and conflicts are decided by those whom the roles table names."""

import pytest

from lantoa.attendance import errors
from lantoa.attendance.enums import LateDecision, MarkMethod, MarkStatus
from lantoa.attendance.folding.states import fold_states
from lantoa.attendance.models import Attendance, AttendanceEvent, DirtyMark, LateChange
from lantoa.attendance.selectors.marks import marks_of
from lantoa.attendance.selectors.review import conflict_matters, late_matters, person_label
from lantoa.attendance.services.review import accept_late, reject_late, settle_conflict
from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Appointment, Unit
from tests.attendance.factories import Scene, make_event, make_scene
from tests.organizations.factories import ALWAYS, make_actor, make_person, make_unit
from tests.plans.factories import make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def above(unit: Unit) -> Actor:
    """An officer of a new unit above."""
    top = make_unit()
    for one in Unit.objects.filter(path__startswith=unit.path):
        one.path = f"{top.path}{one.path}"
        one.save(update_fields=["path"])
    unit.refresh_from_db()
    return make_actor(Role.OFFICER, top)


def late(scene: Scene, recorder: Actor) -> LateChange:
    event = make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=recorder, late=LateDecision.PENDING)
    return LateChange.objects.select_related("event__site__unit", "event__session__campaign").get(event=event)


def conflict(scene: Scene, one: Actor, other: Actor) -> None:
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=one)
    decisive = make_event(scene.site, scene.first, MarkStatus.ABSENT, recorder=other)
    Attendance.objects.create(
        session=scene.session, entry=scene.first, status=MarkStatus.ABSENT, event=decisive, conflict=True
    )


def test_an_accepted_late_change_counts_and_leaves_work_for_the_folder(scene: Scene) -> None:
    change = accept_late(actor=scene.secretary, change=late(scene, scene.clerk))
    assert (change.decision, change.decided_by_id) == (LateDecision.ACCEPTED, scene.secretary.user_id)
    assert fold_states(scene.session.pk)[scene.first.pk].status == MarkStatus.PRESENT
    assert DirtyMark.objects.filter(entry=scene.first).exists()
    assert accept_late(actor=scene.secretary, change=change) == change
    with pytest.raises(errors.AlreadyDecided):
        reject_late(actor=scene.secretary, change=change)


def test_a_rejected_late_change_never_counts(scene: Scene) -> None:
    reject_late(actor=scene.secretary, change=late(scene, scene.clerk))
    assert fold_states(scene.session.pk) == {}


def test_a_secretary_does_not_decide_about_own_marks_but_the_officer_does(scene: Scene) -> None:
    change = late(scene, scene.secretary)
    with pytest.raises(NotPermitted):
        accept_late(actor=scene.secretary, change=change)
    officer = above(scene.committee)
    change.refresh_from_db()
    change = LateChange.objects.select_related("event__site__unit", "event__session__campaign").get(pk=change.pk)
    assert accept_late(actor=officer, change=change).decision == LateDecision.ACCEPTED


@pytest.mark.parametrize("role", [Role.CLERK, Role.APPROVER, Role.VIEWER, Role.INSPECTOR, Role.ADMINISTRATOR])
def test_nobody_else_decides(scene: Scene, role: Role) -> None:
    with pytest.raises(NotPermitted):
        reject_late(actor=make_actor(role, scene.committee), change=late(scene, scene.clerk))


def test_a_refused_decision_is_logged_under_the_unit_of_the_site(scene: Scene) -> None:
    with pytest.raises(NotPermitted):
        accept_late(actor=make_actor(Role.VIEWER, scene.committee), change=late(scene, scene.clerk))
    refused = Entry.objects.get(action="attendance.accept_late", outcome=Outcome.REFUSED)
    assert (refused.unit_id, refused.unit_path) == (scene.committee.pk, scene.committee.path)


def test_a_recorder_is_shown_in_the_roles_held_at_the_site_or_above_it(scene: Scene) -> None:
    make_event(scene.site, scene.first, MarkStatus.PRESENT, recorder=scene.clerk)
    assert scene.clerk.person_id is not None
    Appointment.objects.create(person_id=scene.clerk.person_id, role=Role.SECRETARY, unit=make_unit(), period=ALWAYS)
    (session,) = marks_of(scene.first, reasons=False)
    assert [line.roles for line in session.marks] == [(Role.CLERK,)]


def test_settling_writes_a_mark_above_all_others(scene: Scene) -> None:
    other = make_actor(Role.CLERK, scene.committee)
    conflict(scene, scene.clerk, other)
    event = settle_conflict(actor=scene.secretary, session=scene.session, entry=scene.first, status=MarkStatus.PRESENT)
    assert (event.method, event.recorder_id) == (MarkMethod.SETTLED, scene.secretary.user_id)
    state = fold_states(scene.session.pk)[scene.first.pk]
    assert (state.status, state.conflict, state.arrival) == (MarkStatus.PRESENT, False, event.pk)
    again = settle_conflict(actor=scene.secretary, session=scene.session, entry=scene.first, status=MarkStatus.PRESENT)
    assert again == event
    with pytest.raises(errors.NoConflict):
        settle_conflict(actor=scene.secretary, session=scene.session, entry=scene.first, status=MarkStatus.ABSENT)


def test_a_secretary_does_not_settle_between_oneself_and_another(scene: Scene) -> None:
    conflict(scene, scene.clerk, scene.secretary)
    with pytest.raises(NotPermitted):
        settle_conflict(actor=scene.secretary, session=scene.session, entry=scene.first, status=MarkStatus.LATE)
    officer = make_actor(Role.OFFICER, scene.committee)
    settle_conflict(actor=officer, session=scene.session, entry=scene.first, status=MarkStatus.LATE)


def test_only_a_conflict_is_settled_and_only_for_a_state(scene: Scene) -> None:
    with pytest.raises(errors.NoConflict):
        settle_conflict(actor=scene.secretary, session=scene.session, entry=scene.first, status=MarkStatus.LATE)
    with pytest.raises(errors.WrongState):
        settle_conflict(actor=scene.secretary, session=scene.session, entry=scene.first, status=MarkStatus.RETRACTED)
    unplaced = make_entry(scene.summons, make_person(), unit=scene.cell)
    with pytest.raises(errors.NoConflict):
        settle_conflict(actor=scene.secretary, session=scene.session, entry=unplaced, status=MarkStatus.LATE)


def test_nothing_is_decided_once_the_session_was_cancelled(scene: Scene) -> None:
    change = late(scene, scene.clerk)
    change.event.session.cancelled_at = clock.now()
    change.event.session.save(update_fields=["cancelled_at"])
    change = LateChange.objects.select_related("event__site__unit", "event__session__campaign").get(pk=change.pk)
    with pytest.raises(errors.SessionWasCancelled):
        accept_late(actor=scene.secretary, change=change)


def test_the_review_shows_both_sides_with_role_way_and_times(scene: Scene) -> None:
    conflict(scene, scene.clerk, scene.secretary)
    (matter,) = conflict_matters(scene.secretary)
    assert [said.status for said in matter.said] == [MarkStatus.PRESENT, MarkStatus.ABSENT]
    assert [said.attended for said in matter.said] == [True, False]
    assert all(said.role and said.way and said.status_label for said in matter.said)
    assert (matter.now_label, matter.may_decide) == (str(MarkStatus.ABSENT.label), False)
    late(scene, scene.clerk)
    (waiting,) = late_matters(scene.secretary)
    assert (waiting.may_decide, waiting.now) == (True, MarkStatus.ABSENT)
    assert waiting.now_label
    assert conflict_matters(make_actor(Role.SECRETARY, make_unit())) == []


def test_a_conflict_that_ended_meanwhile_is_no_longer_shown(scene: Scene) -> None:
    conflict(scene, scene.clerk, scene.secretary)
    make_event(scene.site, scene.first, MarkStatus.RETRACTED, recorder=scene.clerk)
    assert conflict_matters(scene.secretary) == []
    make_event(scene.site, scene.first, MarkStatus.RETRACTED, recorder=scene.secretary)
    assert conflict_matters(scene.secretary) == []


def test_names_stop_at_the_cell_and_its_direct_superior(scene: Scene) -> None:
    officer = above(scene.committee)
    assert scene.first.person.full_name in person_label(scene.secretary, scene.first, ())
    assert scene.first.person.full_name not in person_label(officer, scene.first, ())
    assert AttendanceEvent.objects.count() == 0
    late(scene, scene.clerk)
    (matter,) = late_matters(officer)
    assert (matter.now, matter.now_label) == (None, "")
