"""Sessions, sites and places for tests, written straight into the tables."""

import datetime as dt
import itertools
import uuid
from collections.abc import Iterable

from django.utils import timezone

from lantoa.kernel import clock
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign, SummonsEntry
from lantoa.study_sessions.enums import SessionKind, SessionMode
from lantoa.study_sessions.models import Placement, Site, SiteUnit, StudySession
from tests.organizations.factories import make_user

_numbers = itertools.count(1)


def make_session(
    campaign: Campaign,
    host: Unit | None = None,
    *,
    starts_at: dt.datetime | None = None,
    makes_up: StudySession | None = None,
    title: str = "",
    cancelled: bool = False,
) -> StudySession:
    """A session of today that began three hours ago and lasted two, or less where the day is too young for that; or one
    that begins as given. A make-up with `makes_up`."""
    now = clock.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = starts_at or max(now - dt.timedelta(hours=3), midnight.astimezone(dt.UTC))
    ends = begins + dt.timedelta(hours=2)
    return StudySession.objects.create(
        client_id=uuid.uuid4(),
        campaign=campaign,
        host=host or campaign.owner,
        kind=SessionKind.MAKE_UP if makes_up else SessionKind.FIRST,
        makes_up=makes_up,
        title=title or f"Hội nghị học tập số {next(_numbers)}",
        mode=SessionMode.IN_PERSON,
        starts_at=begins,
        ends_at=ends if starts_at else min(ends, now),
        created_by=make_user(),
        cancelled_at=clock.now() if cancelled else None,
    )


def make_site(session: StudySession, unit: Unit | None = None, *, cells: Iterable[Unit] = (), name: str = "") -> Site:
    """A site of the session kept by `unit` (the host by default), where the cells go; nobody is placed."""
    keeper = unit or session.host
    site = Site.objects.create(session=session, unit=keeper, name=name or f"Điểm cầu {next(_numbers)}")
    SiteUnit.objects.bulk_create(SiteUnit(session=session, site=site, unit=cell) for cell in cells)
    return site


def place(site: Site, *entries: SummonsEntry) -> list[Placement]:
    """Put people on the site's list."""
    return Placement.objects.bulk_create(Placement(entry=entry, session=site.session, site=site) for entry in entries)
