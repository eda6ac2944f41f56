"""Whose cards were scanned."""

import uuid
from collections.abc import Sequence

from lantoa.rollcall.card_codes import read_card
from lantoa.rollcall.enums import QuarantineCode
from lantoa.rollcall.selectors.merged_cards import holders_among
from lantoa.rollcall.wire import PhoneEvent


def wrong_cards(events: Sequence[PhoneEvent]) -> dict[uuid.UUID, QuarantineCode]:
    """Of the marks made by scanning, those whose card is not one of ours, is not this person's, or was replaced (one
    query where anything was scanned)."""
    scanned = {event.event_id: (event.entry_id, read_card(event.card)) for event in events if event.method == "scan"}
    if not scanned:
        return {}
    numbers = [number for _entry, number in scanned.values() if number is not None]
    holders = holders_among([entry for entry, _number in scanned.values()], numbers)
    replaced = {
        event_id: holders.get((entry, number)) if number else None for event_id, (entry, number) in scanned.items()
    }
    return {event_id: code for event_id, known in replaced.items() if (code := _code(known)) is not None}


def _code(replaced: "bool | None") -> QuarantineCode | None:
    if replaced is None:
        return QuarantineCode.CARD_WRONG
    return QuarantineCode.CARD_REPLACED if replaced else None
