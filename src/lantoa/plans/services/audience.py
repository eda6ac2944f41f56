"""Exceptions from the class that decides who is called in a campaign.

They hold for lists that are frozen from then on: whoever stands on one stays there, and is taken off by a decision.
"""

import uuid

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Sector, Unit
from lantoa.plans import audience_errors, errors, policies
from lantoa.plans.enums import CampaignState, Effect, PersonClass
from lantoa.plans.models import AudienceException, Campaign
from lantoa.plans.opening_errors import UnitNotOpened
from lantoa.plans.selectors.campaigns import scope_unit, waits_for_opening
from lantoa.plans.services.campaigns import author_id, lock_campaign


@use_case
def add_exception(
    *,
    actor: Actor,
    campaign: Campaign,
    client_id: uuid.UUID,
    effect: Effect,
    persons: PersonClass,
    sector: Sector | None = None,
    unit: Unit | None = None,
) -> AudienceException:
    """Let a campaign call a class of persons beside its audience, or not call it; everywhere, or at `unit` and below.

    Returns the exception; the same `client_id` again changes nothing. Errors: NotPermitted, CampaignOver,
    ExceptionSectorMismatch, ExceptionEmptiesLists, UnitOutsideCampaign, UnitNotOpened, ExceptionTwice, FormSentBefore.
    """
    if not policies.can_lead_campaign(actor=actor, unit=campaign.owner):
        raise NotPermitted
    stored = lock_campaign(campaign)
    first = AudienceException.every.filter(client_id=client_id).first()
    if first is not None:
        if first.campaign_id != stored.pk:
            raise errors.FormSentBefore
        return first
    if stored.state == CampaignState.FINISHED:
        raise errors.CampaignOver
    _check(stored, effect, persons, sector, unit)
    made = AudienceException.every.create(
        client_id=client_id,
        campaign=stored,
        effect=effect,
        persons=persons,
        sector=sector,
        unit=unit,
        made_by_id=author_id(actor),
    )
    facts = {"effect": effect, "persons": persons, "unit": unit.pk if unit else None}
    audit.record(actor=actor, action="plans.add_exception", about=made, unit=stored.owner, facts=facts)
    return made


@use_case
def withdraw_exception(*, actor: Actor, exception: AudienceException) -> AudienceException:
    """Let an exception hold no more for lists that are frozen from now on; the same again changes nothing.

    Errors: NotPermitted, CampaignOver.
    """
    if not policies.can_lead_campaign(actor=actor, unit=exception.campaign.owner):
        raise NotPermitted
    stored = lock_campaign(exception.campaign)
    current = AudienceException.every.get(pk=exception.pk)
    if current.withdrawn_at is not None:
        return current
    if stored.state == CampaignState.FINISHED:
        raise errors.CampaignOver
    current.withdrawn_at = clock.now()
    current.save(update_fields=["withdrawn_at"])
    audit.record(actor=actor, action="plans.withdraw_exception", about=current, unit=stored.owner)
    return current


def _check(campaign: Campaign, effect: Effect, persons: PersonClass, sector: Sector | None, unit: Unit | None) -> None:
    if (persons == PersonClass.SECTOR) != (sector is not None):
        raise audience_errors.ExceptionSectorMismatch(field="sector")
    if effect == Effect.EXCLUDE and persons == PersonClass.ALL and unit is None:
        raise audience_errors.ExceptionEmptiesLists(field="unit")
    if unit is not None:
        _check_unit(campaign, unit)
    same = AudienceException.objects.filter(campaign=campaign, persons=persons, sector=sector, unit=unit)
    if same.exists():
        raise audience_errors.ExceptionTwice(field="persons")


def _check_unit(campaign: Campaign, unit: Unit) -> None:
    if campaign.state == CampaignState.DRAFT:
        if not Unit.objects.under(campaign.owner).in_force().filter(pk=unit.pk).exists():
            raise errors.UnitOutsideCampaign(field="unit")
    elif waits_for_opening(campaign, unit):
        raise UnitNotOpened(field="unit")
    else:
        scope_unit(campaign, unit)
