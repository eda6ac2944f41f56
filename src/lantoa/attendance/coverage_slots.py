"""The rate on pages of lower apps: on a campaign's page that of the reader's own top unit, on a plan's its unit's."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.attendance.coverage_states import rate_state
from lantoa.attendance.enums import Group
from lantoa.attendance.selectors.coverage import counts_by_group, top_units
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Campaign, Plan


def campaign_coverage(request: HttpRequest, campaign: Campaign) -> str:
    """The rate of the reader's top unit in the campaign, once people were summoned."""
    if campaign.state == CampaignState.DRAFT:
        return ""
    tops = top_units(campaign, cast(ActorRequest, request).actor)
    return _panel(request, campaign, tops[0].unit_id, tops[0].name) if tops else ""


def plan_coverage(request: HttpRequest, plan: Plan) -> str:
    """The rate of the plan's unit, once people were summoned."""
    return _panel(request, plan.campaign, plan.unit_id, plan.unit.name)


def _panel(request: HttpRequest, campaign: Campaign, unit_id: int, name: str) -> str:
    groups = counts_by_group(campaign.pk, unit_id)
    if not groups or not groups[Group.ALL].summoned:
        return ""
    counts = groups[Group.ALL]
    context = {
        "campaign": campaign,
        "unit_id": unit_id,
        "unit_name": name,
        "counts": counts,
        "state": rate_state(counts.coverage, campaign.target_rate),
    }
    return render_to_string("attendance/coverage_slot.html", context, request=request)
