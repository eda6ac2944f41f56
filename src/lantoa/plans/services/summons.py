"""The use cases of a summons: freeze the list, take somebody off it."""

import datetime as dt
from uuid import UUID

from django.db.models import QuerySet

from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.organizations.policies import can_export_names
from lantoa.organizations.restricting import unrestricted
from lantoa.organizations.services.exports import stated_purpose
from lantoa.plans import errors, policies
from lantoa.plans.enums import CampaignState, Numbered, RemovalReason
from lantoa.plans.models import Campaign, CampaignUnit, Summons, SummonsEntry
from lantoa.plans.selectors.campaigns import scope_unit
from lantoa.plans.selectors.summons import candidates, entries_at
from lantoa.plans.services.campaigns import author_id, lock_campaign
from lantoa.plans.services.numbering import check_number, lock_numbers
from lantoa.plans.signals import entries_changed

_BATCH = 5000


@use_case
def freeze_summons(
    *,
    actor: Actor,
    client_id: UUID,
    campaign: Campaign,
    unit: Unit,
    number: str,
    issued_on: dt.date,
    repeat_confirmed: bool = False,
) -> Summons:
    """Convene by letter everybody whom the campaign's audience calls in the unit's subtree and who is on no list yet.

    The list is frozen with each person's cell and standing of today. Two units that freeze at once wait for each
    other, and nobody stands on both lists. Returns the summons; the same `client_id` again returns the first one.
    Sends `entries_changed`. Errors: NotPermitted, CampaignNotRunning, UnitOutsideCampaign, NobodyToSummon,
    SummonsNumberMissing, NumberTaken (unless `repeat_confirmed`), FormSentBefore.
    """
    if not policies.can_summon(actor=actor, unit=unit):
        raise NotPermitted
    lock_numbers(unit.pk)
    stored = lock_campaign(campaign)
    first = Summons.objects.filter(client_id=client_id).first()
    if first is not None:
        return _of_same_form(first, stored, unit)
    if stored.state != CampaignState.RUNNING:
        raise errors.CampaignNotRunning
    if not normalise(number):
        raise errors.SummonsNumberMissing(field="number")
    scope = scope_unit(stored, unit)
    check_number(unit, Numbered.LETTER, number, issued_on.year, repeat_confirmed=repeat_confirmed)
    summons = Summons.objects.create(
        client_id=client_id,
        campaign=stored,
        unit=unit,
        number=normalise(number),
        issued_on=issued_on,
        created_by_id=author_id(actor),
    )
    entry_ids = _write_entries(summons, scope)
    if not entry_ids:
        raise errors.NobodyToSummon
    facts = {"persons": len(entry_ids)}
    audit.record(actor=actor, action="plans.freeze_summons", about=summons, unit=unit, facts=facts)
    entries_changed.send(sender=Summons, campaign_id=stored.pk, entry_ids=entry_ids)
    return summons


@use_case
def remove_from_summons(
    *, actor: Actor, entry: SummonsEntry, decision: str, removed_on: dt.date, reason: RemovalReason
) -> SummonsEntry:
    """Take a person off the list by a decision of `removed_on`.

    The row stays; the person is excluded from the rate where the decision is not later than the session. Returns the
    entry; the same decision again changes nothing. Sends `entries_changed`. Errors: NotPermitted, CampaignNotRunning,
    RemovalUndecided, DecisionInFuture, RemovedAlready.
    """
    if not policies.can_summon(actor=actor, unit=entry.summons.unit):
        raise NotPermitted
    lock_campaign(entry.campaign)
    rows = SummonsEntry.objects.select_for_update(of=("self",), no_key=True)
    stored = rows.select_related("campaign", "unit", "summons__unit").get(pk=entry.pk)
    cited = normalise(decision)
    if stored.removed_on is not None:
        return _same_removal(stored, cited, removed_on, reason)
    if stored.campaign.state != CampaignState.RUNNING:
        raise errors.CampaignNotRunning
    if not cited:
        raise errors.RemovalUndecided(field="decision")
    if removed_on > clock.today():
        raise errors.DecisionInFuture(field="removed_on")
    stored.removal_decision = cited
    stored.removed_on, stored.removal_reason = removed_on, reason
    stored.save(update_fields=["removal_decision", "removed_on", "removal_reason"])
    audit.record(actor=actor, action="plans.remove_from_summons", about=stored, unit=stored.unit)
    entries_changed.send(sender=SummonsEntry, campaign_id=stored.campaign_id, entry_ids=[stored.pk])
    return stored


@use_case
def export_summons(
    *, actor: Actor, campaign: Campaign, unit: Unit, purpose: str, letter: Summons | None = None
) -> "QuerySet[SummonsEntry]":
    """The people on the lists of one's own unit and its direct children, to be taken out by name for a stated purpose;
    those whose processing is restricted stay. With `letter`, those whom that letter calls and who were not removed.

    The purpose and the number of names stay in the log. Errors: NotPermitted, PurposeMissing,
    PurposeNamesSomebody.
    """
    if not can_export_names(actor=actor, unit=unit):
        raise NotPermitted
    rows = unrestricted(entries_at(campaign, unit, actor))
    if letter is not None:
        rows = rows.filter(summons=letter, removed_on__isnull=True)
    stated = stated_purpose(purpose, rows.values_list("person__full_name", flat=True))
    facts = {"purpose": stated, "count": rows.count(), "unit": unit.pk}
    if letter is not None:
        facts["letter"] = letter.pk
    audit.record(
        actor=actor,
        action="plans.export_summons",
        about=campaign,
        unit=unit,
        outcome=Outcome.EXPORTED,
        facts=facts,
    )
    return rows


def _of_same_form(first: Summons, campaign: Campaign, unit: Unit) -> Summons:
    if (first.campaign_id, first.unit_id) != (campaign.pk, unit.pk):
        raise errors.FormSentBefore
    return first


def _same_removal(entry: SummonsEntry, decision: str, removed_on: dt.date, reason: RemovalReason) -> SummonsEntry:
    if (entry.removal_decision, entry.removed_on, entry.removal_reason) != (decision, removed_on, reason):
        raise errors.RemovedAlready
    return entry


def _write_entries(summons: Summons, scope: CampaignUnit) -> list[int]:
    """Put everybody on the list who is on none; the constraint, not a look beforehand, decides who that is."""
    found = candidates(summons.campaign, scope, clock.today()).order_by("person_id")
    SummonsEntry.objects.bulk_create(
        (
            SummonsEntry(
                summons=summons,
                campaign_id=summons.campaign_id,
                person_id=person_id,
                unit_id=unit_id,
                standing=standing,
                reason=reason,
                exception_id=exception,
            )
            for person_id, unit_id, standing, reason, exception in found.values_list(
                "person_id", "seat", "standing", "reason", "exception"
            )
        ),
        batch_size=_BATCH,
        ignore_conflicts=True,
    )
    return list(summons.entries.order_by("pk").values_list("pk", flat=True))
