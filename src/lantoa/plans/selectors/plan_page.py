"""What one plan's page shows: promises with their origin and comments, history, and the steps that are possible."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lantoa.files.models import StoredFile
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment
from lantoa.organizations.policies import can_see_names
from lantoa.plans import errors
from lantoa.plans.enums import WORKING_STATES, PlanPart, PlanState, PlanStep
from lantoa.plans.measuring import Figure
from lantoa.plans.models import Plan, PlanComment, Target, TargetReading, Task, TaskEvidence, Transition
from lantoa.plans.origins import Origin, is_pure_copy, origin_of
from lantoa.plans.policies import can_draft_plan, can_take_step, fits_submitter
from lantoa.plans.presentation import ORIGINS, STEP_ICONS, step_label
from lantoa.plans.readiness import Frame, submission_refusals, without_result
from lantoa.plans.selectors.plans import frame_of, plan_above
from lantoa.plans.selectors.progress import Progress, progress_of
from lantoa.plans.states import Submitter, allows, row_of
from lantoa.ui.states import State

DONE = {
    PlanStep.SUBMIT: lazy("Submitted for opinion"),
    PlanStep.RECALL: lazy("Recalled"),
    PlanStep.RETURN: lazy("Returned"),
    PlanStep.APPROVE: lazy("Approved"),
    PlanStep.ISSUE: lazy("Issued"),
    PlanStep.START: lazy("Begun"),
    PlanStep.CLOSE: lazy("Closed"),
    PlanStep.REVISE: lazy("New edition begun"),
}
_AS_IT_BECAME: dict[tuple[str, str], Promise] = {
    (PlanStep.ISSUE, PlanState.SUPERSEDED): lazy("Superseded"),
    (PlanStep.SUBMIT, PlanState.APPROVED): lazy("Declared ready to be issued"),
}


@dataclass(frozen=True)
class Remark:
    """A comment; `current` while the plan is returned because of it."""

    comment: PlanComment
    who: str
    current: bool


@dataclass(frozen=True)
class Line:
    """A target or a task as the page shows it. `missing` names what keeps it from being complete."""

    item: Target | Task
    origin: Origin
    badge: State
    remarks: Sequence[Remark]
    missing: Sequence[str]
    outside: bool
    readings: Sequence[TargetReading] = ()
    figure: Figure | None = None
    evidence: Sequence[TaskEvidence] = ()


@dataclass(frozen=True)
class Event:
    """A step that was taken."""

    title: str | Promise
    transition: Transition
    who: str
    icon: str
    tone: str
    remarks: Sequence[Remark] = ()


@dataclass(frozen=True)
class StepChoice:
    """A step that the table has from here: open to the reader, or why it is not."""

    step: PlanStep
    label: str | Promise
    icon: str
    open: bool
    why: Sequence[str] = ()


@dataclass(frozen=True)
class PlanPage:
    """Everything on the page."""

    plan: Plan
    above: Plan | None
    frame: Frame
    targets: Sequence[Line]
    tasks: Sequence[Line]
    remarks: Sequence[Remark]
    history: Sequence[Event]
    steps: Sequence[StepChoice]
    editions: Sequence[Plan]
    problems: Sequence[str]
    pure_copy: bool
    annexes: Sequence[StoredFile]
    opens_evidence: bool
    may_write: bool
    may_record: bool
    in_work: Plan | None = field(default=None)

    @property
    def shows_results(self) -> bool:
        """Whether there is, or may be, a result to show."""
        return self.plan.state not in WORKING_STATES


def plan_page(plan: Plan, actor: Actor) -> PlanPage:
    """The page of a plan for this reader. The plan comes with unit, campaign and parent loaded; about 8 queries."""
    targets = list(plan.targets.select_related("inherited_from"))
    tasks = list(plan.tasks.select_related("inherited_from"))
    transitions = list(plan.transitions.all())
    comments = list(plan.comments.all())
    who = who_acted(plan, actor, [*(row.made_by_id for row in transitions), *(row.author_id for row in comments)])
    remarks = [_remark(plan, comment, who) for comment in comments]
    above = plan_above(plan)
    frame = frame_of(plan, above)
    editions = list(
        Plan.objects.visible_to(actor)
        .filter(campaign_id=plan.campaign_id, unit_id=plan.unit_id, document=plan.document)
        .order_by("-edition")
    )
    progress = progress_of(plan, targets) if plan.state not in WORKING_STATES else None
    in_work = next((row for row in editions if row.state in WORKING_STATES and row.pk != plan.pk), None)
    problems = [str(refusal) for refusal in submission_refusals(plan, targets, tasks, frame)]
    return PlanPage(
        plan=plan,
        above=above,
        frame=frame,
        targets=[_line(item, frame, remarks, progress) for item in targets],
        tasks=[_line(item, frame, remarks, progress) for item in tasks],
        remarks=[remark for remark in remarks if remark.comment.target_id is None and remark.comment.task_id is None],
        history=_history(transitions, who, remarks),
        steps=_steps(plan, actor, problems, without_result(targets), in_work),
        editions=editions,
        problems=problems if plan.is_editable else [],
        pure_copy=is_pure_copy(targets, tasks),
        annexes=list(plan.annexes.order_by("pk")),
        opens_evidence=can_see_names(actor=actor, unit=plan.unit),
        may_write=plan.is_editable and can_draft_plan(actor=actor, unit=plan.unit),
        may_record=plan.state == PlanState.RUNNING and can_draft_plan(actor=actor, unit=plan.unit),
        in_work=in_work,
    )


def who_acted(plan: Plan, actor: Actor, user_ids: Iterable[int | None]) -> dict[int | None, str]:
    """How the page calls whoever acted: position (or role) and sign-in name, where the reader may see appointments.

    The clock is called by its name; anybody whose appointment is not to be seen is "the unit".
    """
    wanted = {user_id for user_id in user_ids if user_id is not None}
    known: dict[int | None, str] = {None: _("the clock")}
    rows = (
        Appointment.objects.visible_to(actor)
        .filter(person__user__in=wanted, unit=plan.unit)
        .order_by("period")
        .values_list("person__user_id", "person__user__username", "title", "role")
    )
    for user_id, username, title, role in rows if wanted else ():
        known[user_id] = f"{title or Role(role).label} ({username})"
    return {**dict.fromkeys(wanted, _("someone of the unit")), **known}


def _remark(plan: Plan, comment: PlanComment, who: dict[int | None, str]) -> Remark:
    answered = plan.state != PlanState.RETURNED or plan.submitted_at is None or comment.at < plan.submitted_at
    return Remark(comment, who[comment.author_id], not answered)


def _line(item: Target | Task, frame: Frame, remarks: Sequence[Remark], progress: Progress | None) -> Line:
    part = PlanPart.TARGET if isinstance(item, Target) else PlanPart.TASK
    own = [remark for remark in remarks if getattr(remark.comment, f"{part}_id") == item.pk]
    origin = origin_of(item)
    outside = item.due_on is not None and not frame.holds(item.due_on)
    line = Line(item, origin, ORIGINS[origin], own, _missing(item), outside)
    if progress is None:
        return line
    if isinstance(item, Target):
        return replace(line, readings=progress.readings.get(item.line, ()), figure=progress.figure_of(item))
    return replace(line, evidence=progress.evidence.get(item.line, ()))


def _missing(item: Target | Task) -> list[str]:
    wanted = [(item.owner, _("who is responsible")), (item.due_on, _("by when"))]
    if isinstance(item, Target):
        figure = "" if item.number is None else "given"
        wanted = [(figure, _("the figure")), (item.measure, _("the measure")), *wanted]
    return [label for value, label in wanted if not value]


def _history(transitions: Sequence[Transition], who: dict[int | None, str], remarks: Sequence[Remark]) -> list[Event]:
    events = []
    earlier: dt.datetime | None = None
    for row in transitions:
        icon, tone = STEP_ICONS[PlanStep(row.step)]
        said = [remark for remark in remarks if remark.comment.at <= row.at and _after(remark.comment.at, earlier)]
        shown = said if row.step == PlanStep.RETURN else []
        title = _AS_IT_BECAME.get((row.step, row.to_state), DONE[PlanStep(row.step)])
        events.append(Event(title, row, who[row.made_by_id], icon, tone, shown))
        earlier = row.at
    return events[::-1]


def _after(moment: dt.datetime, earlier: dt.datetime | None) -> bool:
    return earlier is None or moment >= earlier


def _steps(
    plan: Plan, actor: Actor, problems: Sequence[str], unanswered: Sequence[Target], in_work: Plan | None
) -> list[StepChoice]:
    chosen = [step for step in PlanStep if allows(plan.state, step, opinion=plan.asks_opinion)]
    hindrances = {
        PlanStep.SUBMIT: list(problems),
        PlanStep.CLOSE: [_closing(unanswered)] if unanswered else [],
        PlanStep.REVISE: [str(errors.RevisionInWork())] if in_work else [],
    }
    return [_choice(plan, actor, step, hindrances.get(step, [])) for step in chosen]


def _choice(plan: Plan, actor: Actor, step: PlanStep, hindrances: Sequence[str]) -> StepChoice:
    icon = STEP_ICONS[step][0]
    why = _forbidden(plan, actor, step) or hindrances
    return StepChoice(step, step_label(plan, step), icon, open=not why, why=why)


def _forbidden(plan: Plan, actor: Actor, step: PlanStep) -> list[str]:
    row = row_of(step, opinion=plan.asks_opinion)
    if not row.roles:
        day = plan.starts_on
        return [_("It begins by itself on %(day)s.") % {"day": f"{day:%d/%m/%Y}" if day else "–"}]
    if not can_take_step(actor=actor, unit=plan.unit, step=step):
        roles = ", ".join(str(role.label) for role in Role if role in row.roles)
        return [_("This step belongs to %(roles)s of this very unit.") % {"roles": roles}]
    if not fits_submitter(actor=actor, plan=plan, step=step):
        refusal = errors.OwnSubmission() if row.submitter is Submitter.NEVER else errors.NotSubmitter()
        return [str(refusal)]
    return []


def _closing(unanswered: Sequence[Target]) -> str:
    return str(errors.PlanNeedsResults(missing="; ".join(target.indicator for target in unanswered)))
