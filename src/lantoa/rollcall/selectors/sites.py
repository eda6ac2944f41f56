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
    near = Site.objects.filter(
        unit_id=unit_id, session__cancelled_at__isnull=True, session__ends_at__gte=clock.now() - BACK
    )
    counted = near.annotate(people=Count("placements"), closed=Exists(RollClosing.objects.filter(site=OuterRef("pk"))))
    rows = counted.order_by("session__starts_at", "pk").values_list(
        "pk", "session_id", "session__title", "name", "session__starts_at", "session__ends_at", "people", "closed"
    )
    return [SiteLine(*row) for row in rows[:MOST]]
