"""Reads over plans: what one unit promises, which units owe one, and what an actor has to do about it."""

import datetime as dt
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.vietnamese import fold
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Tree, UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.enums import IN_FORCE_STATES, WORKING_STATES, Document, PlanState
from lantoa.plans.models import Campaign, Plan, Target, Task
from lantoa.plans.readiness import Frame

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Progress(TypedDict):
    """What a row of the cascade says beyond the plan itself."""

    not_begun: bool
    in_revision: bool


if TYPE_CHECKING:
    PlanRow = WithAnnotations[Plan, Progress]
else:
    PlanRow = Plan

_ISSUERS = {
    UnitKind.PROVINCIAL_COMMITTEE: "TU",
    UnitKind.DISTRICT_COMMITTEE: "HU",
    UnitKind.GRASSROOTS_CELL: "CB",
    UnitKind.CELL: "CB",
}
_SIGNS = {Document.PLAN: "KH", Document.PROGRAMME: "CTr", Document.IMPLEMENTATION: "KH"}

NOT_BEGUN = ExpressionWrapper(
    Q(state=PlanState.DRAFT, edition=1, aims="", starts_on__isnull=True)
    & ~Exists(Target.objects.filter(plan=OuterRef("pk")))
    & ~Exists(Task.objects.filter(plan=OuterRef("pk"))),
    output_field=BooleanField(),
)
_IN_REVISION = Exists(
    Plan.objects.filter(
        campaign=OuterRef("campaign"),
        unit=OuterRef("unit"),
        document=OuterRef("document"),
        edition__gt=1,
        state__in=WORKING_STATES,
    )
)


def cascade_of(campaign: Campaign, actor: Actor) -> "QuerySet[PlanRow]":
    """One row for every unit that owes a plan and that the actor sees: the edition that answers for the unit.

    That is the edition in force, else the first one while it is being worked on. A newer edition in work is only
    told by `in_revision`: the old one holds until then.
    """
    rows = (
        Plan.objects.visible_to(actor)
        .filter(campaign=campaign)
        .filter(Q(state__in=IN_FORCE_STATES) | Q(state__in=WORKING_STATES, edition=1))
        .select_related("unit", "parent__unit", "campaign")
        .annotate(not_begun=NOT_BEGUN, in_revision=_IN_REVISION)
    )
    return cast("QuerySet[PlanRow]", rows)


def narrowed(
    plans: "QuerySet[PlanRow]", *, state: str, pilot: bool, under: int | None, document: str, day: dt.date
) -> "QuerySet[PlanRow]":
    """The rows that the filter of the list leaves. `state` is a state of a plan, `overdue`, `late` or `not_begun`.

    `under` is the unit whose plan stands directly above, `document` a kind of document.
    """
    match state:
        case "overdue":
            plans = plans.filter(state__in=WORKING_STATES, due_on__lt=day)
        case "not_begun":
            plans = plans.filter(not_begun=True)
        case "draft":
            plans = plans.filter(state=PlanState.DRAFT, not_begun=False)
        case "in_force":
            plans = plans.filter(state__in=IN_FORCE_STATES)
        case _ if state:
            plans = plans.filter(state=state)
    if pilot:
        plans = plans.filter(unit__pilot_campaigns=F("campaign"))
    if document:
        plans = plans.filter(document=document)
    return plans.filter(parent__unit_id=under) if under else plans


def documents_of(campaign: Campaign) -> list[Document]:
    """The kinds of document that the campaign has (one query)."""
    found = set(Plan.objects.filter(campaign=campaign).order_by().values_list("document", flat=True).distinct())
    return [document for document in Document if document.value in found]


def plan_above(plan: Plan) -> Plan | None:
    """The edition in force of the plan above; None where there is none, or none is in force yet."""
    if plan.parent is None:
        return None
    return (
        Plan.objects.filter(
            campaign_id=plan.campaign_id,
            unit_id=plan.parent.unit_id,
            document=plan.document,
            state__in=IN_FORCE_STATES,
        )
        .select_related("unit")
        .first()
    )


def frame_of(plan: Plan, above: Plan | None) -> Frame:
    """The dates that the plan stays inside, `above` being what `plan_above` found."""
    if above is not None and above.starts_on and above.ends_on:
        return Frame(above.starts_on, above.ends_on, _("the dates of the plan above"))
    return Frame(plan.campaign.starts_on, plan.campaign.ends_on, _("the dates of the campaign"))


def notation_of(unit: Unit, document: str = Document.PLAN) -> str:
    """The sign of a unit's documents of a kind, which follows their number: `-KH/HU`, `-CTr/HU` of an action programme,
    or `/KH-UBND` of the state."""
    sign = _SIGNS[Document(document)]
    if unit.tree == Tree.ADMINISTRATIVE:
        return f"/{sign}-UBND"
    return f"-{sign}/{_ISSUERS.get(UnitKind(unit.kind), 'ĐU')}"


def matching(plans: "QuerySet[PlanRow]", words: str) -> "QuerySet[PlanRow]":
    """Rows whose unit or number contains the words, whatever the diacritics of the unit's name."""
    return plans.filter(Q(unit__folded_name__contains=fold(words)) | Q(number__icontains=words))


def units_above(campaign: Campaign, actor: Actor) -> list[tuple[int, str]]:
    """The units whose plans stand directly above those that the actor sees, with their names."""
    rows = (
        Plan.objects.visible_to(actor)
        .filter(campaign=campaign, parent__isnull=False)
        .order_by("parent__unit__sort_key")
        .values_list("parent__unit_id", "parent__unit__name", "parent__unit__sort_key")
        .distinct()
    )
    return [(unit_id, name) for unit_id, name, _key in rows]


def cascade_counts(plans: "QuerySet[PlanRow]", day: dt.date) -> dict[str, int]:
    """How many units owe a plan, and how many plans are in force, overdue, returned, or not begun (one query)."""
    counts: dict[str, int] = plans.order_by().aggregate(
        owing=Count("pk"),
        in_force=Count("pk", filter=Q(state__in=IN_FORCE_STATES)),
        overdue=Count("pk", filter=Q(state__in=WORKING_STATES, due_on__lt=day)),
        returned=Count("pk", filter=Q(state=PlanState.RETURNED)),
        waiting=Count("pk", filter=Q(state=PlanState.SUBMITTED)),
        not_begun_yet=Count("pk", filter=Q(not_begun=True)),
    )
    return counts
