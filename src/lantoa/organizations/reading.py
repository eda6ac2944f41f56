"""Reading a list of persons from an Excel workbook (.xlsx) or a CSV file with a plain header row.

Whatever the bytes are, the answer is rows or an `Unreadable`: nothing else escapes.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from xml.parsers import expat

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from lantoa.kernel.refusals import Refusal
from lantoa.kernel.vietnamese import fold, normalise

BYTES_LIMIT = 20_000_000
UNPACKED_LIMIT = 300_000_000
ROWS_LIMIT = 100_000
COLUMNS_LIMIT = 200
CELL_LIMIT = 500
ENTRIES_LIMIT = 2_000
_CHUNK = 1 << 20
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_SHEET = re.compile(r"xl/(?:work|chart|dialog|macro)sheets/[^/]+\.xml")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True)
class Heading:
    """A column of the list: its key, its title as the template writes it, and other titles that are understood."""

    key: str
    title: str
    aliases: tuple[str, ...] = ()
    required: bool = False

    def answers_to(self, text: str) -> bool:
        """Whether a header cell means this column, diacritics and case aside."""
        return fold(text).strip(" *.:") in {fold(one) for one in (self.title, *self.aliases)}


HEADINGS = (
    Heading("full_name", "Họ và tên", ("Họ tên", "Họ, tên", "Full name"), required=True),
    Heading("birth_year", "Năm sinh", ("Ngày sinh", "Ngày tháng năm sinh", "Year of birth")),
    Heading("village", "Thôn/bản", ("Thôn, bản", "Thôn", "Bản", "Village")),
    Heading("code", "Mã đảng viên", ("Mã số", "Số thẻ đảng viên", "Số thẻ", "Member code")),
    Heading("standing", "Tư cách", ("Tư cách (chính thức/dự bị/cán bộ)", "Standing"), required=True),
    Heading("unit", "Chi bộ", ("Đơn vị", "Chi bộ sinh hoạt", "Cell")),
    Heading("is_manager", "Lãnh đạo quản lý", ("Lãnh đạo, quản lý", "Leader or manager")),
    Heading("sector", "Lĩnh vực", ("Ngành", "Sector")),
)
_IGNORED = frozenset({"stt", "so tt", "tt", "no", "no."})


class Unreadable(Refusal):
    """A file from which no list of persons can be read; the message stands beside the file field."""

    code = "import_unreadable"
    message: ClassVar[str | Promise] = _("The file cannot be read. Open it, save it anew as .xlsx and upload that.")

    def __init__(self, *, field: str | None = "upload", **values: Any) -> None:
        super().__init__(field=field, **values)


class FileIsEmpty(Unreadable):
    """No bytes, or no row under the header."""

    code = "import_empty"
    message = _("The file holds no person. Fill in the template, one person in each row, and upload it.")


class FileIsTooLarge(Unreadable):
    """More bytes than a list of persons needs."""

    code = "import_too_large"
    message = _("The file is larger than %(limit)s MB. Split the list into several files.")


class TooManyRows(Unreadable):
    """More rows or columns than one import takes, or a file that unpacks to far more than it is."""

    code = "import_too_many_rows"
    message = _(
        "The sheet is larger than %(rows)s rows or %(columns)s columns. Delete what does not belong to the list."
    )


class NotAWorkbook(Unreadable):
    """Neither an .xlsx nor a text."""

    code = "import_not_a_workbook"
    message = _("This is not an Excel workbook (.xlsx) and not a CSV file. Open it in Excel and save it as .xlsx.")


class OldOrLocked(Unreadable):
    """The container of old workbooks (.xls) and of those with a password."""

    code = "import_old_or_locked"
    message = _(
        "This is an old workbook (.xls) or one with a password. Open it in Excel, remove the password "
        "and save it as .xlsx."
    )


class NotUtf8(Unreadable):
    """A CSV file in a code page in which Vietnamese letters are lost or ambiguous."""

    code = "import_not_utf8"
    message = _(
        "The Vietnamese letters of this CSV file cannot be read for certain. "
        "Save it as “CSV UTF-8”, or as .xlsx, and upload that."
    )


class HeaderMissing(Unreadable):
    """Columns that every list needs are not in the header."""

    code = "import_header_missing"
    message = _(
        "The first row must name the columns, and these are missing: %(missing)s. "
        "Download the template and copy your list into it."
    )


class HeaderUnknown(Unreadable):
    """A column that would be lost without a word."""

    code = "import_header_unknown"
    message = _("These columns are not known: %(unknown)s. Delete them, or name them as in the template.")


class HeaderTwice(Unreadable):
    """Two columns of one meaning."""

    code = "import_header_twice"
    message = _("The column “%(title)s” appears twice. Keep one of them.")


class HeaderMerged(Unreadable):
    """A header of merged cells says nothing certain about the columns."""

    code = "import_header_merged"
    message = _("The header has merged cells. Unmerge them, so that each column has its own title in the first row.")


@dataclass(frozen=True)
class RawRow:
    """One row as it was read: its number in the sheet and its texts by the columns' keys."""

    number: int
    values: dict[str, str]


def read_rows(content: bytes) -> list[RawRow]:
    """The rows under the header, blank ones left out, every cell as text. Raises Unreadable.

    Days become `dd/mm/yyyy`, whole numbers lose their point, formulas count with the value that Excel stored.
    """
    if not content.strip():
        raise FileIsEmpty
    if len(content) > BYTES_LIMIT:
        raise FileIsTooLarge(limit=BYTES_LIMIT // 1_000_000)
    if content.startswith(_OLD_EXCEL):
        raise OldOrLocked
    if content.startswith(b"PK"):
        return _rows(_sheet_cells(content))
    return _rows(_csv_cells(content))


def _rows(lines: Iterator[tuple[int, list[str]]]) -> list[RawRow]:
    filled = ((number, cells) for number, cells in lines if any(cells))
    header = next(filled, None)
    if header is None:
        raise FileIsEmpty
    keys = _keys(header[1])
    rows: list[RawRow] = []
    for number, cells in filled:
        if len(rows) == ROWS_LIMIT:
            raise TooManyRows(rows=ROWS_LIMIT, columns=COLUMNS_LIMIT)
        values = {key: text for key, text in zip(keys, cells, strict=False) if key}
        if any(values.values()):
            rows.append(RawRow(number, values))
    if not rows:
        raise FileIsEmpty
    return rows


def _keys(titles: Sequence[str]) -> list[str]:
    """The key of each column, empty for a column that is skipped (a running number, a blank)."""
    keys: list[str] = []
    unknown: list[str] = []
    for title in titles:
        heading = next((one for one in HEADINGS if one.answers_to(title)), None)
        if heading is not None and heading.key in keys:
            raise HeaderTwice(title=heading.title)
        if heading is None and title and fold(title) not in _IGNORED:
            unknown.append(title)
        keys.append(heading.key if heading else "")
    missing = [heading.title for heading in HEADINGS if heading.required and heading.key not in keys]
    if missing:
        raise HeaderMissing(missing=", ".join(missing))
    if unknown:
        raise HeaderUnknown(unknown=", ".join(one[:40] for one in unknown[:8]))
    return keys


def _text(value: object) -> str:
    match value:
        case bool():
            return "x" if value else ""
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case dt.datetime() | dt.date():
            return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    return normalise(str(value).replace("\x00", ""))[:CELL_LIMIT]


def _csv_cells(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if len(cells) > COLUMNS_LIMIT:
                raise TooManyRows(rows=ROWS_LIMIT, columns=COLUMNS_LIMIT)
            yield reader.line_num, [_text(cell) for cell in cells]
    except csv.Error as error:
        raise NotAWorkbook from error


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\x00" in content:
        raise NotAWorkbook
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        controls = sum(byte < 32 and byte not in b"\t\r\n" for byte in content[:4096])
        raise (NotAWorkbook if controls else NotUtf8) from error


def _sheet_cells(content: bytes) -> Iterator[tuple[int, list[str]]]:
    _guard(content)
    lines, merged = _first_sheet(content)
    header_row = next((number for number, line in enumerate(lines) if any(_text(cell) for cell in line)), 0)
    if any(start[0] <= header_row <= end[0] for start, end in merged):
        raise HeaderMerged
    return ((number, [_text(cell) for cell in line]) for number, line in enumerate(lines, start=1))


def _first_sheet(content: bytes) -> tuple[list[list[Any]], list[tuple[tuple[int, int], tuple[int, int]]]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            sheet = book.get_sheet_by_index(0)
            return sheet.to_python(skip_empty_area=False), list(sheet.merged_cell_ranges or [])
    except (CalamineError, ValueError, OSError, IndexError, TypeError, OverflowError) as error:
        raise NotAWorkbook from error
    except BaseException as error:
        # The reader is written in Rust: what it does not foresee comes as a panic outside of Exception.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise NotAWorkbook from error


def _guard(content: bytes) -> None:
    """Unpack everything once within limits, and look at every cell's place, before the reader makes a grid of it.

    A grid is as large as its farthest cell: a file of a few bytes could ask for billions of cells.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _look_through_all(package)
    except Unreadable:
        raise
    except Exception as error:  # a package is input: whatever it breaks in the reader, it is no workbook
        raise NotAWorkbook from error


def _look_through_all(package: zipfile.ZipFile) -> None:
    entries = package.infolist()
    names = {entry.filename.lower() for entry in entries}
    if len(entries) > ENTRIES_LIMIT or not {_WORKBOOK, _RELATIONS} <= names:
        raise NotAWorkbook
    left = UNPACKED_LIMIT
    for entry in entries:
        left = _look_through(package, entry, left)


def _look_through(package: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    parser = _parser_for(entry.filename.lower())
    with package.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            left -= len(piece)
            if left < 0:
                raise TooManyRows(rows=ROWS_LIMIT, columns=COLUMNS_LIMIT)
            if parser:
                parser.Parse(piece)
    return left


def _parser_for(name: str) -> expat.XMLParserType | None:
    if name == _RELATIONS:
        parser = expat.ParserCreate()
        parser.StartElementHandler = _check_relation
        return parser
    return _PlacesReader().parser if _SHEET.fullmatch(name) else None


def _check_relation(_: str, given: dict[str, str]) -> None:
    """Sheets stand where `_SHEET` looks for them, and nowhere else."""
    if given.get("Type", "").endswith("sheet") and not _SHEET.fullmatch(_path_of(given.get("Target", "").lower())):
        raise NotAWorkbook


def _path_of(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


class _PlacesReader:
    """Reads no content, only where the cells of a sheet stand."""

    def __init__(self) -> None:
        self._row = 0
        self._column = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _start(self, name: str, given: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            self._row = int(given.get("r", self._row + 1))
            self._column = 0
        elif local == "c":
            self._column += 1
            if found := _REFERENCE.fullmatch(given.get("r", "")):
                self._column = _column_number(found[1])
                self._row = int(found[2])
        if self._row > ROWS_LIMIT + 50 or self._column > COLUMNS_LIMIT:
            raise TooManyRows(rows=ROWS_LIMIT, columns=COLUMNS_LIMIT)

    def _refuse(self, *_: object) -> None:
        raise NotAWorkbook


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
