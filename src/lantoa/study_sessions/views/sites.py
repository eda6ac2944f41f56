"""Sites: adding, changing, removing."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.plans.tabs import campaign_crumbs
from lantoa.study_sessions import services
from lantoa.study_sessions.forms import SiteEditForm, SiteForm
from lantoa.study_sessions.models import Site, StudySession
from lantoa.study_sessions.policies import can_set_up_session
from lantoa.study_sessions.selectors import campaign_units_under_host, cells_of_session
from lantoa.study_sessions.views.sessions import DETAIL, detail_context, visible_session
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page, render_stale
from lantoa.ui.states import Crumb


@require_http_methods(["GET", "HEAD", "POST"])
def site_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Add a site to a session."""
    session = _own_session(request, pk)
    free = [cell for cell in cells_of_session(session) if cell.site_id is None]
    form = SiteForm(request.POST or None, keepers=_keepers(session), cells=free, initial={"unit": session.host_id})
    context = _context(session)
    template = "study_sessions/site_new.html"
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        services.add_site(actor=request.actor, session=session, **_values(form))
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = gettext_lazy("The site was added.")
    return redirect_after_post(request, "study_sessions:session_detail", session.pk, message=message)


@require_http_methods(["GET", "HEAD", "POST"])
def site_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Change a site."""
    site = _own_site(request, pk)
    cells = [cell for cell in cells_of_session(site.session) if cell.site_id in (None, site.pk)]
    form = SiteEditForm(
        request.POST or None,
        keepers=_keepers(site.session),
        cells=cells,
        initial=SiteEditForm.values_of(site, cells),
    )
    context = {**_context(site.session), "site": site}
    template = "study_sessions/site_edit.html"
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        services.change_site(actor=request.actor, site=site, version=form.cleaned_data["version"], **_values(form))
    except Stale:
        site.refresh_from_db()
        differences = form.differences({"name": site.name, "address": site.address, "unit": site.unit_id})
        form.take_version(site.version)
        return render_stale(request, template, {**context, "form": form, "differences": differences})
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = gettext_lazy("The site was changed.")
    return redirect_after_post(request, "study_sessions:session_detail", site.session_id, message=message)


@require_POST
def site_remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Remove a site with the places at it."""
    site = _own_site(request, pk)
    try:
        services.remove_site(actor=request.actor, site=site)
    except Refusal as refusal:
        return render_invalid(request, DETAIL, detail_context(request, site.session), refusal=refusal)
    message = gettext_lazy("The site was removed.")
    return redirect_after_post(request, "study_sessions:session_detail", site.session_id, message=message)


@require_POST
def site_each(request: ActorRequest, pk: int) -> HttpResponse:
    """Add a site for each child unit of the host."""
    session = visible_session(request, pk)
    try:
        made = services.add_sites_for_children(actor=request.actor, session=session)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render_invalid(request, DETAIL, detail_context(request, session), refusal=refusal)
    message = ngettext("%(sites)s site was added.", "%(sites)s sites were added.", len(made)) % {"sites": len(made)}
    return redirect_after_post(request, "study_sessions:session_detail", session.pk, message=message)


def _own_session(request: ActorRequest, pk: int) -> StudySession:
    session = visible_session(request, pk)
    if not can_set_up_session(actor=request.actor, host=session.host):
        raise NotPermitted
    return session


def _own_site(request: ActorRequest, pk: int) -> Site:
    visible = StudySession.objects.visible_to(request.actor)
    site = get_object_or_404(Site.objects.filter(session__in=visible), pk=pk)
    site.session = _own_session(request, site.session_id)
    return site


def _keepers(session: StudySession) -> list[tuple[int, str]]:
    units = list(campaign_units_under_host(session).order_by("path"))
    depth = units[0].path.count(".")
    return [(unit.unit_id, f"{'– ' * (unit.path.count('.') - depth)}{unit.name}") for unit in units]


def _context(session: StudySession) -> dict[str, Any]:
    here = Crumb(session.title, reverse("study_sessions:session_detail", args=[session.pk]))
    return {"session": session, "breadcrumbs": [*campaign_crumbs(session.campaign), here]}


def _values(form: SiteForm) -> dict[str, Any]:
    cleaned = form.cleaned_data
    return {
        "unit": Unit.objects.get(pk=cleaned["unit"]),
        "name": cleaned["name"],
        "address": cleaned["address"],
        "cells": list(Unit.objects.filter(pk__in=cleaned["cells"])),
    }
