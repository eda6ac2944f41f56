"""Whom a unit counted on another day, as far as the reader may know it today.

The rule (ADR 28): a past day opens nothing that today keeps closed. Whoever may see the names of the unit today reads
its list of a past day; a person on it is named only where the reader could open that person's record today. Everybody
else who was counted then is told as a number. Of a person the list says what is a matter of that day (the unit, the
standing) and what tells namesakes apart; exemptions, stays and other sensitive notes of a past day are not shown.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery, Value

from lantoa.kernel import clock
from lantoa.organizations import policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Standing
from lantoa.organizations.models import Membership, Person, Unit, UnitPeriod
from lantoa.organizations.querysets import MembershipQuerySet
from lantoa.organizations.restricting import marked


@dataclass(frozen=True, slots=True)
class CountedThen:
    """A unit that stood directly below on that day, by the name that it had, with the persons whom it counted itself.
    `opens` says whether the reader may open its list."""

    unit_id: int
    name: str
    sort_key: str
    members: int
    cadres: int
    opens: bool


def counted_on(actor: Actor, unit: Unit, day: dt.date) -> MembershipQuerySet:
    """The memberships at a unit on `day` of those whose records the reader may open today, each with `now_at` and
    `restricted`."""
    now = Membership.objects.filter(person=OuterRef("person")).in_force_on(clock.today()).values("unit__name")[:1]
    rows = Membership.objects.filter(unit=unit, person__in=_known_today(actor)).in_force_on(day)
    annotated = rows.select_related("person").annotate(now_at=Subquery(now), far=Value(0, output_field=IntegerField()))
    return marked(annotated)


def unnamed_on(actor: Actor, unit: Unit, day: dt.date) -> int:
    """How many more the unit counted on that day, whose records the reader may not open today (one query)."""
    return Membership.objects.filter(unit=unit).in_force_on(day).exclude(person__in=_known_today(actor)).count()


def counted_below_on(actor: Actor, unit: Unit, day: dt.date) -> list[CountedThen]:
    """The units that stood directly below on that day and counted persons themselves, by name (two queries)."""
    standing = {
        period.unit_id: period
        for period in UnitPeriod.objects.on(day).filter(parent=unit).select_related("unit__parent")
    }
    cadre = Q(standing=Standing.CADRE)
    counts = Membership.objects.filter(unit__in=list(standing)).in_force_on(day).values_list("unit_id")
    figures = counts.annotate(members=Count("pk", filter=~cadre), cadres=Count("pk", filter=cadre))
    return [
        CountedThen(
            unit_id,
            standing[unit_id].name,
            standing[unit_id].unit.sort_key,
            members,
            cadres,
            policies.can_see_names(actor=actor, unit=standing[unit_id].unit),
        )
        for unit_id, members, cadres in figures.values_list("unit_id", "members", "cadres")
    ]


def _known_today(actor: Actor) -> "Subquery":
    return Subquery(Person.objects.visible_to(actor, day=clock.today()).values("pk"))
