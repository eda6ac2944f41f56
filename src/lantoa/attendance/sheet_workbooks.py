"""The sheet of a roll as a workbook, to be filled in on a computer."""

import tempfile
from pathlib import Path

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from lantoa.attendance.roll_workbooks import WORDS, row_number
from lantoa.attendance.selectors.sheets import Sheet
from lantoa.ui.workbook import CONTENT_TYPE

_NUMBER, _KEY, _NAME, _DETAIL, _CELL, _MARK = "STT", "Mã dòng", "Họ và tên", "Năm sinh, thôn/bản", "Chi bộ", "Điểm danh"
_TITLES = (_NUMBER, _KEY, _NAME, _DETAIL, _CELL, _MARK)
_WIDTHS = (6, 12, 32, 28, 32, 30)


def roll_workbook(sheet: Sheet, *, title: str) -> HttpResponse:
    """A download in the order of the printed sheet, the marks as they stand, without the
    reasons of those who were away. Every cell is a text, so that no formula
    runs, and the last column offers its words."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roll.xlsx"
        _write(path, sheet, title)
        content = path.read_bytes()
    disposition = content_disposition_header(as_attachment=True, filename=f"{title}.xlsx")
    return HttpResponse(content, content_type=CONTENT_TYPE, headers={"Content-Disposition": disposition or ""})


def _write(path: Path, sheet: Sheet, title: str) -> None:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("Điểm danh")
    text = book.add_format({"num_format": "@"})
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F1F1F1", "num_format": "@"})
    page.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for column, (label, width) in enumerate(zip(_TITLES, _WIDTHS, strict=True)):
        page.set_column(column, column, width, text)
        page.write_string(2, column, label, head)
    lines = [line for one in sheet.pages for line in one.lines]
    for row, line in enumerate(lines, start=3):
        word = WORDS.get(str(line.status or ""), "")
        values = (str(line.number), row_number(sheet.site.pk, line.entry_id), line.name, line.detail, line.cell, word)
        for column, value in enumerate(values):
            page.write_string(row, column, value, text)
    choice = {"validate": "list", "source": list(WORDS.values())}
    page.data_validation(3, len(_TITLES) - 1, 3 + len(lines), len(_TITLES) - 1, choice)
    page.freeze_panes(3, 3)
    book.close()
