"""The carried reading of a whole tree in one set-based query, since there is too much under its root to go through one
by one.

A row of coverage holds what was below it on the campaign's day, too. As long as a unit and its superior of that day are
found under the same row today, the superior's row holds them both; only where they part, the unit's row is added where
the unit is and taken away where its superior is. So the tree is compared once, and as many rows of coverage are read as
there are such steps, not as many as there are cells.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields

from django.db import connection

from lantoa.attendance.enums import Group
from lantoa.attendance.rates import Counts
from lantoa.kernel import clock

_FIGURES = tuple(each.name for each in fields(Counts))
_SUMS = ", ".join(f"sum(part.sign * c.{name})::int" for name in _FIGURES)
_PLACE = (
    "CASE WHEN {0}.path = %(path)s THEN 'itself:' || {0}.id "
    "WHEN {0}.path > %(path)s AND {0}.path < %(end)s "
    "THEN 'below:' || split_part(substr({0}.path, length(%(path)s) + 1), '.', 1) END"
)

# Units of the campaign that no longer stand as one whole: they have ended, or lines of descent lead from them.
_MOVED = """
SELECT u.id, u.path
  FROM plans_campaignunit p JOIN organizations_unit u ON u.id = p.unit_id
 WHERE p.campaign_id = %(campaign)s
   AND (NOT u.in_force OR u.id IN (
       SELECT l.predecessor_id
         FROM organizations_unitlink l JOIN organizations_unitevent e ON e.id = l.event_id
        WHERE l.predecessor_id IS NOT NULL AND l.successor_id IS DISTINCT FROM l.predecessor_id
          AND e.effective_on > %(since)s AND e.effective_on <= %(today)s))
"""
_STEPS = f"""
WITH moved AS MATERIALIZED (
    SELECT id, place FROM unnest(%(moved)s::bigint[], %(places)s::text[]) AS given (id, place)
), step AS MATERIALIZED (
    SELECT x.unit_id,
           CASE WHEN mx.id IS NOT NULL THEN mx.place ELSE {_PLACE.format("u")} END AS here,
           CASE WHEN ms.id IS NOT NULL THEN ms.place ELSE {_PLACE.format("s")} END AS there
      FROM plans_campaignunit x
      JOIN organizations_unit u ON u.id = x.unit_id
      LEFT JOIN moved mx ON mx.id = x.unit_id
      LEFT JOIN plans_campaignunit p ON p.campaign_id = %(campaign)s AND p.unit_id = x.parent_id
      LEFT JOIN organizations_unit s ON s.id = p.unit_id
      LEFT JOIN moved ms ON ms.id = p.unit_id
     WHERE x.campaign_id = %(campaign)s
), part AS (
    SELECT unit_id, here AS place, 1 AS sign FROM step WHERE here IS DISTINCT FROM there AND here IS NOT NULL
     UNION ALL
    SELECT unit_id, there, -1 FROM step WHERE here IS DISTINCT FROM there AND there IS NOT NULL
)
SELECT part.place, c.person_group, {_SUMS}
  FROM part
 CROSS JOIN LATERAL (
       SELECT * FROM attendance_coverage WHERE campaign_id = %(campaign)s AND unit_id = part.unit_id OFFSET 0
       ) c
 GROUP BY 1, 2
HAVING sum(part.sign * c.summoned) <> 0
"""  # noqa: S608 - put together from our own column names


def moved_units(campaign: int, since: dt.date) -> dict[int, str]:
    """The units of a campaign that ended or from which lines of descent lead, with their last paths (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, {"campaign": campaign, "since": since, "today": clock.today()})
        return dict(cursor.fetchall())


def step_sums(campaign: int, path: str, places: Mapping[int, str | None]) -> dict[str, dict[Group, Counts]]:
    """What is found of a campaign in the tree whose root has that path, by place and group (one query).

    `places` are those of all units that `moved_units` gives, as texts; None for what is not in the tree. A unit that
    has not moved is at `itself:<root>` or at `below:<child of the root>`.
    """
    scope: dict[str, int | str | list[int] | list[str | None]] = {
        "campaign": campaign,
        "path": path,
        "end": path[:-1] + "/",
        "moved": list(places),
        "places": list(places.values()),
    }
    found: dict[str, dict[Group, Counts]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, scope)
        for place, group, *figures in cursor.fetchall():
            found.setdefault(place, {})[Group(group)] = Counts(**dict(zip(_FIGURES, figures, strict=True)))
    return found
