"""Sessions as calendar files for those whom they concern."""

import datetime as dt

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from lantoa.kernel import clock
from lantoa.organizations.middleware import ActorRequest
from lantoa.study_sessions.calendar_files import CalendarEntry, Places, answer_with, places_of
from lantoa.study_sessions.models import Site, StudySession
from lantoa.study_sessions.selectors import may_see_site, sessions_of
from lantoa.study_sessions.views.sessions import visible_session

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
    """The sessions with the sites that the reader may see."""
    sites = may_see_site(Site.objects.filter(session__in=[session.pk for session in sessions]), request.actor)
    places = places_of(sites)
    entries = (
        CalendarEntry(
            session,
            places.get(session.pk, Places()),
            f"{session.get_mode_display()}. {session.campaign.name}",
            request.build_absolute_uri(reverse("study_sessions:session_detail", args=[session.pk])),
        )
        for session in sessions
    )
    return answer_with(entries, filename)
