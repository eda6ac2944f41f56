"""What an event of units would do, worked out before it is applied and once more while it is."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Generic, TypeVar

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model, Q

from lantoa.organizations import succession
from lantoa.organizations.enums import KINDS, Tree, UnitEventKind, UnitKind
from lantoa.organizations.models import Appointment, DraftSuccessor, Membership, Unit, UnitEventDraft, UnitPeriod
from lantoa.organizations.querysets import UnitPeriodQuerySet
from lantoa.organizations.succession import OpenWork, Succession

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Going(Generic[Row]):
    """Something at a unit that an event changes, and the successor that it goes to; None while it has no place."""

    row: Row
    unit_id: int
    successor: DraftSuccessor | None

    @property
    def stays(self) -> bool:
        """Whether it keeps its unit, since that one goes on."""
        return self.successor is not None and self.successor.unit_id == self.unit_id


@dataclass(frozen=True)
class Course:
    """An event as it would be applied now. `ended` are the units that end; `sub_units` are periods, since a unit may
    have planned changes of its own; `along` is how many units stand below a transferred one and go with it. `periods`
    are those of every unit named, and those below them that matter; `above` are the units above those that take over,
    on the day or later."""

    draft: UnitEventDraft
    predecessors: tuple[Unit, ...]
    successors: tuple[DraftSuccessor, ...]
    ended: tuple[Unit, ...]
    sub_units: tuple[Going[UnitPeriod], ...]
    memberships: tuple[Going[Membership], ...]
    appointments: tuple[Going[Appointment], ...]
    work: tuple[OpenWork, ...]
    along: int
    periods: tuple[UnitPeriod, ...]
    above: Mapping[int, frozenset[int]]

    @property
    def kind(self) -> UnitEventKind:
        """What kind of event it is."""
        return UnitEventKind(self.draft.kind)

    def periods_of(self, unit: Unit) -> list[UnitPeriod]:
        """What a unit that the event names was and will be, in the order of time."""
        return [period for period in self.periods if period.unit_id == unit.pk]

    def below(self, unit: Unit) -> list[UnitPeriod]:
        """What stands, from the day on, under a unit that takes over, or bears a name in question under a superior."""
        day = self.draft.effective_on
        return [
            period
            for period in self.periods
            if period.parent_id == unit.pk and (period.period.upper is None or period.period.upper > day)
        ]

    @property
    def goings(self) -> Iterator[Going[UnitPeriod] | Going[Membership] | Going[Appointment]]:
        """Everything in the tree that is told where to go."""
        yield from self.sub_units
        yield from self.memberships
        yield from self.appointments

    @cached_property
    def unplaced(self) -> int:
        """How many of them have no place yet."""
        return sum(going.successor is None for going in self.goings)

    @property
    def concerned(self) -> tuple[Unit, ...]:
        """Every unit that the event names: those it changes, those that take over, the superiors of new ones."""
        return _concerned(self.predecessors, self.successors)

    @cached_property
    def digest(self) -> str:
        """Stays the same as long as the event would do the same."""
        units = [unit.pk for unit in self.predecessors]
        parts = [f"{self.draft.pk} {self.along} {terms_stamp(self.draft, units, self.successors)}"]
        parts += sorted(f"{unit.pk} {unit.path} {unit.name}" for unit in self.concerned)
        parts += [_stamp(going.row, going.successor) for going in self.goings]
        parts += sorted(f"{work.key} {work.version} {work.unit_id} {work.heir_id}" for work in self.work)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def terms_stamp(draft: UnitEventDraft, units: Iterable[int], successors: Iterable[DraftSuccessor]) -> str:
    """Stays the same as long as a prepared event says the same: its day, its decision, its units, and in their order
    those that take over."""
    decision = (draft.decision_number, draft.decision_date, draft.decision_body)
    parts = [
        str((str(draft.kind), draft.effective_on.isoformat(), *map(str, decision), draft.corrects_id, sorted(units)))
    ]
    parts += [
        str((one.unit_id, one.name, one.short_name, one.code, str(one.kind), one.parent_id)) for one in successors
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def stamp_of(draft: UnitEventDraft) -> str:
    """The stamp of the terms of a prepared event as they stand (two queries)."""
    units = draft.predecessors.values_list("pk", flat=True)
    return terms_stamp(draft, units, draft.successors.order_by("pk"))


def _stamp(row: UnitPeriod | Membership | Appointment, successor: DraftSuccessor | None) -> str:
    place = row.parent_id if isinstance(row, UnitPeriod) else row.unit_id
    return f"{row._meta.model_name} {row.pk} {row.period} {place} {successor.pk if successor else None}"


def course_of(draft: UnitEventDraft) -> Course:
    """The event as it would be applied now (some ten queries)."""
    predecessors = tuple(draft.predecessors.order_by("pk"))
    successors = tuple(draft.successors.select_related("unit", "parent").order_by("pk"))
    ended = _ended(UnitEventKind(draft.kind), predecessors, successors)
    left = predecessors if draft.kind == UnitEventKind.SPLIT else ended
    ids, gone = {unit.pk for unit in left}, {unit.pk for unit in ended}
    after = DateRange(draft.effective_on, None)
    chooser = _Chooser(draft, successors)
    periods = tuple(_periods(draft, predecessors, successors))
    memberships = Membership.objects.filter(unit__in=ids, period__overlap=after).order_by("unit_id", "pk")
    appointments = Appointment.objects.filter(unit__in=ids, period__overlap=after).order_by("unit_id", "pk")
    course = Course(
        draft=draft,
        predecessors=predecessors,
        successors=successors,
        ended=ended,
        sub_units=(),
        memberships=tuple(chooser.of_memberships(memberships)),
        appointments=tuple(chooser.of_appointments(appointments.select_related("person"))),
        work=tuple(succession.open_work(successions_of(left, successors)) if left else ()),
        along=_along(draft, predecessors),
        periods=periods,
        above=above_from([unit.pk for unit in _concerned((), successors)], draft.effective_on),
    )
    told = _told_by_table(draft)
    below = [
        period
        for unit in left
        for period in course.below(unit)
        if period.unit_id not in gone and period.kind not in told
    ]
    return replace(course, sub_units=tuple(chooser.of_periods(below)))


def above_from(units: Sequence[int], day: dt.date) -> dict[int, frozenset[int]]:
    """For each unit those above it on that day or on any later one (one query)."""
    found: dict[int, set[int]] = {pk: set() for pk in units}
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, {"units": list(units), "day": day})
        for pk, above in cursor.fetchall():
            found[pk].add(above)
    return {pk: frozenset(above) for pk, above in found.items()}


def successions_of(units: Iterable[Unit], successors: Sequence[DraftSuccessor]) -> list[Succession]:
    """Who comes after each of the units; a unit that is yet to be founded has a negative number."""
    numbers = tuple(successor.unit_id or -successor.pk for successor in successors)
    return [Succession(unit.pk, numbers) for unit in units]


def _concerned(predecessors: Sequence[Unit], successors: Sequence[DraftSuccessor]) -> tuple[Unit, ...]:
    named = [*predecessors]
    for successor in successors:
        named += [unit for unit in (successor.unit, successor.parent) if unit is not None]
    return tuple({unit.pk: unit for unit in named}.values())


def _periods(
    draft: UnitEventDraft, predecessors: Sequence[Unit], successors: Sequence[DraftSuccessor]
) -> UnitPeriodQuerySet:
    """All periods of the units named, those of their sub-units from the day on, and under superiors those of a name in
    question (one query)."""
    concerned = {unit.pk for unit in _concerned(predecessors, successors)}
    holding = {unit.pk for unit in predecessors} | {one.unit_id for one in successors if one.unit_id is not None}
    superiors = {one.parent_id for one in successors if one.parent_id is not None}
    names = {one.name for one in successors} | {unit.name for unit in predecessors}
    later = Q(period__overlap=DateRange(draft.effective_on, None))
    below = Q(parent__in=holding) | Q(parent__in=superiors, name__in=names)
    found = UnitPeriod.objects.filter(Q(unit__in=concerned) | (later & below))
    return found.select_related("unit", "parent").order_by("unit__sort_key", "unit_id", "period")


def _ended(kind: UnitEventKind, predecessors: Sequence[Unit], successors: Sequence[DraftSuccessor]) -> tuple[Unit, ...]:
    if kind == UnitEventKind.TRANSFER:
        return ()
    going_on = {successor.unit_id for successor in successors}
    return tuple(unit for unit in predecessors if unit.pk not in going_on)


def _along(draft: UnitEventDraft, predecessors: Sequence[Unit]) -> int:
    if draft.kind != UnitEventKind.TRANSFER:
        return 0
    return sum(Unit.objects.under(unit).in_force().exclude(pk=unit.pk).count() for unit in predecessors)


def _told_by_table(draft: UnitEventDraft) -> set[str]:
    """The kinds of unit whose place a reform's table says."""
    if not draft.reform_level:
        return set()
    kinds = KINDS[Tree(draft.unit.tree)]
    return {kind.value for kind in kinds[: kinds.index(UnitKind(draft.reform_level)) + 1]}


class _Chooser:
    """Where each thing goes: to the one successor, or, in a split, where somebody placed it."""

    def __init__(self, draft: UnitEventDraft, successors: Sequence[DraftSuccessor]) -> None:
        self.all: DraftSuccessor | None = None
        self.units: dict[int, DraftSuccessor] = {}
        self.members: dict[int, DraftSuccessor] = {}
        self.offices: dict[int, DraftSuccessor] = {}
        if draft.kind != UnitEventKind.SPLIT:
            self.all = next(iter(successors), None)
            return
        known = {successor.pk: successor for successor in successors}
        for placement in draft.placements.all():
            successor = known[placement.successor_id]
            if placement.unit_id is not None:
                self.units[placement.unit_id] = successor
            elif placement.membership_id is not None:
                self.members[placement.membership_id] = successor
            elif placement.appointment_id is not None:
                self.offices[placement.appointment_id] = successor

    def of_periods(self, rows: Iterable[UnitPeriod]) -> Iterator[Going[UnitPeriod]]:
        for row in rows:
            yield Going(row, row.parent_id or 0, self.all or self.units.get(row.unit_id))

    def of_memberships(self, rows: Iterable[Membership]) -> Iterator[Going[Membership]]:
        for row in rows:
            yield Going(row, row.unit_id, self.all or self.members.get(row.pk))

    def of_appointments(self, rows: Iterable[Appointment]) -> Iterator[Going[Appointment]]:
        for row in rows:
            yield Going(row, row.unit_id, self.all or self.offices.get(row.pk))


_ABOVE = """
    WITH RECURSIVE above (bottom, unit_id, span) AS (
        SELECT unit_id, parent_id, period * daterange(%(day)s, NULL) FROM organizations_unitperiod
        WHERE unit_id = ANY(%(units)s::bigint[]) AND parent_id IS NOT NULL AND period && daterange(%(day)s, NULL)
        UNION
        SELECT above.bottom, next.parent_id, above.span * next.period
        FROM above JOIN organizations_unitperiod AS next
            ON next.unit_id = above.unit_id AND next.period && above.span
        WHERE next.parent_id IS NOT NULL
    )
    SELECT DISTINCT bottom, unit_id FROM above
"""
