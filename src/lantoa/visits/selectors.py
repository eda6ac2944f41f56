"""Figures of visits. Only readers are counted, where nothing else is said."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from lantoa.kernel import clock
from lantoa.visits.enums import Agent
from lantoa.visits.models import TotalCount
from lantoa.visits.subjects import SITE

ONLINE = dt.timedelta(minutes=5)
"""Who was seen so recently is online."""
_SITE = """
WITH days AS (
  SELECT day, views FROM visits_day
  WHERE kind = %(kind)s AND object_id = %(id)s AND agent = %(reader)s AND day >= %(last_month)s
)
SELECT (SELECT count(DISTINCT mark) FROM visits_presence WHERE site_id = %(id)s AND seen_at > %(online)s),
       (SELECT coalesce(sum(views), 0) FROM days WHERE day = %(today)s),
       (SELECT coalesce(sum(views), 0) FROM days WHERE day >= %(month)s),
       (SELECT coalesce(sum(views), 0) FROM days WHERE day < %(month)s),
       (SELECT coalesce(sum(views), 0) FROM visits_totalcount WHERE kind = %(kind)s AND object_id = %(id)s),
       (SELECT views FROM visits_openingbalance WHERE site_id = %(id)s ORDER BY entered_at DESC, id DESC LIMIT 1)
"""
_CURVE = """
SELECT day,
       coalesce(sum(views) FILTER (WHERE agent = %(reader)s), 0),
       coalesce(sum(views) FILTER (WHERE agent = %(robot)s), 0),
       coalesce(sum(views) FILTER (WHERE agent = %(preview)s), 0),
       sum(visitors) + CASE WHEN %(kind)s = %(site)s THEN (
           SELECT count(*) FROM visits_presence p WHERE p.day = visits_day.day AND p.site_id = %(id)s
       ) ELSE 0 END
FROM visits_day
WHERE kind = %(kind)s AND object_id = %(id)s AND day BETWEEN %(first)s AND %(last)s
GROUP BY day ORDER BY day
"""
_MOST = """
SELECT object_id, sum(views) AS views FROM visits_day
WHERE kind = %s AND agent = %s AND day >= %s AND object_id IN ({})
GROUP BY object_id ORDER BY views DESC, object_id DESC LIMIT %s
"""
_MOST_OF = """
SELECT object_id, sum(views) FROM visits_day
WHERE kind = %(kind)s AND agent = %(reader)s AND object_id = ANY(%(ids)s) AND day BETWEEN %(first)s AND %(last)s
GROUP BY object_id ORDER BY sum(views) DESC, object_id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """The counters of a site. `total` includes `opening`, what a former counter had, which is None where nothing was
    entered."""

    online: int
    today: int
    this_month: int
    last_month: int
    total: int
    opening: int | None


@dataclass(frozen=True, slots=True)
class DayCounts:
    """The views of one day by who asked, and how many readers came (for a site)."""

    day: dt.date
    readers: int
    robots: int
    previews: int
    visitors: int


def site_counts(site_id: int) -> SiteCounts:
    """The counters of a site (one query)."""
    today = clock.today()
    month = today.replace(day=1)
    asked = {
        "kind": SITE,
        "id": site_id,
        "reader": Agent.READER.value,
        "today": today,
        "month": month,
        "last_month": (month - dt.timedelta(days=1)).replace(day=1),
        "online": clock.now() - ONLINE,
    }
    online, this_day, this_month, last_month, total, opening = _ask(_SITE, asked)[0]
    return SiteCounts(
        online=online,
        today=int(this_day),
        this_month=int(this_month),
        last_month=int(last_month),
        total=int(total) + (opening or 0),
        opening=opening,
    )


def views_of(kind: str, ids: Collection[int]) -> dict[int, int]:
    """How often each of some objects was read; those that nobody read are missing (one query)."""
    rows = TotalCount.objects.filter(kind=kind, object_id__in=ids)
    return dict(rows.values_list("object_id", "views"))


def views_of_row(kind: str) -> Coalesce:
    """How often the object of a row was read, by the row's own key: for who asks for the row anyway."""
    rows = TotalCount.objects.filter(kind=kind, object_id=OuterRef("pk")).order_by().values("views")
    return Coalesce(Subquery(rows[:1]), 0)


def most_viewed_statement(kind: str, *, days: int, limit: int, among: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """The statement that gives number (`object_id`) and `views` of what was read most in the last days, today included,
    for who joins it with rows, and its parameters. `among` gives the numbers of those that are asked about."""
    since = clock.today() - dt.timedelta(days=days - 1)
    narrow, numbers = among.query.sql_with_params()
    return _MOST.format(narrow), (kind, Agent.READER.value, since, *numbers, limit)


def most_read(kind: str, ids: Collection[int], *, first: dt.date, last: dt.date, limit: int) -> list[tuple[int, int]]:
    """Those of some objects that were read most on these days, the most read first, each with its views (one query)."""
    asked = {
        "kind": kind, "ids": list(ids), "reader": Agent.READER.value, "first": first, "last": last, "limit": limit,
    }  # fmt: skip
    return [(object_id, int(views)) for object_id, views in _ask(_MOST_OF, asked)]


def curve(kind: str, object_id: int, *, first: dt.date, last: dt.date) -> Sequence[DayCounts]:
    """The views of a subject on each of some days, those without any too (one query)."""
    agents = {agent.name.lower(): agent.value for agent in Agent}
    asked = {"kind": kind, "id": object_id, "site": SITE, "first": first, "last": last, **agents}
    found = {day: DayCounts(day, *map(int, counts)) for day, *counts in _ask(_CURVE, asked)}
    days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return [found.get(day, DayCounts(day, 0, 0, 0, 0)) for day in days]


def _ask(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
