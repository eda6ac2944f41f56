"""What the rows of a list are: persons, or titles, names of cells, totals and signatures between and around them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lantoa.organizations.enums import RowKind
from lantoa.organizations.reading.cells import Cell, Line, folded
from lantoa.organizations.reading.headings import IGNORED, folded_title


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A row as it was understood: `values` of a person by the fields' keys, and for all kinds the cells as read."""

    number: int
    kind: RowKind
    cells: list[Cell]
    values: dict[str, str] = field(default_factory=dict)


_TOTAL = re.compile(
    r"(?:tong cong|cong|tong so|tong)(?: (?:so|cong|chi bo|danh sach|dang vien|toan (?:chi|dang) bo))*\s*[:.=]*\s*"
    r"(?:\d+.*)?|(?:danh sach|an dinh|chot|tong)\b.*\b\d+\s*(?:dong chi|d/c|nguoi|dang vien)\b.*"
)
_SIGNED = re.compile(
    r"(?:t/m|tm\.?|k/t|kt\.?)\s.*|(?:nguoi|can bo)\s*(?:lap|ghi|tong hop|lam).{0,20}|\(?\s*ky\b.*|"
    r"(?:pho )?bi thu(?: chi bo| dang bo| dang uy)?|thu truong.*|xac nhan.*|noi nhan\s*:.*|"
    r".{0,40}\bngay\b.{1,10}\bthang\b.{1,10}\bnam\b.{0,8}"
)
_REMARK = re.compile(r"(?:ghi chu|luu y|chu thich|\*|\().*")
_ORDINAL = re.compile(r"(?:[ivx]{1,5}|[a-h]|\d{1,3})(?:[.)/-]\s*|\s*$)")
_PLACE = re.compile(
    r"(?:chi bo|cb|dang bo|db|to dang|to dan pho|tdp|ban|thon|khu|khoi|truong|cong an|quan su|tram|co quan|hoi|doan|"
    r"ubnd|xa|thi tran|phong|trung tam|benh vien|hop tac xa|cong ty|doanh nghiep)\b.*"
)
_COUNT = re.compile(r"\s*(?:\([^)]*\)|[:–-]\s*\d+\s*(?:đ/c|đồng chí|đảng viên|người)?\.?)\s*$")
_YEAR = re.compile(r"(?:.*\D)?(?:19|20)\d\d(?:\D.*)?")
_BIRTHS = ("birth_year", "birth_male", "birth_female")
_SAYS_MORE = ("code", "standing", "joined_on", "confirmed_on", "village")
_NAMES = ("full_name", "family_name", "given_name")
_JOINED = ("family_name", "given_name", "birth_male", "birth_female", "joined_on", "confirmed_on")


class LineReader:
    """Understands the rows of one sheet, in their order, by its header and the fields of its columns."""

    def __init__(self, header: Sequence[int], titles: Sequence[str], columns: Sequence[str]) -> None:
        self._header = frozenset(header)
        self._last = max(header, default=0)
        self._titles = [folded_title(title) for title in titles]
        self._places = {key: position for position, key in enumerate(columns) if key}
        self._counting = next((place for place, title in enumerate(self._titles) if title in IGNORED), None)
        self._name_places = [self._places[key] for key in _NAMES if key in self._places]
        self._is_joined = not self._places.keys().isdisjoint(_JOINED)
        self._section = ""
        self._signed = False
        self._begun = False

    def read(self, lines: Iterable[Line]) -> Iterator[ReadLine]:
        """Each row with its kind; persons with their values, a cell's name above them among these."""
        for line in lines:
            kind = self._kind(line)
            if kind == RowKind.SECTION:
                self._section = section_name(next(str(cell) for cell in self._texts(line)))
            values = self._values(line.cells) if kind == RowKind.PERSON else {}
            yield ReadLine(line.number, kind, line.cells, values)

    def _kind(self, line: Line) -> RowKind:
        if line.number in self._header:
            return RowKind.HEADER
        if line.number < self._last:
            return RowKind.TITLE
        if self._is_person_for_certain(line.cells):
            self._begun = True
            return RowKind.PERSON
        return self._other_kind(line)

    def _is_person_for_certain(self, cells: list[Cell]) -> bool:
        """A name and a year, code or standing beside it: the usual row, told apart at once."""
        if not any(self._filled(cells, place) for place in self._name_places):
            return False
        if self._says_year(cells):
            return True
        return self._begun and not self._signed and any(_is_words(self._cell(cells, key)) for key in _SAYS_MORE)

    def _says_year(self, cells: list[Cell]) -> bool:
        return any(_YEAR.match(str(cell)) for cell in (self._cell(cells, key) for key in _BIRTHS) if cell)

    def _other_kind(self, line: Line) -> RowKind:
        texts = list(dict.fromkeys(folded(str(cell)) for cell in line.cells if cell != ""))
        words = [text for text in texts if not text.replace(".", "").isdigit()]
        if not self._begun and _counts_columns(line.cells):
            return RowKind.NUMBERING
        if self._repeats_header(line.cells):
            return RowKind.HEADER
        if words and (_TOTAL.fullmatch(words[0]) or _TOTAL.fullmatch(texts[0])):
            return RowKind.TOTAL
        if words and len(words) <= 3 and any(_SIGNED.fullmatch(word) for word in words):
            self._signed = True
            return RowKind.SIGNATURE
        if self._signed:
            return RowKind.SIGNATURE
        return self._section_or_person(line, texts, words)

    def _section_or_person(self, line: Line, texts: list[str], words: list[str]) -> RowKind:
        named = any(self._filled(line.cells, place) for place in self._name_places)
        alone = [word for word in words if not _ORDINAL.fullmatch(word)]
        if len(alone) == 1 and len(texts) <= 3:
            if _REMARK.fullmatch(alone[0]):
                return RowKind.REMARK
            told = sum(self._filled(line.cells, place) for place in self._places.values())
            if _PLACE.fullmatch(_without_ordinal(alone[0])) and not self._says_year(line.cells):
                return RowKind.SECTION
            if told <= 1 and (not named or _is_roman(words[0])):
                return RowKind.SECTION
        if not words:
            return RowKind.TOTAL if not named and self._begun else RowKind.REMARK
        self._begun = True
        return RowKind.PERSON

    def _texts(self, line: Line) -> list[Cell]:
        """The cells that are more than a number of their own."""
        found = [cell for cell in line.cells if cell != ""]
        return [cell for cell in found if not _ORDINAL.fullmatch(folded(str(cell)))] or found

    def _filled(self, cells: list[Cell], place: int) -> bool:
        return place < len(cells) and cells[place] != ""

    def _repeats_header(self, cells: list[Cell]) -> bool:
        """A list that was made for printing repeats its header on every page."""
        told = [(place, folded_title(str(cell))) for place, cell in enumerate(cells) if cell != ""]
        same = sum(place < len(self._titles) and title == self._titles[place] for place, title in told)
        return same > 1 and same * 2 >= len(told)

    def _cell(self, cells: list[Cell], key: str) -> Cell:
        place = self._places.get(key)
        return cells[place] if place is not None and place < len(cells) else ""

    def _values(self, cells: list[Cell]) -> dict[str, str]:
        values = {key: str(cells[place]) for key, place in self._places.items() if place < len(cells)}
        if isinstance(self._cell(cells, "code"), int):
            values["code_is_number"] = "x"
        if self._is_joined:
            _join_name(values)
            _join_birth(values)
            _join_standing(values)
        if not values.get("unit") and self._section:
            values["unit"] = self._section
        return values


def _is_words(cell: Cell) -> bool:
    return isinstance(cell, str) and cell != ""


def section_name(text: str) -> str:
    """A cell's name as a row of its own, without its number in the list and the count of its people."""
    match = _ORDINAL.match(folded(text))
    name = text[match.end() :] if match and len(folded(text)) == len(text) else text
    return _COUNT.sub("", name).strip(" :.-–") or text


def _without_ordinal(text: str) -> str:
    return _ORDINAL.sub("", text, count=1) if _ORDINAL.match(text) else text


def _is_roman(text: str) -> bool:
    return re.fullmatch(r"[ivx]{1,5}[.)]?|[a-h][.)]?", text) is not None


def _counts_columns(cells: list[Cell]) -> bool:
    """1 2 3 …, or (1) (2) (3) …, under the header."""
    numbers = [str(cell).strip("()[]. ") for cell in cells if cell != ""]
    counted = [int(text) for text in numbers if text.isdecimal() and len(text) < 4]
    if len(counted) < 3 or len(counted) * 3 < len(numbers) * 2:
        return False
    return all(after - before == 1 for before, after in pairwise(counted))


def _join_name(values: dict[str, str]) -> None:
    family, given = values.pop("family_name", ""), values.pop("given_name", "")
    if family or given:
        values["full_name"] = f"{family} {given}".strip()


def _join_birth(values: dict[str, str]) -> None:
    told = [values.pop(key, "") for key in ("birth_male", "birth_female")]
    under = [text for text in told if text]
    if under and not values.get("birth_year"):
        values["birth_year"] = " / ".join(under)


def _join_standing(values: dict[str, str]) -> None:
    """The standing by the days of admission, where no column says it."""
    joined, confirmed = values.pop("joined_on", ""), values.pop("confirmed_on", "")
    if values.get("standing") or not (joined or confirmed):
        return
    values["standing"] = "chính thức" if confirmed else "dự bị"
