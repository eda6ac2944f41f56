"""What became of a running plan: results of its targets, tasks that are done."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.files.services import store_files
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.plans import errors, progress_errors
from lantoa.plans.enums import PlanState
from lantoa.plans.models import Plan, Target, TargetReading, Task, TaskEvidence
from lantoa.plans.policies import can_draft_plan
from lantoa.plans.services.campaigns import author_id

if TYPE_CHECKING:
    from django.core.files.base import File

Row = TypeVar("Row", TargetReading, TaskEvidence)


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


@use_case
def add_reading(
    *, actor: Actor, target: Target, client_id: uuid.UUID, read_on: dt.date, value: Decimal, note: str = ""
) -> TargetReading:
    """Type in what a target of a running plan had come to on a day; the same `client_id` again changes nothing.

    Errors: NotPermitted, PlanNotRunning, ReadingInFuture, FormSentBefore.
    """
    plan = _running(actor, target.plan)
    first = TargetReading.objects.filter(client_id=client_id).first()
    if first is not None:
        return _of_this(first, same=first.target_id == target.pk)
    if read_on > clock.today():
        raise progress_errors.ReadingInFuture(field="read_on")
    reading = TargetReading.objects.create(
        client_id=client_id,
        target=target,
        read_on=read_on,
        value=value,
        note=normalise(note),
        typed_by_id=author_id(actor),
    )
    facts = {"target": target.pk, "read_on": read_on.isoformat()}
    record(actor=actor, action="plans.add_reading", about=reading, unit=plan.unit, facts=facts)
    return reading


@use_case
def add_evidence(
    *,
    actor: Actor,
    task: Task,
    client_id: uuid.UUID,
    text: str,
    uploads: "Sequence[File[bytes]]" = (),
    no_secrecy_declared: bool = False,
) -> TaskEvidence:
    """Attach what shows that a task of a running plan was done: words that say what it is, and files.

    The same `client_id` again changes nothing. Errors: NotPermitted, PlanNotRunning, EvidenceUnnamed, FormSentBefore,
    and those of `files.services.store_files`.
    """
    plan = _running(actor, task.plan)
    first = TaskEvidence.objects.filter(client_id=client_id).first()
    if first is not None:
        return _of_this(first, same=first.task_id == task.pk)
    if not normalise(text):
        raise progress_errors.EvidenceUnnamed(field="text")
    evidence = TaskEvidence.objects.create(
        client_id=client_id, task=task, text=normalise(text), added_by_id=author_id(actor)
    )
    if uploads:
        evidence.files.set(
            store_files(actor=actor, client_id=client_id, uploads=uploads, no_secrecy_declared=no_secrecy_declared)
        )
    record(actor=actor, action="plans.add_evidence", about=evidence, unit=plan.unit, facts={"task": task.pk})
    return evidence


def _of_this(first: Row, *, same: bool) -> Row:
    if not same:
        raise errors.FormSentBefore
    return first


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
