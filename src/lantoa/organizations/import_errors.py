"""A workbook of the rows that could not be taken: the user's own rows, with the reason beside each. It can be imported
again once it is put right."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import xlsxwriter
from django.db.models import QuerySet
from xlsxwriter.workbook import Workbook

from lantoa.organizations.enums import ImportState, RowKind
from lantoa.organizations.models import ImportBatch, ImportRow
from lantoa.organizations.reading import HEADINGS, Layout
from lantoa.organizations.reading.cells import Cell, Line
from lantoa.organizations.reading.headings import REASON
from lantoa.organizations.restricting import left_out
from lantoa.organizations.selectors.import_problems import message_of

_CHUNK = 2_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_Written = tuple[Sequence[Cell], str]


def workbook_of_errors(batch: ImportBatch, rows: "QuerySet[ImportRow]") -> bytes:
    """An .xlsx of the header, those of the `rows` of the sheet that are open, and the names of cells above them.

    Before the import is applied these are the file's own columns; afterwards, when only what belongs to persons is
    kept, those of the template. What looks like a formula is marked as text for every spreadsheet.
    """
    written = _as_uploaded(batch, rows) if batch.state == ImportState.PREVIEWED else _as_kept(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "errors.xlsx"
        _write(path, written)
        return path.read_bytes()


def _as_uploaded(batch: ImportBatch, rows: "QuerySet[ImportRow]") -> Iterator[_Written]:
    layout = Layout.of_json(batch.layout)
    width = len(layout.titles)
    section: list[Cell] | None = None
    named = rows.filter(kind__in=[RowKind.HEADER, RowKind.SECTION, RowKind.PERSON]).order_by("number")
    for row in named.iterator(chunk_size=_CHUNK):
        (line,) = layout.unlocked([Line(row.number, row.cells)])
        cells = [*line.cells, *[""] * (width - len(line.cells))]
        if row.kind == RowKind.HEADER:
            if row.number in layout.header:
                yield cells, REASON if row.number == layout.header[0] else ""
        elif row.kind == RowKind.SECTION:
            section = cells
        elif row.is_open:
            if section is not None:
                yield section, ""
                section = None
            yield cells, _reason(row)
    if note := left_out(batch.person_rows.filter(is_open=True)):
        yield [""] * width, note


def _as_kept(rows: "QuerySet[ImportRow]") -> Iterator[_Written]:
    yield [heading.title for heading in HEADINGS], REASON
    left = rows.filter(kind=RowKind.PERSON, person__isnull=True).order_by("number")
    for row in left.iterator(chunk_size=_CHUNK):
        yield [row.values.get(heading.key, "") for heading in HEADINGS], _reason(row)


def _reason(row: ImportRow) -> str:
    return " ".join(message_of(problem) for problem in row.problems)


def _write(path: Path, rows: Iterator[_Written]) -> None:
    book: Workbook = xlsxwriter.Workbook(str(path), _OPTIONS)
    sheet = book.add_worksheet("Dòng cần sửa")
    text = book.add_format({"num_format": "@"})
    guarded = book.add_format({"num_format": "@", "quote_prefix": True})
    for number, (cells, reason) in enumerate(rows):
        for position, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(number, position, cell)
            elif cell:
                sheet.write_string(number, position, cell, guarded if cell.startswith(_FORMULA) else text)
        if reason:
            sheet.write_string(number, len(cells), reason, text)
    book.close()
