"""Opening a campaign that began with its pilot units to all units of its owner (ADR 35)."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Q

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.files.services import store_files
from lantoa.kernel import clock
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.plans import errors, opening_errors, policies
from lantoa.plans.enums import Anchor, CampaignState, Wave
from lantoa.plans.models import Campaign, Opening
from lantoa.plans.services.anchors import settle
from lantoa.plans.services.campaigns import author_id, lock_campaign
from lantoa.plans.services.freezing import freeze_rest

if TYPE_CHECKING:
    from django.core.files.base import File


@use_case
def decide_opening(
    *,
    actor: Actor,
    campaign: Campaign,
    client_id: uuid.UUID,
    experience: str,
    holds_from: dt.date,
    uploads: "Sequence[File[bytes]]" = (),
    no_secrecy_declared: bool = False,
) -> Opening:
    """Open a campaign that began with its pilots to all units, with what the pilots taught; at once where `holds_from`
    is today, else the clock does it on that day.

    Returns the opening; the same `client_id` again changes nothing. Errors: NotPermitted, CampaignNotRunning,
    NotLimited, OpeningDecided, ExperienceMissing, OpeningPassed, OpeningAfterEnd, FormSentBefore, and those of
    `files.services.store_files`.
    """
    if not policies.can_lead_campaign(actor=actor, unit=campaign.owner):
        raise NotPermitted
    stored = lock_campaign(campaign)
    first = Opening.objects.filter(client_id=client_id).first()
    if first is not None:
        if first.campaign_id != stored.pk:
            raise errors.FormSentBefore
        return first
    _check(stored, experience, holds_from)
    opening = Opening.objects.create(
        client_id=client_id,
        campaign=stored,
        experience=experience.strip(),
        holds_from=holds_from,
        decided_by_id=author_id(actor),
    )
    if uploads:
        files = store_files(actor=actor, client_id=client_id, uploads=uploads, no_secrecy_declared=no_secrecy_declared)
        opening.files.set(files)
    facts = {"holds_from": holds_from.isoformat()}
    audit.record(actor=actor, action="plans.decide_opening", about=opening, unit=stored.owner, facts=facts)
    if holds_from <= clock.today():
        _open(actor, stored, opening)
    return opening


@use_case
def open_to_all(*, actor: Actor, campaign: Campaign, day: dt.date) -> bool:
    """Carry out a decided opening whose day has come by `day`; whether anything was done.

    Nobody but the clock does this. Errors: NotPermitted.
    """
    if actor is not SYSTEM:
        raise NotPermitted
    stored = lock_campaign(campaign)
    opening = Opening.objects.filter(campaign=stored, holds_from__lte=day).first()
    if opening is None or not stored.is_limited or stored.state != CampaignState.RUNNING:
        return False
    _open(actor, stored, opening)
    return True


def open_due_campaigns(*, actor: Actor = SYSTEM, day: dt.date) -> int:
    """Open every campaign whose day has come; returns how many. A second call does nothing."""
    due = Campaign.objects.filter(
        opening__holds_from__lte=day, opened_at=None, pilots_first=True, state=CampaignState.RUNNING
    )
    return sum(open_to_all(actor=actor, campaign=campaign, day=day) for campaign in due.order_by("pk"))


def _check(campaign: Campaign, experience: str, holds_from: dt.date) -> None:
    if campaign.state != CampaignState.RUNNING:
        raise errors.CampaignNotRunning
    if Opening.objects.filter(campaign=campaign).exists():
        raise opening_errors.OpeningDecided
    if not campaign.is_limited:
        raise opening_errors.NotLimited
    if not experience.strip():
        raise opening_errors.ExperienceMissing(field="experience")
    if holds_from < clock.today():
        raise opening_errors.OpeningPassed(field="holds_from")
    if holds_from > campaign.ends_on:
        raise opening_errors.OpeningAfterEnd(field="holds_from")


def _open(actor: Actor, campaign: Campaign, opening: Opening) -> None:
    campaign.opened_at = clock.now()
    campaign.version += 1
    campaign.save(update_fields=["opened_at", "version"])
    units, plans = freeze_rest(campaign, opening.holds_from)
    settle(campaign, Anchor.SESSION, units=Q(wave=Wave.REST))
    facts = {"units": units, "plans": plans}
    audit.record(actor=actor, action="plans.open_to_all", about=campaign, unit=campaign.owner, facts=facts)
