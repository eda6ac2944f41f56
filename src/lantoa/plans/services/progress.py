"""What became of a running plan: results of its targets, tasks that are done."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.plans import errors
from lantoa.plans.enums import PlanState
from lantoa.plans.models import Plan, Target, Task
from lantoa.plans.policies import can_draft_plan


@dataclass(frozen=True, slots=True)
class ResultInput:
    """The result of a target, in the target's own measure; None while there is none."""

    result: Decimal | None
    note: str = ""


@use_case
def record_result(*, actor: Actor, target: Target, result: Decimal | None, note: str = "") -> Target:
    """Record what a target of a running plan came to."""
    plan = _running(actor, target.plan)
    _write(actor, plan, {target.pk: ResultInput(result, note)}, {})
    recorded: Target = Target.objects.get(pk=target.pk)
    return recorded


@use_case
def finish_task(*, actor: Actor, task: Task, done_on: dt.date | None) -> Task:
    """Say on which day a task of a running plan was done; None takes it back."""
    plan = _running(actor, task.plan)
    _write(actor, plan, {}, {task.pk: done_on})
    finished: Task = Task.objects.get(pk=task.pk)
    return finished


@use_case
def record_progress(
    *,
    actor: Actor,
    plan: Plan,
    version: int,
    results: Mapping[int, ResultInput],
    done: Mapping[int, dt.date | None],
) -> Plan:
    """Record results by target id and done days by task id at once.

    Stale where somebody recorded others since `version`; the same again does nothing.
    """
    locked = _running(actor, plan)
    _write(actor, locked, results, done, version=version)
    return locked


def _running(actor: Actor, plan: Plan) -> Plan:
    if not can_draft_plan(actor=actor, unit=plan.unit):
        raise NotPermitted
    locked = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    if locked.state != PlanState.RUNNING:
        raise errors.PlanNotRunning(state=locked.get_state_display())
    return locked


def _write(
    actor: Actor,
    plan: Plan,
    results: Mapping[int, ResultInput],
    done: Mapping[int, dt.date | None],
    *,
    version: int | None = None,
) -> None:
    if any(day is not None and day > clock.today() for day in done.values()):
        raise errors.DoneInFuture
    targets = [row for row in Target.objects.filter(plan=plan, pk__in=results) if _take_result(row, results[row.pk])]
    tasks = [row for row in Task.objects.filter(plan=plan, pk__in=done) if _take_done(row, done[row.pk])]
    if not targets and not tasks:
        return
    if version is not None and plan.version != version:
        raise Stale
    Target.objects.bulk_update(targets, ["result", "result_note"])
    Task.objects.bulk_update(tasks, ["done_on"])
    plan.version += 1
    plan.save(update_fields=["version"])
    facts = {"targets": [row.pk for row in targets], "tasks": [row.pk for row in tasks]}
    record(actor=actor, action="plans.record_progress", about=plan, unit=plan.unit, facts=facts)


def _take_result(target: Target, given: ResultInput) -> bool:
    note = normalise(given.note)
    if (target.result, target.result_note) == (given.result, note):
        return False
    target.result, target.result_note = given.result, note
    return True


def _take_done(task: Task, done_on: dt.date | None) -> bool:
    if task.done_on == done_on:
        return False
    task.done_on = done_on
    return True
