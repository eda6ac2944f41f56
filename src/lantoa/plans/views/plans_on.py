"""The plans of a campaign as they stood on a past day: read only."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.enums import WORKING_STATES
from lantoa.plans.forms.plans import CascadeFilter
from lantoa.plans.models import Campaign
from lantoa.plans.presentation import plan_state, time_left
from lantoa.plans.selectors.plans import documents_of, matching, units_above
from lantoa.plans.selectors.plans_on import cascade_on, counts_on, had_begun, narrowed_on, of_state_then
from lantoa.plans.tabs import campaign_crumbs, campaign_tabs
from lantoa.ui.days import AskedDay
from lantoa.ui.states import State
from lantoa.ui.tables import Column, Kind, Table, table_response

if TYPE_CHECKING:
    from lantoa.plans.selectors.plans_on import PlanThen


def _columns(asked: AskedDay) -> "tuple[Column[PlanThen], ...]":
    day = asked.or_today

    def left(plan: "PlanThen") -> State | None:
        if plan.due_on is None or plan.state_then not in WORKING_STATES:
            return None
        return time_left((plan.due_on - day).days)

    return (
        Column(
            key="unit",
            label=lazy("Unit"),
            value=lambda plan: plan.unit.name,
            order_by=("unit__sort_key",),
            href=lambda plan: reverse("plans:plan_detail", args=[plan.pk]),
            primary=True,
        ),
        Column(
            key="document",
            label=lazy("Document"),
            value=lambda plan: capfirst(plan.get_document_display()),
            order_by=("document", "unit__sort_key"),
        ),
        Column(
            key="state",
            label=lazy("State then"),
            value=lambda plan: plan_state(plan.state_then).label,
            state=lambda plan: plan_state(plan.state_then),
            order_by=("state_then",),
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
            value=lambda plan: state.label if (state := left(plan)) else "",
            state=left,
        ),
        Column(
            key="number",
            label=lazy("Number"),
            value=lambda plan: "" if plan.state_then in WORKING_STATES else plan.number,
            wide_only=True,
        ),
    )


def plans_on(request: ActorRequest, campaign: Campaign, asked: AskedDay) -> HttpResponse:
    """Which units owed a plan on that day, and who was late?"""
    day = asked.or_today
    rows = cascade_on(campaign, request.actor, day)
    documents = documents_of(campaign)
    form = CascadeFilter(request.GET, under=units_above(campaign, request.actor), documents=documents)
    chosen = form.cleaned_data if form.is_valid() else {}
    shown = of_state_then(rows, chosen.get("state", ""), day)
    table: Table[PlanThen] = Table(
        request=request,
        columns=[column for column in _columns(asked) if column.key != "document" or len(documents) > 1],
        rows=narrowed_on(
            shown,
            pilot=bool(chosen.get("pilot")),
            under=chosen.get("under"),
            document=chosen.get("document", ""),
        ),
        caption=_("Plans of the campaign"),
        filename=_("Plans of the campaign"),
        sort="due",
        search=matching,
        empty_title=_("No unit owed a plan on that day that fits this."),
        form_names=("state", "document", "under", "pilot"),
    )
    context = {
        "campaign": campaign,
        "asked": asked,
        "had_begun": had_begun(campaign, day),
        "filter_form": form,
        "counts": counts_on(rows, day),
        "tabs": campaign_tabs(campaign, "plans"),
        "breadcrumbs": campaign_crumbs(campaign),
    }
    return table_response(request, "plans/plan_list_on.html", table, context)
