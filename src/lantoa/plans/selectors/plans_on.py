"""The cascade of a campaign's plans as it stood at the end of a past day, by the log of the steps taken.

Every step is a row that is never changed, so that the state of an edition is what its last step of that day or before
led to; one without a step was a draft. What has no log is read as it is today: which unit answers for the plan, its
deadline, what the plan says. The appointments of today decide which plans one sees.
"""

import datetime as dt
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from lantoa.organizations.actors import Actor
from lantoa.plans.enums import IN_FORCE_STATES, WORKING_STATES, PlanState, Wave
from lantoa.plans.models import Campaign, Plan, Transition

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class Then(TypedDict):
        """What a row says beyond the plan: its state at the end of that day."""

        state_then: str

    PlanThen = WithAnnotations[Plan, Then]


def end_of(day: dt.date) -> dt.datetime:
    """The moment at which a day is over here."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))


def had_begun(campaign: Campaign, day: dt.date) -> bool:
    """Whether the campaign had started by the end of that day, and its plans were laid out."""
    return campaign.started_at is not None and campaign.started_at < end_of(day)


def cascade_on(campaign: Campaign, actor: Actor, day: dt.date) -> "QuerySet[PlanThen]":
    """One row for every unit that owes a plan and that the actor sees: the edition that answered for it then."""
    steps = Transition.objects.filter(plan=OuterRef("pk"), at__lt=end_of(day)).order_by("-at", "-pk")
    state = Coalesce(Subquery(steps.values("to_state")[:1]), Value(PlanState.DRAFT.value))
    rows = Plan.objects.visible_to(actor).filter(campaign=campaign).annotate(state_then=state)
    answering = Q(state_then__in=IN_FORCE_STATES) | Q(state_then__in=WORKING_STATES, edition=1)
    found = rows.filter(answering).select_related("unit", "parent__unit", "campaign")
    if campaign.opened_at is not None and campaign.opened_at >= end_of(day):
        found = found.exclude(unit__in=campaign.units.filter(wave=Wave.REST).values("unit"))
    return cast("QuerySet[PlanThen]", found if had_begun(campaign, day) else found.none())


def of_state_then(rows: "QuerySet[PlanThen]", state: str, day: dt.date) -> "QuerySet[PlanThen]":
    """The rows that were in a state on that day: one of a plan, `overdue` or `in_force`. What had not been begun is
    among the drafts, since no log tells when a draft was begun."""
    match state:
        case "overdue":
            return rows.filter(_overdue(day))
        case "in_force":
            return rows.filter(state_then__in=IN_FORCE_STATES)
        case "not_begun":
            return rows.filter(state_then=PlanState.DRAFT)
        case _ if state:
            return rows.filter(state_then=state)
    return rows


def narrowed_on(rows: "QuerySet[PlanThen]", *, pilot: bool, under: int | None, document: str) -> "QuerySet[PlanThen]":
    """The rows of the pilot units alone, those whose plan stands directly below that of `under`, and those of a kind of
    document."""
    if pilot:
        rows = rows.filter(unit__pilot_campaigns=F("campaign"))
    if document:
        rows = rows.filter(document=document)
    return rows.filter(parent__unit_id=under) if under else rows


def counts_on(rows: "QuerySet[PlanThen]", day: dt.date) -> dict[str, int]:
    """How many units owed a plan, and how many plans were in force, overdue, returned, waiting (one query)."""
    counts: dict[str, int] = rows.order_by().aggregate(
        owing=Count("pk"),
        in_force=Count("pk", filter=Q(state_then__in=IN_FORCE_STATES)),
        overdue=Count("pk", filter=_overdue(day)),
        returned=Count("pk", filter=Q(state_then=PlanState.RETURNED)),
        waiting=Count("pk", filter=Q(state_then=PlanState.SUBMITTED)),
    )
    return counts


def _overdue(day: dt.date) -> Q:
    return Q(state_then__in=WORKING_STATES, due_on__lt=day)
