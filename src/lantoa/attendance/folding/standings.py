"""Each summoned person's standing in the rate, as SQL: shared by the kept coverage and the pages that open it.

The day is the local date of the earliest first session on whose list the person stands, else the day on which they
were called: the letter's own, or that of the decision which added them to it. Excluded is whoever is exempt on that
day, or was removed on it or before; and whoever was called only after their cell had held its first session and
stands on the list of no later one (ADR 33). A place at a session before an addition counts for nothing, as do sessions
that were cancelled. `OFFSET 0` keeps the planner from asking for exemptions once for every figure, and by day instead
of by person.
"""

STANDINGS = """
    SELECT e.id AS entry_id, e.unit_id, e.person_id, e.standing,
           on_day.day, on_day.exempt, on_day.removed, on_day.late_called,
           on_day.exempt OR on_day.removed OR on_day.late_called AS excluded,
           marks.first_status, marks.attended_make_up, marks.conflict
      FROM plans_summonsentry e
      JOIN plans_summons s ON s.id = e.summons_id
     CROSS JOIN LATERAL (
           SELECT min((h.starts_at AT TIME ZONE %(zone)s)::date) AS placed_day
             FROM study_sessions_placement p
             JOIN study_sessions_studysession h ON h.id = p.session_id
            WHERE p.entry_id = e.id AND h.kind = 'first' AND h.cancelled_at IS NULL
              AND (e.added_on IS NULL OR (h.starts_at AT TIME ZONE %(zone)s)::date >= e.added_on)
           ) placed
     CROSS JOIN LATERAL (
           SELECT coalesce(placed_day, e.added_on, s.issued_on) AS day,
                  CASE WHEN placed_day IS NULL THEN EXISTS (
                      SELECT FROM plans_summonsentry o
                        JOIN study_sessions_placement p ON p.entry_id = o.id
                        JOIN study_sessions_studysession h ON h.id = p.session_id
                       WHERE o.campaign_id = e.campaign_id AND o.unit_id = e.unit_id
                         AND h.kind = 'first' AND h.cancelled_at IS NULL
                         AND (h.starts_at AT TIME ZONE %(zone)s)::date < coalesce(e.added_on, s.issued_on)
                  ) ELSE false END AS late_called
           OFFSET 0
           ) first_held
     CROSS JOIN LATERAL (
           SELECT first_held.day, first_held.late_called,
                  coalesce(e.removed_on <= first_held.day, false) AS removed,
                  EXISTS (
                      SELECT FROM (
                          SELECT x.period FROM organizations_activityexemption x
                           WHERE x.person_id = e.person_id OFFSET 0
                      ) own WHERE own.period @> first_held.day
                  ) AS exempt
           OFFSET 0
           ) on_day
     CROSS JOIN LATERAL (
           SELECT (array_agg(a.status ORDER BY array_position(
                      ARRAY['present', 'late', 'excused', 'absent']::varchar[], a.status))
                   FILTER (WHERE h.kind = 'first'))[1] AS first_status,
                  coalesce(bool_or(h.kind = 'make_up' AND a.status IN ('present', 'late')), false) AS attended_make_up,
                  coalesce(bool_or(a.conflict), false) AS conflict
             FROM attendance_attendance a
             JOIN study_sessions_studysession h ON h.id = a.session_id
            WHERE a.entry_id = e.id AND h.cancelled_at IS NULL
           ) marks
"""
