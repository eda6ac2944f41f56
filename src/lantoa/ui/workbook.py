"""Workbooks (.xlsx) written row by row, whatever their length."""

import datetime as dt
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from lantoa.kernel import clock

NamedSheet = tuple[str, Sequence[Mapping[str, str]]]
"""The title of a sheet, and rows that map a label to a text."""
CellValue = str | int | Decimal | dt.date | dt.datetime | bool | None
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS = {
    "number": {"num_format": "#,##0.##"},
    "percent": {"num_format": '0.0"%"'},
    "date": {"num_format": "dd/mm/yyyy"},
    "datetime": {"num_format": "dd/mm/yyyy hh:mm"},
    "text": {"num_format": "@"},
}
_WIDTHS = {"text": 32, "number": 12, "percent": 10, "date": 12, "datetime": 18}
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET_NAME = 31


def workbook_response(
    *,
    filename: str,
    title: str,
    labels: Sequence[str],
    kinds: Sequence[str],
    rows: Iterable[Sequence[CellValue]],
    note: str = "",
) -> HttpResponse:
    """A download of one sheet: `title`, the time of writing and the `note` above, then the labels, then the rows.

    `kinds` gives for each column `text`, `number`, `percent`, `date` or `datetime`. A text that looks like a formula
    or an address stays a text. `filename` comes without an ending and may be Vietnamese.
    """
    return _response(filename, lambda book: _write_table(book, title, note, labels, kinds, rows))


def sheets_response(*, filename: str, sheets: "Sequence[NamedSheet]") -> HttpResponse:
    """A download with a sheet for each of `sheets`. A row need not have every label; texts stay texts, as in
    `workbook_response`."""
    return _response(filename, lambda book: _write_sheets(book, sheets))


def _response(filename: str, write: Callable[[Workbook], None]) -> HttpResponse:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book: Workbook = xlsxwriter.Workbook(str(path), options)
        write(book)
        book.close()
        content = path.read_bytes()
    disposition = content_disposition_header(as_attachment=True, filename=f"{filename}.xlsx")
    return HttpResponse(content, content_type=CONTENT_TYPE, headers={"Content-Disposition": disposition or ""})


def _write_sheets(book: Workbook, sheets: "Sequence[NamedSheet]") -> None:
    head, text = book.add_format({"bold": True, "bottom": 1}), book.add_format(_FORMATS["text"])
    for number, (title, rows) in enumerate(sheets, start=1):
        plain = _NO_SHEET_NAME.sub(" ", title).strip("' ")
        sheet: Worksheet = book.add_worksheet(f"{number}. {plain}"[:_LONGEST_SHEET_NAME])
        labels = list(dict.fromkeys(label for row in rows for label in row))
        sheet.set_column(0, max(len(labels) - 1, 0), _WIDTHS["text"])
        sheet.write_row(0, 0, labels, head)
        for line, row in enumerate(rows, start=1):
            for position, label in enumerate(labels):
                _write_cell(sheet, line, position, row.get(label, ""), text)
        sheet.freeze_panes(1, 0)


def _write_table(
    book: Workbook,
    title: str,
    note: str,
    labels: Sequence[str],
    kinds: Sequence[str],
    rows: Iterable[Sequence[CellValue]],
) -> None:
    sheet: Worksheet = book.add_worksheet()
    formats = [book.add_format(_FORMATS[kind]) for kind in kinds]
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for position, kind in enumerate(kinds):
        sheet.set_column(position, position, _WIDTHS[kind])
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, f"{timezone.localtime(clock.now()):%H:%M %d/%m/%Y}")
    if note:
        sheet.write_string(2, 0, note)
    sheet.write_row(3, 0, labels, head)
    for number, row in enumerate(rows, start=4):
        for position, value in enumerate(row):
            _write_cell(sheet, number, position, value, formats[position])
    sheet.freeze_panes(4, 0)


def _write_cell(sheet: Worksheet, row: int, column: int, value: CellValue, style: Format) -> None:
    match value:
        case None | "":
            sheet.write_blank(row, column, None, style)
        case bool():
            sheet.write_boolean(row, column, value)
        case int() | Decimal():
            sheet.write_number(row, column, value, style)
        case dt.datetime():
            local = timezone.make_naive(value) if timezone.is_aware(value) else value
            sheet.write_datetime(row, column, local, style)
        case dt.date():
            sheet.write_datetime(row, column, value, style)
        case _:
            sheet.write_string(row, column, str(value), style)
