"""Putting people on a frozen list who joined since, or were left out."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.plans import errors, policies, summons_errors
from lantoa.plans.enums import AdditionReason, CampaignState
from lantoa.plans.models import Summons, SummonsEntry
from lantoa.plans.selectors.campaigns import scope_unit
from lantoa.plans.selectors.summons import candidates
from lantoa.plans.services.campaigns import lock_campaign
from lantoa.plans.signals import entries_changed


@use_case
def add_to_summons(
    *,
    actor: Actor,
    summons: Summons,
    decision: str,
    added_on: dt.date,
    reason: AdditionReason,
    person_ids: Collection[int] | None = None,
) -> int:
    """Put on the letter's list, by a decision of `added_on`, those whom the rule calls in its subtree today and who
    stand on no list: all of them for None, else these persons. How many are new there.

    They count where the decision is not later than the session of their cell (ADR 33). The same again adds nobody.
    Sends `entries_changed`. Errors: NotPermitted, CampaignNotRunning, AdditionUndecided, DecisionInFuture,
    AdditionBeforeLetter, NotCalled, NobodyToAdd.
    """
    if not policies.can_summon(actor=actor, unit=summons.unit):
        raise NotPermitted
    campaign = lock_campaign(summons.campaign)
    if campaign.state != CampaignState.RUNNING:
        raise errors.CampaignNotRunning
    cited = normalise(decision)
    _check_decision(summons, cited, added_on)
    added = {"added_on": added_on, "addition_decision": cited, "addition_reason": reason}
    called = candidates(campaign, scope_unit(campaign, summons.unit), clock.today()).order_by("person_id")
    if person_ids is not None:
        called = called.filter(person_id__in=person_ids)
        _check_called(summons, called, set(person_ids))
    listed = SummonsEntry.objects.filter(campaign=campaign).values("person_id")
    fresh = called.exclude(person_id__in=listed).values_list("person_id", "seat", "standing", "reason", "exception")
    made = SummonsEntry.objects.bulk_create(
        SummonsEntry(
            summons=summons,
            campaign=campaign,
            person_id=person_id,
            unit_id=unit_id,
            standing=standing,
            exception_id=exception,
            **{"reason": why, **added},
        )
        for person_id, unit_id, standing, why, exception in fresh
    )
    if not made:
        if not SummonsEntry.objects.filter(summons=summons, **added).exists():
            raise summons_errors.NobodyToAdd
        return 0
    facts = {"persons": len(made)}
    audit.record(actor=actor, action="plans.add_to_summons", about=summons, unit=summons.unit, facts=facts)
    entries_changed.send(sender=SummonsEntry, campaign_id=campaign.pk, entry_ids=[entry.pk for entry in made])
    return len(made)


def _check_decision(summons: Summons, cited: str, added_on: dt.date) -> None:
    if not cited:
        raise summons_errors.AdditionUndecided(field="decision")
    if added_on > clock.today():
        raise errors.DecisionInFuture(field="added_on")
    if added_on < summons.issued_on:
        raise summons_errors.AdditionBeforeLetter(field="added_on")


def _check_called(summons: Summons, called: Any, wanted: set[int]) -> None:
    listed = SummonsEntry.objects.filter(campaign=summons.campaign_id, person_id__in=wanted)
    known = {*called.values_list("person_id", flat=True), *listed.values_list("person_id", flat=True)}
    if wanted - known:
        raise summons_errors.NotCalled(field="persons")
