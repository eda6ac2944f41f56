"""What activities show on pages of lower apps."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.organizations import authority
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Campaign
from lantoa.study_sessions.reach import Sums, campaign_reach


def campaign_activities(request: HttpRequest, campaign: Campaign) -> str:
    """The activities of a started campaign, where the reader sees the counts, on its page (one query)."""
    if campaign.state == CampaignState.DRAFT:
        return ""
    actor = cast("ActorRequest", request).actor
    lines = campaign_reach(campaign, actor)
    inside = any(g.role in authority.TAKES_ROLL and g.path.startswith(campaign.owner.path) for g in actor.grants)
    context = {
        "campaign": campaign,
        "lines": lines,
        "total": sum((line.sums for line in lines), Sums()),
        "may_record": inside and campaign.state == CampaignState.RUNNING,
    }
    return render_to_string("study_sessions/activity_panel.html", context, request=request)
