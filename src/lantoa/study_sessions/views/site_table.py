"""All sites of a session as a table to be edited, and the step that makes them from the units under the host."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from lantoa.kernel.pagination import page_of
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.enums import UnitKind
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.middleware import ActorRequest
from lantoa.plans.tabs import campaign_crumbs
from lantoa.study_sessions import services
from lantoa.study_sessions.errors import SiteGone, SitesRefused
from lantoa.study_sessions.forms import KindsForm, SiteRowForm
from lantoa.study_sessions.models import Site, StudySession
from lantoa.study_sessions.policies import can_set_up_session
from lantoa.study_sessions.selectors import kinds_with_free_cells
from lantoa.study_sessions.services import SiteChange
from lantoa.study_sessions.views.sessions import visible_session
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb

PAGE = "study_sessions/site_table.html"
ROWS = 40
"""On a page: five fields each, within the number of fields that a form may send."""


@require_http_methods(["GET", "HEAD", "POST"])
def site_table(request: ActorRequest, pk: int) -> HttpResponse:
    """What are these sites called, and where are they?"""
    session = _own_session(request, pk)
    if request.method != "POST":
        return render_page(request, PAGE, _context(request, session))
    posted = [int(value) for value in request.POST.getlist("site")[:ROWS] if value.isdecimal() and len(value) < 19]
    sites = list(session.sites.filter(pk__in=posted).select_related("unit").order_by("name", "pk"))
    forms = [SiteRowForm(request.POST, site=site) for site in sites]
    context = _context(request, session, forms)
    if any(form.errors for form in forms):
        return render_invalid(request, PAGE, context, refusal=SitesRefused({}))
    try:
        if len(sites) != len(set(posted)):
            raise SiteGone
        saved = services.change_sites(actor=request.actor, session=session, changes=[_change(form) for form in forms])
    except SitesRefused as refusal:
        _mark(forms, refusal)
        return render_invalid(request, PAGE, context, refusal=refusal)
    except Refusal as refusal:
        return render_invalid(request, PAGE, context, refusal=refusal)
    message = ngettext("%(sites)s site was changed.", "%(sites)s sites were changed.", saved) % {"sites": saved}
    return redirect_after_post(request, _address(request, session), message=message)


@require_POST
def site_kinds(request: ActorRequest, pk: int) -> HttpResponse:
    """Make a site for each unit of some kinds."""
    session = _own_session(request, pk)
    form = KindsForm(request.POST, kinds=kinds_with_free_cells(session))
    context = {**_context(request, session), "kinds_form": form}
    if not form.is_valid():
        return render_invalid(request, PAGE, context, form=form)
    kinds = [UnitKind(kind) for kind in form.cleaned_data["kinds"]]
    try:
        made = services.add_sites_for_kinds(actor=request.actor, session=session, kinds=kinds)
    except Refusal as refusal:
        return render_invalid(request, PAGE, context, form=form, refusal=refusal)
    message = ngettext("%(sites)s site was added.", "%(sites)s sites were added.", len(made)) % {"sites": len(made)}
    return redirect_after_post(request, "study_sessions:site_table", session.pk, message=message)


def _own_session(request: ActorRequest, pk: int) -> StudySession:
    session = visible_session(request, pk)
    if not can_set_up_session(actor=request.actor, host=session.host):
        raise NotPermitted
    return session


def _context(
    request: ActorRequest, session: StudySession, forms: Sequence[SiteRowForm] | None = None
) -> dict[str, Any]:
    page = _page(request, session)
    kinds = kinds_with_free_cells(session)
    return {
        "session": session,
        "page": page,
        "forms": [SiteRowForm(site=site) for site in page.object_list] if forms is None else forms,
        "kinds": kinds,
        "kinds_form": KindsForm(kinds=kinds),
        "breadcrumbs": [
            *campaign_crumbs(session.campaign),
            Crumb(session.title, reverse("study_sessions:session_detail", args=[session.pk])),
        ],
    }


def _page(request: ActorRequest, session: StudySession) -> Page[Site]:
    return page_of(session.sites.select_related("unit").order_by("name", "pk"), request.GET.get("page"), ROWS)


def _address(request: ActorRequest, session: StudySession) -> str:
    number = _page(request, session).number
    url = reverse("study_sessions:site_table", args=[session.pk])
    return f"{url}?page={number}" if number > 1 else url


def _change(form: SiteRowForm) -> SiteChange:
    values = form.cleaned_data
    return SiteChange(
        site_id=form.site.pk,
        version=values["version"],
        name=values["name"],
        address=values["address"],
        contact=values["contact"],
        note=values["note"],
    )


def _mark(forms: Sequence[SiteRowForm], refusal: SitesRefused) -> None:
    """Put each row's problem beside it; whoever saves once more has seen what the other one wrote."""
    for form in forms:
        problem = refusal.problems.get(form.site.pk)
        if problem is None:
            continue
        add_refusal(form, problem)
        if isinstance(problem, Stale):
            form.stored = form.differences(SiteRowForm.values_of(form.site))
            form.take_version(form.site.version)
