"""Pages that read plans: the cascade of a campaign, one plan, the plan on paper, two editions side by side."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from lantoa.kernel import clock
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.enums import WORKING_STATES, CampaignState
from lantoa.plans.forms.plans import CascadeFilter
from lantoa.plans.models import Campaign, Plan
from lantoa.plans.papers.plans import plan_paper
from lantoa.plans.policies import can_name_in_charge
from lantoa.plans.presentation import deadline_state, plan_state
from lantoa.plans.selectors.charges import in_charge
from lantoa.plans.selectors.differences import differences_of, shares_of
from lantoa.plans.selectors.plan_page import plan_page
from lantoa.plans.selectors.plans import (
    PlanRow,
    cascade_counts,
    cascade_of,
    documents_of,
    matching,
    narrowed,
    plan_above,
    units_above,
)
from lantoa.plans.tabs import campaign_crumbs, campaign_tabs
from lantoa.plans.views.plans_on import plans_on
from lantoa.typesetting.responses import FileKind, paper_response
from lantoa.ui.days import asked_day
from lantoa.ui.responses import render_page
from lantoa.ui.states import Crumb, State
from lantoa.ui.tables import Column, Kind, Table, table_response


def _detail_url(plan: "PlanRow") -> str:
    return reverse("plans:plan_detail", args=[plan.pk])


def _state(plan: "PlanRow") -> State:
    return plan_state(plan.state, not_begun=plan.not_begun)


def _left(plan: "PlanRow") -> State | None:
    return deadline_state(plan, clock.today())


COLUMNS: "tuple[Column[PlanRow], ...]" = (
    Column(
        key="unit",
        label=lazy("Unit"),
        value=lambda plan: plan.unit.name,
        order_by=("unit__sort_key",),
        href=_detail_url,
        template="plans/plan_unit_cell.html",
        primary=True,
    ),
    Column(
        key="document",
        label=lazy("Document"),
        value=lambda plan: capfirst(plan.get_document_display()),
        order_by=("document", "unit__sort_key"),
    ),
    Column(
        key="above",
        label=lazy("Plan above"),
        value=lambda plan: plan.parent.unit.label if plan.parent else "",
        order_by=("parent__unit__sort_key",),
        wide_only=True,
    ),
    Column(
        key="state",
        label=lazy("State"),
        value=lambda plan: _state(plan).label,
        state=_state,
        order_by=("state",),
    ),
    Column(
        key="due",
        label=lazy("To be issued by"),
        value=lambda plan: plan.due_on,
        kind=Kind.DATE,
        order_by=("due_on",),
    ),
    Column(
        key="left",
        label=lazy("Deadline"),
        value=lambda plan: state.label if (state := _left(plan)) else "",
        state=_left,
    ),
    Column(key="number", label=lazy("Number"), value=lambda plan: plan.number, order_by=("number",), wide_only=True),
    Column(
        key="issued",
        label=lazy("Issued"),
        value=lambda plan: plan.issued_on,
        kind=Kind.DATE,
        order_by=("issued_on",),
        wide_only=True,
    ),
)


def columns_for(*, above: int, documents: int) -> "list[Column[PlanRow]]":
    """The columns that tell anything, for so many units above and so many kinds of document."""
    told = {"above": above > 1, "document": documents > 1}
    return [column for column in COLUMNS if told.get(column.key, True)]


def plan_of(request: ActorRequest, pk: int) -> Plan:
    """The plan, if the reader may see it, else 404."""
    visible = Plan.objects.visible_to(request.actor).select_related(
        "unit", "campaign__owner", "parent__unit", "revises"
    )
    return get_object_or_404(visible, pk=pk)


def plan_crumbs(plan: Plan, *, itself: bool = True) -> list[Crumb]:
    """The way to a page of the plan, or to the plan itself."""
    crumbs = [
        *campaign_crumbs(plan.campaign),
        Crumb(_("Plans"), reverse("plans:plan_list", args=[plan.campaign_id])),
    ]
    return [*crumbs, Crumb(plan.unit.label, reverse("plans:plan_detail", args=[plan.pk]))] if itself else crumbs


@require_safe
def plan_list(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """Which units owe a plan, and who is late? On a past day (`?on=`), who owed one and who was late?"""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.actor), pk=campaign_id)
    asked = asked_day(request, past_only=True)
    if asked.day is not None:
        return plans_on(request, campaign, asked)
    day = clock.today()
    rows = cascade_of(campaign, request.actor)
    above = units_above(campaign, request.actor)
    documents = documents_of(campaign)
    form = CascadeFilter(request.GET, under=above, documents=documents)
    chosen = form.cleaned_data if form.is_valid() else {}
    table = Table(
        request=request,
        columns=columns_for(above=len(above), documents=len(documents)),
        rows=narrowed(
            rows,
            state=chosen.get("state", ""),
            pilot=bool(chosen.get("pilot")),
            under=chosen.get("under"),
            document=chosen.get("document", ""),
            day=day,
        ),
        caption=_("Plans of the campaign"),
        filename=_("Plans of the campaign"),
        sort="due",
        search=matching,
        empty_title=_("No unit owes a plan that fits this."),
        empty_text=_("Drafts are laid out for every unit that owes a plan when the campaign starts."),
        row_class=lambda plan: "is-late" if _is_late(plan, day) else "",
        form_names=("state", "document", "under", "pilot"),
        extra={"pilots": set(campaign.pilots.values_list("pk", flat=True))},
    )
    context = {
        "campaign": campaign,
        "asked": asked,
        "filter_form": form,
        "counts": cascade_counts(rows, day),
        "tabs": campaign_tabs(campaign, "plans"),
        "breadcrumbs": campaign_crumbs(campaign),
    }
    return table_response(request, "plans/plan_list.html", table, context)


@require_safe
def plan_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """What does this unit promise, by when, and who answers for it?"""
    return render_page(request, "plans/plan_detail.html", detail_context(request, plan_of(request, pk)))


def detail_context(request: ActorRequest, plan: Plan) -> dict[str, Any]:
    """What the plan's page shows."""
    return {
        "plan": plan,
        "page": plan_page(plan, request.actor),
        "state": plan_state(plan.state),
        "deadline": deadline_state(plan, clock.today()) if plan.edition == 1 else None,
        "in_charge": in_charge(plan.campaign, [plan.unit], clock.today())[plan.unit_id],
        "may_name": _may_name(request, plan),
        "breadcrumbs": plan_crumbs(plan, itself=False),
    }


def _may_name(request: ActorRequest, plan: Plan) -> bool:
    running = plan.campaign.state == CampaignState.RUNNING
    return running and can_name_in_charge(actor=request.actor, campaign=plan.campaign, unit=plan.unit)


@require_safe
def plan_document(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """The plan as a document to print or to change."""
    plan = plan_of(request, pk)
    return paper_response(
        plan_paper(plan), FileKind(kind), f"{capfirst(plan.get_document_display())} {plan.number or plan.unit.name}"
    )


@require_safe
def plan_difference(request: ActorRequest, pk: int) -> HttpResponse:
    """What has changed from one edition to the next? With `?with=above`, or where there is one edition only: what of
    the plan is inherited, and what is the unit's own?"""
    plan = plan_of(request, pk)
    editions = list(
        Plan.objects.visible_to(request.actor)
        .filter(campaign_id=plan.campaign_id, unit_id=plan.unit_id, document=plan.document)
        .exclude(pk=plan.pk)
        .order_by("-edition")
    )
    asked = request.GET.get("with", "")
    wanted = next((row for row in editions if str(row.pk) == asked), None)
    other = wanted or plan.revises or (editions[0] if editions else None)
    above = plan_above(plan)
    beside_above = above is not None and (asked == "above" or other is None)
    context = {
        "plan": plan,
        "other": other,
        "above": above,
        "shares": shares_of(plan, above) if above is not None and beside_above else None,
        "editions": editions,
        "differences": differences_of(other, plan) if other else (),
        "breadcrumbs": plan_crumbs(plan),
    }
    return render_page(request, "plans/plan_difference.html", context)


def _is_late(plan: "PlanRow", day: dt.date) -> bool:
    return plan.state in WORKING_STATES and plan.due_on is not None and plan.due_on < day
