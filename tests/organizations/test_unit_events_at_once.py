"""Events of units that are sent at the same moment: real transactions."""

import datetime as dt
import uuid
from collections.abc import Callable
from threading import Event

import pytest
from django.db import transaction

from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NamesakeUnit
from lantoa.organizations.models import Membership, Unit, UnitEvent, UnitEventDraft, UnitPeriod
from lantoa.organizations.selectors.courses import course_of
from lantoa.organizations.services.applying import apply_event
from lantoa.organizations.services.event_drafts import prepare_dissolution, prepare_merger
from lantoa.organizations.services.placing import place_people
from lantoa.organizations.services.unit_events import rename_unit
from tests.organizations import test_reforms as reforms
from tests.organizations.events import order
from tests.organizations.factories import make_actor, make_unit
from tests.organizations.test_reform_placements import commune as commune
from tests.organizations.test_reform_placements import place_all, prepared, reformed
from tests.plans.racing import run_at_once, wait_for_a_waiter

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2024, 3, 1)


@pytest.fixture
def committee() -> Unit:
    return make_unit("Đảng bộ xã Hoang Thèn")


def renaming(unit: Unit, parent: Unit, client_id: uuid.UUID) -> Callable[[], UnitEvent]:
    """The same new name for that unit, by an administrator of its superior."""
    actor = make_actor(Role.ADMINISTRATOR, parent)
    decision = Decision("12-QĐ/ĐU", dt.date(2024, 2, 20), "Ban Thường vụ Đảng ủy")
    return lambda: rename_unit(
        actor=actor,
        unit=unit,
        name="Chi bộ bản Mới",
        short_name="",
        code="",
        effective_on=DAY,
        decision=decision,
        client_id=client_id,
    )


def test_of_two_units_that_get_one_name_at_once_one_is_refused(committee: Unit) -> None:
    acts = [renaming(make_unit(parent=committee), committee, uuid.uuid4()) for _ in range(4)]
    outcomes = run_at_once(*acts)
    assert sum(isinstance(outcome, NamesakeUnit) for outcome in outcomes) == 3
    assert UnitPeriod.objects.filter(name="Chi bộ bản Mới").count() == 1


def test_a_double_click_renames_once(committee: Unit) -> None:
    act = renaming(make_unit(parent=committee), committee, uuid.uuid4())
    assert run_at_once(act, act, act) == [None, None, None]
    assert UnitEvent.objects.count() == 1


def applying(draft: UnitEventDraft, parent: Unit) -> Callable[[], UnitEvent]:
    """The prepared event as its preview shows it now, by an administrator of the whole tree."""
    actor, digest = make_actor(Role.ADMINISTRATOR, parent), course_of(draft).digest
    return lambda: apply_event(actor=actor, draft=draft, digest=digest)


def test_of_two_events_on_the_same_units_one_is_applied_and_the_other_told(committee: Unit) -> None:
    cells = [make_unit(parent=committee) for _ in range(3)]
    actor = make_actor(Role.ADMINISTRATOR, committee)
    drafts = [
        prepare_merger(**order(actor, DAY), units=cells[:2], successor=cells[0]),
        prepare_merger(**order(actor, DAY), units=cells[::-1][:2], successor=cells[2]),
        prepare_dissolution(**order(actor, DAY), unit=cells[1], heir=cells[2]),
    ]
    outcomes = run_at_once(*(applying(draft, committee) for draft in drafts))
    assert sum(outcome is None for outcome in outcomes) == 1
    assert UnitEvent.objects.count() == 1
    assert UnitPeriod.objects.filter(unit__in=cells, period__endswith__isnull=True).count() == 2


def test_a_double_click_applies_an_event_once(committee: Unit) -> None:
    cells = [make_unit(parent=committee) for _ in range(2)]
    actor = make_actor(Role.ADMINISTRATOR, committee)
    act = applying(prepare_merger(**order(actor, DAY), units=cells, successor=cells[0]), committee)
    assert run_at_once(act, act, act) == [None, None, None]
    assert UnitEvent.objects.count() == 1


def test_a_reform_waits_for_whoever_is_placing_on_its_lists(commune: Unit) -> None:
    administrator = make_actor(Role.ADMINISTRATOR, Unit.objects.get(kind=UnitKind.PROVINCE))
    clerk = make_actor(Role.CLERK, commune)
    prepared()
    draft = UnitEventDraft.objects.get()
    place_all(draft, administrator, 1)
    course = course_of(draft)
    places = {going.row.pk: course.successors[0] for going in course.memberships}
    waited = Event()

    def place() -> None:
        with transaction.atomic():
            place_people(actor=clerk, draft=draft, places=places)
            waited.set()
            wait_for_a_waiter()

    def reform() -> None:
        waited.wait()
        reformed()

    assert run_at_once(place, reform) == [None, None]
    there = Membership.objects.filter(period__startswith=reforms.DAY)
    assert set(there.values_list("unit__name", flat=True)) == {course.successors[0].label}
