"""Who missed a session, and the make-up session for them."""

import datetime as dt
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lantoa.attendance.errors import NobodyMissed
from lantoa.attendance.forms.rolls import MakeUpForm
from lantoa.attendance.selectors.contacts import contacts_of
from lantoa.attendance.selectors.missed import Missed, MissedCell, missed_of
from lantoa.attendance.services.make_ups import MakeUpSite, remind_of_missed, set_up_make_up
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.policies import can_see_names
from lantoa.organizations.services.lists import note_list
from lantoa.plans.tabs import campaign_crumbs
from lantoa.study_sessions.models import StudySession
from lantoa.study_sessions.selectors import hosts_for
from lantoa.study_sessions.views.sessions import visible_session
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Column, Kind, Table

Line = tuple[MissedCell, Missed | None]
AT_A_TIME = 50
"""So many people stand on one page."""
UNITS_AT_A_TIME = 12
UNITS: tuple[Column[MissedCell], ...] = (
    Column(
        key="unit",
        label=gettext_lazy("Unit"),
        value=lambda cell: cell.unit.name,
        sort_key=lambda cell: cell.unit.sort_key,
        primary=True,
    ),
    Column(
        key="missed",
        label=gettext_lazy("Still owe the study"),
        value=lambda cell: len(cell.people),
        kind=Kind.NUMBER,
        sort_key=lambda cell: len(cell.people),
    ),
    Column(
        key="waiting",
        label=gettext_lazy("Without a place at a make-up session"),
        value=lambda cell: len(cell.waiting),
        kind=Kind.NUMBER,
        sort_key=lambda cell: len(cell.waiting),
    ),
    Column(
        key="contact",
        label=gettext_lazy("To be asked"),
        value=lambda _cell: "",
        template="attendance/_missed_contact_cell.html",
    ),
)


@require_safe
def missed_list(request: ActorRequest, pk: int) -> HttpResponse:
    """Who missed this session and has not made it up?"""
    session = visible_session(request, pk)
    hosts = _hosts(request, session)
    cells = _missed(session, hosts)
    lines: Table[Line] = Table(
        request=request, columns=(), rows=_lines(request, cells), caption=_("Who missed it"), page_size=AT_A_TIME
    )
    shown = list(lines.page.object_list)
    units: Table[MissedCell] = Table(
        request=request,
        columns=UNITS,
        rows=cells,
        caption=_("Who still owes the study, by unit"),
        sort="-waiting",
        prefix="u_",
        page_size=UNITS_AT_A_TIME,
    )
    contacts = contacts_of([cell.unit for cell in [*(cell for cell, _one in shown), *units.page.object_list]])
    units.extra = {"contacts": contacts}
    rows = sum(one is not None for _cell, one in shown)
    note_list(actor=request.actor, action="attendance.list_missed", about=session, unit=session.host, rows=rows)
    context = {
        "session": session,
        "lines": lines,
        "cells": [
            (cell, [one for _cell, one in group if one is not None], contacts[cell.unit.pk])
            for cell, group in groupby(shown, key=lambda line: line[0])
        ],
        "missed": sum(len(cell.people) for cell in cells) - _unmarked(cells),
        "unmarked": _unmarked(cells),
        "units": units,
        "waiting": sum(len(cell.waiting) for cell in cells),
        "form": MakeUpForm(hosts=hosts, initial=_suggested(session)),
        "breadcrumbs": _crumbs(session),
    }
    return render_page(request, "attendance/missed_list.html", context)


@require_POST
def missed_remind(request: ActorRequest, pk: int) -> HttpResponse:
    """Tell the cells that some of their people still owe the study."""
    session = visible_session(request, pk)
    try:
        told = remind_of_missed(actor=request.actor, session=session)
    except NobodyMissed as refusal:
        return redirect_after_post(request, "attendance:missed_list", session.pk, message=str(refusal))
    if not told:
        message = _("Everybody who can be told has been told today already.")
        return redirect_after_post(request, "attendance:missed_list", session.pk, message=message)
    message = ngettext("%(told)s user was told.", "%(told)s users were told.", told) % {"told": told}
    return redirect_after_post(request, "attendance:missed_list", session.pk, message=message)


@require_http_methods(["GET", "HEAD", "POST"])
def make_up_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Set up a make-up session for those who missed the first one."""
    session = visible_session(request, pk)
    hosts = _hosts(request, session)
    cells = _missed(session, hosts)
    waiting = sum(len(cell.waiting) for cell in cells)
    form = MakeUpForm(
        request.POST or None,
        hosts=hosts,
        initial=_suggested(session),
    )
    context: dict[str, Any] = {
        "session": session,
        "waiting": waiting,
        "unmarked": _unmarked(cells),
        "breadcrumbs": _crumbs(session),
    }
    template = "attendance/make_up_new.html"
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    starts_at, ends_at = form.moments()
    cleaned = form.cleaned_data
    try:
        made = set_up_make_up(
            actor=request.actor,
            client_id=cleaned["client_id"],
            session=session,
            host=cleaned["host"],
            title=cleaned["title"],
            mode=cleaned["mode"],
            starts_at=starts_at,
            ends_at=ends_at,
            sites=_sites(session, form),
        )
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = gettext_lazy("The make-up session was set up, with everybody who missed the first one on its lists.")
    return redirect_after_post(request, "study_sessions:session_detail", made.pk, message=message)


def _suggested(session: StudySession) -> dict[str, Any]:
    """A make-up session as it is offered: in a week, at the hours of the first one."""
    begins, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    starts_on = clock.today() + dt.timedelta(days=7)
    return {
        "title": (_("Make-up: %(title)s") % {"title": session.title})[:200],
        "mode": session.mode,
        "starts_on": starts_on,
        "starts_hour": begins.time().replace(second=0, microsecond=0),
        "ends_on": starts_on + (ends.date() - begins.date()) if ends.date() > begins.date() else None,
        "ends_hour": ends.time().replace(second=0, microsecond=0),
    }


def _lines(request: ActorRequest, cells: list[MissedCell]) -> list[Line]:
    """The people by cell, in pages; a cell whose people are not named to the reader is one line."""
    lines: list[Line] = []
    for cell in cells:
        named = can_see_names(actor=request.actor, unit=cell.unit)
        lines += [(cell, one) for one in cell.people] if named else [(cell, None)]
    return lines


def _hosts(request: ActorRequest, session: StudySession) -> QuerySet[Unit]:
    """The units for which the reader may set up a make-up: their own, at the first session's host or below it."""
    hosts = hosts_for(request.actor, session.campaign).filter(path__startswith=session.host.path)
    if not hosts:
        raise NotPermitted
    return hosts


def _unmarked(cells: list[MissedCell]) -> int:
    """How many of them are not known to have been away: their roll has not been taken."""
    return sum(not (one.status or one.called_later) for cell in cells for one in cell.people)


def _missed(session: StudySession, hosts: QuerySet[Unit]) -> list[MissedCell]:
    paths = tuple(host.path for host in hosts)
    return [cell for cell in missed_of(session) if cell.unit.path.startswith(paths)]


def _sites(session: StudySession, form: MakeUpForm) -> list[MakeUpSite]:
    host, address = form.cleaned_data["host"], form.cleaned_data["address"]
    cells = [cell.unit for cell in missed_of(session, path=host.path) if cell.waiting]
    if not cells:
        raise NobodyMissed
    if form.cleaned_data["arrangement"] == MakeUpForm.EACH:
        return [MakeUpSite(cell, cell.name[:160], (cell,), address) for cell in cells]
    return [MakeUpSite(host, host.name[:160], tuple(cells), address)]


def _crumbs(session: StudySession) -> list[Crumb]:
    here = Crumb(session.title, reverse("study_sessions:session_detail", args=[session.pk]))
    return [*campaign_crumbs(session.campaign), here]
