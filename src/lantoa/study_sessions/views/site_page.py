"""The page of one site: whether it is ready and how many are there, told by whoever keeps it or by the host."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.tabs import campaign_crumbs
from lantoa.study_sessions import services
from lantoa.study_sessions.enums import HeadcountBasis, SiteReadiness
from lantoa.study_sessions.forms import CheckForm, HeadcountForm
from lantoa.study_sessions.models import Site, StudySession
from lantoa.study_sessions.policies import can_report_site, can_set_up_session
from lantoa.study_sessions.selectors import may_see_site
from lantoa.study_sessions.views.tables import READINESS, when
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb

PAGE = "study_sessions/site_detail.html"
SHOWN = 12
"""Of the history: the newest checks and headcounts."""


@require_safe
def site_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """How does this site stand?"""
    return render_page(request, PAGE, _context(request, visible_site(request, pk)))


@require_POST
def site_check(request: ActorRequest, pk: int) -> HttpResponse:
    """Say whether the site is ready."""
    site = _reported_site(request, pk)
    form = CheckForm(request.POST, auto_id="check_%s")
    context = {**_context(request, site), "check_form": form}
    if not form.is_valid():
        return render_invalid(request, PAGE, context, form=form)
    values = form.cleaned_data
    try:
        services.check_site(
            actor=request.actor,
            site=site,
            client_id=values["client_id"],
            state=SiteReadiness(values["state"]),
            note=values["note"],
        )
    except Refusal as refusal:
        return render_invalid(request, PAGE, context, form=form, refusal=refusal)
    message = gettext_lazy("The state of the site was noted.")
    return redirect_after_post(request, "study_sessions:site_detail", site.pk, message=message)


@require_POST
def site_heads(request: ActorRequest, pk: int) -> HttpResponse:
    """Say how many people are at the site."""
    site = _reported_site(request, pk)
    form = HeadcountForm(request.POST, auto_id="heads_%s")
    context = {**_context(request, site), "heads_form": form}
    if not form.is_valid():
        return render_invalid(request, PAGE, context, form=form)
    values = form.cleaned_data
    try:
        services.count_heads(
            actor=request.actor,
            site=site,
            client_id=values["client_id"],
            members=values["members"],
            others=values["others"],
            basis=HeadcountBasis(values["basis"]),
        )
    except Refusal as refusal:
        return render_invalid(request, PAGE, context, form=form, refusal=refusal)
    message = gettext_lazy("The headcount was noted.")
    return redirect_after_post(request, "study_sessions:site_detail", site.pk, message=message)


def visible_site(request: ActorRequest, pk: int) -> Site:
    """The site, if the reader may see it; else 404."""
    sessions = StudySession.objects.visible_to(request.actor)
    sites = Site.objects.select_related("unit", "session__campaign__owner", "session__host")
    return get_object_or_404(may_see_site(sites.filter(session__in=sessions), request.actor), pk=pk)


def _reported_site(request: ActorRequest, pk: int) -> Site:
    site = visible_site(request, pk)
    if not can_report_site(actor=request.actor, unit=site.unit, host=site.session.host):
        raise NotPermitted
    return site


def _context(request: ActorRequest, site: Site) -> dict[str, Any]:
    session, actor = site.session, request.actor
    open_for_reports = session.cancelled_at is None and can_report_site(actor=actor, unit=site.unit, host=session.host)
    return {
        "site": site,
        "session": session,
        "state": when(session),
        "readiness": READINESS[SiteReadiness(site.readiness)],
        "states": READINESS,
        "checks": site.checks.select_related("made_by__person")[:SHOWN],
        "headcounts": site.headcounts.select_related("counted_by__person")[:SHOWN],
        "placed": site.placements.count(),
        "may_report": open_for_reports,
        "may_set_up": session.cancelled_at is None and can_set_up_session(actor=actor, host=session.host),
        "check_form": CheckForm(auto_id="check_%s", initial={"state": site.readiness}),
        "heads_form": HeadcountForm(auto_id="heads_%s", initial={"others": 0, "basis": HeadcountBasis.COUNTED}),
        "breadcrumbs": [
            *campaign_crumbs(session.campaign),
            Crumb(session.title, reverse("study_sessions:session_detail", args=[session.pk])),
            Crumb(gettext_lazy("Board of the sites"), reverse("study_sessions:session_board", args=[session.pk])),
        ],
    }
