"""Figures that targets of plans follow: the rates of a unit in a campaign."""

from collections.abc import Mapping

from django.urls import reverse

from lantoa.attendance.enums import Group
from lantoa.attendance.rates import Counts
from lantoa.attendance.selectors.coverage import counts_by_group
from lantoa.organizations.models import Unit
from lantoa.plans.enums import Indicator
from lantoa.plans.measuring import Figure
from lantoa.plans.models import Campaign


def figures(campaign: Campaign, unit: Unit) -> Mapping[Indicator, Figure]:
    """The two rates of members and cadres together, with what they are made of (one query)."""
    counts = counts_by_group(campaign.pk, unit.pk).get(Group.ALL, Counts())
    url = reverse("attendance:coverage_unit", args=[campaign.pk, unit.pk])
    rates = {Indicator.COVERAGE: counts.coverage, Indicator.FIRST_SESSION: counts.first_session}
    return {
        indicator: Figure(f"{rate.text} ({rate.numerator}/{rate.denominator})" if rate.known else rate.text, url)
        for indicator, rate in rates.items()
    }
