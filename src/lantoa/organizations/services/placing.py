"""Placing people, appointments and sub-units of a unit that is split, each at the unit that takes it over."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.organizations import errors, policies
from lantoa.organizations import unit_event_errors as refusals
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import UnitEventKind
from lantoa.organizations.models import DraftPlacement, DraftSuccessor, UnitEventDraft
from lantoa.organizations.reading.placings import placing_lines
from lantoa.organizations.selectors.courses import Course, course_of
from lantoa.organizations.selectors.placings import CheckedPlacing, check_placings, people_of, rest_of

Thing = Literal["membership", "appointment", "unit"]
NOTHING: Mapping[int, DraftSuccessor] = MappingProxyType({})


@use_case
def place_people(*, actor: Actor, draft: UnitEventDraft, places: Mapping[int, DraftSuccessor]) -> int:
    """Say where people of a unit that is split go: `places` gives for each membership the unit that takes it over.

    A later placement replaces an earlier one; the same twice changes nothing more. Returns how many are left without a
    place. Raises NotPermitted (whoever sees the names at the unit and edits the records), EventClosed, NothingChosen,
    NotInEvent, and then nobody is placed.
    """
    if not policies.can_place_persons(actor=actor, unit=draft.unit):
        raise errors.NotPermitted
    draft = _locked(draft)
    known = {going.row.pk for going in course_of(draft).memberships}
    _write(draft, "membership", places, known)
    facts = {"people": len(places)}
    audit.record(actor=actor, action="organizations.place_people", about=draft, unit=draft.unit, facts=facts)
    return _unplaced_people(course_of(draft))


@use_case
def place_units(
    *,
    actor: Actor,
    draft: UnitEventDraft,
    units: Mapping[int, DraftSuccessor] = NOTHING,
    appointments: Mapping[int, DraftSuccessor] = NOTHING,
) -> int:
    """Say where sub-units and appointments of a unit that is split go: for each the unit that takes it over.

    Returns how many of both are left without a place. Raises NotPermitted (an administrator of the unit), EventClosed,
    NothingChosen, NotInEvent, and then nothing is placed.
    """
    if not policies.can_change_units(actor=actor, units=[draft.unit]):
        raise errors.NotPermitted
    draft = _locked(draft)
    course = course_of(draft)
    if not units and not appointments:
        raise refusals.NothingChosen
    if units:
        _write(draft, "unit", units, {going.row.unit_id for going in course.sub_units})
    if appointments:
        _write(draft, "appointment", appointments, {going.row.pk for going in course.appointments})
    facts = {"units": len(units), "appointments": len(appointments)}
    audit.record(actor=actor, action="organizations.place_units", about=draft, unit=draft.unit, facts=facts)
    course = course_of(draft)
    return course.unplaced - _unplaced_people(course)


@use_case
def read_placings(*, actor: Actor, draft: UnitEventDraft, people: bool, content: bytes) -> list[CheckedPlacing]:
    """What a workbook says about where people, or sub-units and appointments, go; nobody is placed by it yet.

    Raises NotPermitted (as whoever places them by hand), EventClosed, reading.Unreadable.
    """
    permitted = (
        policies.can_place_persons(actor=actor, unit=draft.unit)
        if people
        else policies.can_change_units(actor=actor, units=[draft.unit])
    )
    if not permitted:
        raise errors.NotPermitted
    course = course_of(_locked(draft))
    return check_placings(placing_lines(content), people_of(course) if people else rest_of(course), course.successors)


def _unplaced_people(course: Course) -> int:
    return sum(going.successor is None for going in course.memberships)


def _locked(draft: UnitEventDraft) -> UnitEventDraft:
    """The draft, locked, so that two who place at once wait for each other. Raises EventClosed."""
    locked = UnitEventDraft.objects.select_for_update(of=("self",)).select_related("unit").get(pk=draft.pk)
    if not locked.is_open or locked.kind != UnitEventKind.SPLIT:
        raise refusals.EventClosed
    return locked


def _write(draft: UnitEventDraft, thing: Thing, places: Mapping[int, DraftSuccessor], known: Collection[int]) -> None:
    if not places:
        raise refusals.NothingChosen
    if not set(places) <= set(known) or not _of_draft(draft, places.values()):
        raise refusals.NotInEvent
    DraftPlacement.objects.filter(**{"draft": draft, f"{thing}__in": list(places)}).delete()
    DraftPlacement.objects.bulk_create(
        DraftPlacement(**{"draft": draft, "successor": successor, f"{thing}_id": pk})
        for pk, successor in places.items()
    )


def _of_draft(draft: UnitEventDraft, successors: Iterable[DraftSuccessor]) -> bool:
    return {successor.pk for successor in successors} <= set(draft.successors.values_list("pk", flat=True))
