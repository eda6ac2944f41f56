"""The polls of a portal on the desk."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.portal.models import Poll, PortalSite
from lantoa.portal.policies import can_edit_anywhere, can_write
from lantoa.portal.readers.desk_forms import NewPollForm, PollForm
from lantoa.portal.readers.polls import result_of
from lantoa.portal.readers.services import polls
from lantoa.portal.readers.views.desk import tabs
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import State, Tone
from lantoa.ui.tables import Column, Kind, Table

PAGE = "portal/readers/desk_poll.html"


def _state(poll: Poll) -> State:
    if poll.is_running:
        return State(_("readers vote"), Tone.SUCCESS)
    return State(_("voting is over") if poll.has_begun else _("has not begun"), Tone.NEUTRAL)


COLUMNS: tuple[Column[Poll], ...] = (
    Column(
        key="question",
        label=lazy("Question"),
        value=lambda row: row.question,
        primary=True,
        href=lambda row: row.desk_url,
    ),
    Column(
        key="begins",
        label=lazy("From the day"),
        value=lambda row: row.begins_on,
        kind=Kind.DATE,
        order_by=("begins_on",),
    ),
    Column(
        key="ends", label=lazy("Until the day"), value=lambda row: row.ends_on, kind=Kind.DATE, order_by=("ends_on",)
    ),
    Column(key="votes", label=lazy("Votes"), value=lambda row: getattr(row, "many", 0), kind=Kind.NUMBER),
    Column(key="state", label=lazy("State"), value=lambda row: _state(row).label, state=_state),
)


@require_safe
def poll_list(request: ActorRequest) -> HttpResponse:
    """What do we ask readers, and what did we ask?"""
    if not can_edit_anywhere(actor=request.actor):
        raise NotPermitted
    table = Table(
        request=request,
        columns=COLUMNS,
        rows=Poll.objects.visible_to(request.actor).with_votes().order_by("-begins_on", "-pk"),
        caption=_("Polls"),
        empty_title=_("No poll was made yet."),
    )
    context = {"table": table, "tabs": tabs(request, "polls"), "may_write": bool(_portals(request))}
    return render_page(request, "portal/readers/desk_polls.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def poll_new(request: ActorRequest) -> HttpResponse:
    """Ask readers something."""
    portals = _portals(request)
    if not portals:
        raise NotPermitted
    form = NewPollForm(request.POST or None, portals=portals)
    if request.method != "POST":
        return render_page(request, PAGE, {"form": form})
    if not form.is_valid():
        return render_invalid(request, PAGE, {"form": form}, form=form)
    try:
        polls.make_poll(
            actor=request.actor, client_id=form.cleaned_data["client_id"], portal=form.portal, words=form.words()
        )
    except Refusal as refusal:
        return render_invalid(request, PAGE, {"form": form}, form=form, refusal=refusal)
    return redirect_after_post(request, "portal:poll_list", message=_("The poll is kept. It shows from its first day."))


@require_http_methods(["GET", "HEAD", "POST"])
def poll_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """What does the poll ask, and what came of it? A POST corrects it."""
    poll = _poll(request, pk)
    may_write = can_write(actor=request.actor, unit=poll.portal.unit)
    context: dict[str, Any] = {"poll": poll, "result": result_of(poll), "may_write": may_write}
    if request.method != "POST":
        return render_page(request, PAGE, {**context, "form": PollForm.of(poll) if may_write else None})
    if not may_write:
        raise NotPermitted
    form = PollForm(request.POST)
    if not form.is_valid():
        return render_invalid(request, PAGE, context, form=form)
    try:
        polls.change_poll(actor=request.actor, poll=poll, words=form.words())
    except Refusal as refusal:
        return render_invalid(request, PAGE, context, form=form, refusal=refusal)
    return redirect_after_post(request, "portal:poll_list", message=_("The poll is changed."))


@require_POST
def poll_close(request: ActorRequest, pk: int) -> HttpResponse:
    """End the poll today."""
    polls.close_poll(actor=request.actor, poll=_poll(request, pk))
    return redirect_after_post(request, "portal:poll_edit", pk, message=_("The poll is closed. Its result stays."))


def _poll(request: ActorRequest, pk: int) -> Poll:
    return get_object_or_404(Poll.objects.visible_to(request.actor).select_related("portal__unit"), pk=pk)


def _portals(request: ActorRequest) -> list[PortalSite]:
    """The portals that the reader writes for."""
    rows = PortalSite.objects.visible_to(request.actor).select_related("unit")
    return [portal for portal in rows if can_write(actor=request.actor, unit=portal.unit)]
