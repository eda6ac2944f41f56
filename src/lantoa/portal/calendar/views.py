"""The calendar of sessions open to the public, as a page and as files."""

from collections.abc import Iterable

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lantoa.portal.calendar.selectors import MOST, Listed, listed, month_of, open_sessions
from lantoa.portal.selectors import frame_of, portal_at
from lantoa.portal.serving.rules import PAGE, for_everybody
from lantoa.study_sessions.calendar_files import CalendarEntry, answer_with


@login_not_required
@for_everybody(PAGE, "thang")
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Which sessions can I come to?"""
    portal = portal_at(request)
    month = month_of(portal, request.GET.get("thang", ""))
    return render(request, "portal/calendar.html", {**frame_of(portal), "month": month, "most": MOST})


@login_not_required
@for_everybody(PAGE)
@require_safe
def calendar_file(request: HttpRequest) -> HttpResponse:
    """The coming sessions, for a calendar that fetches them again and again."""
    return _file(request, listed(open_sessions(portal_at(request))), "lich.ics")


@login_not_required
@for_everybody(PAGE)
@require_safe
def calendar_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One session as a file."""
    found = listed(open_sessions(portal_at(request)).filter(pk=pk))
    if not found:
        raise Http404
    return _file(request, found, f"buoi-{pk}.ics")


def _file(request: HttpRequest, sessions: Iterable[Listed], filename: str) -> HttpResponse:
    page = reverse("portal:calendar")
    entries = (
        CalendarEntry(
            each.session,
            each.places,
            f"{each.session.get_mode_display()}. {each.session.host.name}",
            request.build_absolute_uri(
                f"{page}?thang={timezone.localtime(each.session.starts_at):%Y-%m}#buoi-{each.session.pk}"
            ),
        )
        for each in sessions
    )
    return answer_with(entries, filename)
