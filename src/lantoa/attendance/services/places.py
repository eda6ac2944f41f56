"""Where people are placed, held still while marks about them are written."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from lantoa.attendance.errors import SiteWasRemoved
from lantoa.kernel.arrays import array_literal
from lantoa.kernel.prepared import fetch

_HOLD = """
SELECT id FROM study_sessions_site WHERE id = ANY(ARRAY(
  SELECT site_id FROM study_sessions_placement WHERE session_id = %(session)s AND entry_id = ANY(%(entries)s::bigint[])
  UNION ALL SELECT %(site)s
))
ORDER BY id FOR {strength}
"""
_PLACES = """
SELECT place.entry_id, place.site_id, closing.id IS NOT NULL
FROM study_sessions_placement place
LEFT JOIN attendance_rollclosing closing ON closing.site_id = place.site_id
WHERE place.session_id = %(session)s AND place.entry_id = ANY(%(entries)s::bigint[])
UNION ALL
SELECT NULL, %(site)s, EXISTS (SELECT FROM attendance_rollclosing WHERE site_id = %(site)s)
"""


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
    wanted: dict[str, Any] = {"session": session_id, "site": site_id, "entries": array_literal(entry_ids)}
    query = _HOLD.format(strength="UPDATE" if to_close else "SHARE")
    held: set[int] = set()
    while True:
        held.update(found for (found,) in fetch(query, wanted))
        if site_id not in held:
            raise SiteWasRemoved
        rows = fetch(_PLACES, wanted)
        places = {entry: site for entry, site, _closed in rows if entry is not None}
        if held.issuperset(places.values()):
            return Held(site_id, places, frozenset(site for _entry, site, closed in rows if closed))
