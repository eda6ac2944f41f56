"""What goes to another unit from a day on: periods, memberships, appointments. Called inside an event's transaction."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model

from lantoa.organizations import signals
from lantoa.organizations.models import Appointment, Membership, Unit, UnitPeriod

_PLACE: dict[type[Model], str] = {UnitPeriod: "parent", Membership: "unit", Appointment: "unit"}
Dated = TypeVar("Dated", UnitPeriod, Membership, Appointment)


def move_memberships(moves: Sequence[tuple[Membership, Unit]], day: dt.date) -> None:
    """Let each membership end on that day and go on at its new unit, with the same standing.

    One that has not begun by then is held at the new unit alone. Sends `standing_changed`.
    """
    cut, begun = cut_and_begun(moves, day)
    Membership.objects.bulk_update([*cut, *(row for row in begun if row.pk)], ["period", "unit"])
    Membership.objects.bulk_create([row for row in begun if not row.pk])
    signals.standing_changed.send(sender=Membership, person_ids=sorted({row.person_id for row, _unit in moves}))


def move_appointments(moves: Sequence[tuple[Appointment, Unit]], day: dt.date) -> None:
    """Let each appointment end on that day and go on at its new unit, with the same role, position and decision.

    Where the person holds that role at that unit already, it goes on for the days alone on which they do not.
    """
    cut, begun = cut_and_begun(moves, day)
    for row in cut:
        row.save(update_fields=["period"])
    held = _held([(row, unit) for row, unit in moves])
    for row in begun:
        _drop_past_term(row)
        taken = held[row.person_id, row.role, row.unit_id]
        spans = _without(row.period, taken)
        taken += spans
        for span in spans[1:]:
            later = again_from(row, period=span)
            _drop_past_term(later)
            later.save()
        if spans:
            row.period = spans[0]
            row.save()
        elif row.pk:
            row.delete()


def cut_and_begun(moves: Iterable[tuple[Dated, Unit]], day: dt.date) -> tuple[list[Dated], list[Dated]]:
    """The rows that end on that day, cut, and the rows that hold from it on at the new unit, none of them written.

    A row that begins on that day or later is not cut: it is among the second with its key.
    """
    cut: list[Dated] = []
    begun: list[Dated] = []
    for row, unit in moves:
        place = {_PLACE[row._meta.model]: unit}
        if row.period.lower is None or row.period.lower < day:
            begun.append(again_from(row, period=DateRange(day, row.period.upper), **place))
            row.period = DateRange(row.period.lower, day)
            cut.append(row)
        else:
            for name, value in place.items():
                setattr(row, name, value)
            begun.append(row)
    return cut, begun


def again_from(row: Dated, **changes: object) -> Dated:
    """A new row, not written yet, with the columns of another and some changes."""
    known = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    known.pop("client_id", None)
    again = type(row)(**known)
    for name, value in changes.items():
        setattr(again, name, value)
    return again


def _drop_past_term(row: Appointment) -> None:
    """Who serves on after the term that was named begins at the new unit without one."""
    if row.term_ends_on is not None and row.term_ends_on < row.period.lower:
        row.term_ends_on = None


def _held(moves: Sequence[tuple[Appointment, Unit]]) -> dict[tuple[int, str, int], list[DateRange]]:
    """The spans over which the persons hold roles at the new units by appointments that do not move."""
    held: dict[tuple[int, str, int], list[DateRange]] = defaultdict(list)
    standing = Appointment.objects.filter(
        person__in={row.person_id for row, _unit in moves}, unit__in={unit.pk for _row, unit in moves}
    ).exclude(pk__in=[row.pk for row, _unit in moves])
    for row in standing:
        held[row.person_id, row.role, row.unit_id].append(row.period)
    return held


def _without(span: DateRange, taken: Iterable[DateRange]) -> list[DateRange]:
    """What is left of a span of days without those that are taken."""
    left = [(span.lower, span.upper or dt.date.max)]
    for other in taken:
        first, end = other.lower or dt.date.min, other.upper or dt.date.max
        left = [
            (begins, stops)
            for lower, upper in left
            for begins, stops in ((lower, min(upper, first)), (max(lower, end), upper))
            if begins < stops
        ]
    return [DateRange(lower, None if upper == dt.date.max else upper) for lower, upper in left]
