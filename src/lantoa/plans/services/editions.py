"""What goes over from one edition of a plan to the next; called inside the workflow's own transactions."""

from django.db.models import Max

from lantoa.plans.enums import PlanState
from lantoa.plans.models import Plan, Target, Task


def copy_edition(plan: Plan, *, reason: str) -> Plan:
    """A draft of the next edition with the aims, dates, targets, tasks and annexes of `plan`, line by line."""
    editions = Plan.objects.filter(campaign_id=plan.campaign_id, unit_id=plan.unit_id, document=plan.document)
    newest = editions.aggregate(last=Max("edition"))
    draft = Plan.objects.create(
        campaign=plan.campaign,
        unit=plan.unit,
        document=plan.document,
        parent=plan.parent,
        edition=newest["last"] + 1,
        revises=plan,
        revision_reason=reason,
        state=PlanState.DRAFT,
        title=plan.title,
        aims=plan.aims,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
    )
    draft.annexes.set(plan.annexes.all())
    Target.objects.bulk_create(
        Target(
            plan=draft,
            line=target.line,
            position=target.position,
            owner=target.owner,
            due_on=target.due_on,
            inherited_from_id=target.inherited_from_id,
            indicator=target.indicator,
            number=target.number,
            measure=target.measure,
            follows=target.follows,
        )
        for target in plan.targets.all()
    )
    Task.objects.bulk_create(
        Task(
            plan=draft,
            line=task.line,
            position=task.position,
            owner=task.owner,
            due_on=task.due_on,
            inherited_from_id=task.inherited_from_id,
            title=task.title,
        )
        for task in plan.tasks.all()
    )
    return draft


def carry_results(old: Plan, new: Plan) -> None:
    """Give the new edition's lines the results and done days of the same lines of the old one.

    A result stays behind where the target is measured in something else now.
    """
    targets = {target.line: target for target in old.targets.all()}
    for target in new.targets.all():
        before = targets.get(target.line)
        if before is not None and before.measure == target.measure:
            target.result, target.result_note = before.result, before.result_note
            target.save(update_fields=["result", "result_note"])
    tasks = {task.line: task for task in old.tasks.all()}
    for task in new.tasks.all():
        if task.line in tasks:
            task.done_on = tasks[task.line].done_on
            task.save(update_fields=["done_on"])
