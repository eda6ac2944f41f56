"""The steps of a plan: the one table of `states.py`, one use case a row (domain.md, "A plan's states").

Every step: permit → lock → check → write → audit. What the table does not allow is refused with a code, and the
refusal is recorded. The forms send the `version` that their reader saw: the same form sent twice does nothing the
second time, and a step on a plan that somebody else has moved meanwhile is refused as stale.
"""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.plans import errors
from lantoa.plans.enums import (
    IN_FORCE_STATES,
    NUMBERED,
    WORKING_STATES,
    Anchor,
    CampaignState,
    Document,
    PlanPart,
    PlanState,
    PlanStep,
)
from lantoa.plans.models import Campaign, Plan, PlanComment, Target, Task, Transition
from lantoa.plans.origins import is_pure_copy
from lantoa.plans.policies import can_take_step, fits_submitter
from lantoa.plans.readiness import submission_refusals, without_result
from lantoa.plans.selectors.plans import frame_of, plan_above
from lantoa.plans.services.anchors import hold, settle
from lantoa.plans.services.editions import carry_results, copy_edition
from lantoa.plans.services.numbering import check_number, lock_numbers
from lantoa.plans.states import STEPS, Submitter, allows, row_of


@dataclass(frozen=True, slots=True)
class CommentInput:
    """What an approver says about a part of a plan; `target` or `task` where the part is one."""

    part: PlanPart
    text: str
    target: Target | None = None
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step under way: the locked plan, and whether the same form has taken this step already; at an issue from which
    deadlines are counted, the campaign, locked before the plan."""

    actor: Actor
    plan: Plan
    step: PlanStep
    repeated: bool
    counting: Campaign | None = None


@use_case
def submit_plan(*, actor: Actor, plan: Plan, version: int | None = None) -> Plan:
    """Submit a draft or returned plan for the opinion of the unit's approvers; where the campaign wants none on this
    kind of document, it is ready to be issued.

    Refuses with `plan_needs_target`, `plan_needs_task`, `plan_needs_dates` or `plan_dates_outside_parent` what is not
    ready. That a plan only copies the one above is noted in its history, not refused.
    """
    attempt = _begin(actor, plan, PlanStep.SUBMIT, version)
    if attempt.repeated:
        return attempt.plan
    targets, tasks = _contents(attempt.plan)
    for refusal in submission_refusals(attempt.plan, targets, tasks, frame_of(attempt.plan, plan_above(attempt.plan))):
        raise refusal
    attempt.plan.submitted_by_id = actor.user_id
    attempt.plan.submitted_by_person_id = actor.person_id
    attempt.plan.submitted_at = clock.now()
    attempt.plan.approved_by_id = None
    return _finish(
        attempt,
        "submitted_by",
        "submitted_by_person",
        "submitted_at",
        "approved_by",
        facts={"pure_copy": is_pure_copy(targets, tasks)},
    )


@use_case
def recall_plan(*, actor: Actor, plan: Plan, version: int | None = None) -> Plan:
    """Take one's own submission back into draft, before an opinion, or the issue where none is wanted."""
    attempt = _begin(actor, plan, PlanStep.RECALL, version)
    return attempt.plan if attempt.repeated else _finish(attempt)


@use_case
def return_plan(*, actor: Actor, plan: Plan, comments: Sequence[CommentInput], version: int | None = None) -> Plan:
    """Give a submitted plan back with at least one comment on a part of it (`comment_needed`)."""
    attempt = _begin(actor, plan, PlanStep.RETURN, version)
    if attempt.repeated:
        return attempt.plan
    said = [comment for comment in comments if comment.text.strip()]
    if not said:
        raise errors.CommentNeeded
    for comment in said:
        _check_comment(attempt.plan, comment)
    PlanComment.objects.bulk_create(
        PlanComment(
            plan=attempt.plan,
            part=comment.part,
            target=comment.target,
            task=comment.task,
            text=comment.text.strip(),
            author_id=cast("int", actor.user_id),
        )
        for comment in said
    )
    return _finish(attempt, facts={"comments": len(said)})


@use_case
def approve_plan(*, actor: Actor, plan: Plan, version: int | None = None) -> Plan:
    """Give a favourable opinion on a plan that somebody else submitted."""
    attempt = _begin(actor, plan, PlanStep.APPROVE, version)
    if attempt.repeated:
        return attempt.plan
    attempt.plan.approved_by_id = actor.user_id
    return _finish(attempt, "approved_by")


@use_case
def issue_plan(
    *,
    actor: Actor,
    plan: Plan,
    number: str,
    issued_on: dt.date | None,
    signer: str,
    version: int | None = None,
    repeat_confirmed: bool = False,
) -> Plan:
    """Issue an approved plan under its number, date and signer; an older edition in force is superseded by it.

    A number that another document of the unit bears in that year is refused unless `repeat_confirmed`.
    Results recorded under the older edition go over to the same lines of the new one. Deadlines below that count from
    the issue of the first edition are fixed by it.
    """
    attempt = _begin(actor, plan, PlanStep.ISSUE, version)
    if attempt.repeated:
        return attempt.plan
    issued = attempt.plan
    issued.number, issued.signer = normalise(number), normalise(signer)
    issued.issued_on = _checked_issue(issued, issued_on, repeat_confirmed=repeat_confirmed)
    for old in Plan.objects.select_for_update().filter(
        campaign_id=issued.campaign_id,
        unit_id=issued.unit_id,
        document=issued.document,
        state__in=IN_FORCE_STATES,
    ):
        _supersede(attempt, old)
    done = _finish(attempt, "number", "issued_on", "signer", note=issued.number)
    if attempt.counting is not None and issued.edition == 1:
        settle(attempt.counting, Anchor.PLAN_ABOVE, above=issued)
    return done


@use_case
def start_plan(*, actor: Actor, plan: Plan, day: dt.date) -> Plan:
    """Let an issued plan begin on its first date. Nobody but the clock takes this step."""
    attempt = _begin(actor, plan, PlanStep.START, None)
    first = attempt.plan.starts_on
    if first is not None and first > day:
        raise errors.PlanNotDue(day=f"{first:%d/%m/%Y}")
    attempt.plan.begun_at = clock.now()
    return _finish(attempt, "begun_at")


def start_due_plans(*, actor: Actor = SYSTEM, day: dt.date) -> int:
    """Start every issued plan whose first date has come by `day`; returns how many. A second call does nothing."""
    started = 0
    for plan in (
        Plan.objects.filter(state=PlanState.ISSUED, starts_on__lte=day, campaign__state=CampaignState.RUNNING)
        .select_related("unit")
        .order_by("pk")
    ):
        # another worker was quicker, or the campaign has just ended
        with suppress(errors.StepNotAllowed, errors.PlanOfFinishedCampaign):
            start_plan(actor=actor, plan=plan, day=day)
            started += 1
    return started


@use_case
def close_plan(*, actor: Actor, plan: Plan, version: int | None = None) -> Plan:
    """Close a running plan whose every target has a result (`plan_needs_results`)."""
    attempt = _begin(actor, plan, PlanStep.CLOSE, version)
    if attempt.repeated:
        return attempt.plan
    if missing := without_result(list(attempt.plan.targets.all())):
        raise errors.PlanNeedsResults(missing="; ".join(target.indicator for target in missing))
    return _finish(attempt)


@use_case
def revise_plan(*, actor: Actor, plan: Plan, reason: str, version: int | None = None) -> Plan:
    """Begin a new edition: a draft with the contents of this one, which holds until the new one is issued.

    Returns the new edition. It owes nothing by a date: the obligation stays satisfied.
    """
    attempt = _begin(actor, plan, PlanStep.REVISE, version)
    why = normalise(reason)
    if not why:
        raise errors.ReasonNeeded(field="reason")
    in_work = Plan.objects.filter(
        campaign_id=attempt.plan.campaign_id,
        unit_id=attempt.plan.unit_id,
        document=attempt.plan.document,
        state__in=WORKING_STATES,
    ).first()
    if in_work is not None:
        if in_work.revision_reason == why and _took(in_work, actor, PlanStep.REVISE):
            return in_work
        raise errors.RevisionInWork
    draft = copy_edition(attempt.plan, reason=why)
    _note(actor, draft, PlanStep.REVISE, attempt.plan.state, draft.state, note=why)
    return draft


def _begin(actor: Actor, plan: Plan, step: PlanStep, version: int | None) -> Attempt:
    if not can_take_step(actor=actor, unit=plan.unit, step=step):
        raise NotPermitted
    if step is PlanStep.ISSUE:
        lock_numbers(plan.unit_id)
    counting = hold(plan.campaign_id, Anchor.PLAN_ABOVE) if step is PlanStep.ISSUE else None
    locked = Plan.objects.select_for_update(of=("self",)).select_related("unit", "campaign", "parent").get(pk=plan.pk)
    if version is not None and locked.version == version + 1 and _took(locked, actor, step):
        return Attempt(actor, locked, step, repeated=True)
    if not allows(locked.state, step, opinion=locked.asks_opinion):
        raise errors.StepNotAllowed(step=step.label, state=locked.get_state_display())
    if not fits_submitter(actor=actor, plan=locked, step=step):
        raise errors.OwnSubmission if STEPS[step].submitter is Submitter.NEVER else errors.NotSubmitter
    if locked.campaign.state == CampaignState.FINISHED and step is not PlanStep.CLOSE:
        raise errors.PlanOfFinishedCampaign
    if version is not None and locked.version != version:
        raise Stale
    return Attempt(actor, locked, step, repeated=False, counting=counting)


def _finish(attempt: Attempt, *fields: str, note: str = "", facts: dict[str, object] | None = None) -> Plan:
    plan, before = attempt.plan, attempt.plan.state
    plan.state = row_of(attempt.step, opinion=plan.asks_opinion).to
    plan.version += 1
    plan.save(update_fields=["state", "version", *fields])
    _note(attempt.actor, plan, attempt.step, before, plan.state, note=note, facts=facts)
    return plan


def _note(
    actor: Actor,
    plan: Plan,
    step: PlanStep,
    before: str,
    after: str,
    *,
    note: str = "",
    facts: dict[str, object] | None = None,
) -> None:
    Transition.objects.create(
        plan=plan, step=step, from_state=before, to_state=after, made_by_id=actor.user_id, note=note
    )
    action = f"plans.{step}_plan"
    record(actor=actor, action=action, about=plan, unit=plan.unit, facts={"from": before, "to": after, **(facts or {})})


def _took(plan: Plan, actor: Actor, step: PlanStep) -> bool:
    last = plan.transitions.last()
    return last is not None and last.step == step and last.made_by_id == actor.user_id


def _contents(plan: Plan) -> tuple[list[Target], list[Task]]:
    return list(plan.targets.select_related("inherited_from")), list(plan.tasks.select_related("inherited_from"))


def _check_comment(plan: Plan, comment: CommentInput) -> None:
    about = {PlanPart.TARGET: comment.target, PlanPart.TASK: comment.task}
    if comment.part in about:
        item = about[comment.part]
        if item is None or item.plan_id != plan.pk:
            raise errors.CommentElsewhere


def _checked_issue(plan: Plan, issued_on: dt.date | None, *, repeat_confirmed: bool) -> dt.date:
    if not plan.number:
        raise errors.NumberNeeded(field="number")
    if issued_on is None:
        raise errors.IssueDateNeeded(field="issued_on")
    if issued_on > clock.today():
        raise errors.IssueDateInFuture(field="issued_on")
    if not plan.signer:
        raise errors.SignerNeeded(field="signer")
    numbered = NUMBERED[Document(plan.document)]
    check_number(plan.unit, numbered, plan.number, issued_on.year, repeat_confirmed=repeat_confirmed)
    return issued_on


def _supersede(attempt: Attempt, old: Plan) -> None:
    before = old.state
    old.state = PlanState.SUPERSEDED
    old.version += 1
    old.save(update_fields=["state", "version"])
    _note(attempt.actor, old, PlanStep.ISSUE, before, old.state, note=attempt.plan.number)
    carry_results(old, attempt.plan)
