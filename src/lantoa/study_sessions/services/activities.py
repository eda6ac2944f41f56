"""Recording what a unit did besides conferences, correcting it, and taking it back."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import cast

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import SpokenLanguage
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState
from lantoa.plans.errors import FormSentBefore
from lantoa.plans.models import Campaign, CampaignUnit
from lantoa.study_sessions.enums import ActivityKind, HeadcountBasis
from lantoa.study_sessions.errors import (
    ActivityCampaignNotRunning,
    ActivityIsTakenBack,
    ActivityOutsideCampaign,
    ActivityToCome,
    TakingBackUnexplained,
)
from lantoa.study_sessions.models import Activity
from lantoa.study_sessions.policies import can_record_activity


@dataclass(frozen=True, kw_only=True)
class ActivityFacts:
    """What is told about an activity. `headcount` is everybody who came, members or not."""

    kind: ActivityKind
    place: str
    held_at: dt.datetime
    languages: Sequence[SpokenLanguage]
    audience: str
    headcount: int
    basis: HeadcountBasis
    note: str = ""


@use_case
def record_activity(
    *, actor: Actor, client_id: uuid.UUID, unit: Unit, campaign: Campaign | None, facts: ActivityFacts
) -> Activity:
    """An activity of the unit, in a running campaign or in none; the first result for a known `client_id`.

    Raises NotPermitted, ActivityCampaignNotRunning, ActivityOutsideCampaign, ActivityToCome, FormSentBefore.
    """
    if not can_record_activity(actor=actor, unit=unit):
        raise NotPermitted
    _lock_for_a_form(campaign, unit)
    if known := Activity.objects.filter(client_id=client_id).first():
        if (known.unit_id, known.campaign_id) != (unit.pk, campaign.pk if campaign else None):
            raise FormSentBefore
        return known
    _check(campaign, unit, facts)
    activity = Activity(client_id=client_id, unit=unit, campaign=campaign, created_by_id=cast("int", actor.user_id))
    _put(activity, facts)
    activity.save(force_insert=True)
    told = {"kind": activity.kind, "headcount": activity.headcount}
    record(actor=actor, action="study_sessions.record_activity", about=activity, unit=unit, facts=told)
    return activity


@use_case
def correct_activity(
    *, actor: Actor, activity: Activity, version: int, campaign: Campaign | None, facts: ActivityFacts
) -> Activity:
    """Correct what was recorded. A repeated submit that would change nothing gives the activity as it is.

    Raises NotPermitted, ActivityIsTakenBack, Stale, ActivityCampaignNotRunning, ActivityOutsideCampaign,
    ActivityToCome.
    """
    locked = _permit_and_lock(actor, activity)
    if locked.taken_back_at is not None:
        raise ActivityIsTakenBack
    before = (locked.campaign_id, *_content(locked))
    old, counted = locked.campaign, locked.headcount
    locked.campaign = campaign
    _put(locked, facts)
    if (locked.campaign_id, *_content(locked)) == before:
        return locked
    if locked.version != version:
        raise Stale
    _lock(campaign)
    _refuse_not_running(old)
    _check(campaign, locked.unit, facts)
    locked.version += 1
    locked.save()
    told = {"headcount": locked.headcount, "before": counted}
    record(actor=actor, action="study_sessions.correct_activity", about=locked, unit=locked.unit, facts=told)
    return locked


@use_case
def take_back_activity(*, actor: Actor, activity: Activity, reason: str) -> Activity:
    """Let the activity count for nothing, with a reason; the same a second time changes nothing.

    Raises NotPermitted, TakingBackUnexplained, ActivityIsTakenBack, ActivityCampaignNotRunning.
    """
    locked = _permit_and_lock(actor, activity)
    given = normalise(reason)
    if not given:
        raise TakingBackUnexplained(field="reason")
    if locked.taken_back_at is not None:
        if locked.taken_back_reason == given:
            return locked
        raise ActivityIsTakenBack
    _refuse_not_running(locked.campaign)
    locked.taken_back_at, locked.taken_back_reason = clock.now(), given
    locked.version += 1
    locked.save(update_fields=["taken_back_at", "taken_back_reason", "version"])
    told = {"headcount": locked.headcount}
    record(actor=actor, action="study_sessions.take_back_activity", about=locked, unit=locked.unit, facts=told)
    return locked


def _permit_and_lock(actor: Actor, activity: Activity) -> Activity:
    if not can_record_activity(actor=actor, unit=activity.unit):
        raise NotPermitted
    rows = Activity.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("unit", "campaign").get(pk=activity.pk)


def _lock_for_a_form(campaign: Campaign | None, unit: Unit) -> None:
    """Hold the campaign, or the unit where there is none, so that a form sent twice at once is recorded once."""
    if campaign is None:
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    _lock(campaign)


def _lock(campaign: Campaign | None) -> None:
    """Hold the campaign, so that it does not finish meanwhile."""
    if campaign is not None:
        campaign.state = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk).state


def _refuse_not_running(campaign: Campaign | None) -> None:
    if campaign is not None and campaign.state != CampaignState.RUNNING:
        raise ActivityCampaignNotRunning(field="campaign")


def _check(campaign: Campaign | None, unit: Unit, facts: ActivityFacts) -> None:
    _refuse_not_running(campaign)
    if campaign is not None and not CampaignUnit.objects.filter(campaign=campaign, unit=unit).exists():
        raise ActivityOutsideCampaign(field="campaign")
    if facts.held_at > clock.now():
        raise ActivityToCome(field="held_on")


def _put(activity: Activity, facts: ActivityFacts) -> None:
    activity.kind, activity.basis = facts.kind, facts.basis
    activity.place, activity.audience = normalise(facts.place), normalise(facts.audience)
    activity.held_at, activity.headcount = facts.held_at, facts.headcount
    activity.languages, activity.note = [str(one) for one in facts.languages], facts.note.strip()


def _content(activity: Activity) -> tuple[object, ...]:
    facts = ActivityFacts(
        kind=ActivityKind(activity.kind),
        place=activity.place,
        held_at=activity.held_at,
        languages=tuple(SpokenLanguage(one) for one in activity.languages),
        audience=activity.audience,
        headcount=activity.headcount,
        basis=HeadcountBasis(activity.basis),
        note=activity.note,
    )
    return astuple(facts)
