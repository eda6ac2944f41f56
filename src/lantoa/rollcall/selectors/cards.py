"""Whose cards were scanned."""

import uuid
from collections.abc import Sequence

from django.db import connection

from lantoa.rollcall.card_codes import read_card
from lantoa.rollcall.enums import QuarantineCode
from lantoa.rollcall.wire import PhoneEvent

_CARDS = """
SELECT entry.id, card.number, card.replaced_at IS NOT NULL
FROM rollcall_card card
JOIN plans_summonsentry entry ON entry.person_id = card.person_id
WHERE card.number = ANY(%s) AND entry.id = ANY(%s)
"""


def wrong_cards(events: Sequence[PhoneEvent]) -> dict[uuid.UUID, QuarantineCode]:
    """Of the marks made by scanning, those whose card is not one of ours, is not this person's, or was replaced (one
    query where anything was scanned)."""
    scanned = {event.event_id: (event.entry_id, read_card(event.card)) for event in events if event.method == "scan"}
    if not scanned:
        return {}
    numbers = [number for _entry, number in scanned.values() if number is not None]
    with connection.cursor() as cursor:
        cursor.execute(_CARDS, [numbers, [entry for entry, _number in scanned.values()]])
        replaced = {(entry, number): replaced for entry, number, replaced in cursor.fetchall()}
    return {event_id: code for event_id, held in scanned.items() if (code := _code(replaced.get(held))) is not None}


def _code(replaced: "bool | None") -> QuarantineCode | None:
    if replaced is None:
        return QuarantineCode.CARD_WRONG
    return QuarantineCode.CARD_REPLACED if replaced else None
