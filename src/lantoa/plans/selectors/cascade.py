"""What every unit of a campaign owes: documents, summons, study, by when, and when it was last reminded."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateField,
    F,
    Field,
    FilteredRelation,
    IntegerField,
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
from lantoa.plans.enums import IN_FORCE_STATES, WORKING_STATES, CampaignState, Deadline, Document
from lantoa.plans.models import Campaign, CampaignUnit, Reminder, Summons
from lantoa.plans.rules import in_order, is_document
from lantoa.plans.studies import held_by

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from lantoa.organizations.actors import Actor


class Debt(TypedDict):
    """What a row says beyond the unit: of each thing that it owes, and when it was last reminded.

    `…_open` says whether it is still owed, `…_left` is its deadline then; `next_due` is the earliest of them. `owing`
    says whether anything is still owed at all, `waiting` whether something is whose day is not known yet.
    """

    plan_pk: int | None
    plan_state: str | None
    plan_due: dt.date | None
    plan_open: bool
    plan_left: dt.date | None
    programme_pk: int | None
    programme_state: str | None
    programme_due: dt.date | None
    programme_open: bool
    programme_left: dt.date | None
    implementation_pk: int | None
    implementation_state: str | None
    implementation_due: dt.date | None
    implementation_open: bool
    implementation_left: dt.date | None
    summoned: bool
    summons_due: dt.date | None
    summons_open: bool
    summons_left: dt.date | None
    studied: bool
    study_due: dt.date | None
    study_open: bool
    study_left: dt.date | None
    next_due: dt.date | None
    owing: bool
    waiting: bool
    reminded_on: dt.date | None


if TYPE_CHECKING:
    DebtRow = WithAnnotations[CampaignUnit, Debt]
else:
    DebtRow = CampaignUnit


@dataclass(frozen=True, slots=True)
class Counts:
    """How many units there are, how many still owe something, how many of those are late or nearly, and how many owe
    something whose day is not known yet."""

    units: int
    owing: int
    overdue: int
    soon: int
    waiting: int = 0


def asked_of(campaign: Campaign) -> list[Deadline]:
    """What the campaign asks of anybody; a plan and a study are always among it (one query)."""
    rules = campaign.rules.order_by().values_list("owed", flat=True).distinct()
    return in_order({Deadline.PLAN.value, Deadline.STUDY.value, *rules})


def debts_of(
    campaign: Campaign, actor: "Actor | None" = None, asked: Sequence[Deadline] | None = None
) -> "QuerySet[DebtRow]":
    """One row for every unit that takes part in the campaign and that the actor sees (all, for None), as it stands now.

    A unit's document is the edition in force, else the first one. Nothing is still owed by a unit that has ended, nor
    in a campaign that does not run. Costs one query for what is `asked` now, unless that is given, and one for the rows
    later.
    """
    asked = asked_of(campaign) if asked is None else asked
    units = CampaignUnit.objects.taking_part().filter(campaign=campaign)
    if actor is not None:
        units = units.visible_to(actor)
    owes = Q(unit__in_force=True) if campaign.state == CampaignState.RUNNING else Q(pk__in=[])
    convened = Summons.objects.filter(campaign=campaign).order_by().values("unit")
    rows: QuerySet[CampaignUnit] = units.annotate(
        summoned=holds(Q(unit__in=convened)) if Deadline.SUMMONS in asked else _NEVER,
        studied=holds(held_by(clock.now(), campaign.pk)),
        summons_due=F("summons_due_on"),
        study_due=F("study_due_on"),
    )
    still = {
        Deadline.SUMMONS: owes & Q(owes_summons=True, summoned=False),
        Deadline.STUDY: owes & Q(owes_study=True, studied=False),
    }
    for document in Document:
        rows = _with_document(rows, campaign, document, joined=document.value in asked)
        still[Deadline(document.value)] = owes & Q(**{f"{document}_state__in": WORKING_STATES})
    rows = rows.annotate(**{f"{one}_open": holds(condition) for one, condition in still.items()})
    rows = rows.annotate(**{f"{one}_left": _where(condition, F(f"{one}_due")) for one, condition in still.items()})
    open_, undated = Q(pk__in=[]), Q(pk__in=[])
    for one in asked:
        open_ |= still[one]
        undated |= still[one] & Q(**{f"{one}_due__isnull": True})
    last = Reminder.objects.filter(campaign=OuterRef("campaign"), unit=OuterRef("unit")).to_units()
    rows = rows.annotate(
        next_due=Least(*(f"{one}_left" for one in asked)),
        owing=holds(open_),
        waiting=holds(undated),
        reminded_on=Subquery(last.order_by("-sent_on").values("sent_on")[:1]),
    )
    return cast("QuerySet[DebtRow]", rows)


def narrowed(
    rows: "QuerySet[DebtRow]", *, state: str, kind: str, owed: str, day: dt.date, soon: dt.date
) -> "QuerySet[DebtRow]":
    """The rows that the filter leaves: of a `kind` of unit, that owe one thing (`owed`, a Deadline), and in the `state`
    overdue (before `day`), soon (up to the day `soon`), waiting (for the day to be known), owing, or done."""
    column = f"{owed}_left" if owed else "next_due"
    match state:
        case "overdue":
            rows = rows.filter(**{f"{column}__lt": day})
        case "soon":
            rows = rows.filter(**{f"{column}__range": (day, soon)})
        case "waiting" if owed:
            rows = rows.filter(**{f"{owed}_open": True, f"{owed}_due__isnull": True})
        case "waiting":
            rows = rows.filter(waiting=True)
        case "owing" | "done":
            rows = rows.filter(**{f"{owed}_open" if owed else "owing": state == "owing"})
        case _ if owed:
            rows = rows.filter(_asked(owed))
    return rows.filter(kind=kind) if kind else rows


def matching(rows: "QuerySet[DebtRow]", words: str) -> "QuerySet[DebtRow]":
    """Rows whose unit's name contains the words, whatever its diacritics."""
    return rows.filter(unit__folded_name__contains=fold(words))


def counts_of(rows: "QuerySet[DebtRow]", day: dt.date, soon: dt.date) -> Counts:
    """The figures above the list (one query)."""
    found = rows.order_by().aggregate(
        units=Count("pk"),
        late=Count("pk", filter=Q(next_due__lt=day)),
        near=Count("pk", filter=Q(next_due__range=(day, soon))),
        open=Count("pk", filter=Q(owing=True)),
        undated=Count("pk", filter=Q(waiting=True)),
    )
    return Counts(found["units"], found["open"], found["late"], found["near"], found["undated"])


def _asked(owed: str) -> Q:
    """Rows of units of which this is asked, done or not."""
    if is_document(owed):
        return Q(**{f"{owed}_state__isnull": False})
    return Q(**{f"owes_{owed}": True})


def _with_document(
    rows: "QuerySet[CampaignUnit]", campaign: Campaign, document: Document, *, joined: bool
) -> "QuerySet[CampaignUnit]":
    """The rows with the edition of the document that answers for the unit, where the campaign asks for it."""
    name = document.value
    if not joined:
        blanks: dict[str, Field[Any, Any]] = {"pk": IntegerField(), "state": CharField(), "due": DateField()}
        return rows.annotate(**{f"{name}_{key}": Value(None, output_field=field) for key, field in blanks.items()})
    answers = Q(unit__plans__state__in=IN_FORCE_STATES) | Q(
        unit__plans__state__in=WORKING_STATES, unit__plans__edition=1
    )
    condition = Q(unit__plans__campaign=campaign.pk, unit__plans__document=name) & answers
    alias = f"its_{name}"
    return rows.annotate(
        **{
            alias: FilteredRelation("unit__plans", condition=condition),
            f"{name}_pk": F(f"{alias}__pk"),
            f"{name}_state": F(f"{alias}__state"),
            f"{name}_due": F(f"{alias}__due_on"),
        }
    )


def holds(condition: Q) -> Case:
    """Whether the condition holds; never NULL, so that its opposite can be asked for."""
    return Case(When(condition, then=Value(value=True)), default=Value(value=False), output_field=BooleanField())


def _where(condition: Q, column: F) -> Cast:
    """The day where the condition holds; typed, since it may hold nowhere."""
    return Cast(Case(When(condition, then=column), default=None, output_field=DateField()), DateField())


_NEVER = Value(value=False, output_field=BooleanField())
