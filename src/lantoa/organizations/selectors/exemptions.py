"""Reads about exemptions from activities that end."""

import datetime as dt

from django.db.models import Exists, IntegerField, OuterRef, Subquery, Value

from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import ActivityExemption, Membership, Unit
from lantoa.organizations.querysets import MembershipQuerySet, path_range
from lantoa.organizations.restricting import marked

SOON = dt.timedelta(days=30)
"""So long before its end, and after it, an exemption asks for a new decision."""


def exemptions_ending(*, actor: Actor, unit: Unit) -> MembershipQuerySet:
    """The memberships of today in a unit and below it, as far as the actor sees names, of persons whose last exemption
    ends within 30 days or ended in the past 30.

    Each has `exempt_until`, the first day after the exemption, `exemption_id` and `restricted`.
    """
    today = clock.today()
    last = ActivityExemption.objects.filter(person=OuterRef("person")).order_by("-period")
    first, end = today - SOON, today + SOON + dt.timedelta(days=2)
    near = ActivityExemption.objects.filter(period__endswith__gt=first, period__endswith__lt=end).values("person")
    return marked(
        Membership.objects.filter(path_range(unit.path, "unit__path"), person__in=near)
        .visible_to(actor)
        .in_force_on(today)
        .select_related("person__sector", "unit__parent")
        .annotate(
            exempt_until=Subquery(last.values("period__endswith")[:1]),
            exemption_id=Subquery(last.values("pk")[:1]),
            exempt=Exists(last.filter(period__contains=today)),
            far=Value(0, output_field=IntegerField()),
        )
        .filter(exempt_until__gt=first, exempt_until__lt=end)
    )
