"""The contents of a plan while it is a draft or returned: its own columns, targets, tasks, and what is inherited.

Who may write: officer, secretary and clerk of the very unit. Items carry a version of their own, so that two people
who work on different targets do not disturb each other; the same form sent twice changes nothing the second time.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from django.db.models import Max

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.plans import errors
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Plan, Target, Task
from lantoa.plans.policies import can_draft_plan
from lantoa.plans.selectors.plans import plan_above
from lantoa.plans.services.progress import finish_task, record_result

__all__ = [
    "edit_plan",
    "finish_task",
    "inherit",
    "move_target",
    "move_task",
    "put_target",
    "put_task",
    "record_result",
    "remove_target",
    "remove_task",
    "restore_target",
    "restore_task",
]

Item = TypeVar("Item", Target, Task)


@use_case
def edit_plan(
    *,
    actor: Actor,
    plan: Plan,
    version: int,
    title: str,
    aims: str,
    starts_on: dt.date | None,
    ends_on: dt.date | None,
) -> Plan:
    """Save the plan's own columns. Stale where somebody saved others since `version`; the same again does nothing."""
    locked = editable_plan(actor, plan)
    values = {"title": normalise(title), "aims": aims.strip(), "starts_on": starts_on, "ends_on": ends_on}
    if not values["title"]:
        raise errors.TitleNeeded(field="title")
    if starts_on and ends_on and ends_on < starts_on:
        raise errors.PlanDatesOutOfOrder(field="ends_on")
    changed = _changed(locked, values)
    if not changed:
        return locked
    if locked.version != version:
        raise Stale
    locked.version += 1
    locked.save(update_fields=[*changed, "version"])
    record(actor=actor, action="plans.edit_plan", about=locked, unit=locked.unit, facts={"changed": changed})
    return locked


@use_case
def put_target(
    *,
    actor: Actor,
    plan: Plan,
    indicator: str,
    number: Decimal | None,
    measure: str,
    owner: str,
    due_on: dt.date | None,
    follows: str = "",
    target: Target | None = None,
    line: uuid.UUID | None = None,
    version: int | None = None,
) -> Target:
    """Add a target, or change `target`. It may be incomplete while the plan is written; it needs an indicator.

    `follows` is an `Indicator`, or empty. `line` is the id drawn with an empty form: sent again, it finds the target of
    the first time.
    """
    locked = editable_plan(actor, plan)
    values = {
        "indicator": normalise(indicator),
        "number": number,
        "measure": normalise(measure),
        "owner": normalise(owner),
        "due_on": due_on,
        "follows": follows,
    }
    if not values["indicator"]:
        raise errors.IndicatorNeeded(field="indicator")
    return _put(actor, Target, locked, target, values, line, version)


@use_case
def put_task(
    *,
    actor: Actor,
    plan: Plan,
    title: str,
    owner: str,
    due_on: dt.date | None,
    task: Task | None = None,
    line: uuid.UUID | None = None,
    version: int | None = None,
) -> Task:
    """Add a task, or change `task`; as `put_target`."""
    locked = editable_plan(actor, plan)
    values = {"title": normalise(title), "owner": normalise(owner), "due_on": due_on}
    if not values["title"]:
        raise errors.TaskTitleNeeded(field="title")
    return _put(actor, Task, locked, task, values, line, version)


@use_case
def remove_target(*, actor: Actor, target: Target) -> Target:
    """Take a target out of the plan; `restore_target` undoes it."""
    return _set_removed(actor, Target, target, removed=True)


@use_case
def restore_target(*, actor: Actor, target: Target) -> Target:
    """Put a removed target back where it stood."""
    return _set_removed(actor, Target, target, removed=False)


@use_case
def remove_task(*, actor: Actor, task: Task) -> Task:
    """Take a task out of the plan; `restore_task` undoes it."""
    return _set_removed(actor, Task, task, removed=True)


@use_case
def restore_task(*, actor: Actor, task: Task) -> Task:
    """Put a removed task back where it stood."""
    return _set_removed(actor, Task, task, removed=False)


@use_case
def move_target(*, actor: Actor, target: Target, up: bool) -> None:
    """Move a target one place up or down; at the edge it stays."""
    _move(actor, Target, target, up=up)


@use_case
def move_task(*, actor: Actor, task: Task, up: bool) -> None:
    """Move a task one place up or down; at the edge it stays."""
    _move(actor, Task, task, up=up)


@use_case
def inherit(*, actor: Actor, plan: Plan, targets: Sequence[Target] = (), tasks: Sequence[Task] = ()) -> int:
    """Take over targets and tasks of the edition in force of the plan above; returns how many were added.

    What is inherited already is left alone. Dates come along; owners do not, for the unit names its own.
    """
    locked = editable_plan(actor, plan)
    above = plan_above(locked)
    if any(above is None or item.plan_id != above.pk for item in [*targets, *tasks]):
        raise errors.NotOfPlanAbove
    added = _inherit(Target, locked, targets, ("indicator", "number", "measure", "follows"))
    added += _inherit(Task, locked, tasks, ("title",))
    if added:
        record(actor=actor, action="plans.inherit", about=locked, unit=locked.unit, facts={"added": added})
    return added


def _inherit(model: type[Item], plan: Plan, items: Sequence[Item], substance: Sequence[str]) -> int:
    taken = set(model.objects.filter(plan=plan).values_list("inherited_from__line", flat=True))
    new = [item for item in items if item.line not in taken]
    first = _last_position(model, plan) + 1
    for position, item in enumerate(new, first):
        values = {name: getattr(item, name) for name in substance}
        model.objects.create(plan=plan, position=position, due_on=item.due_on, inherited_from=item, **values)
    return len(new)


def editable_plan(actor: Actor, plan: Plan) -> Plan:
    """The plan locked for a change of its contents. Errors: NotPermitted, PlanOfFinishedCampaign, PlanNotEditable."""
    if not can_draft_plan(actor=actor, unit=plan.unit):
        raise NotPermitted
    locked = Plan.objects.select_for_update(of=("self",)).select_related("unit", "campaign", "parent").get(pk=plan.pk)
    if locked.campaign.state == CampaignState.FINISHED:
        raise errors.PlanOfFinishedCampaign
    if not locked.is_editable:
        raise errors.PlanNotEditable(state=locked.get_state_display())
    return locked


def _put(
    actor: Actor,
    model: type[Item],
    plan: Plan,
    item: Item | None,
    values: Mapping[str, object],
    line: uuid.UUID | None,
    version: int | None,
) -> Item:
    if item is None:
        return _add(actor, model, plan, values, line or uuid.uuid4())
    current: Item = model.every.get(pk=item.pk, plan=plan)
    if current.removed_at is not None:
        raise errors.ItemRemoved
    changed: list[str] = _changed(current, values)
    if not changed:
        return current
    if version is not None and current.version != version:
        raise Stale
    current.version += 1
    current.save(update_fields=[*changed, "version"])
    _record(actor, "edit", current, plan)
    return current


def _add(actor: Actor, model: type[Item], plan: Plan, values: Mapping[str, object], line: uuid.UUID) -> Item:
    item: Item
    item, created = model.every.get_or_create(
        plan=plan, line=line, defaults={**values, "position": _last_position(model, plan) + 1}
    )
    if created:
        _record(actor, "add", item, plan)
    return item


def _set_removed(actor: Actor, model: type[Item], item: Item, *, removed: bool) -> Item:
    plan = editable_plan(actor, item.plan)
    current: Item = model.every.get(pk=item.pk)
    if (current.removed_at is not None) == removed:
        return current
    current.removed_at = clock.now() if removed else None
    current.version += 1
    current.save(update_fields=["removed_at", "version"])
    _record(actor, "remove" if removed else "restore", current, plan)
    return current


def _move(actor: Actor, model: type[Item], item: Item, *, up: bool) -> None:
    plan = editable_plan(actor, item.plan)
    rows: list[Item] = list(model.objects.filter(plan=plan))
    place = next((index for index, row in enumerate(rows) if row.pk == item.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if place is None or other is None or not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for position, row in enumerate(rows, 1):
        row.position = position
    model.objects.bulk_update(rows, ["position"])
    _record(actor, "move", item, plan)


def _last_position(model: type[Item], plan: Plan) -> int:
    last: int | None = model.every.filter(plan=plan).aggregate(last=Max("position"))["last"]
    return last or 0


def _changed(row: Plan | Target | Task, values: Mapping[str, object]) -> list[str]:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _record(actor: Actor, verb: str, item: Target | Task, plan: Plan) -> None:
    action = f"plans.{verb}_{item._meta.model_name}"
    record(actor=actor, action=action, about=item, unit=plan.unit, facts={"plan": plan.pk})
