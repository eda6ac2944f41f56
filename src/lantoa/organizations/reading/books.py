"""The bytes of an upload as sheets of cells: .xlsx, .xls, .ods and .csv.

Whatever the bytes are, the answer is sheets or an `Unreadable`: nothing else escapes.
"""

import io
from collections.abc import Iterable, Iterator, Sequence

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from lantoa.organizations.reading.cells import Cell, Line, Sheet, cell_of, is_plain
from lantoa.organizations.reading.limits import (
    BYTES_LIMIT,
    COLUMNS_LIMIT,
    MARGIN,
    MERGED_LIMIT,
    ROWS_LIMIT,
    SHEETS_LIMIT,
)
from lantoa.organizations.reading.old_excel import SIGNATURE, guard_old_workbook
from lantoa.organizations.reading.packages import guard_package
from lantoa.organizations.reading.refusals import (
    FileIsEmpty,
    FileIsTooLarge,
    Locked,
    NotAWorkbook,
    TooManyRows,
    Unreadable,
)
from lantoa.organizations.reading.tables import sheet_of

Range = tuple[tuple[int, int], tuple[int, int]]


def read_sheets(content: bytes) -> list[Sheet]:
    """The visible sheets that hold anything, in the file's order. Raises Unreadable.

    Formulas are never evaluated: they count with the value that the spreadsheet stored, and are text in a text file.
    """
    if not content.strip():
        raise FileIsEmpty
    if len(content) > BYTES_LIMIT:
        raise FileIsTooLarge(limit=BYTES_LIMIT // 1_000_000)
    if content.startswith(SIGNATURE):
        guard_old_workbook(content)
        sheets = _workbook(content)
    elif content.startswith(b"PK"):
        guard_package(content)
        sheets = _workbook(content)
    else:
        sheets = list(_within_limits([sheet_of(content)]))
    filled = [sheet for sheet in sheets if sheet.lines]
    if not filled:
        raise FileIsEmpty
    return filled


def _workbook(content: bytes) -> list[Sheet]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return list(_within_limits(_sheet(book.get_sheet_by_index(index)) for index in _visible(book)))
    except Unreadable:
        raise
    except PasswordError as error:
        raise Locked from error
    except (CalamineError, ValueError, OSError, IndexError, TypeError, OverflowError) as error:
        raise NotAWorkbook from error
    except BaseException as error:
        # The reader is written in Rust: what it does not foresee comes as a panic outside of Exception.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise NotAWorkbook from error


def _within_limits(sheets: Iterable[Sheet]) -> Iterator[Sheet]:
    """The sheets, as long as they have no more rows than one list may have: many names may mean one and the same."""
    rows = 0
    for sheet in sheets:
        rows += len(sheet.lines)
        if rows > ROWS_LIMIT + MARGIN:
            raise TooManyRows(rows=ROWS_LIMIT, columns=COLUMNS_LIMIT)
        yield sheet


def _visible(book: CalamineWorkbook) -> list[int]:
    return [
        index
        for index, one in enumerate(book.sheets_metadata[:SHEETS_LIMIT])
        if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet
    ]


def _sheet(sheet: CalamineSheet) -> Sheet:
    lines: list[Line] = []
    if sheet.start is None:
        return Sheet(sheet.name, lines)
    tall = _tall(sheet.merged_cell_ranges or (), sheet.start[1], sheet.height + sheet.start[0])
    kept: dict[int, Cell] = {}
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [value if value.__class__ is str and is_plain(value) else cell_of(value) for value in values]
        for column in tall.get(number, ()):
            if column < len(cells):
                cells[column] = cells[column] or kept.get(column, "")
        if any(cell != "" for cell in cells):
            lines.append(Line(number, cells))
        for column in tall.get(number + 1, ()):
            kept[column] = cells[column] if column < len(cells) else ""
    return Sheet(sheet.name, lines)


def _tall(merged: Sequence[Range], left: int, height: int) -> dict[int, list[int]]:
    """By row number, the columns whose cell is merged with the one above it and says the same."""
    found: dict[int, list[int]] = {}
    told = 0
    for (first_row, column), (last_row, _) in merged:
        last = min(last_row, height)
        if last_row - first_row > ROWS_LIMIT or column < left or last <= first_row:
            continue
        told += last - first_row
        if told > MERGED_LIMIT:
            break
        for row in range(first_row + 1, last + 1):
            found.setdefault(row + 1, []).append(column - left)
    return found
