"""What an actor has to do about plans: the plans' part of the first screen."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce
from django.urls import reverse

from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit
from lantoa.organizations.querysets import any_path
from lantoa.plans.enums import WORKING_STATES, CampaignState, Deadline, Document, PlanState, PlanStep
from lantoa.plans.models import CampaignUnit, Plan, PlanComment, Summons
from lantoa.plans.policies import can_draft_plan, can_take_step, fits_submitter
from lantoa.plans.presentation import plan_state
from lantoa.plans.selectors.cascade import holds
from lantoa.plans.selectors.plans import NOT_BEGUN
from lantoa.plans.studies import held_by
from lantoa.ui.states import State

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class Waiting(TypedDict):
        """What the rows carry beyond the plan itself."""

        not_begun: bool
        remarks: int

    class Overdue(Waiting):
        """And of those that are late, how many there are in all."""

        total: int

    class Done(TypedDict):
        """Whether a unit has convened and studied."""

        convened: bool
        studied: bool

    DutyRow = WithAnnotations[Plan, Waiting]
    OverdueRow = WithAnnotations[Plan, Overdue]
    PlaceRow = WithAnnotations[CampaignUnit, Done]

SHOWN_OVERDUE = 5
_REMARKS = Coalesce(
    Subquery(
        PlanComment.objects.filter(plan=OuterRef("pk"), at__gte=OuterRef("submitted_at"))
        .order_by()
        .values("plan")
        .annotate(count=Count("pk"))
        .values("count"),
        output_field=IntegerField(),
    ),
    0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One plan that waits for the actor. `days_left` is negative when late and None where nothing is due."""

    plan_id: int
    unit_name: str
    campaign_id: int
    campaign_name: str
    document: Document
    state: PlanState
    due_on: dt.date | None
    days_left: int | None
    not_begun: bool
    comments: int
    url: str

    @property
    def badge(self) -> State:
        """The state as a badge."""
        return plan_state(self.state, not_begun=self.not_begun)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A summons that a unit has still to issue, or a study that it has still to hold. `days_left` is negative when late
    and None while no day is known."""

    deadline: Deadline
    campaign_name: str
    due_on: dt.date | None
    days_left: int | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """The plans that wait for the actor, the most urgent first, and those overdue at units below."""

    to_write: tuple[Duty, ...]
    to_approve: tuple[Duty, ...]
    to_issue: tuple[Duty, ...]
    to_close: tuple[Duty, ...]
    overdue_below: tuple[Duty, ...]
    overdue_below_total: int

    @property
    def own(self) -> int:
        """How many plans of one's own unit wait."""
        return len(self.to_write) + len(self.to_approve) + len(self.to_issue) + len(self.to_close)


def duties_of(actor: Actor, day: dt.date) -> Duties:
    """What waits for the actor on that day, in running campaigns; two queries.

    `to_write` are drafts and returned plans of the actor's own units, `to_approve` submissions by somebody else,
    `to_issue` approved plans, `to_close` running plans whose last day has passed. `overdue_below` are first editions
    not issued in time by units strictly below those where the actor sees counts.
    """
    own = _own(actor)
    overdue = _overdue_below(actor, day)
    first = list(overdue[:SHOWN_OVERDUE])
    return Duties(
        to_write=_picked(own, day, lambda plan: _writes(actor, plan)),
        to_approve=_picked(own, day, lambda plan: _approves(actor, plan)),
        to_issue=_picked(own, day, lambda plan: _issues(actor, plan, PlanState.APPROVED)),
        to_close=_picked(own, day, lambda plan: _issues(actor, plan, PlanState.RUNNING) and _is_over(plan, day)),
        overdue_below=tuple(_duty(plan, day) for plan in first),
        overdue_below_total=first[0].total if first else 0,
    )


def owed_by(unit: Unit, actor: Actor, day: dt.date) -> list[Duty]:
    """The plans that the unit has still to issue, or to close, in running campaigns, as far as the actor sees them; the
    most urgent first (one query)."""
    in_work = Q(state__in=WORKING_STATES, edition=1)
    over = Q(state=PlanState.RUNNING, ends_on__lt=day)
    rows = (
        Plan.objects.visible_to(actor)
        .filter(in_work | over, unit=unit, campaign__state=CampaignState.RUNNING)
        .select_related("unit", "campaign")
        .annotate(not_begun=NOT_BEGUN, remarks=_REMARKS)
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )
    return [_duty(plan, day) for plan in cast("QuerySet[DutyRow]", rows)]


def acts_owed_by(unit: Unit, actor: Actor, day: dt.date) -> list[Act]:
    """The summonses and studies that the unit still owes in running campaigns, as far as the actor sees its counts; the
    most urgent first (one query)."""
    letters = Summons.objects.filter(campaign=OuterRef("campaign"), unit=OuterRef("unit"))
    places = CampaignUnit.objects.visible_to(actor).filter(unit=unit, unit__in_force=True)
    rows = (
        places.filter(campaign__state=CampaignState.RUNNING)
        .annotate(convened=holds(Q(Exists(letters))), studied=holds(held_by(clock.now())))
        .select_related("campaign")
        .order_by("campaign")
    )
    acts = [
        Act(
            deadline=deadline,
            campaign_name=row.campaign.name,
            due_on=due_on,
            days_left=(due_on - day).days if due_on else None,
            url=reverse(address, args=[row.campaign_id, *([unit.pk] if deadline is Deadline.SUMMONS else [])]),
        )
        for row in cast("QuerySet[PlaceRow]", rows)
        for deadline, owed, due_on, address in (
            (Deadline.SUMMONS, row.owes_summons and not row.convened, row.summons_due_on, "plans:summons_unit"),
            (Deadline.STUDY, row.owes_study and not row.studied, row.study_due_on, "plans:campaign_detail"),
        )
        if owed
    ]
    return sorted(acts, key=lambda act: (act.due_on is None, act.due_on or day))


def _own(actor: Actor) -> "list[DutyRow]":
    units = actor.unit_ids(authority.DRAFTS_PLANS | authority.APPROVES_PLANS | authority.ISSUES_PLANS)
    if not units:
        return []
    rows = (
        Plan.objects.filter(unit__in=units, campaign__state=CampaignState.RUNNING)
        .filter(state__in=(*WORKING_STATES, PlanState.RUNNING))
        .select_related("unit", "campaign")
        .annotate(not_begun=NOT_BEGUN, remarks=_REMARKS)
        .order_by(F("due_on").asc(nulls_last=True), "unit__sort_key")
    )
    return list(cast("QuerySet[DutyRow]", rows))


def _overdue_below(actor: Actor, day: dt.date) -> "QuerySet[OverdueRow]":
    rows = (
        Plan.objects.overdue_on(day)
        .filter(any_path(actor.paths(authority.SEES_COUNTS_BELOW), "unit__path"))
        .filter(campaign__state=CampaignState.RUNNING)
        .exclude(unit__in=actor.unit_ids(Role))
        .select_related("unit", "campaign")
        .annotate(not_begun=NOT_BEGUN, remarks=_REMARKS, total=Window(Count("*")))
        .order_by("due_on", "unit__sort_key")
    )
    return cast("QuerySet[OverdueRow]", rows)


def _picked(plans: "Sequence[DutyRow]", day: dt.date, wanted: Callable[[Plan], bool]) -> tuple[Duty, ...]:
    return tuple(_duty(plan, day) for plan in plans if wanted(plan))


def _writes(actor: Actor, plan: Plan) -> bool:
    return plan.is_editable and can_draft_plan(actor=actor, unit=plan.unit)


def _approves(actor: Actor, plan: Plan) -> bool:
    return (
        plan.state == PlanState.SUBMITTED
        and can_take_step(actor=actor, unit=plan.unit, step=PlanStep.APPROVE)
        and fits_submitter(actor=actor, plan=plan, step=PlanStep.APPROVE)
    )


def _issues(actor: Actor, plan: Plan, state: PlanState) -> bool:
    return plan.state == state and can_take_step(actor=actor, unit=plan.unit, step=PlanStep.ISSUE)


def _is_over(plan: Plan, day: dt.date) -> bool:
    return plan.ends_on is not None and plan.ends_on < day


def _duty(plan: "DutyRow", day: dt.date) -> Duty:
    due = plan.due_on if plan.state in WORKING_STATES else plan.ends_on
    return Duty(
        plan_id=plan.pk,
        unit_name=plan.unit.label,
        campaign_id=plan.campaign_id,
        campaign_name=plan.campaign.name,
        document=Document(plan.document),
        state=PlanState(plan.state),
        due_on=due,
        days_left=(due - day).days if due else None,
        not_begun=plan.not_begun,
        comments=plan.remarks if plan.state == PlanState.RETURNED else 0,
        url=reverse("plans:plan_detail", args=[plan.pk]),
    )
