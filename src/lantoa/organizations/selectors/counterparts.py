"""Two trees side by side: administrative units and the units of other trees that work for them, level by level."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Tree
from lantoa.organizations.models import Unit, UnitPeriod
from lantoa.organizations.selectors.units import UnitOn, ancestors_on, children_on, unit_on


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A unit that works for an administrative unit, as it was on the day. `visible`: the reader may open its page.
    `through` names the administrative unit that it is recorded with, where that went whole into this one."""

    unit: UnitOn
    visible: bool
    through: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """One administrative unit and those that work for it; `place` is None for a unit that works for none here."""

    place: UnitOn | None
    counterparts: tuple[Counterpart, ...]
    order: tuple[bool, int]

    @property
    def is_matched(self) -> bool:
        """Whether both sides stand."""
        return self.place is not None and bool(self.counterparts)

    @property
    def name(self) -> str:
        """What the row is found by."""
        names = [self.place.name] if self.place else []
        return " ".join([*names, *(counterpart.unit.name for counterpart in self.counterparts)])


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the two trees under a unit, as of a day. `place` is the administrative unit, None where the unit
    works for none; `heads` work for it; `above` leads to it from where the reader began."""

    place: UnitOn | None
    heads: tuple[Counterpart, ...]
    above: tuple[UnitOn, ...]
    pairs: tuple[Pair, ...]

    @property
    def unmatched(self) -> tuple[Pair, ...]:
        """Whoever stands alone, on either side."""
        return tuple(pair for pair in self.pairs if not pair.is_matched)


def level_of(*, actor: Actor, unit: Unit, at: int | None, day: dt.date) -> Level | None:
    """The level below `at`, an administrative unit under the place of `unit`, by default that place itself.

    The place of an administrative unit is the unit itself, of another one the unit that it serves. None where `at` did
    not stand under it on that day. Units of the other trees under `at` are shown whoever may see them; those that stand
    alone only to whoever sees the unit above them (at most eleven queries).
    """
    base = unit if unit.tree == Tree.ADMINISTRATIVE else unit.serves
    if base is None:
        return Level(None, (), (), tuple(_alone(actor, [unit.pk], (), day)))
    above: list[UnitOn] = []
    place = base
    if at is not None and at != base.pk:
        chosen = Unit.objects.filter(pk=at, tree=Tree.ADMINISTRATIVE).first()
        chain = ancestors_on(chosen, day) if chosen is not None else []
        below_base = [node.pk for node in chain]
        if chosen is None or base.pk not in below_base:
            return None
        above, place = chain[below_base.index(base.pk) :], chosen
    standing = UnitPeriod.objects.filter(unit=place).standing_on(day)
    below = children_on(place, day)
    found = _counterparts(actor, [place.pk, *(node.pk for node in below)], day)
    heads = found.pop(place.pk, ())
    pairs = [Pair(node, found.get(node.pk, ()), (False, position)) for position, node in enumerate(below)]
    matched = {counterpart.unit.pk for counterparts in found.values() for counterpart in counterparts}
    seen = [head.unit.pk for head in heads if head.visible]
    pairs += _alone(actor, seen, matched, day)
    return Level(unit_on(standing), heads, tuple(above), tuple(pairs))


def _counterparts(actor: Actor, places: Sequence[int], day: dt.date) -> dict[int, tuple[Counterpart, ...]]:
    """Who worked for each place on the day, in the order of their names."""
    went_whole = Q(
        unit__serves__successor_links__successor__in=places,
        unit__serves__successor_links__partial=False,
        unit__serves__successor_links__event__effective_on__lte=day,
    ) & ~Q(unit__serves__in=places)
    periods = UnitPeriod.objects.on(day).exclude(unit__tree=Tree.ADMINISTRATIVE)
    rows = list(
        periods.filter(Q(unit__serves__in=places) | went_whole)
        .select_related("unit__serves")
        .order_by("unit__sort_key", "unit_id")
        .distinct()
    )
    heirs = _heirs([row.unit.serves_id for row in rows if row.unit.serves_id not in places], places, day)
    visible = _visible(actor, [row.unit_id for row in rows])
    found: dict[int, list[Counterpart]] = defaultdict(list)
    for row in rows:
        served = row.unit.serves
        if served is None:
            continue
        through = "" if served.pk in places else served.name
        place = heirs.get(served.pk, served.pk)
        found[place].append(Counterpart(unit_on(row), row.unit_id in visible, through))
    return {place: tuple(counterparts) for place, counterparts in found.items()}


def _heirs(ended: Iterable[int | None], places: Sequence[int], day: dt.date) -> dict[int, int]:
    """Into which of the places each of these units went whole."""
    lines = Unit.objects.filter(
        pk__in=[pk for pk in ended if pk is not None],
        successor_links__successor__in=places,
        successor_links__partial=False,
        successor_links__event__effective_on__lte=day,
    )
    return dict(lines.values_list("pk", "successor_links__successor"))


def _alone(actor: Actor, heads: Sequence[int], matched: Iterable[int], day: dt.date) -> Iterable[Pair]:
    """The units directly below the heads, as far as the actor sees them, that work for none of the level."""
    periods = UnitPeriod.objects.on(day).filter(parent__in=heads).exclude(unit__in=list(matched))
    rows = list(periods.order_by("unit__sort_key", "unit_id"))
    visible = _visible(actor, [row.unit_id for row in rows])
    for position, row in enumerate(rows):
        if row.unit_id in visible:
            yield Pair(None, (Counterpart(unit_on(row), visible=True),), (True, position))


def _visible(actor: Actor, units: Sequence[int]) -> set[int]:
    return set(Unit.objects.visible_to(actor).filter(pk__in=units).values_list("pk", flat=True))
