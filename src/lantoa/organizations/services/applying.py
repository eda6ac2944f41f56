"""Applying a prepared event of units: whole, or not at all."""

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations import errors, policies
from lantoa.organizations import unit_event_errors as refusals
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import UnitEventKind
from lantoa.organizations.models import (
    Appointment,
    DraftSuccessor,
    Membership,
    Person,
    Unit,
    UnitEvent,
    UnitEventDraft,
    UnitLink,
    UnitPeriod,
)
from lantoa.organizations.selectors.courses import Course, Going, Row, course_of
from lantoa.organizations.services.event_checks import check_course
from lantoa.organizations.services.handovers import note_handovers
from lantoa.organizations.services.moving import cut_and_begun, move_appointments, move_memberships
from lantoa.organizations.services.today import write_today


@use_case
def apply_event(*, actor: Actor, draft: UnitEventDraft, digest: str) -> UnitEvent:
    """Apply a prepared event as its preview showed it; `digest` is that of the preview (`Course.digest`).

    From its day on every sub-unit, membership and appointment stands where the event says; open work is handed over
    when the day has come. Returns the event; a second call returns the same. Raises NotPermitted (an administrator of
    every unit named), EventClosed, PreviewStale, TreeWouldBreak and what `check_course` raises.
    """
    named = course_of(draft).concerned
    if not policies.can_change_units(actor=actor, units=named):
        raise errors.NotPermitted
    _lock(named)
    draft = UnitEventDraft.objects.select_for_update(of=("self",)).select_related("unit", "corrects").get(pk=draft.pk)
    if draft.event is not None:
        return draft.event
    if not draft.is_open:
        raise refusals.EventClosed
    _lock_people(draft)
    course = course_of(draft)
    check_course(course)
    if course.digest != digest:
        raise refusals.PreviewStale
    reached = _subtrees(course)
    event = _write_event(course)
    draft.event = event
    draft.save(update_fields=["event"])
    targets = {successor.pk: _standing(successor, event.effective_on) for successor in course.successors}
    _write_links(course, event, targets)
    _move(course, targets)
    _check_tree()
    write_today(day=clock.today(), unit_ids=sorted(reached | {unit.pk for unit in targets.values()}))
    facts = {"event": event.pk, "kind": event.kind, "from": event.effective_on.isoformat()}
    audit.record(actor=actor, action="organizations.apply_event", about=draft, unit=draft.unit, facts=facts)
    handing_over = course.predecessors if course.kind == UnitEventKind.SPLIT else course.ended
    note_handovers(event=event, units=handing_over, successors=list(targets.values()))
    return event


def _lock(units: Sequence[Unit]) -> None:
    """Lock the units and their superiors, always in the same order, so that two events wait for each other."""
    ids = {unit.pk for unit in units}
    above = UnitPeriod.objects.filter(unit__in=ids, period__endswith__isnull=True, parent__isnull=False)
    ids |= set(above.values_list("parent_id", flat=True))
    list(Unit.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def _lock_people(draft: UnitEventDraft) -> None:
    """Lock whoever is counted or appointed at the units, after these, as all who enter something there do."""
    units = draft.predecessors.values("pk")
    rows = Person.objects.select_for_update(of=("self",), no_key=True)
    counted = Membership.objects.filter(unit__in=units).values("person")
    appointed = Appointment.objects.filter(unit__in=units).values("person")
    list(rows.filter(Q(pk__in=counted) | Q(pk__in=appointed)).order_by("pk").values_list("pk"))


def _subtrees(course: Course) -> set[int]:
    """The units that the event names and those below the ones that it changes, before anything has moved."""
    found = {unit.pk for unit in course.concerned}
    for unit in course.predecessors:
        found.update(Unit.objects.under(unit).values_list("pk", flat=True))
    return found | {going.row.unit_id for going in course.sub_units}


def _write_event(course: Course) -> UnitEvent:
    draft = course.draft
    return UnitEvent.objects.create(
        client_id=draft.client_id,
        kind=draft.kind,
        corrects=draft.corrects,
        decision_number=draft.decision_number,
        decision_date=draft.decision_date,
        decision_body=draft.decision_body,
        effective_on=draft.effective_on,
    )


def _standing(successor: DraftSuccessor, day: dt.date) -> Unit:
    """The unit that takes over; a new one is founded from that day on."""
    if successor.unit is not None:
        return successor.unit
    unit = Unit.objects.create(
        tree=successor.draft.unit.tree, name=successor.name, kind=successor.kind, parent=successor.parent
    )
    UnitPeriod.objects.create(
        unit=unit,
        code=successor.code,
        name=successor.name,
        short_name=successor.short_name,
        kind=successor.kind,
        parent=successor.parent,
        period=DateRange(day, None),
    )
    return unit


def _write_links(course: Course, event: UnitEvent, targets: dict[int, Unit]) -> None:
    """Lines from every unit that changes to every one that takes over, and of each sub-unit that moves to itself."""
    partial = course.kind == UnitEventKind.SPLIT
    lines = [
        UnitLink(event=event, predecessor=unit, successor=target, partial=partial)
        for unit in course.predecessors
        for target in targets.values()
    ]
    if not targets:
        lines = [UnitLink(event=event, predecessor=unit) for unit in course.predecessors]
    moved = dict.fromkeys(going.row.unit_id for going in course.sub_units if not going.stays)
    lines += [UnitLink(event=event, predecessor_id=pk, successor_id=pk) for pk in moved]
    UnitLink.objects.bulk_create(lines)


def _move(course: Course, targets: dict[int, Unit]) -> None:
    """Let everything go where the event says, then let the units end that end."""
    day = course.draft.effective_on
    if course.kind == UnitEventKind.TRANSFER:
        places = [(successor.unit_id, successor.parent) for successor in course.successors]
        _move_periods([(_open_period(pk), parent) for pk, parent in places if parent is not None], day)
    _move_periods(_moves(course.sub_units, targets), day)
    for unit in course.ended:
        last = _open_period(unit.pk)
        last.period = DateRange(last.period.lower, day)
        last.save(update_fields=["period"])
    move_memberships(_moves(course.memberships, targets), day)
    move_appointments(_moves(course.appointments, targets), day)


def _moves(goings: Sequence[Going[Row]], targets: dict[int, Unit]) -> list[tuple[Row, Unit]]:
    return [
        (going.row, targets[going.successor.pk]) for going in goings if going.successor is not None and not going.stays
    ]


def _move_periods(moves: Sequence[tuple[UnitPeriod, Unit]], day: dt.date) -> None:
    cut, begun = cut_and_begun(moves, day)
    for period in (*cut, *begun):
        period.save()


def _open_period(unit_id: int | None) -> UnitPeriod:
    return UnitPeriod.objects.get(unit=unit_id, period__endswith__isnull=True)


def _check_tree() -> None:
    """Let the database look at the tree now and not only at the end. Raises TreeWouldBreak."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SET CONSTRAINTS unit_period_fits, unit_period_no_gap IMMEDIATE")
        except IntegrityError as error:
            raise refusals.TreeWouldBreak from error
        cursor.execute("SET CONSTRAINTS unit_period_fits, unit_period_no_gap DEFERRED")
