"""Figures that targets of plans follow: sessions held, their sites, people reached by activities."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from lantoa.kernel import clock
from lantoa.organizations.models import Unit
from lantoa.organizations.querysets import path_range
from lantoa.plans.enums import Indicator
from lantoa.plans.measuring import Figure
from lantoa.plans.models import Campaign
from lantoa.study_sessions.models import Activity, Site, StudySession
from lantoa.ui.numbers import grouped


def figures(campaign: Campaign, unit: Unit) -> Mapping[Indicator, Figure]:
    """What the unit and those below it held in the campaign by now (one query)."""
    over = {"campaign": campaign, "cancelled_at": None, "ends_at__lte": clock.now()}
    held = StudySession.objects.filter(path_range(unit.path, "host__path"), **over)
    sites = Site.objects.filter(
        path_range(unit.path, "unit__path"), **{f"session__{name}": value for name, value in over.items()}
    )
    done = Activity.objects.filter(path_range(unit.path, "unit__path"), campaign=campaign, taken_back_at=None)
    found = (
        Unit.objects.filter(pk=unit.pk)
        .annotate(
            held=_total(held, Count("pk")), kept=_total(sites, Count("pk")), reached=_total(done, Sum("headcount"))
        )
        .values_list("held", "kept", "reached")
        .get()
    )
    sessions = reverse("study_sessions:session_list", args=[campaign.pk])
    activities = f"{reverse('study_sessions:activity_list')}?unit={unit.pk}&campaign={campaign.pk}"
    return {
        Indicator.SESSIONS: Figure(grouped(found[0]), sessions),
        Indicator.SITES: Figure(grouped(found[1]), sessions),
        Indicator.REACH: Figure(grouped(found[2]), activities),
    }


def _total(rows: QuerySet[Any], what: Count | Sum) -> Coalesce:
    """A figure over all of the rows, as a column."""
    one = Value(1, output_field=IntegerField())
    sums = rows.order_by().annotate(all_of_them=one).values("all_of_them").annotate(total=what).values("total")
    return Coalesce(Subquery(sums, output_field=IntegerField()), 0)
