"""Members' cards on paper: sheets to be cut."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import override

from lantoa.rollcall.card_codes import card_text, typed_text
from lantoa.rollcall.selectors.card_holders import PrintedCard
from lantoa.typesetting.engine import set_pdf
from lantoa.typesetting.papers import VERSION, plain
from lantoa.typesetting.wording import DEMONSTRATION
from lantoa.ui.qr import qr_of

ON_A_SHEET = 10


@override("vi")
def cards_pdf(cards: Sequence[PrintedCard], *, unit: str) -> bytes:
    """The cards of a unit as PDF: A4, ten on a sheet with lines to cut along, each of the size of a bank card
    (ISO/IEC 7810 ID-1)."""
    said = [
        {
            "name": plain(card.name),
            "unit": plain(card.unit),
            "qr": qr_of(card_text(card.number)).svg,
            "code": typed_text(card.number),
        }
        for card in cards
    ]
    return set_pdf(
        "cards",
        {
            "version": VERSION,
            "name": plain(f"Thẻ điểm danh {unit}"),
            "notice": DEMONSTRATION if settings.LANTOA_DEMO else "",
            "sheets": [said[start : start + ON_A_SHEET] for start in range(0, len(said), ON_A_SHEET)],
        },
    )
