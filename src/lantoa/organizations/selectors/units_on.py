"""The reader's units as they stood on another day: as a list, and as a tree that unfolds.

What one may see is decided by today's appointments; the day says only how the units then stood to each other.
"""

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from lantoa.kernel.vietnamese import fold
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit, UnitPeriod
from lantoa.organizations.selectors.units import CHILDREN_SHOWN, Branch, grown

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class InItsPlace(TypedDict):
        """What a row carries beyond the period: the name of the superior on that day, None at the top."""

        parent_name: str | None

    PeriodRow = WithAnnotations[UnitPeriod, InItsPlace]

_BELOW = """
    WITH RECURSIVE below (unit_id) AS (
        SELECT unit_id FROM organizations_unitperiod WHERE parent_id = %s AND period @> %s::date
        UNION ALL
        SELECT next.unit_id
        FROM below JOIN organizations_unitperiod AS next ON next.parent_id = below.unit_id
        WHERE next.period @> %s::date
    )
    SELECT unit_id FROM below
"""


def units_on(actor: Actor, day: dt.date, *, under: Unit | None = None) -> "QuerySet[PeriodRow]":
    """The units that the actor may see, as they were on `day`; with `under` those that stood below it then."""
    periods = UnitPeriod.objects.visible_to(actor).on(day)
    if under is not None:
        below = RawSQL(_BELOW, [under.pk, day, day])  # noqa: S611 - our own text, its values are parameters
        periods = periods.filter(unit__in=below)
    above = UnitPeriod.objects.on(day).filter(unit=OuterRef("parent")).values("name")[:1]
    rows = periods.select_related("unit__serves").annotate(parent_name=Subquery(above))
    return cast("QuerySet[PeriodRow]", rows.order_by("unit__sort_key", "unit_id"))


def named_like(rows: "QuerySet[PeriodRow]", words: str) -> "QuerySet[PeriodRow]":
    """Those whose name today contains the words, whatever the diacritics, or whose name then does as it is written."""
    return rows.filter(Q(unit__folded_name__contains=fold(words)) | Q(name__icontains=words))


def branches_on(actor: Actor, opened: set[int] | None, day: dt.date) -> list[Branch]:
    """The tree of the actor's scope as it stood on `day`, the units in `opened` unfolded (at most four queries).

    It begins at the units of the actor's appointments; where none of them existed then, at the highest that did.
    """
    visible = UnitPeriod.objects.visible_to(actor).on(day).order_by("unit__tree", "unit__sort_key", "unit_id")
    top = visible.filter(Q(parent__isnull=True) | ~Q(parent__in=visible.order_by().values("unit")))
    held = top.filter(unit__in={grant.unit_id for grant in actor.grants})
    roots = _as_they_were(held) or _as_they_were(top[:CHILDREN_SHOWN])
    wanted = ({roots[0].pk} if len(roots) == 1 else set()) if opened is None else opened
    below: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in _as_they_were(visible.filter(parent__in=wanted)):
        below[unit.parent_id].append(unit)
    ids = [unit.pk for units in (roots, *below.values()) for unit in units]
    counted = visible.filter(parent__in=ids).order_by().values_list("parent_id").annotate(Count("pk"))
    return grown(roots, below, dict(counted.values_list("parent_id", "pk__count")))


def _as_they_were(periods: QuerySet[UnitPeriod]) -> list[Unit]:
    """The units with the name, kind and superior of these periods, to be shown and never saved."""
    found = []
    for period in periods.select_related("unit__serves"):
        unit = period.unit
        unit.name, unit.kind, unit.parent_id, unit.in_force = period.name, period.kind, period.parent_id, True
        found.append(unit)
    return found
