"""Everything that the page of one unit shows, as of a day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from lantoa.kernel import clock
from lantoa.organizations import policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Unit, UnitPeriod
from lantoa.organizations.selectors.descent import Relative, Turn, turns_of
from lantoa.organizations.selectors.units import (
    Headcount,
    UnitOn,
    ancestors_on,
    children_on,
    headcounts,
    served_by,
)

RESPONSIBLE = (Role.SECRETARY, Role.APPROVER, Role.OFFICER, Role.CLERK)
"""Who answers for a unit, the one directly responsible first."""


@dataclass(frozen=True, slots=True)
class Superior:
    """A unit above, and whether the reader may open its page."""

    unit: UnitOn
    visible: bool


@dataclass(frozen=True, slots=True)
class SubUnit:
    """A unit directly below: its place in the order of names, and the people it counts where the reader may know."""

    unit: UnitOn
    position: int
    visible: bool
    people: Headcount | None


@dataclass(frozen=True, slots=True)
class UnitPage:
    """One unit as of a day. `existed` is false before its founding and after its end; `people` is None where the
    reader's appointments do not show counts; `visible` are the units named here whose pages the reader may open."""

    unit: Unit
    day: dt.date
    periods: Sequence[UnitPeriod]
    standing: UnitPeriod
    existed: bool
    superiors: Sequence[Superior]
    sub_units: Sequence[SubUnit]
    people: Headcount | None
    own_people: Headcount | None
    responsible: Sequence[Appointment]
    followers: Sequence[Appointment]
    served_by: Sequence[Unit]
    turns: Sequence[Turn]
    visible: frozenset[int]

    @property
    def ended_on(self) -> dt.date | None:
        """The first day without the unit, where its end is recorded."""
        return self.periods[0].period.upper if self.periods else None

    @property
    def has_ended(self) -> bool:
        """Whether the unit is there no more: today, or on the day that is shown."""
        return self.ended_on is not None and self.ended_on <= max(self.day, clock.today())

    @property
    def origins(self) -> list[Turn]:
        """The events that brought the unit about, the earliest first."""
        return [turn for turn in reversed(self.turns) if not turn.is_end]

    @property
    def ends(self) -> list[Turn]:
        """The events by which it went elsewhere, whole or in part, the earliest first."""
        return [turn for turn in reversed(self.turns) if turn.is_end]

    @property
    def successors(self) -> list[Relative]:
        """Who took its place."""
        return [relative for turn in self.ends for relative in turn.relatives]

    @property
    def has_partial_lines(self) -> bool:
        """Whether a line of descent is one of a part only."""
        return any(relative.partial for turn in self.turns for relative in turn.relatives)


def unit_page(*, actor: Actor, unit: Unit, day: dt.date) -> UnitPage:
    """What the page of `unit` shows to `actor` as of `day` (nine queries)."""
    periods = list(UnitPeriod.objects.filter(unit=unit).select_related("parent").order_by("-period"))
    current = next((period for period in periods if day in period.period), None)
    begun = [period for period in periods if period.period.lower <= day]
    above, below = ancestors_on(unit, day), children_on(unit, day)
    turns = turns_of(unit)
    relatives = [relative.pk for turn in turns for relative in turn.relatives]
    ids = [*relatives, *(node.pk for node in (*above, *below))]
    visible = {seen.pk: seen for seen in Unit.objects.visible_to(actor).filter(pk__in=ids)}
    shows_counts = policies.can_see_counts(actor=actor, unit=unit)
    people = headcounts([unit.pk, *(node.pk for node in below)], day) if shows_counts else {}
    counted = {pk for pk, seen in visible.items() if policies.can_see_counts(actor=actor, unit=seen)}
    appointments = _appointments(unit, [node.pk for node in above], day)
    below_total = sum((people[node.pk] for node in below), Headcount()) if people else Headcount()
    total = people.get(unit.pk)
    return UnitPage(
        unit=unit,
        day=day,
        periods=periods,
        standing=current or (begun or periods[-1:])[0],
        existed=current is not None,
        superiors=[Superior(node, node.pk in visible) for node in above],
        sub_units=[
            SubUnit(node, position, node.pk in visible, people.get(node.pk) if node.pk in counted else None)
            for position, node in enumerate(below)
        ],
        people=total,
        own_people=total - below_total if total else None,
        responsible=_in_order([found for found in appointments if found.role in RESPONSIBLE]),
        followers=[found for found in appointments if found.role == Role.FOLLOWER],
        served_by=list(served_by(unit)),
        turns=turns,
        visible=frozenset(visible),
    )


def _appointments(unit: Unit, above: list[int], day: dt.date) -> list[Appointment]:
    """Who is responsible at the unit, and who follows it or a unit above it."""
    concerned = Q(unit=unit, role__in=RESPONSIBLE) | Q(unit_id__in=[unit.pk, *above], role=Role.FOLLOWER)
    found = Appointment.objects.in_force_on(day).filter(concerned).select_related("person", "unit")
    return list(found.order_by("person__sort_key", "pk"))


def _in_order(appointments: list[Appointment]) -> list[Appointment]:
    return sorted(appointments, key=lambda appointment: RESPONSIBLE.index(Role(appointment.role)))
