"""Late changes and conflicts: what is to be decided, one click each."""

from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from lantoa.attendance.enums import ATTENDED, MISSED, MarkStatus
from lantoa.attendance.forms.rolls import SettleForm
from lantoa.attendance.models import LateChange
from lantoa.attendance.review_tabs import every_tab, tab_of
from lantoa.attendance.services import review
from lantoa.kernel.pagination import page_of
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import authority
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.services.lists import note_list
from lantoa.study_sessions.models import Placement, Site
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Tab

PAGE = "attendance/review_list.html"
PER_PAGE = 20


@require_safe
def review_list(request: ActorRequest) -> HttpResponse:
    """Which marks wait for a decision?"""
    if not request.actor.unit_ids(authority.SETTLES_BELOW | authority.SETTLES_OWN):
        raise NotPermitted
    context = page_context(request, request.GET.get("show", ""))
    unit_of = context["tab"].unit_of
    for unit, rows in Counter(unit_of(matter) for matter in context["page"].object_list).items():
        note_list(actor=request.actor, action="attendance.list_review", about=unit, unit=unit, rows=rows)
    return render_page(request, PAGE, context)


def page_context(request: ActorRequest, show: str) -> dict[str, Any]:
    """What the page shows of one kind of matters."""
    tab = tab_of(show)
    return {
        "tab": tab,
        "page": page_of(tab.matters(request.actor), request.GET.get("page"), PER_PAGE),
        "statuses": (*ATTENDED, *MISSED),
        "tabs": [Tab(each.label, each.url, each == tab, each.waiting(request.actor).count()) for each in every_tab()],
    }


@require_POST
def late_accept(request: ActorRequest, pk: int) -> HttpResponse:
    """Let a late mark count."""
    change = _visible_change(request, pk)
    try:
        review.accept_late(actor=request.actor, change=change)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render_invalid(request, PAGE, page_context(request, "late"), refusal=refusal)
    return _back(request, _("The late change was accepted: it counts from now on."))


@require_POST
def late_reject(request: ActorRequest, pk: int) -> HttpResponse:
    """Let a late mark never count."""
    change = _visible_change(request, pk)
    try:
        review.reject_late(actor=request.actor, change=change)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render_invalid(request, PAGE, page_context(request, "late"), refusal=refusal)
    return _back(request, _("The late change was rejected. It stays in the log and does not count."))


@require_POST
def conflict_settle(request: ActorRequest, session_id: int, entry_id: int) -> HttpResponse:
    """Settle what recorders disagree about."""
    places = Placement.objects.filter(site__in=Site.objects.visible_to(request.actor))
    place = get_object_or_404(places.select_related("session", "entry"), session_id=session_id, entry_id=entry_id)
    form = SettleForm(request.POST)
    status = MarkStatus(form.cleaned_data["status"]) if form.is_valid() else MarkStatus.RETRACTED
    try:
        review.settle_conflict(actor=request.actor, session=place.session, entry=place.entry, status=status)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render_invalid(request, PAGE, page_context(request, "conflicts"), refusal=refusal)
    return _back(request, _("The conflict was settled."), "?show=conflicts")


def _visible_change(request: ActorRequest, pk: int) -> LateChange:
    changes = LateChange.objects.visible_to(request.actor)
    return get_object_or_404(changes.select_related("event__site__unit", "event__session__campaign"), pk=pk)


def _back(request: ActorRequest, message: Promise, query: str = "") -> HttpResponse:
    return redirect_after_post(request, f"{reverse('attendance:review_list')}{query}", message=message)
