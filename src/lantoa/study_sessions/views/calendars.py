"""Sessions as iCalendar files (RFC 5545), for whoever keeps a calendar elsewhere."""

import datetime as dt
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from lantoa.kernel import clock
from lantoa.organizations.middleware import ActorRequest
from lantoa.study_sessions.models import Site, StudySession
from lantoa.study_sessions.selectors import may_see_site, sessions_of
from lantoa.study_sessions.views.sessions import visible_session

PLACES = 5
"""An entry names so many places at the most; a conference may have thousands."""
PAST = dt.timedelta(days=30)
MOST = 200


@require_safe
def session_calendar(request: ActorRequest, pk: int) -> HttpResponse:
    """One session as a file."""
    return _file(request, [visible_session(request, pk)], f"session-{pk}.ics")


@require_safe
def calendar_mine(request: ActorRequest) -> HttpResponse:
    """The sessions that concern the reader, from a month ago on, as a file."""
    sessions = sessions_of(request.actor).filter(ends_at__gte=clock.now() - PAST).order_by("starts_at", "pk")
    return _file(request, list(sessions[:MOST]), "sessions.ics")


def _file(request: ActorRequest, sessions: list[StudySession], filename: str) -> HttpResponse:
    calendar = Calendar()
    calendar.add("prodid", "-//Lan Toa//lantoa//VI")
    calendar.add("version", "2.0")
    places = _places(request, sessions)
    for session in sessions:
        calendar.add_component(_event(request, session, places.get(session.pk, [])))
    answer = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def _places(request: ActorRequest, sessions: Iterable[StudySession]) -> dict[int, list[str]]:
    """The sites of each session that the reader may see (one query)."""
    sites = may_see_site(Site.objects.filter(session__in=[session.pk for session in sessions]), request.actor)
    found: dict[int, list[str]] = {}
    for session_id, name, address in sites.order_by("pk").values_list("session_id", "name", "address"):
        found.setdefault(session_id, []).append(f"{name}, {address}" if address else name)
    return found


def _event(request: HttpRequest, session: StudySession, places: list[str]) -> Event:
    event = Event()
    event.add("uid", f"{session.client_id}@lantoa")
    event.add("dtstamp", clock.now())
    event.add("dtstart", session.starts_at.astimezone(dt.UTC))
    event.add("dtend", session.ends_at.astimezone(dt.UTC))
    event.add("summary", session.title)
    event.add("sequence", session.version)
    event.add("status", "CONFIRMED" if session.cancelled_at is None else "CANCELLED")
    event.add("url", request.build_absolute_uri(reverse("study_sessions:session_detail", args=[session.pk])))
    event.add("description", f"{session.get_mode_display()}. {session.campaign.name}")
    if places:
        shown = places[:PLACES]
        more = len(places) - len(shown)
        event.add("location", "; ".join([*shown, _("and %(sites)s more sites") % {"sites": more}] if more else shown))
    return event
