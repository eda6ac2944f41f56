"""One cell of a sheet: a text, or a whole number where the file holds a number."""

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache

from lantoa.kernel.vietnamese import fold, normalise
from lantoa.organizations.reading.limits import CELL_LIMIT

Cell = str | int
"""What is read: codes and years may be numbers in the file, and a number has lost its leading zeros."""

_GREATEST = 10**15


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is not blank: its number in the sheet, and its cells from the first column on."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True)
class Sheet:
    """A sheet by its name, with the rows that are not blank. `encoding` is that of a text file, else empty."""

    name: str
    lines: list[Line] = field(default_factory=list)


def cell_of(value: object) -> Cell:
    """The value as a file's reader gives it: days become `dd/mm/yyyy`, whole numbers numbers, all else text."""
    if isinstance(value, str):
        return value if is_plain(value) else _text(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < _GREATEST:
        return int(value)
    match value:
        case bool():
            return "x" if value else ""
        case int() if abs(value) < _GREATEST:
            return value
        case dt.datetime() | dt.date():
            return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    return _text(str(value))


def is_plain(text: str) -> bool:
    """Whether a text needs no cleaning, as codes and blanks do."""
    return not text or (len(text) <= CELL_LIMIT and text.isascii() and text.isalnum())


@lru_cache(maxsize=65_536)
def _text(text: str) -> str:
    """A list repeats its villages, standings and names: each is cleaned once and kept once."""
    return normalise(text[: 4 * CELL_LIMIT])[:CELL_LIMIT]


@lru_cache(maxsize=16_384)
def folded(text: str) -> str:
    """`fold`, remembered: a list repeats its cells, standings, villages and names, and a row is looked at again."""
    return fold(text)
