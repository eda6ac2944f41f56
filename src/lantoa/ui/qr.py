"""QR codes, as the path of an SVG that a template draws: black modules of one unit each, row by row."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import segno

QUIET = 4
"""The white modules around it, which readers need."""
MASK = 2
"""One of the eight patterns, all of which every reader takes; trying all of them costs five times as much."""


@dataclass(frozen=True, slots=True)
class Qr:
    """The side of the square, the white edge included, and the `d` of the path."""

    side: int
    path: str

    @property
    def svg(self) -> str:
        """The same as a picture of its own."""
        box = f'viewBox="0 0 {self.side} {self.side}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><path d="{self.path}"/></svg>'


def qr_of(text: str) -> Qr:
    """The code that says `text`; a seventh of it may be soiled."""
    code = segno.make_qr(text, error="m", boost_error=False, mask=MASK)
    rows = list(code.matrix_iter(border=QUIET))
    return Qr(len(rows), "".join(_run(x, y, length) for y, row in enumerate(rows) for x, length in _runs(row)))


def _run(x: int, y: int, length: int) -> str:
    return f"M{x} {y}h{length}v1h-{length}z"


def _runs(row: Iterable[int]) -> list[tuple[int, int]]:
    """Where black runs begin, and how long they are."""
    found: list[tuple[int, int]] = []
    x = 0
    for black, modules in groupby(row):
        length = len(list(modules))
        if black:
            found.append((x, length))
        x += length
    return found
