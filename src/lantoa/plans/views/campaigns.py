"""The pages of campaigns."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import authority
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.plans import policies
from lantoa.plans.audiences import exceptions_of
from lantoa.plans.campaign_states import state_of
from lantoa.plans.enums import CampaignState
from lantoa.plans.errors import CampaignNotDraft
from lantoa.plans.forms.audience import ExceptionForm
from lantoa.plans.forms.campaigns import CampaignChangeForm, CampaignFilterForm, CampaignForm, values_of
from lantoa.plans.forms.openings import OpeningForm, StartForm
from lantoa.plans.models import Campaign, CampaignUnit
from lantoa.plans.opening_errors import NoPilots, UnitNotOpened
from lantoa.plans.selectors.campaigns import duties_of, matching, pilots_scope, sectors_left_out, waits_for_opening
from lantoa.plans.selectors.openings import opening_of
from lantoa.plans.services import campaigns as services
from lantoa.plans.services.opening import decide_opening
from lantoa.plans.tabs import campaign_crumbs, campaign_tabs
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid, render_page, render_stale
from lantoa.ui.tables import Column, Kind, Table, table_response

PREVIEW = "preview"
"""The name of the button that says what the rules mean, and saves nothing."""
DETAIL = "plans/campaign_detail.html"

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
    return render_page(request, DETAIL, detail_context(request, campaign))


def detail_context(request: ActorRequest, campaign: Campaign) -> dict[str, Any]:
    """What the page of a campaign shows."""
    may_lead = policies.can_lead_campaign(actor=request.actor, unit=campaign.owner)
    opening = opening_of(campaign)
    openable = may_lead and opening is None and campaign.is_limited and campaign.state == CampaignState.RUNNING
    return {
        "directives": campaign.directives.all(),
        "left_out": ", ".join(sector.name for sector in sectors_left_out(campaign)) if may_lead else "",
        "duties": duties_of(campaign),
        "may_lead": may_lead,
        "exceptions": exceptions_of(campaign),
        "exception_form": _exception_form(request, campaign) if may_lead else None,
        "opening": opening,
        "opening_form": OpeningForm(initial={"holds_from": clock.today()}) if openable else None,
        "tabs": campaign_tabs(campaign, "campaign") if campaign.state != CampaignState.DRAFT else [],
        **_page_of(campaign),
        "breadcrumbs": campaign_crumbs(),
    }


def _exception_form(request: ActorRequest, campaign: Campaign) -> ExceptionForm | None:
    """The empty form where it was asked for (`?open=exception`)."""
    asked = request.GET.get("open") == "exception" and campaign.state != CampaignState.FINISHED
    return ExceptionForm(campaign=campaign) if asked else None


@require_POST
def campaign_open(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """Open a campaign that began with its pilots to all units, with what the pilots taught."""
    campaign = led_campaign(request, campaign_id)
    form = OpeningForm(request.POST, request.FILES)
    if not form.is_valid():
        return _opening_refused(request, campaign, form)
    try:
        decide_opening(actor=request.actor, campaign=campaign, **form.cleaned_data)
    except Refusal as refusal:
        return _opening_refused(request, campaign, form, refusal)
    message = _("The opening to all units is decided; units, plans and deadlines are made on the day that it names.")
    return redirect_after_post(request, "plans:campaign_detail", campaign.pk, message=message)


def _opening_refused(
    request: ActorRequest, campaign: Campaign, form: OpeningForm, refusal: Refusal | None = None
) -> HttpResponse:
    """The campaign's page with what is wrong: in the form, or above the page where it has no form any more."""
    context = detail_context(request, campaign)
    if context["opening_form"] is None:
        return render_invalid(request, DETAIL, context, refusal=refusal)
    if refusal is not None:
        add_refusal(form, refusal)
    return render_invalid(request, DETAIL, {**context, "opening_form": form}, form=form)


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
    campaign = led_campaign(request, campaign_id)
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
    campaign = led_campaign(request, campaign_id)
    context = {
        **_page_of(campaign),
        "duties": duties_of(campaign),
        "breadcrumbs": campaign_crumbs(campaign),
    }
    pilots = sum(pilots_scope(campaign).values())
    form = StartForm(request.POST if request.method == "POST" else None, pilots=pilots)
    if request.method != "POST":
        return render_page(request, "plans/campaign_start.html", {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, "plans/campaign_start.html", context, form=form)
    try:
        services.start_campaign(actor=request.actor, campaign=campaign, pilots_first=form.pilots_first)
    except NoPilots as refusal:
        return render_invalid(request, "plans/campaign_start.html", context, form=form, refusal=refusal)
    message = _("The campaign has started: every unit that owes a plan has its draft.")
    return redirect_after_post(request, "plans:campaign_detail", campaign.pk, message=message)


@require_http_methods(["GET", "POST"])
def campaign_finish(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """What ends with this campaign?"""
    campaign = led_campaign(request, campaign_id)
    if request.method == "POST":
        services.finish_campaign(actor=request.actor, campaign=campaign)
        return redirect_after_post(
            request, "plans:campaign_detail", campaign.pk, message=_("The campaign is finished.")
        )
    context = {**_page_of(campaign), "breadcrumbs": campaign_crumbs(campaign)}
    return render_page(request, "plans/campaign_finish.html", context)


def visible_campaign(request: ActorRequest, campaign_id: int) -> Campaign:
    """The campaign with the names of its pilot units, where the reader may see it; otherwise 404."""
    pilots = Unit.objects.filter(pilot_campaigns=OuterRef("pk")).order_by("sort_key", "pk").values("name")
    rows = Campaign.objects.visible_to(request.actor).select_related("owner", "sector", "opening")
    return get_object_or_404(rows.annotate(pilot_names=ArraySubquery(pilots)), pk=campaign_id)


def scope_of(request: ActorRequest, campaign: Campaign, unit_id: int) -> CampaignUnit:
    """The unit in the campaign, where the reader may see its counts; otherwise 404, or why it is not there yet."""
    rows = CampaignUnit.objects.visible_to(request.actor).filter(campaign=campaign).select_related("unit")
    found = rows.filter(unit_id=unit_id).first()
    if found is None:
        unit = get_object_or_404(Unit.objects.visible_to(request.actor), pk=unit_id)
        raise UnitNotOpened if waits_for_opening(campaign, unit) else Http404
    return found


def led_campaign(request: ActorRequest, campaign_id: int) -> Campaign:
    """The campaign, where the reader leads it; otherwise 404 or a refusal."""
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
