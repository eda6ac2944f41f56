"""Where the cells of a workbook stand and how much they hold, before a reader makes grids of them.

The watchers mirror how the reader goes through a sheet: what they count less than it does would be a way around them.
"""

import re
from collections.abc import Sequence

from lantoa.organizations.reading.limits import AREA_LIMIT, COLUMNS_LIMIT, MARGIN, ROWS_LIMIT, TEXT_LIMIT
from lantoa.organizations.reading.refusals import NotAWorkbook, TooManyRows

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_ROW = re.compile(r"[0-9]{1,7}")


class Extent:
    """How far the cells of the sheets reach, and how much they hold. Raises TooManyRows past the limits."""

    def __init__(self) -> None:
        self.cells = 0
        self._row = self._column = self._area = self._letters = 0

    def reach(self, row: int, column: int) -> None:
        """A cell with content stands there (both from 1)."""
        if row <= self._row and column <= self._column:
            return
        self._row, self._column = max(self._row, row), max(self._column, column)
        beyond = self._row > ROWS_LIMIT + MARGIN or self._column > COLUMNS_LIMIT
        if beyond or self._area + self._row * self._column > AREA_LIMIT:
            raise TooManyRows(rows=ROWS_LIMIT, columns=COLUMNS_LIMIT)

    def hold(self, letters: int) -> None:
        """So many letters more stand in the cells."""
        self._letters += letters
        if self._letters > TEXT_LIMIT:
            raise TooManyRows(rows=ROWS_LIMIT, columns=COLUMNS_LIMIT)

    def forget_sheet(self) -> None:
        """What was reached in this sheet does not count."""
        self._row = self._column = 0

    def close_sheet(self) -> None:
        """The next cell belongs to another sheet."""
        self._area += self._row * self._column
        self._row = self._column = 0


class XlsxPlaces:
    """Reads no content of an .xlsx, only where the cells that have one stand."""

    def __init__(self, extent: Extent) -> None:
        self._extent = extent
        self._row = self._column = 1
        self._cell = (0, 0)

    def start(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(":")[2]
        if local == "c":
            self._extent.cells += 1
            if "r" in given:
                self._column, row = _place(given["r"])
                self._cell = (row, self._column)
            else:
                self._cell = (self._row, self._column)
            self._column += 1
        elif local in ("v", "is"):
            self._extent.reach(*self._cell)
        elif local == "row" and "r" in given:
            if not _ROW.fullmatch(given["r"]):
                raise NotAWorkbook
            self._row = int(given["r"])

    def end(self, name: str) -> None:
        """An element ends."""
        if name.rpartition(":")[2] == "row":
            self._row += 1
            self._column = 1


class OdsPlaces:
    """The same for an .ods, whose cells and rows say how often they are repeated, with all that stands in them."""

    def __init__(self, extent: Extent) -> None:
        self._extent = extent
        self._row = self._column = 0
        self._rows = self._columns = 1
        self._inside = self._in_table = False

    def start(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        if name in ("table:table-cell", "table:covered-table-cell"):
            self._column += self._columns
            self._columns = max(1, int(given.get("table:number-columns-repeated", 1)))
            self._inside = False
            if any(key.startswith("office:") or key == "table:formula" for key in given):
                self._reach()
                self._hold(sum(map(len, given.values())))
        elif name == "text:p":
            self._inside = True
            self._reach()
        elif name == "text:s":
            self._hold(int(given.get("text:c", 1)))
        elif name == "table:table-row":
            self._row += self._rows
            self._rows = max(1, int(given.get("table:number-rows-repeated", 1)))
            self._column, self._columns = 0, 1
            self._inside = False
        elif name == "table:table":
            self._begin_table()

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "table:table":
            self._in_table = False

    def text(self, words: str) -> None:
        """Text stands there: it counts in cells alone."""
        if self._inside:
            self._hold(len(words))

    def _begin_table(self) -> None:
        if self._in_table:
            raise NotAWorkbook
        self._in_table = True
        self._extent.close_sheet()
        self._row, self._rows = 0, 1

    def _reach(self) -> None:
        self._extent.reach(self._row + self._rows, self._column + self._columns)

    def _hold(self, letters: int) -> None:
        self._extent.hold(max(0, letters) * self._rows * self._columns)


class SharedTexts:
    """The lengths of the texts that the cells of an .xlsx share."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def start(self, name: str, _given: dict[str, str]) -> None:
        """An element begins."""
        if name.rpartition(":")[2] == "si":
            self.lengths.append(0)

    def text(self, words: str) -> None:
        """Text stands there."""
        if self.lengths:
            self.lengths[-1] += len(words)


class SharedUses:
    """What the cells of a sheet hold that write a shared text by its number."""

    def __init__(self, lengths: Sequence[int], extent: Extent) -> None:
        self._lengths = lengths
        self._extent = extent
        self._shares = False
        self._number = ""

    def start(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(":")[2]
        if local == "c":
            self._shares = given.get("t") == "s"
        self._number = ""

    def end(self, name: str) -> None:
        """An element ends."""
        if self._shares and name.rpartition(":")[2] == "v":
            number = int(self._number) if self._number.isdecimal() else 0  # as the reader takes it
            if number < len(self._lengths):
                self._extent.hold(self._lengths[number])
        self._number = ""

    def text(self, words: str) -> None:
        """Text stands there."""
        self._number += words


def column_number(letters: str) -> int:
    """The number of a column from its letters, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _place(reference: str) -> tuple[int, int]:
    """Column and row. A place that is none would be reckoned by the reader all the same, to billions of columns."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise NotAWorkbook
    return column_number(found[1].upper()), int(found[2])
