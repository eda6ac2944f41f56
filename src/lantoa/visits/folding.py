"""Views folded into sums, and days closed."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from lantoa.kernel import clock
from lantoa.kernel.arrays import array_literal
from lantoa.visits.enums import Agent
from lantoa.visits.models import DaySalt, OpenCount, Presence, VisitBatch
from lantoa.visits.subjects import SITE, existing

TOGETHER = 500
"""So many batches are folded in one transaction."""
KEPT = dt.timedelta(hours=1)
"""So long a batch that was folded stays, should its writer not have heard."""
CLOSES_AFTER = dt.timedelta(minutes=15)
"""A day is closed that long after its end: what was counted in its last seconds is folded by then."""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('lantoa.visits', 0))"
_COUNT = """
INSERT INTO visits_opencount AS kept (day, kind, object_id, agent, views)
SELECT * FROM unnest(%s::date[], %s::text[], %s::bigint[], %s::smallint[], %s::bigint[])
ON CONFLICT (kind, object_id, day, agent) DO UPDATE SET views = kept.views + EXCLUDED.views
"""
_TOTAL = """
INSERT INTO visits_totalcount AS kept (kind, object_id, views)
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[])
ON CONFLICT (kind, object_id) DO UPDATE SET views = kept.views + EXCLUDED.views
"""
_SEE = """
INSERT INTO visits_presence AS kept (day, site_id, mark, seen_at)
SELECT * FROM unnest(%s::date[], %s::bigint[], %s::bigint[], %s::timestamptz[])
ON CONFLICT (day, site_id, mark) DO UPDATE SET seen_at = greatest(kept.seen_at, EXCLUDED.seen_at)
"""
_CLOSE = """
INSERT INTO visits_dailysum (day, kind, object_id, agent, views, visitors, closed_at)
SELECT day, kind, object_id, agent, views,
       CASE WHEN kind = %(site)s AND agent = %(reader)s
            THEN (SELECT count(*) FROM visits_presence p WHERE p.day = c.day AND p.site_id = c.object_id) ELSE 0 END,
       %(now)s
FROM visits_opencount c
WHERE day < %(today)s
ORDER BY day, kind, object_id, agent
"""


def fold_waiting() -> int:
    """Add what the server processes counted to the sums; returns how many views were folded.

    Subjects that there are not are left out. One transaction takes the batches and writes the sums.
    """
    folded = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LOCK)
            waiting = VisitBatch.objects.filter(content__isnull=False).order_by("written_at", "pk")[:TOGETHER]
            batches: dict[Any, Any] = dict(waiting.values_list("pk", "content"))
            if not batches:
                VisitBatch.objects.filter(content__isnull=True, written_at__lt=clock.now() - KEPT).delete()
                return folded
            folded += _fold(cursor, batches.values())
            VisitBatch.objects.filter(pk__in=batches).update(content=None)


def close_days() -> int:
    """Write the sums of the days that are over where nothing changes them any more, and forget who came. Returns how
    many sums were written. A day that was closed before is closed again where more of it came to light."""
    today = timezone.localdate(clock.now() - CLOSES_AFTER)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_CLOSE, {"site": SITE, "reader": Agent.READER, "today": today, "now": clock.now()})
        closed: int = cursor.rowcount
        for passing in (OpenCount, Presence, DaySalt):
            passing.objects.filter(day__lt=today).delete()
    return closed


def _fold(cursor: CursorWrapper, batches: Iterable[dict[str, list[list[Any]]]]) -> int:
    counts = Counter[tuple[str, str, int, int]]()
    seen = dict[tuple[str, int, int], str]()
    for batch in batches:
        for day, kind, object_id, agent, views in batch["counts"]:
            counts[day, kind, object_id, agent] += views
        for day, site_id, mark, moment in batch["seen"]:
            seen[day, site_id, mark] = max(moment, seen.get((day, site_id, mark), ""))
    known = existing({(kind, object_id) for _day, kind, object_id, _agent in counts})
    counts = Counter({key: views for key, views in counts.items() if key[1:3] in known})
    totals = Counter[tuple[str, int]]()
    for (_day, kind, object_id, agent), views in counts.items():
        if agent == Agent.READER:
            totals[kind, object_id] += views
    _put(cursor, _COUNT, [(*key, views) for key, views in sorted(counts.items())])
    _put(cursor, _TOTAL, [(*key, views) for key, views in sorted(totals.items())])
    _put(cursor, _SEE, [(*key, moment) for key, moment in sorted(seen.items()) if (SITE, key[1]) in known])
    return counts.total()


def _put(cursor: CursorWrapper, statement: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        cursor.execute(statement, [array_literal(column) for column in zip(*rows, strict=True)])
