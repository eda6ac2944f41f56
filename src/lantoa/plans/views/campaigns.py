"""The pages of campaigns."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from lantoa.kernel.refusals import Refusal
from lantoa.organizations import authority
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.plans import policies
from lantoa.plans.campaign_states import state_of
from lantoa.plans.enums import CampaignState
from lantoa.plans.errors import CampaignNotDraft
from lantoa.plans.forms.campaigns import CampaignChangeForm, CampaignFilterForm, CampaignForm, values_of
from lantoa.plans.models import Campaign
from lantoa.plans.selectors.campaigns import duties_of, matching, sectors_left_out
from lantoa.plans.services import campaigns as services
from lantoa.plans.tabs import campaign_crumbs, campaign_tabs
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page, render_stale
from lantoa.ui.tables import Column, Kind, Table, table_response

PREVIEW = "preview"
"""The name of the button that says what the rules mean, and saves nothing."""

COLUMNS: tuple[Column[Campaign], ...] = (
    Column(
        key="name",
        label=lazy("Campaign"),
        value=lambda campaign: campaign.name,
        order_by=("name",),
        href=lambda campaign: reverse("plans:campaign_detail", args=[campaign.pk]),
        primary=True,
    ),
    Column(
        key="state",
        label=lazy("State"),
        value=lambda campaign: campaign.get_state_display(),
        state=state_of,
        order_by=("state",),
    ),
    Column(
        key="owner",
        label=lazy("Led by"),
        value=lambda campaign: campaign.owner.label,
        order_by=("owner__sort_key",),
    ),
    Column(
        key="audience",
        label=lazy("Audience"),
        value=lambda campaign: campaign.get_audience_display(),
        wide_only=True,
    ),
    Column(
        key="starts",
        label=lazy("Begins"),
        value=lambda campaign: campaign.starts_on,
        kind=Kind.DATE,
        order_by=("starts_on",),
    ),
    Column(
        key="ends", label=lazy("Ends"), value=lambda campaign: campaign.ends_on, kind=Kind.DATE, order_by=("ends_on",)
    ),
    Column(
        key="target",
        label=lazy("Target"),
        value=lambda campaign: campaign.target_rate,
        kind=Kind.PERCENT,
        order_by=("target_rate",),
    ),
)


@require_GET
def campaign_list(request: ActorRequest) -> HttpResponse:
    """What is being rolled out?"""
    filters = CampaignFilterForm(request.GET)
    rows = Campaign.objects.visible_to(request.actor).filter(**filters.conditions()).select_related("owner")
    table = Table(
        request=request,
        columns=COLUMNS,
        rows=rows,
        caption=_("Campaigns"),
        filename=_("Campaigns"),
        search=matching,
        form_names=("state",),
        empty_title=_("There is no campaign that you may see."),
        empty_text=_("A campaign rolls directives out: who studies them, who owes a plan, and by when."),
    )
    return table_response(
        request, "plans/campaign_list.html", table, {"filters": filters, "may_prepare": bool(_led_units(request))}
    )


@require_GET
def campaign_detail(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """How is this campaign going?"""
    campaign = visible_campaign(request, campaign_id)
    may_lead = policies.can_lead_campaign(actor=request.actor, unit=campaign.owner)
    context = {
        "directives": campaign.directives.all(),
        "left_out": ", ".join(sector.name for sector in sectors_left_out(campaign)) if may_lead else "",
        "pilots": campaign.pilots.all(),
        "duties": duties_of(campaign),
        "may_lead": may_lead,
        "tabs": campaign_tabs(campaign, "campaign") if campaign.state != CampaignState.DRAFT else [],
        **_page_of(campaign),
    }
    return render_page(request, "plans/campaign_detail.html", {**context, "breadcrumbs": campaign_crumbs()})


@require_http_methods(["GET", "POST"])
def campaign_create(request: ActorRequest) -> HttpResponse:
    """Prepare a campaign of one's unit; `?owner=` chooses among several, `?directive=` ticks one already."""
    owners = _led_units(request)
    if not owners:
        raise NotPermitted
    asked = request.GET.get("owner", "")
    owner = next((unit for unit in owners if str(unit.pk) == asked), owners[0])
    context = {"owner": owner, "owners": owners, "breadcrumbs": campaign_crumbs()}
    page = "plans/campaign_create.html"
    if request.method != "POST":
        ticked = {"directives": request.GET.getlist("directive")}
        form = CampaignForm(owner=owner, actor=request.actor, initial=ticked)
        return render_page(request, page, {**context, "form": form})
    form = CampaignForm(request.POST, owner=owner, actor=request.actor)
    if PREVIEW in request.POST:
        form.full_clean()
        return render_page(request, page, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, page, context, form=form)
    try:
        campaign = services.create_campaign(
            actor=request.actor, client_id=form.cleaned_data["client_id"], owner=owner, **form.content()
        )
    except Refusal as refusal:
        return render_invalid(request, page, context, form=form, refusal=refusal)
    message = _("The campaign is prepared. Nobody owes anything before you start it.")
    return redirect_after_post(request, "plans:campaign_detail", campaign.pk, message=message)


@require_http_methods(["GET", "POST"])
def campaign_change(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """Change a campaign that has not started."""
    campaign = _led_campaign(request, campaign_id)
    if campaign.state != CampaignState.DRAFT:
        raise CampaignNotDraft
    page, context = "plans/campaign_change.html", {**_page_of(campaign), "breadcrumbs": campaign_crumbs(campaign)}
    if request.method != "POST":
        form = CampaignChangeForm(campaign=campaign, actor=request.actor)
        return render_page(request, page, {**context, "form": form})
    form = CampaignChangeForm(request.POST, campaign=campaign, actor=request.actor)
    if PREVIEW in request.POST:
        form.full_clean()
        return render_page(request, page, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, page, context, form=form)
    try:
        services.change_campaign(
            actor=request.actor, campaign=campaign, version=form.cleaned_data["version"], **form.content()
        )
    except Stale:
        return _stale(request, page, context, form)
    except Refusal as refusal:
        return render_invalid(request, page, context, form=form, refusal=refusal)
    return redirect_after_post(request, "plans:campaign_detail", campaign.pk, message=_("The campaign was changed."))


@require_http_methods(["GET", "POST"])
def campaign_start(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """Who gets which duty, if this campaign starts now?"""
    campaign = _led_campaign(request, campaign_id)
    if request.method == "POST":
        services.start_campaign(actor=request.actor, campaign=campaign)
        message = _("The campaign has started: every unit that owes a plan has its draft.")
        return redirect_after_post(request, "plans:campaign_detail", campaign.pk, message=message)
    context = {
        **_page_of(campaign),
        "duties": duties_of(campaign),
        "breadcrumbs": campaign_crumbs(campaign),
    }
    return render_page(request, "plans/campaign_start.html", context)


@require_http_methods(["GET", "POST"])
def campaign_finish(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """What ends with this campaign?"""
    campaign = _led_campaign(request, campaign_id)
    if request.method == "POST":
        services.finish_campaign(actor=request.actor, campaign=campaign)
        return redirect_after_post(
            request, "plans:campaign_detail", campaign.pk, message=_("The campaign is finished.")
        )
    context = {**_page_of(campaign), "breadcrumbs": campaign_crumbs(campaign)}
    return render_page(request, "plans/campaign_finish.html", context)


def visible_campaign(request: ActorRequest, campaign_id: int) -> Campaign:
    """The campaign, where the reader may see it; otherwise 404."""
    rows = Campaign.objects.visible_to(request.actor).select_related("owner", "sector")
    return get_object_or_404(rows, pk=campaign_id)


def _led_campaign(request: ActorRequest, campaign_id: int) -> Campaign:
    campaign = visible_campaign(request, campaign_id)
    if not policies.can_lead_campaign(actor=request.actor, unit=campaign.owner):
        raise NotPermitted
    return campaign


def _led_units(request: ActorRequest) -> "QuerySet[Unit]":
    return Unit.objects.filter(pk__in=request.actor.unit_ids(authority.REGISTERS_DIRECTIVES)).in_force()


def _page_of(campaign: Campaign) -> dict[str, Any]:
    return {"campaign": campaign, "state": state_of(campaign)}


def _stale(request: ActorRequest, page: str, context: dict[str, Any], form: CampaignChangeForm) -> HttpResponse:
    campaign = Campaign.objects.select_related("owner", "sector").get(pk=context["campaign"].pk)
    stored = values_of(campaign)
    differences = form.differences({name: stored.get(name) for name in form.fields if name not in _HIDDEN})
    form.take_version(campaign.version)
    return render_stale(request, page, {**context, "form": form, "differences": differences})


_HIDDEN = frozenset({"client_id", "version"})
