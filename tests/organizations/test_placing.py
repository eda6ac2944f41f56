"""A split: people, appointments and sub-units are placed by hand, and nothing is applied before the list is empty."""

import pytest

from lantoa.organizations import unit_event_errors as refusals
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Appointment, DraftPlacement, Membership, Unit, UnitEvent, UnitEventDraft
from lantoa.organizations.selectors.courses import course_of
from lantoa.organizations.services.event_drafts import give_up_event, prepare_dissolution
from lantoa.organizations.services.placing import place_people, place_units
from tests.organizations.events import TURN, applied, new, order, parents, split
from tests.organizations.factories import ALWAYS, make_actor, make_person, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện", kind=UnitKind.DISTRICT_COMMITTEE)


@pytest.fixture
def unit(district: Unit) -> Unit:
    """A committee with two people, one of them its secretary, and a cell below."""
    unit = make_unit("Đảng bộ xã Hoang Thèn", parent=district, kind=UnitKind.COMMUNE_COMMITTEE)
    make_unit("Chi bộ bản Mới", parent=unit)
    make_person("Lò Văn Ún", unit=unit)
    secretary = make_person("Giàng A Páo", unit=unit)
    Appointment.objects.create(person=secretary, role=Role.SECRETARY, unit=unit, period=ALWAYS)
    return unit


@pytest.fixture
def actor(district: Unit) -> Actor:
    return make_actor(Role.ADMINISTRATOR, district)


@pytest.fixture
def draft(actor: Actor, district: Unit, unit: Unit) -> UnitEventDraft:
    return split(actor, unit, [unit, new("Đảng bộ xã Mới", district, UnitKind.COMMUNE_COMMITTEE)])


def members(draft: UnitEventDraft) -> list[int]:
    return [going.row.pk for going in course_of(draft).memberships]


def test_a_split_is_applied_only_when_everything_has_a_place(actor: Actor, unit: Unit, draft: UnitEventDraft) -> None:
    stays, goes = course_of(draft).successors
    clerk = make_actor(Role.CLERK, unit)
    with pytest.raises(refusals.NotAllPlaced):
        applied(actor, draft)
    first, second = members(draft)
    assert place_people(actor=clerk, draft=draft, places={first: goes}) == 1
    assert place_people(actor=clerk, draft=draft, places={second: goes}) == 0
    assert place_people(actor=clerk, draft=draft, places={first: stays}) == 0
    cell = Unit.objects.get(name="Chi bộ bản Mới")
    offices = [going.row.pk for going in course_of(draft).appointments]
    place_units(actor=actor, draft=draft, units={cell.pk: goes})
    place_units(actor=actor, draft=draft, appointments=dict.fromkeys(offices, stays))
    event = applied(actor, draft)
    created = Unit.objects.get(name="Đảng bộ xã Mới")
    assert [last_cell(pk) for pk in (first, second)] == [unit, created]
    assert parents(cell)[-1][:2] == (created.name, TURN)
    assert not Appointment.objects.filter(unit=created).exists()
    lines = set(event.links.values_list("predecessor", "successor", "partial"))
    assert lines == {(unit.pk, unit.pk, True), (unit.pk, created.pk, True), (cell.pk, cell.pk, False)}


def last_cell(membership: int) -> Unit:
    """The unit that counts the person of that membership in the end."""
    person = Membership.objects.get(pk=membership).person
    return Membership.objects.filter(person=person).order_by("-period")[0].unit


def test_the_administrator_places_units_and_no_people(actor: Actor, unit: Unit, draft: UnitEventDraft) -> None:
    _stays, goes = course_of(draft).successors
    places = dict.fromkeys(members(draft), goes)
    assert unit.parent is not None
    for stranger in (actor, make_actor(Role.SECRETARY, unit.parent), make_actor(Role.APPROVER, unit)):
        with pytest.raises(NotPermitted):
            place_people(actor=stranger, draft=draft, places=places)
    officer = make_actor(Role.OFFICER, unit.parent)
    assert place_people(actor=officer, draft=draft, places=places) == 0
    with pytest.raises(NotPermitted):
        place_units(actor=officer, draft=draft, units={unit.pk: goes})


def test_what_does_not_stand_there_is_not_placed(actor: Actor, unit: Unit, draft: UnitEventDraft) -> None:
    _stays, goes = course_of(draft).successors
    clerk, known = make_actor(Role.CLERK, unit), members(draft)
    other = split(actor, unit, [unit, new("Đảng bộ xã Khác", unit.parent or unit)])
    elsewhere = make_person(unit=make_unit()).memberships.get()
    for places in ({elsewhere.pk: goes}, {known[0]: goes, 0: goes}, {known[0]: course_of(other).successors[0]}):
        with pytest.raises(refusals.NotInEvent):
            place_people(actor=clerk, draft=draft, places=places)
    with pytest.raises(refusals.NothingChosen):
        place_people(actor=clerk, draft=draft, places={})
    with pytest.raises(refusals.NothingChosen):
        place_units(actor=actor, draft=draft)
    with pytest.raises(refusals.NotInEvent):
        place_units(actor=actor, draft=draft, units={unit.pk: goes})
    assert not DraftPlacement.objects.exists()


def test_a_closed_draft_and_another_kind_of_event_take_no_placement(
    actor: Actor, district: Unit, unit: Unit, draft: UnitEventDraft
) -> None:
    _stays, goes = course_of(draft).successors
    clerk, places = make_actor(Role.CLERK, unit), dict.fromkeys(members(draft), goes)
    give_up_event(actor=actor, draft=draft)
    with pytest.raises(refusals.EventClosed):
        place_people(actor=clerk, draft=draft, places=places)
    dissolution = prepare_dissolution(**order(actor, TURN), unit=unit, heir=district)
    with pytest.raises(refusals.EventClosed):
        place_people(actor=clerk, draft=dissolution, places=places)


def test_whoever_is_counted_later_has_no_place_yet(actor: Actor, unit: Unit, draft: UnitEventDraft) -> None:
    _stays, goes = course_of(draft).successors
    place_people(actor=make_actor(Role.CLERK, unit), draft=draft, places=dict.fromkeys(members(draft), goes))
    make_person(unit=unit)
    assert sum(going.successor is None for going in course_of(draft).memberships) == 1


def test_a_sub_unit_above_a_successor_would_break_the_tree(actor: Actor, unit: Unit) -> None:
    cell = Unit.objects.get(name="Chi bộ bản Mới")
    below = make_unit("Tổ đảng", parent=cell)
    draft = split(actor, unit, [unit, below])
    stays, goes = course_of(draft).successors
    place_people(actor=make_actor(Role.CLERK, unit), draft=draft, places=dict.fromkeys(members(draft), stays))
    offices = [going.row.pk for going in course_of(draft).appointments]
    place_units(actor=actor, draft=draft, appointments=dict.fromkeys(offices, stays))
    place_units(actor=actor, draft=draft, units={cell.pk: goes})
    with pytest.raises(refusals.TreeWouldBreak):
        applied(actor, draft)
    assert not UnitEvent.objects.exists()
