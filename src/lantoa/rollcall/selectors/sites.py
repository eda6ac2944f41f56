"""The sites whose roll is taken with a phone."""

import datetime as dt

from django.db.models import Count, Exists, OuterRef

from lantoa.attendance.models import RollClosing
from lantoa.kernel import clock
from lantoa.rollcall.wire import SiteLine
from lantoa.study_sessions.models import Site

BACK = dt.timedelta(days=7)
MOST = 200


def sites_of_unit(unit_id: int) -> list[SiteLine]:
    """The sites that the unit keeps, of sessions that were not cancelled and end no longer ago than a week, the next
    first; at most two hundred (one query)."""
    sites = (
        Site.objects.filter(
            unit_id=unit_id, session__cancelled_at__isnull=True, session__ends_at__gte=clock.now() - BACK
        )
        .select_related("session")
        .annotate(people=Count("placements"), closed=Exists(RollClosing.objects.filter(site=OuterRef("pk"))))
        .order_by("session__starts_at", "pk")[:MOST]
    )
    return [
        SiteLine(
            site_id=site.pk,
            session_id=site.session_id,
            title=site.session.title,
            site=site.name,
            starts_at=site.session.starts_at,
            ends_at=site.session.ends_at,
            people=site.people,
            closed=site.closed,
        )
        for site in sites
    ]
