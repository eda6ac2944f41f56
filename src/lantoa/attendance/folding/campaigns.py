"""The folder: takes the waiting marks of a campaign and brings states and coverage up to date."""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from lantoa.attendance.folding.coverage import fold_coverage, open_coverage
from lantoa.attendance.folding.states import states_sql
from lantoa.attendance.models import DirtyMark

MARKS_AT_ONCE = 20_000
"""How many marks one transaction takes: enough for a whole district, short enough not to hold the next one up."""

_TURN = "SELECT pg_try_advisory_xact_lock(hashtextextended('lantoa.fold', %s))"

_TAKE = """
DELETE FROM attendance_dirtymark
 WHERE id = ANY(ARRAY(SELECT id FROM attendance_dirtymark WHERE campaign_id = %s ORDER BY id LIMIT %s))
RETURNING entry_id
"""

_STATES = f"""
WITH folded AS MATERIALIZED ({states_sql("e.entry_id = ANY(%(entries)s)")}), gone AS (
    DELETE FROM attendance_attendance a
     WHERE a.entry_id = ANY(%(entries)s)
       AND NOT EXISTS (SELECT FROM folded f WHERE f.session_id = a.session_id AND f.entry_id = a.entry_id)
)
INSERT INTO attendance_attendance AS a (session_id, entry_id, status, event_id, conflict)
SELECT session_id, entry_id, status, arrival, conflict FROM folded ORDER BY session_id, entry_id
    ON CONFLICT (session_id, entry_id) DO UPDATE
   SET status = EXCLUDED.status, event_id = EXCLUDED.event_id, conflict = EXCLUDED.conflict
 WHERE (a.status, a.event_id, a.conflict) IS DISTINCT FROM (EXCLUDED.status, EXCLUDED.event_id, EXCLUDED.conflict)
"""  # noqa: S608 - put together from our own query


def fold_campaign(campaign_id: int) -> int:
    """Fold the waiting marks of a campaign, in one transaction; how many it took.

    0 where nothing waits, or another folder is at this campaign. The marks are taken before anything is read
    (READ COMMITTED), so that a change committed meanwhile leaves a mark for the next turn; where the folder dies, they
    come back with its transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if not _has_turn(cursor, campaign_id):
            return 0
        entries = _take_marks(cursor, campaign_id)
        if entries:
            distinct = sorted(set(entries))
            open_coverage(cursor, campaign_id)
            cursor.execute(_STATES, {"entries": distinct})
            fold_coverage(cursor, campaign_id, distinct)
        return len(entries)


def waiting_campaigns() -> list[int]:
    """The campaigns that have marks waiting."""
    return list(DirtyMark.objects.order_by("campaign_id").values_list("campaign_id", flat=True).distinct())


def fold_waiting() -> int:
    """Fold what waits of every campaign; how many marks it took. Those that come meanwhile are for the next time."""
    total = 0
    for campaign_id in waiting_campaigns():
        taken = MARKS_AT_ONCE
        while taken == MARKS_AT_ONCE:
            taken = fold_campaign(campaign_id)
            total += taken
    return total


def _has_turn(cursor: CursorWrapper, campaign_id: int) -> bool:
    cursor.execute(_TURN, [campaign_id])
    return bool(cursor.fetchone()[0])


def _take_marks(cursor: CursorWrapper, campaign_id: int) -> list[int]:
    cursor.execute(_TAKE, [campaign_id, MARKS_AT_ONCE])
    return [entry_id for (entry_id,) in cursor.fetchall()]
