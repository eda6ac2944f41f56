"""What a reform's tables mean for the tree as it stands: the plan, and where everything at units that end goes."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from lantoa.organizations import errors
from lantoa.organizations.conversion_tables import read_conversion_table
from lantoa.organizations.enums import KINDS, Tree, UnitKind
from lantoa.organizations.models import (
    Appointment,
    DraftPlacement,
    DraftSuccessor,
    Membership,
    Unit,
    UnitEventDraft,
    UnitPeriod,
)
from lantoa.organizations.querysets import UnitEventDraftQuerySet
from lantoa.organizations.reform_planning import Key, OldUnit, ReformPlan, plan_reform
from lantoa.organizations.services.unit_imports import present_units
from lantoa.organizations.unit_tables import ListedUnit, read_unit_table

Row = TypeVar("Row", UnitPeriod, Membership, Appointment)


@dataclass(frozen=True)
class PlannedReform:
    """A reform as its tables plan it. `present` are listed units that are recorded already from the day on; `heirs` are
    the units that take the place of each that ends."""

    tree: Tree
    level: UnitKind
    day: dt.date
    listed: Sequence[ListedUnit]
    present: Mapping[Key, int]
    plan: ReformPlan
    heirs: Mapping[int, tuple[Key, ...]]


@dataclass(frozen=True)
class Moves(Generic[Row]):
    """Rows with the unit that each goes to, and those that nobody has placed, by the unit that ends."""

    placed: tuple[tuple[Row, Key], ...]
    left: Mapping[int, int]


@dataclass(frozen=True)
class Placings:
    """Where everything at the units that end goes; `drafts` are the prepared lists that say so for those that go to
    several."""

    units: Moves[UnitPeriod]
    members: Moves[Membership]
    appointments: Moves[Appointment]
    drafts: tuple[UnitEventDraft, ...]

    @property
    def left(self) -> list[int]:
        """The units at which something has no place yet."""
        return sorted({*self.units.left, *self.members.left, *self.appointments.left})

    @property
    def count(self) -> int:
        """How much has no place yet."""
        return sum(sum(moves.left.values()) for moves in (self.units, self.members, self.appointments))


def planned_reform(*, conversion: bytes, new_units: bytes, tree: Tree, level: UnitKind, day: dt.date) -> PlannedReform:
    """The plan of a reform. Raises UnitFileRefused with every bad row, NothingToReform, UnitsChangeLater."""
    rows, listed = read_conversion_table(conversion), read_unit_table(new_units, tree)
    old = _old_units(tree, level, day, listed)
    present = _present(listed, tree, day)
    plan = plan_reform(old=old, new=listed, rows=rows, level=level, standing=frozenset(present))
    _check_no_later_change(old, day)
    return PlannedReform(tree, level, day, listed, present, plan, _heirs(plan))


def open_lists(reform: PlannedReform) -> UnitEventDraftQuerySet:
    """The prepared lists that say where things at the units that end go."""
    lists = UnitEventDraft.objects.still_open().of_reforms()
    return lists.filter(unit__in=list(reform.plan.ended), effective_on=reform.day)


def placings_of(reform: PlannedReform) -> Placings:
    """Where everything at the units that end goes: to the one unit that takes the place of its own, or where a prepared
    list places it (seven queries)."""
    ended = list(reform.plan.ended)
    after = DateRange(reform.day, None)
    drafts = tuple(open_lists(reform))
    wanted = _Wanted(reform, drafts)
    planned = [*ended, *(reform.plan.goes_on[key] for key in reform.plan.changed)]
    periods = UnitPeriod.objects.filter(parent__in=ended, period__overlap=after).exclude(unit__in=planned)
    members = Membership.objects.filter(unit__in=ended, period__overlap=after).order_by("pk")
    offices = Appointment.objects.filter(unit__in=ended, period__overlap=after).order_by("pk")
    return Placings(
        units=wanted.moves((row, row.parent_id or 0, wanted.units.get(row.unit_id)) for row in periods.order_by("pk")),
        members=wanted.moves((row, row.unit_id, wanted.members.get(row.pk)) for row in members),
        appointments=wanted.moves((row, row.unit_id, wanted.offices.get(row.pk)) for row in offices),
        drafts=drafts,
    )


def still_held(placings: Placings) -> errors.UnitsStillHeld:
    """The refusal of a reform that leaves something without a place."""
    names = Unit.objects.filter(pk__in=placings.left).order_by("sort_key").values_list("name", flat=True)[:5]
    return errors.UnitsStillHeld(count=placings.count, names=", ".join(names))


class _Wanted:
    """Where prepared lists place what stands at units that end."""

    def __init__(self, reform: PlannedReform, drafts: Iterable[UnitEventDraft]) -> None:
        self.heirs = reform.heirs
        self.present = {pk: key for key, pk in reform.present.items()}
        self.units: dict[int, DraftSuccessor] = {}
        self.members: dict[int, DraftSuccessor] = {}
        self.offices: dict[int, DraftSuccessor] = {}
        for placement in DraftPlacement.objects.filter(draft__in=list(drafts)).select_related("successor"):
            if placement.unit_id is not None:
                self.units[placement.unit_id] = placement.successor
            elif placement.membership_id is not None:
                self.members[placement.membership_id] = placement.successor
            else:
                self.offices[placement.appointment_id or 0] = placement.successor

    def moves(self, rows: Iterable[tuple[Row, int, DraftSuccessor | None]]) -> Moves[Row]:
        """The rows, each of which stands at a unit that ends and may have been placed."""
        placed: list[tuple[Row, Key]] = []
        left: Counter[int] = Counter()
        for row, unit, successor in rows:
            key = self._place(unit, successor)
            if key is None:
                left[unit] += 1
            else:
                placed.append((row, key))
        return Moves(tuple(placed), left)

    def _place(self, unit: int, successor: DraftSuccessor | None) -> Key | None:
        """The one unit that takes its place, or the one placed among several; what the table no longer says is none."""
        heirs = self.heirs.get(unit, ())
        if len(heirs) == 1:
            return heirs[0]
        if successor is None:
            return None
        known = self.present.get(successor.unit_id or 0)
        key = known or (UnitKind(successor.kind), successor.code)
        return key if key in heirs else None


def _heirs(plan: ReformPlan) -> dict[int, tuple[Key, ...]]:
    """For each unit that ends those that take its place."""
    found: dict[int, list[Key]] = defaultdict(list)
    for event in plan.events:
        for line in event.lines:
            if line.old is not None and line.old in plan.ended and line.new is not None:
                found[line.old].append(line.new)
    return {unit: tuple(keys) for unit, keys in found.items()}


def _old_units(tree: Tree, level: UnitKind, day: dt.date, listed: Sequence[ListedUnit]) -> list[OldUnit]:
    """The units of the eve, of that level and of those above it, and those below it that the list names.

    Raises NothingToReform.
    """
    kinds = KINDS[tree][: KINDS[tree].index(level) + 1]
    wanted = Q(kind__in=kinds)
    for kind in KINDS[tree][len(kinds) :]:
        wanted |= Q(kind=kind, code__in=[unit.code for unit in listed if unit.kind == kind])
    periods = UnitPeriod.objects.on(day - dt.timedelta(days=1)).filter(wanted, unit__tree=tree)
    found = [
        OldUnit(pk, UnitKind(kind), code, name, parent)
        for pk, kind, code, name, parent in periods.values_list("unit_id", "kind", "code", "name", "parent_id")
    ]
    if not any(unit.kind == level for unit in found):
        raise errors.NothingToReform(level=level.label, day=day)
    return found


def _present(listed: Sequence[ListedUnit], tree: Tree, day: dt.date) -> dict[Key, int]:
    """The listed units that somebody has recorded already from that very day on."""
    known = present_units(tree, day)
    found = {(unit.kind, unit.code): known.get((unit.kind.value, unit.code, unit.name)) for unit in listed}
    return {key: pk for key, pk in found.items() if pk is not None}


def _check_no_later_change(old: Sequence[OldUnit], day: dt.date) -> None:
    later = UnitPeriod.objects.filter(unit__in=[unit.pk for unit in old], period__startswith__gte=day).first()
    if later is not None:
        raise errors.UnitsChangeLater(name=later.name, day=later.period.lower)
