"""Trees as they stand and as they stood: ancestors, children, who serves whom, and how many people they count."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import RawSQL

from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Tree, UnitKind
from lantoa.organizations.models import Unit, UnitPeriod


@dataclass(frozen=True, slots=True)
class UnitOn:
    """A unit as it was on a day."""

    pk: int
    code: str
    name: str
    short_name: str
    kind: UnitKind
    parent_id: int | None
    starts_on: dt.date
    ends_on: dt.date | None

    @property
    def label(self) -> str:
        """The short name where there was one."""
        return self.short_name or self.name


@dataclass(frozen=True)
class TreeOn:
    """A whole tree as it stood on a day; children in no particular order."""

    day: dt.date
    nodes: dict[int, UnitOn]
    below: dict[int | None, list[UnitOn]] = field(repr=False)

    @property
    def roots(self) -> list[UnitOn]:
        """The units under no other."""
        return self.below.get(None, [])

    def node(self, pk: int) -> UnitOn | None:
        """The unit as it was, or None where it did not exist that day."""
        return self.nodes.get(pk)

    def children(self, pk: int) -> list[UnitOn]:
        """The units directly under it."""
        return self.below.get(pk, [])

    def ancestors(self, pk: int) -> list[UnitOn]:
        """The units above it, the root first."""
        above: list[UnitOn] = []
        node = self.nodes.get(pk)
        while node is not None and node.parent_id is not None:
            node = self.nodes.get(node.parent_id)
            if node is not None:
                above.append(node)
        return above[::-1]


def tree_on(*, day: dt.date, tree: Tree) -> TreeOn:
    """The tree as it stood on `day` (one query)."""
    nodes = [unit_on(period) for period in UnitPeriod.objects.filter(unit__tree=tree).on(day)]
    below: dict[int | None, list[UnitOn]] = defaultdict(list)
    for node in nodes:
        below[node.parent_id].append(node)
    return TreeOn(day, {node.pk: node for node in nodes}, dict(below))


def ancestors(unit: Unit) -> list[Unit]:
    """The units above `unit` today, the root first (one query)."""
    ids = [int(part) for part in unit.path.split(".") if part][:-1]
    found = Unit.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def children(unit: Unit) -> QuerySet[Unit]:
    """The units directly under `unit` today, in the order of their names."""
    return Unit.objects.filter(parent=unit).in_force()


def served_by(unit: Unit) -> QuerySet[Unit]:
    """The units of other trees that work for `unit`."""
    return Unit.objects.filter(serves=unit).in_force()


def ancestors_on(unit: Unit, day: dt.date) -> list[UnitOn]:
    """The units above `unit` as they were on `day`, the root first; none where it did not exist (one query)."""
    above = RawSQL(_ABOVE, [unit.pk, day, day])  # noqa: S611 - our own text, its values are parameters
    below = {row.parent_id: unit_on(row) for row in UnitPeriod.objects.filter(unit_id__in=above).on(day)}
    chain: list[UnitOn] = []
    node = below.get(None)
    while node is not None:
        chain.append(node)
        node = below.get(node.pk)
    return chain


def children_on(unit: Unit, day: dt.date) -> list[UnitOn]:
    """The units directly under `unit` on `day`, in the order of their present names (one query)."""
    periods = UnitPeriod.objects.filter(parent=unit).on(day).order_by("unit__sort_key", "unit_id")
    return [unit_on(period) for period in periods]


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many people a unit counts, by standing."""

    full: int = 0
    probationary: int = 0
    cadres: int = 0

    @property
    def members(self) -> int:
        """Full and probationary members."""
        return self.full + self.probationary

    @property
    def total(self) -> int:
        """Members, and cadres who are not."""
        return self.members + self.cadres

    def __add__(self, other: "Headcount") -> "Headcount":
        return Headcount(self.full + other.full, self.probationary + other.probationary, self.cadres + other.cadres)

    def __sub__(self, other: "Headcount") -> "Headcount":
        return Headcount(self.full - other.full, self.probationary - other.probationary, self.cadres - other.cadres)


def headcounts(units: Iterable[int], day: dt.date) -> dict[int, Headcount]:
    """For each unit the people counted on `day` by it and by the units that were below it then (one query)."""
    heads = list(units)
    with connection.cursor() as cursor:
        cursor.execute(_HEADCOUNTS, {"heads": heads, "day": day})
        found = {head: Headcount(*counts) for head, *counts in cursor.fetchall()}
    return {head: found.get(head, Headcount()) for head in heads}


def scope_roots(actor: Actor) -> QuerySet[Unit]:
    """The units at the top of what the actor may see: the tree of the actor's scope begins there."""
    visible = Unit.objects.visible_to(actor)
    held = visible.filter(pk__in={grant.unit_id for grant in actor.grants})
    return held.filter(Q(parent__isnull=True) | ~Q(parent__in=visible.values("pk"))).order_by("tree", "sort_key", "id")


@dataclass(slots=True)
class Branch:
    """A unit in the tree that is shown, what is unfolded under it, and how many more stand there."""

    unit: Unit
    child_count: int
    is_open: bool
    branches: list["Branch"] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many units under it the tree leaves to the list."""
        return self.child_count - len(self.branches) if self.is_open else 0


CHILDREN_SHOWN = 100
"""So many children of a unit are shown in the tree; the list shows them all."""


def branches(actor: Actor, opened: set[int] | None) -> list[Branch]:
    """The tree of the actor's scope, the units in `opened` unfolded; by default a single root is (three queries)."""
    roots = list(scope_roots(actor).select_related("serves"))
    wanted = ({roots[0].pk} if len(roots) == 1 else set()) if opened is None else opened
    visible = Unit.objects.visible_to(actor).in_force()
    below: dict[int | None, list[Unit]] = defaultdict(list)
    for child in visible.filter(parent_id__in=wanted).select_related("serves"):
        below[child.parent_id].append(child)
    counts = _child_counts(visible, [unit.pk for units in (roots, *below.values()) for unit in units])
    return grown(roots, below, counts)


def grown(
    units: Sequence[Unit], below: Mapping[int | None, Sequence[Unit]], counts: Mapping[int | None, int]
) -> list[Branch]:
    """Branches of these units, with what is unfolded `below` each and how many stand there."""
    return [
        Branch(unit, counts.get(unit.pk, 0), unit.pk in below, grown(below.get(unit.pk, []), below, counts))
        for unit in units[:CHILDREN_SHOWN]
    ]


def _child_counts(visible: QuerySet[Unit], ids: list[int]) -> dict[int | None, int]:
    counted = visible.filter(parent_id__in=ids).order_by().values_list("parent_id").annotate(Count("pk"))
    return dict(counted.values_list("parent_id", "pk__count"))


def unit_on(period: UnitPeriod) -> UnitOn:
    """The unit as it was in that period."""
    return UnitOn(
        pk=period.unit_id,
        code=period.code,
        name=period.name,
        short_name=period.short_name,
        kind=UnitKind(period.kind),
        parent_id=period.parent_id,
        starts_on=period.period.lower,
        ends_on=period.period.upper,
    )


_ABOVE = """
    WITH RECURSIVE above (unit_id) AS (
        SELECT parent_id FROM organizations_unitperiod
        WHERE unit_id = %s AND period @> %s::date AND parent_id IS NOT NULL
        UNION ALL
        SELECT next.parent_id
        FROM above JOIN organizations_unitperiod AS next ON next.unit_id = above.unit_id
        WHERE next.period @> %s::date AND next.parent_id IS NOT NULL
    )
    SELECT unit_id FROM above
"""

_HEADCOUNTS = """
    WITH RECURSIVE below (head, unit_id) AS (
        SELECT unnest(%(heads)s::bigint[]), unnest(%(heads)s::bigint[])
        UNION ALL
        SELECT below.head, next.unit_id
        FROM below JOIN organizations_unitperiod AS next ON next.parent_id = below.unit_id
        WHERE next.period @> %(day)s::date
    )
    SELECT head, count(*) FILTER (WHERE standing = 'full'), count(*) FILTER (WHERE standing = 'probationary'),
           count(*) FILTER (WHERE standing = 'cadre')
    FROM below JOIN organizations_membership AS own ON own.unit_id = below.unit_id
    WHERE own.period @> %(day)s::date
    GROUP BY head
"""
