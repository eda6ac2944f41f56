"""The list of what a split leaves, as a workbook whose last column offers the units that take over."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from lantoa.organizations.models import DraftSuccessor
from lantoa.organizations.reading.placings import CODE_TITLE, KEY_TITLE, NAME_TITLE, PLACE_TITLE
from lantoa.organizations.selectors.placings import Placeable, unit_texts
from lantoa.ui.workbook import CONTENT_TYPE

_UNITS_SHEET = "Đơn vị tiếp nhận"
_PEOPLE = (KEY_TITLE, NAME_TITLE, "Năm sinh", "Thôn/bản", CODE_TITLE, "Tư cách", PLACE_TITLE)
_REST = (KEY_TITLE, "Đơn vị hoặc người được phân công", "Loại", PLACE_TITLE)
_WIDTHS = {KEY_TITLE: 18, "Năm sinh": 10, CODE_TITLE: 16}
_WIDTH = 32


def placing_workbook(
    *, rows: Sequence[Placeable], successors: Sequence[DraftSuccessor], people: bool, title: str
) -> HttpResponse:
    """A download: every cell a text, so that no leading zero is lost and no formula runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        _write(path, rows, successors, people=people, title=title)
        content = path.read_bytes()
    disposition = content_disposition_header(as_attachment=True, filename=f"{title}.xlsx")
    return HttpResponse(content, content_type=CONTENT_TYPE, headers={"Content-Disposition": disposition or ""})


def _write(
    path: Path, rows: Sequence[Placeable], successors: Sequence[DraftSuccessor], *, people: bool, title: str
) -> None:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet, units = book.add_worksheet("Danh sách"), book.add_worksheet(_UNITS_SHEET)
    text = book.add_format({"num_format": "@"})
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F1F1F1", "num_format": "@"})
    titles, names = _PEOPLE if people else _REST, unit_texts(successors)
    for line, name in enumerate(names.values()):
        units.write_string(line, 0, name, text)
    units.set_column(0, 0, 2 * _WIDTH)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for column, label in enumerate(titles):
        sheet.set_column(column, column, _WIDTHS.get(label, _WIDTH), text)
        sheet.write_string(2, column, label, head)
    for line, row in enumerate(rows, start=3):
        place = names[row.successor.pk] if row.successor is not None else ""
        for column, value in enumerate(_values(row, place, people=people)):
            sheet.write_string(line, column, value, text)
    last = len(titles) - 1
    choice = {"validate": "list", "source": f"='{_UNITS_SHEET}'!$A$1:$A${len(names)}"}
    sheet.data_validation(3, last, 3 + len(rows), last, choice)
    sheet.freeze_panes(3, 2)
    book.close()


def _values(row: Placeable, place: str, *, people: bool) -> tuple[str, ...]:
    if people:
        return (row.key, row.name, str(row.birth_year or ""), row.village, row.code, row.what, place)
    return (row.key, row.name, row.what, place)
