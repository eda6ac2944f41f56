"""The rate on pages of lower apps: on a campaign's page that of the reader's own top unit, on a plan's its unit's."""

from collections.abc import Mapping
from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from lantoa.attendance.coverage_states import carried_url, rate_state
from lantoa.attendance.enums import Group
from lantoa.attendance.rates import Counts
from lantoa.attendance.selectors.carried import tops_today
from lantoa.attendance.selectors.coverage import counts_by_group, top_units
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Campaign, Plan


def campaign_coverage(request: HttpRequest, campaign: Campaign) -> str:
    """The rate of the reader's top unit in the campaign, once people were summoned; of a unit that began after it what
    was carried there."""
    if campaign.state == CampaignState.DRAFT:
        return ""
    actor = cast(ActorRequest, request).actor
    if tops := top_units(campaign, actor):
        return _of_its_day(request, campaign, tops[0].unit_id, tops[0].name)
    for unit, groups in tops_today(campaign, actor)[:1]:
        return _panel(request, campaign, unit.name, carried_url(campaign.pk, unit.pk), groups)
    return ""


def plan_coverage(request: HttpRequest, plan: Plan) -> str:
    """The rate of the plan's unit, once people were summoned."""
    return _of_its_day(request, plan.campaign, plan.unit_id, plan.unit.name)


def _of_its_day(request: HttpRequest, campaign: Campaign, unit_id: int, name: str) -> str:
    url = reverse("attendance:coverage_unit", args=[campaign.pk, unit_id])
    return _panel(request, campaign, name, url, counts_by_group(campaign.pk, unit_id))


def _panel(request: HttpRequest, campaign: Campaign, name: str, url: str, groups: Mapping[Group, Counts]) -> str:
    if not groups or not groups[Group.ALL].summoned:
        return ""
    counts = groups[Group.ALL]
    context = {
        "campaign": campaign,
        "url": url,
        "unit_name": name,
        "counts": counts,
        "state": rate_state(counts.coverage, campaign.target_rate),
    }
    return render_to_string("attendance/coverage_slot.html", context, request=request)
