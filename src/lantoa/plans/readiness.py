"""What still stands in the way of a plan's submission or closing; pure predicates over loaded rows."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.refusals import Refusal
from lantoa.plans import errors
from lantoa.plans.models import Plan, Target, Task


@dataclass(frozen=True, slots=True)
class Frame:
    """The dates that a plan stays inside: those of the plan above, or of the campaign where none is in force."""

    starts_on: dt.date
    ends_on: dt.date
    label: str | Promise

    def holds(self, day: dt.date) -> bool:
        """Whether the day lies inside."""
        return self.starts_on <= day <= self.ends_on


def submission_refusals(plan: Plan, targets: Sequence[Target], tasks: Sequence[Task], frame: Frame) -> list[Refusal]:
    """Everything that forbids to submit the plan, the gravest first; empty where it may be submitted."""
    found: list[Refusal] = []
    if not any(target.is_complete for target in targets):
        found.append(errors.PlanNeedsTarget())
    if not any(task.is_complete for task in tasks):
        found.append(errors.PlanNeedsTask())
    if plan.starts_on is None or plan.ends_on is None:
        found.append(errors.PlanNeedsDates())
    found.extend(
        errors.PlanDatesOutsideParent(
            what=what,
            frame=frame.label,
            first=f"{frame.starts_on:%d/%m/%Y}",
            last=f"{frame.ends_on:%d/%m/%Y}",
        )
        for what, day in _dates(plan, targets, tasks)
        if day is not None and not frame.holds(day)
    )
    return found


def without_result(targets: Sequence[Target]) -> list[Target]:
    """The targets that still lack a result."""
    return [target for target in targets if target.result is None]


def _dates(
    plan: Plan, targets: Sequence[Target], tasks: Sequence[Task]
) -> Iterator[tuple[str | Promise, dt.date | None]]:
    yield _("First day of the plan"), plan.starts_on
    yield _("Last day of the plan"), plan.ends_on
    for item in [*targets, *tasks]:
        yield str(item), item.due_on
