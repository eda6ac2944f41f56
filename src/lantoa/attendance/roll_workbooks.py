"""Reading the workbook of a roll, by its row numbers, and the words by which it says who was there.

The words are Vietnamese in every language of the interface, so that a file finds its way back. A row number names the
site and the entry: the same people stand on the rolls of other sessions too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.enums import MarkStatus
from lantoa.kernel.vietnamese import fold
from lantoa.organizations.enums import ReasonClass
from lantoa.organizations.reading import Unreadable, read_sheets
from lantoa.organizations.reading.cells import Line
from lantoa.organizations.reading.headers import SEARCHED
from lantoa.organizations.reading.headings import folded_title

_EXCUSED = {
    ReasonClass.HEALTH: "Vắng có lý do: sức khỏe",
    ReasonClass.WORK: "Vắng có lý do: công tác",
    ReasonClass.AWAY: "Vắng có lý do: đi xa",
    ReasonClass.OTHER: "Vắng có lý do khác",
}
WORDS: dict[str, str] = {
    str(MarkStatus.PRESENT): "Có mặt",
    str(MarkStatus.LATE): "Có mặt (đến muộn)",
    str(MarkStatus.EXCUSED): "Vắng có lý do",
    **{f"{MarkStatus.EXCUSED}-{reason}": word for reason, word in _EXCUSED.items()},
    str(MarkStatus.ABSENT): "Vắng không lý do",
}
"""The words that the workbook offers, by the value of the choice on the roll's page; a comma would part one in two."""
_SHORT = {
    "x": str(MarkStatus.PRESENT),
    "muon": str(MarkStatus.LATE),
    "den muon": str(MarkStatus.LATE),
    "vang": str(MarkStatus.ABSENT),
}


_SIGNS = str.maketrans(dict.fromkeys(":,()", " "))


def _plain(word: str) -> str:
    return " ".join(fold(word).translate(_SIGNS).split())


_READ = {**{_plain(word): value for value, word in WORDS.items()}, **_SHORT}
_ROW = re.compile(r"D([0-9]{1,18})-([0-9]{1,18})", re.IGNORECASE)
_COLUMNS = {"ma dong": "key", "ho va ten": "name", "ho ten": "name", "diem danh": "mark"}


def row_number(site_id: int, entry_id: int) -> str:
    """What stands beside a person of a site's roll; no program takes it for a number or a day."""
    return f"D{site_id}-{entry_id}"


class RollHeaderMissing(Unreadable):
    """No row names the columns that say who was there."""

    code = "roll_header_missing"
    message: ClassVar[str | Promise] = _(
        "No row with the titles “Mã dòng” and “Điểm danh” was found. Download the workbook of this roll, fill in its "
        "last column and upload it as it is."
    )


@dataclass(frozen=True, slots=True)
class WorkbookLine:
    """What a row of the file says: its place in the file, the row number, the name and the word as they stand there."""

    number: int
    key: str
    name: str
    mark: str

    @property
    def site_id(self) -> int | None:
        """The site that the row number names; None for what is none."""
        return int(found[1]) if (found := _ROW.fullmatch(self.key)) else None

    @property
    def entry_id(self) -> int | None:
        """The entry that the row number names; None for what is none."""
        return int(found[2]) if (found := _ROW.fullmatch(self.key)) else None

    @property
    def value(self) -> str | None:
        """The choice that the word means, empty for none; None for a word that means nothing here."""
        word = _plain(self.mark)
        return _READ.get(word) if word else ""


def said(line: WorkbookLine) -> str:
    """The word of the row; beside it what it is read as, where it was written in another way."""
    word = WORDS.get(line.value or "", "")
    return f"{line.mark} → {word}" if word and _plain(word) != _plain(line.mark) else line.mark


def workbook_lines(content: bytes) -> list[WorkbookLine]:
    """The rows under the header that name an entry or a mark. Formulas are never evaluated. Raises Unreadable."""
    for found in read_sheets(content):
        for position in range(min(SEARCHED, len(found.lines))):
            columns = _columns(found.lines[position])
            if {"key", "mark"} <= columns.keys():
                return list(_lines(found.lines[position + 1 :], columns))
    raise RollHeaderMissing(field="upload")


def _columns(line: Line) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, cell in enumerate(line.cells):
        meaning = _COLUMNS.get(folded_title(str(cell)[:120]))
        if meaning is not None:
            found.setdefault(meaning, position)
    return found


def _lines(lines: Sequence[Line], columns: dict[str, int]) -> Iterator[WorkbookLine]:
    for line in lines:
        texts = {meaning: str(line.cells[at]).strip() for meaning, at in columns.items() if at < len(line.cells)}
        if texts.get("key") or texts.get("mark"):
            yield WorkbookLine(line.number, texts.get("key", ""), texts.get("name", ""), texts.get("mark", ""))
