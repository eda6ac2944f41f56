"""Reflections on pages of lower apps, and who may fetch a scan."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.attendance.selectors.reflections import call_of, opens_scan, papers_seen
from lantoa.attendance.services.reflections import note_read
from lantoa.files.models import StoredFile
from lantoa.organizations.actors import Actor
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Campaign
from lantoa.plans.policies import can_lead_campaign


def campaign_reflections(request: HttpRequest, campaign: Campaign) -> str:
    """The reflections of a campaign on its page, with the counts that the reader sees (one query, two where they are
    asked for); where none are, the owner of a running one is offered to ask."""
    actor = cast("ActorRequest", request).actor
    call = None if campaign.state == CampaignState.DRAFT else call_of(campaign)
    if call is None:
        running = campaign.state == CampaignState.RUNNING
        if not (running and can_lead_campaign(actor=actor, unit=campaign.owner)):
            return ""
    context = {"campaign": campaign, "call": call, "total": papers_seen(call, actor) if call else None}
    return render_to_string("attendance/reflection_panel.html", context, request=request)


def opens_reflection(actor: Actor, file: StoredFile) -> bool:
    """Whether the file is a scan of a paper that the actor may read, in the own cell; that it is fetched is on
    record."""
    paper = opens_scan(actor, file)
    if paper is not None:
        note_read(actor, paper)
    return paper is not None
