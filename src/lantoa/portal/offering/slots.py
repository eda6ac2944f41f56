"""What the portal adds to the pages of the work: the way by which their figures get to its editors."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from lantoa.kernel import clock
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Campaign, CampaignUnit
from lantoa.portal.offering.selectors import portals_for, unit_for
from lantoa.study_sessions.models import StudySession


def figures_of_campaign(request: HttpRequest, campaign: Campaign) -> str:
    """The way for an officer of a portal's unit; what was given out of the campaign stands there (one query, for
    them)."""
    actor = cast("ActorRequest", request).actor
    unit = unit_for(actor, campaign) if campaign.state != CampaignState.DRAFT else None
    if unit is None:
        return ""
    url = reverse("portal:offer_campaign", args=[campaign.pk, unit.pk])
    return render_to_string("portal/figures_panel.html", {"url": url}, request=request)


def figures_of_coverage(request: HttpRequest, unit: CampaignUnit) -> str:
    """The way from what a unit reached in a campaign, for an officer of a portal's unit (one query, for them)."""
    if not portals_for(cast("ActorRequest", request).actor, unit.unit):
        return ""
    url = reverse("portal:offer_campaign", args=[unit.campaign_id, unit.unit_id])
    return render_to_string("portal/figures_button.html", {"url": url}, request=request)


def figures_of_session(request: HttpRequest, session: StudySession) -> str:
    """The way for an officer of a portal's unit, once the session has begun (one query, for them)."""
    if session.cancelled_at is not None or session.starts_at > clock.now():
        return ""
    if not portals_for(cast("ActorRequest", request).actor, session.host):
        return ""
    url = reverse("portal:offer_session", args=[session.pk])
    return render_to_string("portal/figures_button.html", {"url": url}, request=request)
