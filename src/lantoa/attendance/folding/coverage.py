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


def _each(template: str, separator: str = ", ") -> str:
    return separator.join(template.format(count) for count in COUNTS)


_GROUPS = "(VALUES ('all'), ('member'), ('cadre')) AS g(person_group)"

_OPEN = f"""
INSERT INTO attendance_coverage (campaign_id, unit_id, person_group, parent_id, path, {_each("{}")})
SELECT u.campaign_id, u.unit_id, g.person_group, u.parent_id, u.path, {_each("0")}
  FROM plans_campaignunit u CROSS JOIN {_GROUPS}
 WHERE u.campaign_id = %(campaign)s
   AND NOT EXISTS (SELECT FROM attendance_coverage c WHERE c.campaign_id = %(campaign)s)
 ORDER BY u.unit_id, g.person_group
"""  # noqa: S608 - put together from our own column names

_FOLD = f"""
WITH touched AS (
    SELECT DISTINCT unit_id FROM plans_summonsentry WHERE campaign_id = %(campaign)s AND id = ANY(%(entries)s)
), standing AS (
    {STANDINGS}
     WHERE e.campaign_id = %(campaign)s AND e.unit_id IN (SELECT unit_id FROM touched)
), person AS (
    SELECT *, NOT excluded AND coalesce(first_status IN ('present', 'late'), false) AS attended FROM standing
), counted AS (
    SELECT t.unit_id, g.person_group,
           count(p.entry_id) AS summoned,
           count(p.entry_id) FILTER (WHERE p.excluded) AS excluded,
           count(p.entry_id) FILTER (WHERE NOT p.excluded AND p.first_status = 'present') AS present,
           count(p.entry_id) FILTER (WHERE NOT p.excluded AND p.first_status = 'late') AS late,
           count(p.entry_id) FILTER (WHERE NOT p.excluded AND p.first_status = 'excused') AS excused,
           count(p.entry_id) FILTER (WHERE NOT p.excluded AND p.first_status = 'absent') AS absent,
           count(p.entry_id) FILTER (WHERE NOT p.excluded AND p.first_status IS NULL) AS not_reported,
           count(p.entry_id) FILTER (WHERE NOT p.excluded AND NOT p.attended AND p.attended_make_up) AS made_up
      FROM touched t
     CROSS JOIN {_GROUPS}
      LEFT JOIN person p
        ON p.unit_id = t.unit_id
       AND (g.person_group = 'all' OR (g.person_group = 'cadre') = (p.standing = 'cadre'))
     GROUP BY t.unit_id, g.person_group
), judged AS (
    SELECT *, summoned > excluded AS owes, summoned > excluded AND not_reported = 0 AS reports FROM counted
), own AS (
    SELECT *, owes::int AS cells_total, reports::int AS cells_reported,
           CASE WHEN reports THEN summoned - excluded ELSE 0 END AS reported_denominator,
           CASE WHEN reports THEN present + late ELSE 0 END AS reported_attended
      FROM judged
), below AS (
    SELECT c.parent_id AS unit_id, c.person_group, {_each("sum(c.{0}) AS {0}")}
      FROM attendance_coverage c
     WHERE c.campaign_id = %(campaign)s AND c.parent_id IN (SELECT unit_id FROM touched)
     GROUP BY c.parent_id, c.person_group
), difference AS (
    SELECT own.unit_id, own.person_group,
           {_each("own.{0} - coalesce(kept.{0}, 0) + coalesce(below.{0}, 0) AS {0}")}
      FROM own
      LEFT JOIN attendance_coverage kept
        ON kept.campaign_id = %(campaign)s AND kept.unit_id = own.unit_id AND kept.person_group = own.person_group
      LEFT JOIN below ON below.unit_id = own.unit_id AND below.person_group = own.person_group
), changed AS (
    SELECT * FROM difference WHERE {_each("{} <> 0", " OR ")}
), upward AS (
    SELECT above.unit_id, above.parent_id, above.path, d.person_group, {_each("sum(d.{0}) AS {0}")}
      FROM changed d
      JOIN plans_campaignunit cell ON cell.campaign_id = %(campaign)s AND cell.unit_id = d.unit_id
      JOIN plans_campaignunit above
        ON above.campaign_id = %(campaign)s
       AND above.unit_id = ANY(string_to_array(rtrim(cell.path, '.'), '.')::bigint[])
     GROUP BY above.unit_id, above.parent_id, above.path, d.person_group
)
INSERT INTO attendance_coverage (campaign_id, unit_id, person_group, parent_id, path, {_each("{}")})
SELECT %(campaign)s, unit_id, person_group, parent_id, path, {_each("{}")}
  FROM upward
 ORDER BY unit_id, person_group
    ON CONFLICT (campaign_id, unit_id, person_group) DO UPDATE
   SET {_each("{0} = attendance_coverage.{0} + EXCLUDED.{0}")}
"""  # noqa: S608 - put together from our own column names


def open_coverage(cursor: CursorWrapper, campaign_id: int) -> None:
    """Give every unit of the campaign its rows of zeros, the first time; pages then read rows that exist."""
    cursor.execute(_OPEN, {"campaign": campaign_id})


def fold_coverage(cursor: CursorWrapper, campaign_id: int, entry_ids: Sequence[int]) -> None:
    """Count the cells of these people anew and add what changed to them and to every unit above, in key order.

    Reads the kept states, so that those are folded before. A unit that has both people of its own and units below it
    is counted right too: its own people are what its row holds beyond the rows below it.
    """
    cursor.execute(_FOLD, {"campaign": campaign_id, "entries": list(entry_ids), "zone": settings.TIME_ZONE})
