"""Where people are placed, held still while marks about them are written."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import NamedTuple

from lantoa.attendance.errors import SiteWasRemoved
from lantoa.kernel.arrays import array_literal
from lantoa.kernel.prepared import fetch

_HOLD = """
SELECT id FROM study_sessions_site WHERE id = ANY(ARRAY(
  SELECT place.site_id FROM unnest(%(sessions)s::bigint[], %(entries)s::bigint[]) AS person (session_id, entry_id)
  JOIN study_sessions_placement place USING (session_id, entry_id)
  UNION SELECT unnest(%(sites)s::bigint[])
))
ORDER BY id FOR {strength}
"""
_PLACES = """
SELECT place.session_id, place.entry_id, place.site_id, closing.id IS NOT NULL
FROM unnest(%(sessions)s::bigint[], %(entries)s::bigint[]) AS person (session_id, entry_id)
JOIN study_sessions_placement place USING (session_id, entry_id)
LEFT JOIN attendance_rollclosing closing ON closing.site_id = place.site_id
UNION ALL
SELECT NULL, NULL, site_id, EXISTS (SELECT FROM attendance_rollclosing closing WHERE closing.site_id = asked.site_id)
FROM unnest(%(sites)s::bigint[]) AS asked (site_id)
"""


class Asked(NamedTuple):
    """The people about whom marks are made at a site."""

    session_id: int
    site_id: int
    entry_ids: Collection[int]


@dataclass(frozen=True, slots=True)
class Held:
    """The site where marks are made, the site of each person at the session, and which of these rolls are closed."""

    site_id: int
    places: dict[int, int]
    closed: frozenset[int]

    def is_late(self, entry_id: int) -> bool:
        """Whether the roll of this site or of the person's own is closed."""
        return self.site_id in self.closed or self.places[entry_id] in self.closed


def hold_places(*, session_id: int, site_id: int, entry_ids: Collection[int], to_close: bool = False) -> Held:
    """Where each person is placed at the session. Those sites stay as they are, open or closed, until the transaction
    ends; `to_close` holds them against other marks too, for whoever closes the roll in the same transaction.

    Whoever changes a list holds its site meanwhile, so the places are read once the sites are held, and again where one
    has come to a site that is not. Two queries. Raises SiteWasRemoved.
    """
    asked = [Asked(session_id, site_id, entry_ids)]
    held: set[int] = set()
    while True:
        held |= _hold(asked, "UPDATE" if to_close else "SHARE")
        if site_id not in held:
            raise SiteWasRemoved
        (found,) = _places(asked)
        if held.issuperset(found.places.values()):
            return found


def hold_free_places(asked: Sequence[Asked]) -> list[Held | None]:
    """The same for the people at several sites, without a wait: None where one of their sites is gone, or is not free
    since its roll is being closed or its list changed. Two queries."""
    held = _hold(asked, "SHARE SKIP LOCKED")
    found = _places(asked)
    return [each if held.issuperset([each.site_id, *each.places.values()]) else None for each in found]


def _hold(asked: Sequence[Asked], strength: str) -> set[int]:
    return {site_id for (site_id,) in fetch(_HOLD.format(strength=strength), _parameters(asked))}


def _places(asked: Sequence[Asked]) -> list[Held]:
    rows = fetch(_PLACES, _parameters(asked))
    places = {(session_id, entry_id): site_id for session_id, entry_id, site_id, _closed in rows}
    closed = frozenset(site_id for *_who, site_id, is_closed in rows if is_closed)
    return [
        Held(
            site_id,
            {entry_id: places[who] for entry_id in entry_ids if (who := (session_id, entry_id)) in places},
            closed,
        )
        for session_id, site_id, entry_ids in asked
    ]


def _parameters(asked: Sequence[Asked]) -> dict[str, str]:
    sessions: Iterator[int] = chain.from_iterable(repeat(each.session_id, len(each.entry_ids)) for each in asked)
    return {
        "sessions": array_literal(sessions),
        "entries": array_literal(chain.from_iterable(each.entry_ids for each in asked)),
        "sites": array_literal(each.site_id for each in asked),
    }
