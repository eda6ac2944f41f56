"""QR codes, as the path of an SVG that a template draws: black modules of one unit each, row by row."""

from dataclasses import dataclass

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4
"""The white modules around it, which readers need."""
MASK = 2
"""One of the eight patterns, all of which every reader takes; trying all of them costs five times as much."""


@dataclass(frozen=True, slots=True)
class Qr:
    """The side of the square, the white edge included, and the `d` of the path."""

    side: int
    path: str


def qr_of(text: str) -> Qr:
    """The code that says `text`; a seventh of it may be soiled."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET, mask_pattern=MASK)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    return Qr(len(rows), "".join(_run(x, y, length) for y, row in enumerate(rows) for x, length in _runs(row)))


def _run(x: int, y: int, length: int) -> str:
    return f"M{x} {y}h{length}v1h-{length}z"


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where black runs begin, and how long they are."""
    found: list[tuple[int, int]] = []
    for x, black in enumerate(row):
        if not black:
            continue
        if found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((x, 1))
    return found
