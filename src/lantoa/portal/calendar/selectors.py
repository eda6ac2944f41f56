"""What everybody may know of sessions: what, when and where, and nobody's name."""

import datetime as dt
import re
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from lantoa.kernel import clock
from lantoa.organizations.models import Unit
from lantoa.portal.models import PortalSite
from lantoa.study_sessions.calendar_files import Places, places_of
from lantoa.study_sessions.models import Site, StudySession

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
MOST = 200
"""So many sessions stand on one page or in one file."""


@dataclass(frozen=True)
class Listed:
    """A session and where it is held."""

    session: StudySession
    places: Places

    @property
    def is_over_the_same_day(self) -> bool:
        """Whether it ends on the day on which it begins."""
        begins, ends = timezone.localtime(self.session.starts_at), timezone.localtime(self.session.ends_at)
        return begins.date() == ends.date()


@dataclass(frozen=True)
class Month:
    """The coming sessions of a month, how many it has (more than are listed, where it has very many), and the first
    days of the months before and after it that have any."""

    first: dt.date
    sessions: list[Listed]
    total: int
    earlier: dt.date | None
    later: dt.date | None


def open_sessions(portal: PortalSite) -> "QuerySet[StudySession]":
    """The sessions of the site's unit and those below it that are open to the public and not over yet."""
    hosts = Unit.objects.under(portal.unit).order_by().values("pk")
    rows = StudySession.objects.filter(is_public=True, host__in=hosts, ends_at__gte=clock.now())
    return rows.select_related("host").order_by("starts_at", "pk")


def listed(sessions: "QuerySet[StudySession]") -> list[Listed]:
    """The sessions with their places (two queries)."""
    found = list(sessions[:MOST])
    places = places_of(Site.objects.filter(session__in=[session.pk for session in found]))
    return [Listed(session, places.get(session.pk, Places())) for session in found]


def month_of(portal: PortalSite, asked: str) -> Month:
    """The month that an address names, this one where it names none or one that is over (four queries, and
    one more where they may not all be listed)."""
    this = clock.today().replace(day=1)
    first = max(_first_day(asked) or this, this)
    after = _next(first)
    coming = open_sessions(portal)
    begins, ends = _midnight(first), _midnight(after)
    # What began in an earlier month and lasts stands in this one.
    here = (
        coming.filter(starts_at__lt=ends) if first == this else coming.filter(starts_at__gte=begins, starts_at__lt=ends)
    )
    before = coming.filter(starts_at__lt=begins).order_by("-starts_at").values_list("starts_at", flat=True)
    further = coming.filter(starts_at__gte=ends).values_list("starts_at", flat=True)
    earlier = None if first == this else _month(before.first(), this) or this
    sessions = listed(here)
    total = here.count() if len(sessions) == MOST else len(sessions)
    return Month(first, sessions, total, earlier, _month(further.first(), this))


def _first_day(asked: str) -> dt.date | None:
    found = _MONTH.fullmatch(asked)
    return dt.date(int(found[1]), int(found[2]), 1) if found else None


def _next(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=31)).replace(day=1)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _month(moment: dt.datetime | None, this: dt.date) -> dt.date | None:
    return max(timezone.localdate(moment).replace(day=1), this) if moment else None
