"""Who stood on a list that was given to a phone."""

import uuid

from lantoa.rollcall.models import Roster


def listed_on(roster_id: uuid.UUID) -> frozenset[int] | None:
    """Those who were to be marked on that list (one query); None where the server does not know: it was restored since,
    or gave the list out before it kept this."""
    row = Roster.objects.filter(roster_id=roster_id).values_list("entries", flat=True).first()
    return None if row is None else frozenset(row)
