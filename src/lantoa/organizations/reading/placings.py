"""Reading a workbook that says where each row of a list goes, its header wherever it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.reading.books import read_sheets
from lantoa.organizations.reading.cells import Cell, Line
from lantoa.organizations.reading.headers import SEARCHED
from lantoa.organizations.reading.headings import folded_title
from lantoa.organizations.reading.refusals import Unreadable

KEY_TITLE, CODE_TITLE, NAME_TITLE, PLACE_TITLE = "Mã dòng", "Mã đảng viên", "Họ và tên", "Đơn vị mới"
_TITLES = {
    "ma dong": "key",
    "ma dang vien": "code",
    "ma so dang vien": "code",
    "so the dang vien": "code",
    "ho va ten": "name",
    "ho ten": "name",
    "ten": "name",
    "don vi moi": "place",
    "don vi tiep nhan": "place",
    "chuyen den": "place",
    "chuyen ve": "place",
    "chi bo moi": "place",
}


class PlacingHeaderMissing(Unreadable):
    """No row names the columns that say which row goes where."""

    code = "placing_header_missing"
    message: ClassVar[str | Promise] = _(
        "No row with the titles “Đơn vị mới” and “Mã dòng” (or “Mã đảng viên”) was found. "
        "Download the list, fill in its last column and upload it as it is."
    )


@dataclass(frozen=True, slots=True)
class PlacingLine:
    """What a row of the file says. `code` is a number where the file holds one, which has lost its leading zeros."""

    number: int
    key: str
    code: Cell
    name: str
    place: str


def placing_lines(content: bytes) -> list[PlacingLine]:
    """The rows under the header that name a row or a unit. Formulas are never evaluated. Raises Unreadable."""
    for sheet in read_sheets(content):
        for position in range(min(SEARCHED, len(sheet.lines))):
            columns = _columns(sheet.lines[position])
            if "place" in columns and ("key" in columns or "code" in columns):
                return list(_lines(sheet.lines[position + 1 :], columns))
    raise PlacingHeaderMissing


def _columns(line: Line) -> dict[str, int]:
    """By what they mean the columns that this row is the header of; the first of two counts."""
    found: dict[str, int] = {}
    for position, cell in enumerate(line.cells):
        meaning = _TITLES.get(folded_title(str(cell)[:120]))
        if meaning is not None:
            found.setdefault(meaning, position)
    return found


def _lines(lines: Sequence[Line], columns: dict[str, int]) -> Iterator[PlacingLine]:
    for line in lines:
        cells = {meaning: line.cells[at] for meaning, at in columns.items() if at < len(line.cells)}
        texts = {meaning: str(cell) for meaning, cell in cells.items()}
        if texts.get("key") or texts.get("code") or texts.get("place"):
            yield PlacingLine(
                line.number,
                texts.get("key", ""),
                cells.get("code", ""),
                texts.get("name", ""),
                texts.get("place", ""),
            )
