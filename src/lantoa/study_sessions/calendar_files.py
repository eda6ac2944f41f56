"""Sessions as iCalendar files (RFC 5545), for whoever keeps a calendar elsewhere."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from lantoa.kernel import clock
from lantoa.study_sessions.models import StudySession
from lantoa.study_sessions.querysets import SiteQuerySet

PLACES = 5
"""An entry names so many places at the most; a conference may have thousands."""


@dataclass(frozen=True)
class Places:
    """Where a session is held: the first sites, and how many there are besides."""

    named: tuple[str, ...] = ()
    more: int = 0

    def __str__(self) -> str:
        further = (_("and %(sites)s more sites") % {"sites": self.more},) if self.more else ()
        return "; ".join([*self.named, *further])


@dataclass(frozen=True)
class CalendarEntry:
    """A session, where it is held, what is said about it, and the address of its page."""

    session: StudySession
    places: Places
    description: str
    address: str


def places_of(sites: SiteQuerySet) -> dict[int, Places]:
    """The places of each session among the sites (one query)."""
    order = Window(RowNumber(), partition_by=[F("session_id")], order_by="pk")
    number = Window(RowNumber(), partition_by=[F("session_id")], order_by="-pk")
    rows = sites.order_by("pk").annotate(place=order, left=number).filter(place__lte=PLACES)
    named: dict[int, list[str]] = {}
    left: dict[int, int] = {}
    for session_id, name, address, after in rows.values_list("session_id", "name", "address", "left"):
        named.setdefault(session_id, []).append(f"{name}, {address}" if address else name)
        left[session_id] = after - 1
    return {session_id: Places(tuple(names), left[session_id]) for session_id, names in named.items()}


def answer_with(entries: Iterable[CalendarEntry], filename: str) -> HttpResponse:
    """The sessions as a file."""
    calendar = Calendar()
    calendar.add("prodid", "-//Lan Toa//lantoa//VI")
    calendar.add("version", "2.0")
    for entry in entries:
        calendar.add_component(_event(entry))
    answer = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def _event(entry: CalendarEntry) -> Event:
    session, event = entry.session, Event()
    event.add("uid", f"{session.client_id}@lantoa")
    event.add("dtstamp", clock.now())
    event.add("dtstart", session.starts_at.astimezone(dt.UTC))
    event.add("dtend", session.ends_at.astimezone(dt.UTC))
    event.add("summary", session.title)
    event.add("sequence", session.version)
    event.add("status", "CONFIRMED" if session.cancelled_at is None else "CANCELLED")
    event.add("url", entry.address)
    event.add("description", entry.description)
    if entry.places.named:
        event.add("location", str(entry.places))
    return event
