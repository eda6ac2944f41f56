"""Giving figures out, and following them back to their rows."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.policies import can_see_counts
from lantoa.plans.models import Campaign, CampaignUnit
from lantoa.plans.tabs import campaign_crumbs
from lantoa.portal.models import ArticlePage, FigureSet
from lantoa.portal.offering.figures import figures_of_campaign, figures_of_session
from lantoa.portal.offering.forms import OfferForm
from lantoa.portal.offering.selectors import given_of, portals_for, sections_for
from lantoa.portal.offering.services import offer_figures
from lantoa.portal.policies import can_approve, can_write
from lantoa.study_sessions.models import StudySession
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb

PAGE = "portal/figures_offer.html"


@require_http_methods(["GET", "HEAD", "POST"])
def offer_campaign(request: ActorRequest, campaign_id: int, unit_id: int) -> HttpResponse:
    """Which figures of the campaign may everybody read?"""
    units = CampaignUnit.objects.visible_to(request.actor).select_related("unit", "campaign")
    found = get_object_or_404(units, campaign_id=campaign_id, unit_id=unit_id)
    back = reverse("plans:campaign_detail", args=[campaign_id])
    return _offer(request, found.campaign, found.unit, None, back)


@require_http_methods(["GET", "HEAD", "POST"])
def offer_session(request: ActorRequest, session_id: int) -> HttpResponse:
    """Which figures of the session may everybody read?"""
    rows = StudySession.objects.visible_to(request.actor).held().select_related("campaign", "host")
    session = get_object_or_404(rows, pk=session_id)
    back = reverse("study_sessions:session_detail", args=[session_id])
    return _offer(request, session.campaign, session.host, session, back)


@require_safe
def figures_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """Where do these figures come from?"""
    rows = FigureSet.objects.visible_to(request.actor).select_related("portal__unit", "unit", "campaign", "session")
    given = get_object_or_404(rows, pk=pk)
    edits = any(may(actor=request.actor, unit=given.portal.unit) for may in (can_write, can_approve))
    context = {
        "given": given,
        "rows": list(given.rows.all()),
        "opens": can_see_counts(actor=request.actor, unit=given.unit),
        "article": ArticlePage.objects.filter(pk=given.article_id).first() if edits else None,
    }
    return render_page(request, "portal/figures_detail.html", context)


def _offer(
    request: ActorRequest, campaign: Campaign, unit: Unit, session: StudySession | None, back: str
) -> HttpResponse:
    portals = portals_for(request.actor, unit)
    if not portals:
        raise Http404
    with translation.override("vi"):
        figures = figures_of_session(session) if session else figures_of_campaign(campaign, unit)
    form = OfferForm(request.POST or None, sections=sections_for(portals))
    context: dict[str, Any] = {
        "figures": figures,
        "given": given_of(request.actor, campaign=campaign, session=session),
        "form": form,
        "back": back,
        "breadcrumbs": [*campaign_crumbs(campaign), *([Crumb(session.title, back)] if session else [])],
    }
    if request.method != "POST":
        return render_page(request, PAGE, context)
    if not form.is_valid():
        return render_invalid(request, PAGE, context, form=form)
    try:
        given = offer_figures(actor=request.actor, campaign=campaign, unit=unit, session=session, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, PAGE, context, form=form, refusal=refusal)
    return redirect_after_post(request, given, message=_("The editors have a draft with these figures now."))
