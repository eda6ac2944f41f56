"""Where the header of a list stands, and which column means what."""

from collections.abc import Sequence
from dataclasses import dataclass

from lantoa.organizations.reading.cells import Cell, Line
from lantoa.organizations.reading.headings import IGNORED, field_of, field_under, folded_title

SEARCHED = 60
"""The header stands among the first so many rows that are not blank."""

_SAMPLE = 200
_NAMES = frozenset({"full_name", "family_name", "given_name"})


@dataclass(frozen=True)
class Header:
    """The header's rows (positions among the lines), the titles of the columns and the fields that they mean."""

    rows: tuple[int, ...]
    titles: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def last(self) -> int:
        """The position of the last row of the header."""
        return self.rows[-1]


def find_header(lines: Sequence[Line]) -> Header | None:
    """The header among the first rows; None where no row names a column that is known."""
    best: Header | None = None
    most = (0, 0)
    for position in range(min(SEARCHED, len(lines))):
        for found in _readings(lines, position):
            known = [key for key in found.columns if key]
            worth = (len(known) + 3 * bool(_NAMES & set(known)), -len(found.rows))
            if worth > most:
                best, most = found, worth
    return _by_content(best, lines) if best and _is_header(best) else None


def _is_header(found: Header) -> bool:
    known = {key for key in found.columns if key}
    return bool(known & _NAMES and len(found.columns) > 1) or len(known) > 1 or known == {"full_name"}


def _readings(lines: Sequence[Line], position: int) -> list[Header]:
    upper = [_title(cell) for cell in lines[position].cells]
    if sum(bool(title) for title in upper) < 1 or any(isinstance(cell, int) for cell in lines[position].cells):
        return []
    plain = Header((position,), tuple(upper), _unique([field_of(title) for title in upper]))
    if position + 1 == len(lines):
        return [plain]
    lower = [_title(cell) for cell in lines[position + 1].cells]
    if not _is_second(upper, lower, lines[position + 1].cells):
        return [plain]
    return [plain, _two_rows(position, upper, lower)]


def _is_second(upper: Sequence[str], lower: Sequence[str], cells: Sequence[Cell]) -> bool:
    """A second row of titles has words alone, and none where the upper one is a column by itself for certain."""
    if any(isinstance(cell, int) for cell in cells) or not any(lower):
        return False
    own = sum(bool(field_of(title) or folded_title(title) in ("nam", "nu", "du bi", "chinh thuc")) for title in lower)
    above = _padded(upper, len(lower))
    told = [title for title, high in zip(lower, above, strict=False) if title and title != high]
    return bool(told) and own >= max(1, len(told) / 2)


def _two_rows(position: int, upper: list[str], lower: list[str]) -> Header:
    width = max(len(upper), len(lower))
    above, below = _padded(upper, width), _padded(lower, width)
    spread = ""
    titles: list[str] = []
    keys: list[str] = []
    for high, low in zip(above, below, strict=True):
        spread = high or (spread if low else "")
        keys.append(field_under(spread, low))
        titles.append(" – ".join(dict.fromkeys(part for part in (spread, low) if part)))
    return Header((position, position + 1), tuple(titles), _unique(keys))


def _padded(titles: Sequence[str], width: int) -> list[str]:
    return [*titles, *[""] * (width - len(titles))]


def _title(cell: Cell) -> str:
    return str(cell)[:120]


def _unique(keys: Sequence[str]) -> tuple[str, ...]:
    """A field is taken from the first column that names it; the user may choose another."""
    taken: set[str] = set()
    found: list[str] = []
    for key in keys:
        found.append("" if key in taken else key)
        taken.add(key)
    return tuple(found)


def _by_content(found: Header, lines: Sequence[Line]) -> Header:
    """The header with what the rows under it say: a name in two columns, years under "Nam" and "Nữ"."""
    below = lines[found.last + 1 : found.last + 1 + _SAMPLE]
    columns = list(found.columns)
    for key in ("birth_male", "birth_female"):
        if key in columns and not _holds_figures(below, columns.index(key)):
            columns[columns.index(key)] = ""
    if "full_name" in columns and "given_name" not in columns:
        _part_name(columns, found.titles, below)
    if "family_name" in columns and "full_name" in columns:
        columns[columns.index("family_name")] = ""
    if "given_name" in columns and "family_name" not in columns:
        key = "" if "full_name" in columns else "full_name"
        columns[columns.index("given_name")] = key
    return Header(found.rows, tuple(_padded(found.titles, len(columns))), tuple(columns))


def _part_name(columns: list[str], titles: Sequence[str], below: Sequence[Line]) -> None:
    """A merged title "Họ và tên" over two columns: family and middle names, and the given name beside them."""
    first = columns.index("full_name")
    beside = first + 1
    blank = beside < len(columns) and folded_title(titles[beside]) in ("", folded_title(titles[first]))
    overhang = beside == len(columns) and any(len(line.cells) > beside for line in below)
    if not blank and not overhang:
        return
    filled = [str(cell) for line in below for cell in line.cells[beside : beside + 1] if cell]
    filled = [text for text in filled if not text.isdecimal()]
    pairs = sum(len(line.cells) > beside and bool(line.cells[first] and line.cells[beside]) for line in below)
    words = sum(" " not in text and text.isalpha() for text in filled)
    if filled and pairs * 2 >= len(filled) and words * 5 >= len(filled) * 4:
        columns[first] = "family_name"
        if overhang:
            columns.append("given_name")
        else:
            columns[beside] = "given_name"


def _holds_figures(below: Sequence[Line], column: int) -> bool:
    texts = [str(line.cells[column]) for line in below if column < len(line.cells) and line.cells[column]]
    return sum(any(map(str.isdecimal, text)) for text in texts) * 2 >= len(texts)


def is_numbering(title: str) -> bool:
    """Whether a column counts rows, or is another that no list needs."""
    return folded_title(title) in IGNORED
