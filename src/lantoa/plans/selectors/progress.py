"""How the targets and tasks of a unit's plan go: typed figures, figures of the system, evidence."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from lantoa.files.models import StoredFile
from lantoa.organizations.actors import Actor
from lantoa.organizations.querysets import names_scope
from lantoa.plans.enums import Indicator
from lantoa.plans.measuring import Figure, figures_of
from lantoa.plans.models import Plan, Target, TargetReading, TaskEvidence


@dataclass(frozen=True)
class Progress:
    """By line of the plan, over all of its editions: readings (the latest first) and evidence; and the figures."""

    readings: Mapping[uuid.UUID, Sequence[TargetReading]]
    evidence: Mapping[uuid.UUID, Sequence[TaskEvidence]]
    figures: Mapping[Indicator, Figure]

    def figure_of(self, target: Target) -> Figure | None:
        """The figure that the target follows."""
        return self.figures.get(Indicator(target.follows)) if target.follows else None


def progress_of(plan: Plan, targets: Sequence[Target]) -> Progress:
    """The progress of a plan with its campaign and unit loaded (three queries, and those of the figures)."""
    editions = {"plan__campaign": plan.campaign_id, "plan__unit": plan.unit_id}
    readings: defaultdict[uuid.UUID, list[TargetReading]] = defaultdict(list)
    typed = TargetReading.objects.filter(**{f"target__{name}": one for name, one in editions.items()})
    for reading in typed.select_related("target"):
        readings[reading.target.line].append(reading)
    evidence: defaultdict[uuid.UUID, list[TaskEvidence]] = defaultdict(list)
    shown = TaskEvidence.objects.filter(**{f"task__{name}": one for name, one in editions.items()})
    for one in shown.select_related("task").prefetch_related("files"):
        evidence[one.task.line].append(one)
    figures = figures_of(plan.campaign, plan.unit, [target.follows for target in targets])
    return Progress(dict(readings), dict(evidence), figures)


def opens_plan_file(actor: Actor, file: StoredFile) -> bool:
    """Whether the file is an annex of a plan that the actor may see, or evidence of a unit whose people the actor may
    see by name: it may hold names."""
    if Plan.objects.visible_to(actor).filter(annexes=file).exists():
        return True
    return TaskEvidence.objects.filter(Q(files=file) & names_scope(actor, "task__plan__unit__")).exists()
