"""The fold of marks into one state for each person at a session, in SQL.

It is deterministic: rank of way and recorder first, then the order of arrival at the server, never a device's clock.
Late marks count once they were accepted. The last mark of each recorder in each rank speaks for them; a retraction
takes it back. Who checks in is a voice of their own, whoever opened the wall code and so recorded it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from lantoa.attendance.enums import MarkStatus

_STATES = """
SELECT DISTINCT ON (session_id, entry_id)
  session_id,
  entry_id,
  status,
  arrival,
  NOT bool_or(rank = 5) OVER person
    AND bool_or(status IN ('present', 'late')) OVER person
    AND bool_or(status IN ('excused', 'absent')) OVER person
    AND min(voice) OVER person <> max(voice) OVER person AS conflict
FROM (
  SELECT DISTINCT ON (e.session_id, e.entry_id, e.rank, e.recorder_id)
    e.session_id, e.entry_id, e.rank, e.status, e.arrival,
    CASE WHEN e.rank = 1 THEN 0 ELSE e.recorder_id END AS voice
  FROM attendance_attendanceevent e
  LEFT JOIN attendance_latechange late ON late.event_id = e.arrival
  WHERE (NOT e.late OR late.decision = 'accepted') AND ({where})
  ORDER BY e.session_id, e.entry_id, e.rank, e.recorder_id, e.arrival DESC
) said
WHERE status <> 'retracted'
WINDOW person AS (PARTITION BY session_id, entry_id)
ORDER BY session_id, entry_id, rank DESC, arrival DESC
"""

_EXPECTED = """
SELECT place.session_id, place.site_id, place.entry_id
FROM study_sessions_placement place
JOIN study_sessions_studysession held ON held.id = place.session_id
JOIN plans_summonsentry entry ON entry.id = place.entry_id
CROSS JOIN LATERAL (SELECT (held.starts_at AT TIME ZONE %(zone)s)::date AS it) day
WHERE ({where})
  AND (entry.removed_on IS NULL OR entry.removed_on > day.it)
  AND (entry.added_on IS NULL OR entry.added_on <= day.it)
  AND NOT EXISTS (
    SELECT FROM (
      SELECT x.period FROM organizations_activityexemption x WHERE x.person_id = entry.person_id OFFSET 0
    ) own WHERE own.period @> day.it)
"""

_SUMS = """
WITH state AS MATERIALIZED ({states})
SELECT people.marked, people.attended, (SELECT count(*) FROM state WHERE conflict), people.expected,
       (SELECT count(*) FROM study_sessions_site WHERE session_id = %(session)s),
       closings.closed, closings.guests
FROM (
  SELECT count(*) AS closed, coalesce(sum(closing.guests), 0)::int AS guests
  FROM attendance_rollclosing closing JOIN study_sessions_site site ON site.id = closing.site_id
  WHERE site.session_id = %(session)s
) closings
CROSS JOIN (
  SELECT count(*) AS expected, count(state.entry_id) AS marked,
         count(*) FILTER (WHERE state.status IN ('present', 'late')) AS attended
  FROM ({expected}) place LEFT JOIN state ON state.entry_id = place.entry_id
) people
"""


@dataclass(frozen=True)
class FoldedState:
    """What the marks of one person at one session come to; `arrival` is the key of the mark that decided it."""

    session_id: int
    entry_id: int
    status: MarkStatus
    arrival: int
    conflict: bool


def states_sql(where: str) -> str:
    """The query of the states; `where` limits the marks (`e.session_id = …`, `e.entry_id = ANY(…)`) by parameters.

    Columns: session_id, entry_id, status, arrival, conflict. It must not cut through the marks of one person at one
    session.
    """
    return _STATES.format(where=where)


def expected_sql(where: str) -> str:
    """The query of the places of those who are to be marked, as a roll counts them: not exempt on the day of the
    session, on the summons that day. `where` limits the places (`place.session_id = …`); %(zone)s is the time zone.

    Columns: session_id, site_id, entry_id.
    """
    return _EXPECTED.format(where=where)


def fold_states(session_id: int, entry_ids: Collection[int] | None = None) -> dict[int, FoldedState]:
    """The states at a session by entry, of these entries or of all; whoever has none is missing."""
    if entry_ids is None:
        found = _run("e.session_id = %(session)s", {"session": session_id})
    else:
        found = _run(
            "e.session_id = %(session)s AND e.entry_id = ANY(%(entries)s)",
            {"session": session_id, "entries": list(entry_ids)},
        )
    return {state.entry_id: state for state in found}


def fold_entries(entry_ids: Collection[int]) -> list[FoldedState]:
    """The states of these entries at every session where they have one."""
    return _run("e.entry_id = ANY(%(entries)s)", {"entries": list(entry_ids)})


@dataclass(frozen=True)
class FoldedSums:
    """How many of those `expected` at a session have a state there and how many of them attended, about how many people
    recorders disagree; its sites, how many of their rolls are closed, and the `guests` counted there."""

    marked: int
    attended: int
    conflicts: int
    expected: int
    sites: int
    closed: int
    guests: int


def sums_of_session(session_id: int) -> FoldedSums:
    """The sums of a session, made by the database (one query)."""
    query = _SUMS.format(
        states=states_sql("e.session_id = %(session)s"), expected=expected_sql("place.session_id = %(session)s")
    )
    with connection.cursor() as cursor:
        cursor.execute(query, {"session": session_id, "zone": settings.TIME_ZONE})
        return FoldedSums(*cursor.fetchone())


def _run(where: str, values: dict[str, Any]) -> list[FoldedState]:
    with connection.cursor() as cursor:
        cursor.execute(states_sql(where), values)
        return [
            FoldedState(session_id, entry_id, MarkStatus(status), arrival, conflict)
            for session_id, entry_id, status, arrival, conflict in cursor.fetchall()
        ]
