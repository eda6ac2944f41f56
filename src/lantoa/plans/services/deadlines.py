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
from lantoa.plans.enums import WORKING_STATES, CampaignState, Deadline, Owed
from lantoa.plans.models import Campaign, CampaignRule, CampaignUnit, DeadlineMove, Plan
from lantoa.plans.notices import ABOUT, MOVED
from lantoa.plans.rules import RuleBook, is_document
from lantoa.plans.selectors.cascade import debts_of
from lantoa.plans.selectors.receivers import receivers_of
from lantoa.plans.selectors.rules import frame_for
from lantoa.plans.services.campaigns import author_id, lock_campaign

TOLD_AT_ONCE = 500
"""Units whose people are told in one go."""


@use_case
def move_rule_deadline(
    *,
    actor: Actor,
    campaign: Campaign,
    rule: CampaignRule,
    new: dt.date,
    reason: str,
    client_id: uuid.UUID,
) -> DeadlineMove:
    """Set the day by which the units of a rule issue their document, convene, or hold their study, and tell those who
    still owe it. The rule counts from no event any more.

    A unit whose document was given a day of its own keeps it, and is not told. Returns the move; the same `client_id`
    again changes nothing. Errors: NotPermitted, CampaignNotRunning, NoSuchDeadline, DeadlineReasonNeeded, DeadlineSame,
    DeadlinePassed, DeadlineAfterEnd.
    """
    stored, first = _begin(actor, campaign, client_id)
    if first is not None:
        return first
    found = CampaignRule.objects.select_for_update().filter(campaign=stored, pk=rule.pk)
    locked = found.exclude(owed=Owed.NOTHING).first()
    if locked is None:
        raise deadline_errors.NoSuchDeadline(field="which")
    move = DeadlineMove(
        deadline=Deadline(locked.owed),
        unit_kind=locked.unit_kind,
        level=locked.level,
        old=frame_for(stored, [locked]).common_due(locked),
        new=new,
        reason=normalise(reason),
    )
    _check(move, stored)
    moved = _write_days(stored, locked, new)
    locked.due_on, locked.anchor, locked.days, locked.working_days = new, "", None, False
    locked.save(update_fields=["due_on", "anchor", "days", "working_days"])
    return _finish(actor, stored, move, client_id, moved, action="plans.move_rule_deadline")


@use_case
def move_plan_deadline(*, actor: Actor, plan: Plan, new: dt.date, reason: str, client_id: uuid.UUID) -> DeadlineMove:
    """Set the day by which one unit issues its document, and tell those who answer for it; from now on it holds
    against the rule.

    Returns the move; the same `client_id` again changes nothing. Errors: those of `move_rule_deadline`, and
    NoSuchDeadline where the document has been issued already.
    """
    stored, first = _begin(actor, plan.campaign, client_id)
    if first is not None:
        return first
    locked = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    if locked.edition > 1 or locked.state not in WORKING_STATES:
        raise deadline_errors.NoSuchDeadline(field="which")
    deadline = Deadline(locked.document)
    move = DeadlineMove(deadline=deadline, unit=locked.unit, old=locked.due_on, new=new, reason=normalise(reason))
    _check(move, stored)
    locked.due_on, locked.due_by_hand = new, True
    locked.version += 1
    locked.save(update_fields=["due_on", "due_by_hand", "version"])
    return _finish(actor, stored, move, client_id, {locked.unit_id}, action="plans.move_plan_deadline")


def _write_days(campaign: Campaign, rule: CampaignRule, new: dt.date) -> set[int]:
    """Write the day where the rule holds; the units that get it."""
    scope = campaign.units.filter(RuleBook(campaign.rules.all()).units(rule))
    if not is_document(rule.owed):
        column = f"{rule.owed}_due_on"
        rows = scope.exclude(**{column: new, f"{column}__isnull": False})
        moved = set(rows.values_list("unit", flat=True))
        rows.update(**{column: new})
        return moved
    plans = Plan.objects.in_work().filter(
        campaign=campaign, document=rule.owed, edition=1, due_by_hand=False, unit__in=scope.values("unit")
    )
    late = plans.exclude(due_on=new, due_on__isnull=False)
    moved = set(late.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("unit", flat=True))
    late.filter(unit__in=moved).update(due_on=new, version=F("version") + 1)
    return moved


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
    moved: Collection[int],
    *,
    action: str,
) -> DeadlineMove:
    """Store the move, tell the `moved` units, and note it."""
    move.campaign, move.client_id, move.moved_by_id = campaign, client_id, author_id(actor)
    move.save(force_insert=True)
    _tell(move, moved)
    facts = {
        "deadline": move.deadline,
        "kind": move.unit_kind,
        "level": move.level,
        "unit": move.unit_id,
        "from": move.old.isoformat() if move.old else None,
        "to": move.new.isoformat(),
    }
    unit = move.unit or campaign.owner
    audit.record(actor=actor, action=action, about=move, unit=unit, facts=facts)
    return move


def _tell(move: DeadlineMove, moved: Collection[int]) -> None:
    """Tell the officers and secretaries of the `moved` units, as far as these owe it by the new day."""
    rows = debts_of(move.campaign).filter(**{f"{move.deadline}_left": move.new})
    concerned = rows.filter(unit=move.unit) if move.unit else rows
    part: list[CampaignUnit] = []
    for row in concerned.select_related("unit").order_by("unit_id").iterator(chunk_size=TOLD_AT_ONCE):
        if row.unit_id not in moved:
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
                "old": move.old.isoformat() if move.old else "",
                "new": move.new.isoformat(),
            },
            link=reverse("plans:cascade", args=[move.campaign_id]),
            about_type=ABOUT,
            about_id=move.campaign_id,
        )
        for unit in units
        for user in receivers[unit.pk].own
    ]
