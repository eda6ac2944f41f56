"""Moving the deadlines of a running campaign; reminders move with them, since they are offsets (ADR 30)."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

from django.db.models import F
from django.urls import reverse

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.notifications.telling import Message, tell
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.plans import deadline_errors, errors, policies
from lantoa.plans.enums import WORKING_STATES, CampaignState, Deadline
from lantoa.plans.models import Campaign, CampaignRule, CampaignUnit, DeadlineMove, Plan
from lantoa.plans.notices import ABOUT, MOVED
from lantoa.plans.selectors.cascade import debts_of
from lantoa.plans.selectors.receivers import receivers_of
from lantoa.plans.services.campaigns import author_id, lock_campaign

TOLD_AT_ONCE = 500
"""Units whose people are told in one go."""


@use_case
def move_rule_deadline(
    *,
    actor: Actor,
    campaign: Campaign,
    unit_kind: str,
    deadline: Deadline,
    new: dt.date,
    reason: str,
    client_id: uuid.UUID,
) -> DeadlineMove:
    """Move the day by which units of a kind issue their plans, or hold their study, and tell those who still owe it.

    A unit whose plan was given a day of its own keeps it, and is not told. Returns the move; the same `client_id` again
    changes nothing. Errors: NotPermitted, CampaignNotRunning, NoSuchDeadline, DeadlineReasonNeeded, DeadlineSame,
    DeadlinePassed, DeadlineAfterEnd.
    """
    stored, first = _begin(actor, campaign, client_id)
    if first is not None:
        return first
    rule = CampaignRule.objects.select_for_update().filter(campaign=stored, unit_kind=unit_kind).first()
    old = (rule.plan_due_on if deadline is Deadline.PLAN else rule.study_due_on) if rule is not None else None
    if rule is None or old is None:
        raise deadline_errors.NoSuchDeadline(field="which")
    move = DeadlineMove(deadline=deadline, unit_kind=unit_kind, old=old, new=new, reason=normalise(reason))
    _check(move, stored)
    moved: set[int] | None = None
    if deadline is Deadline.PLAN:
        rule.plan_due_on = new
        units = CampaignUnit.objects.filter(campaign=stored, kind=unit_kind).values("unit")
        plans = Plan.objects.in_work().filter(campaign=stored, edition=1, due_on=old, unit__in=units)
        moved = set(plans.select_for_update(no_key=True).values_list("unit", flat=True))
        plans.update(due_on=new, version=F("version") + 1)
        rule.save(update_fields=["plan_due_on"])
    else:
        rule.study_due_on = new
        rule.save(update_fields=["study_due_on"])
    return _finish(actor, stored, move, client_id, moved, action="plans.move_rule_deadline")


@use_case
def move_plan_deadline(*, actor: Actor, plan: Plan, new: dt.date, reason: str, client_id: uuid.UUID) -> DeadlineMove:
    """Move the day by which one unit issues its plan, and tell those who answer for it.

    Returns the move; the same `client_id` again changes nothing. Errors: those of `move_rule_deadline`, and
    NoSuchDeadline where the plan owes nothing by a date any more.
    """
    stored, first = _begin(actor, plan.campaign, client_id)
    if first is not None:
        return first
    locked = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    if locked.due_on is None or locked.state not in WORKING_STATES:
        raise deadline_errors.NoSuchDeadline(field="which")
    move = DeadlineMove(deadline=Deadline.PLAN, unit=locked.unit, old=locked.due_on, new=new, reason=normalise(reason))
    _check(move, stored)
    locked.due_on = new
    locked.version += 1
    locked.save(update_fields=["due_on", "version"])
    return _finish(actor, stored, move, client_id, {locked.unit_id}, action="plans.move_plan_deadline")


def _begin(actor: Actor, campaign: Campaign, client_id: uuid.UUID) -> tuple[Campaign, DeadlineMove | None]:
    if not policies.can_move_deadline(actor=actor, campaign=campaign):
        raise NotPermitted
    stored = lock_campaign(campaign)
    first = DeadlineMove.objects.filter(client_id=client_id).first()
    if first is not None and first.campaign_id != stored.pk:
        raise errors.FormSentBefore
    if first is None and stored.state != CampaignState.RUNNING:
        raise errors.CampaignNotRunning
    return stored, first


def _check(move: DeadlineMove, campaign: Campaign) -> None:
    if not move.reason:
        raise deadline_errors.DeadlineReasonNeeded(field="reason")
    if move.new == move.old:
        raise deadline_errors.DeadlineSame(field="new")
    if move.new < clock.today():
        raise deadline_errors.DeadlinePassed(field="new")
    if move.new > campaign.ends_on:
        raise errors.DeadlineAfterEnd(field="new")


def _finish(
    actor: Actor,
    campaign: Campaign,
    move: DeadlineMove,
    client_id: uuid.UUID,
    moved: Collection[int] | None,
    *,
    action: str,
) -> DeadlineMove:
    """Store the move, tell the `moved` units (for None, all of the kind), and note it."""
    move.campaign, move.client_id, move.moved_by_id = campaign, client_id, author_id(actor)
    move.save(force_insert=True)
    _tell(move, moved)
    facts = {
        "deadline": move.deadline,
        "kind": move.unit_kind,
        "unit": move.unit_id,
        "from": move.old.isoformat(),
        "to": move.new.isoformat(),
    }
    unit = move.unit or campaign.owner
    audit.record(actor=actor, action=action, about=move, unit=unit, facts=facts)
    return move


def _tell(move: DeadlineMove, moved: Collection[int] | None) -> None:
    """Tell the officers and secretaries of the `moved` units, as far as these owe it by the new day."""
    column = "plan_left" if move.deadline == Deadline.PLAN else "study_left"
    rows = debts_of(move.campaign).filter(**{column: move.new}).select_related("unit").order_by("unit_id")
    concerned = rows.filter(unit=move.unit) if move.unit else rows.filter(kind=move.unit_kind)
    part: list[CampaignUnit] = []
    for row in concerned.iterator(chunk_size=TOLD_AT_ONCE):
        if moved is not None and row.unit_id not in moved:
            continue
        part.append(row)
        if len(part) == TOLD_AT_ONCE:
            tell(_messages(move, part))
            part = []
    tell(_messages(move, part))


def _messages(move: DeadlineMove, rows: Iterable[CampaignUnit]) -> list[Message]:
    units: list[Unit] = [row.unit for row in rows]
    receivers = receivers_of(units, clock.today())
    return [
        Message(
            receiver_id=user,
            kind=MOVED,
            occasion=f"plans.deadline_moved.{move.pk}.{unit.pk}",
            parameters={
                "unit": unit.name,
                "deadline": str(move.deadline),
                "old": move.old.isoformat(),
                "new": move.new.isoformat(),
            },
            link=reverse("plans:cascade", args=[move.campaign_id]),
            about_type=ABOUT,
            about_id=move.campaign_id,
        )
        for unit in units
        for user in receivers[unit.pk].own
    ]
