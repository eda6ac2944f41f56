"""Kept coverage: the rows of the touched cells are counted anew, and the differences go to all units above them."""

from collections.abc import Sequence

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from lantoa.attendance.folding.standings import STANDINGS

COUNTS = (
    "summoned",
    "excluded",
    "present",
    "late",
    "excused",
    "absent",
    "not_reported",
    "made_up",
    "cells_total",
    "cells_reported",
    "reported_denominator",
    "reported_attended",
)


_COUNTED = COUNTS[: COUNTS.index("cells_total")]
"""Those that are counted person by person; the others follow from them."""


def _each(template: str, separator: str = ", ", *, of: tuple[str, ...] = COUNTS) -> str:
    return separator.join(template.format(count) for count in of)


_GROUPS = "(VALUES ('all'), ('member'), ('cadre')) AS g(person_group)"

_OPEN = f"""
INSERT INTO attendance_coverage (campaign_id, unit_id, person_group, parent_id, path, {_each("{}")})
SELECT u.campaign_id, u.unit_id, g.person_group, u.parent_id, u.path, {_each("0")}
  FROM plans_campaignunit u CROSS JOIN {_GROUPS}
 WHERE u.campaign_id = %(campaign)s
   AND NOT EXISTS (SELECT FROM attendance_coverage c WHERE c.campaign_id = %(campaign)s)
 ORDER BY u.unit_id, g.person_group
"""  # noqa: S608 - put together from our own column names

# People are summed before anything is joined, and kept rows are looked up one by one: the planner knows nothing about
# the size of what it has just counted, and must not be tempted to compare everything with everything. The cells are an
# array, by which their people are looked up: joined to them, it would walk through everybody the campaign has called.
_FOLD = f"""
WITH touched AS (
    SELECT DISTINCT unit_id FROM plans_summonsentry WHERE campaign_id = %(campaign)s AND id = ANY(%(entries)s)
), standing AS (
    {STANDINGS}
     WHERE e.campaign_id = %(campaign)s AND e.unit_id = ANY(ARRAY(SELECT unit_id FROM touched))
), person AS (
    SELECT *, NOT excluded AND coalesce(first_status IN ('present', 'late'), false) AS attended FROM standing
), by_standing AS (
    SELECT unit_id, standing = 'cadre' AS is_cadre,
           count(*) AS summoned,
           count(*) FILTER (WHERE excluded) AS excluded,
           count(*) FILTER (WHERE NOT excluded AND first_status = 'present') AS present,
           count(*) FILTER (WHERE NOT excluded AND first_status = 'late') AS late,
           count(*) FILTER (WHERE NOT excluded AND first_status = 'excused') AS excused,
           count(*) FILTER (WHERE NOT excluded AND first_status = 'absent') AS absent,
           count(*) FILTER (WHERE NOT excluded AND first_status IS NULL) AS not_reported,
           count(*) FILTER (WHERE NOT excluded AND NOT attended AND attended_make_up) AS made_up
      FROM person
     GROUP BY unit_id, standing = 'cadre'
), counted AS (
    SELECT unit_id, person_group, {_each("sum({0}) AS {0}", of=_COUNTED)}
      FROM (SELECT unit_id, 'all' AS person_group, {_each("{}", of=_COUNTED)} FROM by_standing
             UNION ALL
            SELECT unit_id, CASE WHEN is_cadre THEN 'cadre' ELSE 'member' END, {_each("{}", of=_COUNTED)}
              FROM by_standing
             UNION ALL
            SELECT t.unit_id, g.person_group, {_each("0", of=_COUNTED)} FROM touched t CROSS JOIN {_GROUPS}
           ) parts
     GROUP BY unit_id, person_group
), judged AS (
    SELECT *, summoned > excluded AS owes, summoned > excluded AND not_reported = 0 AS reports FROM counted
), own AS (
    SELECT *, owes::int AS cells_total, reports::int AS cells_reported,
           CASE WHEN reports THEN summoned - excluded ELSE 0 END AS reported_denominator,
           CASE WHEN reports THEN present + late ELSE 0 END AS reported_attended
      FROM judged
), difference AS (
    SELECT own.unit_id, own.person_group,
           {_each("own.{0} - coalesce(kept.{0}, 0) + coalesce(below.{0}, 0) AS {0}")}
      FROM own
      LEFT JOIN LATERAL (
           SELECT {_each("c.{}")}
             FROM attendance_coverage c
            WHERE c.campaign_id = %(campaign)s AND c.unit_id = own.unit_id AND c.person_group = own.person_group
            LIMIT 1
           ) kept ON true
     CROSS JOIN LATERAL (
           SELECT {_each("sum(c.{0}) AS {0}")}
             FROM attendance_coverage c
            WHERE c.campaign_id = %(campaign)s AND c.parent_id = own.unit_id AND c.person_group = own.person_group
           ) below
), changed AS (
    SELECT * FROM difference WHERE {_each("{} <> 0", " OR ")}
), upward AS (
    SELECT above.unit_id, d.person_group, {_each("sum(d.{0}) AS {0}")}
      FROM changed d
     CROSS JOIN LATERAL (
           SELECT u.path FROM plans_campaignunit u
            WHERE u.campaign_id = %(campaign)s AND u.unit_id = d.unit_id
            LIMIT 1
           ) cell
     CROSS JOIN LATERAL unnest(string_to_array(rtrim(cell.path, '.'), '.')::bigint[]) AS above(unit_id)
     GROUP BY above.unit_id, d.person_group
)
INSERT INTO attendance_coverage (campaign_id, unit_id, person_group, parent_id, path, {_each("{}")})
SELECT %(campaign)s, upward.unit_id, upward.person_group, place.parent_id, place.path, {_each("upward.{}")}
  FROM upward
 CROSS JOIN LATERAL (
       SELECT u.parent_id, u.path FROM plans_campaignunit u
        WHERE u.campaign_id = %(campaign)s AND u.unit_id = upward.unit_id
        LIMIT 1
       ) place
 ORDER BY upward.unit_id, upward.person_group
    ON CONFLICT (campaign_id, unit_id, person_group) DO UPDATE
   SET {_each("{0} = attendance_coverage.{0} + EXCLUDED.{0}")}
"""  # noqa: S608 - put together from our own column names


def open_coverage(cursor: CursorWrapper, campaign_id: int) -> None:
    """Give every unit of the campaign its rows of zeros, the first time; pages then read rows that exist.

    The table's statistics are refreshed with them: the planner would otherwise take the new campaign for an empty one
    and read all of its rows for each that it looks up.
    """
    cursor.execute(_OPEN, {"campaign": campaign_id})
    if cursor.rowcount:
        cursor.execute("ANALYZE attendance_coverage")


def fold_coverage(cursor: CursorWrapper, campaign_id: int, entry_ids: Sequence[int]) -> None:
    """Count the cells of these people anew and add what changed to them and to every unit above, in key order.

    Reads the kept states, so that those are folded before. A unit that has both people of its own and units below it
    is counted right too: its own people are what its row holds beyond the rows below it.
    """
    cursor.execute(_FOLD, {"campaign": campaign_id, "entries": list(entry_ids), "zone": settings.TIME_ZONE})
