"""What every unit of a campaign owes: its plan, its study, by when, and when it was last reminded."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Least

from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold
from lantoa.plans.enums import IN_FORCE_STATES, WORKING_STATES, CampaignState, Deadline
from lantoa.plans.models import Campaign, CampaignUnit, Reminder
from lantoa.plans.studies import held_by

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from lantoa.organizations.actors import Actor


class Debt(TypedDict):
    """What a row says beyond the unit: of its plan, of its study, and when it was last reminded.

    `plan_left` and `study_left` are the deadlines of what is still owed; `next_due` is the earlier of them.
    """

    plan_pk: int | None
    plan_state: str | None
    plan_due: dt.date | None
    plan_issued: dt.date | None
    study_due: dt.date | None
    studied: bool
    plan_left: dt.date | None
    study_left: dt.date | None
    next_due: dt.date | None
    reminded_on: dt.date | None


if TYPE_CHECKING:
    DebtRow = WithAnnotations[CampaignUnit, Debt]
else:
    DebtRow = CampaignUnit


@dataclass(frozen=True, slots=True)
class Counts:
    """How many units there are, how many still owe something, and how many of those are late or nearly."""

    units: int
    owing: int
    overdue: int
    soon: int


def debts_of(campaign: Campaign, actor: "Actor | None" = None) -> "QuerySet[DebtRow]":
    """One row for every unit of the campaign that the actor sees (all, for None), as it stands now.

    A unit's plan is the edition in force, else the first one. Nothing is still owed by a unit that has ended, nor in a
    campaign that does not run. Costs one query for the rules now, and one for the rows later.
    """
    units = CampaignUnit.objects.filter(campaign=campaign)
    if actor is not None:
        units = units.visible_to(actor)
    answers = Q(unit__plans__state__in=IN_FORCE_STATES) | Q(
        unit__plans__state__in=WORKING_STATES, unit__plans__edition=1
    )
    last = Reminder.objects.filter(campaign=OuterRef("campaign"), unit=OuterRef("unit")).to_units()
    owes = Q(unit__in_force=True) if campaign.state == CampaignState.RUNNING else Q(pk__in=[])
    rows = units.annotate(
        plan=FilteredRelation("unit__plans", condition=Q(unit__plans__campaign=campaign.pk) & answers),
        plan_pk=F("plan__pk"),
        plan_state=F("plan__state"),
        plan_due=F("plan__due_on"),
        plan_issued=F("plan__issued_on"),
        study_due=_study_due(campaign),
        studied=ExpressionWrapper(held_by(clock.now()), output_field=BooleanField()),
        plan_left=_where(owes & Q(plan__state__in=WORKING_STATES), F("plan__due_on")),
        study_left=_where(owes & Q(studied=False), F("study_due")),
        next_due=Least("plan_left", "study_left"),
        reminded_on=Subquery(last.order_by("-sent_on").values("sent_on")[:1]),
    )
    return cast("QuerySet[DebtRow]", rows)


def narrowed(
    rows: "QuerySet[DebtRow]", *, state: str, kind: str, owed: str, day: dt.date, soon: dt.date
) -> "QuerySet[DebtRow]":
    """The rows that the filter leaves: of a `kind` of unit, that owe a plan or a study (`owed`, a Deadline), and in the
    `state` overdue (before `day`), soon (up to the day `soon`), owing, or done."""
    column = {Deadline.PLAN: "plan_left", Deadline.STUDY: "study_left"}.get(cast(Any, owed), "next_due")
    match state:
        case "overdue":
            rows = rows.filter(**{f"{column}__lt": day})
        case "soon":
            rows = rows.filter(**{f"{column}__range": (day, soon)})
        case "owing":
            rows = rows.filter(**{f"{column}__isnull": False})
        case "done":
            rows = rows.filter(**{f"{column}__isnull": True})
        case _ if owed:
            rows = rows.filter(**{f"{column.removesuffix('_left')}_due__isnull": False})
    return rows.filter(kind=kind) if kind else rows


def matching(rows: "QuerySet[DebtRow]", words: str) -> "QuerySet[DebtRow]":
    """Rows whose unit's name contains the words, whatever its diacritics."""
    return rows.filter(unit__folded_name__contains=fold(words))


def counts_of(rows: "QuerySet[DebtRow]", day: dt.date, soon: dt.date) -> Counts:
    """The figures above the list (one query)."""
    found = rows.order_by().aggregate(
        units=Count("pk"),
        owing=Count("pk", filter=Q(next_due__isnull=False)),
        overdue=Count("pk", filter=Q(next_due__lt=day)),
        soon=Count("pk", filter=Q(next_due__range=(day, soon))),
    )
    return Counts(**found)


def _study_due(campaign: Campaign) -> Cast:
    """The day by kind of unit; typed, since a campaign may have no such rule at all."""
    due = campaign.rules.filter(study_due_on__isnull=False).values_list("unit_kind", "study_due_on")
    cases = [When(kind=kind, then=Value(day, output_field=DateField())) for kind, day in due]
    return Cast(Case(*cases, default=None, output_field=DateField()), DateField())


def _where(condition: Q, column: F) -> Cast:
    """The day where the condition holds; typed, since it may hold nowhere."""
    return Cast(Case(When(condition, then=column), default=None, output_field=DateField()), DateField())
