"""Looking through a workbook before a reader makes grids of it: how much it unpacks to, how far its cells stand.

A grid is as large as its farthest cell: a file of a few bytes could ask for billions of cells.
"""

import io
import re
import zipfile
from xml.parsers import expat

from lantoa.organizations.reading.limits import (
    AREA_LIMIT,
    COLUMNS_LIMIT,
    ENTRIES_LIMIT,
    MARGIN,
    ROWS_LIMIT,
    UNPACKED_LIMIT,
)
from lantoa.organizations.reading.refusals import Locked, NotAWorkbook, TooManyRows, Unreadable

_CHUNK = 1 << 20
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ODS_CONTENT = "content.xml"
_ODS_MANIFEST = "meta-inf/manifest.xml"
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_SHEET = re.compile(r"xl/(?:work|chart|dialog|macro)sheets/[^/]+\.xml")
_CELL = re.compile(rb"<(?:[^\s<>/:]*:)?c[\s/>]")
_PLACED = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_LONGEST_TAG = 100_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Extent:
    """How far the cells of the sheets reach. `reach` raises TooManyRows past the limits."""

    def __init__(self) -> None:
        self._row = self._column = self._area = 0

    def reach(self, row: int, column: int) -> None:
        """A cell with content stands there (both from 1)."""
        if row <= self._row and column <= self._column:
            return
        self._row, self._column = max(self._row, row), max(self._column, column)
        beyond = self._row > ROWS_LIMIT + MARGIN or self._column > COLUMNS_LIMIT
        if beyond or self._area + self._row * self._column > AREA_LIMIT:
            raise TooManyRows(rows=ROWS_LIMIT, columns=COLUMNS_LIMIT)

    def forget_sheet(self) -> None:
        """What was reached in this sheet does not count."""
        self._row = self._column = 0

    def close_sheet(self) -> None:
        """The next cell belongs to another sheet."""
        self._area += self._row * self._column
        self._row = self._column = 0


def guard_package(content: bytes) -> None:
    """Unpack everything once within limits, and look at every cell's place. Raises Unreadable."""
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
    if len(entries) > ENTRIES_LIMIT:
        raise NotAWorkbook
    is_ods = "mimetype" in names and package.read("mimetype")[:200].strip() == _ODS_TYPE and _ODS_CONTENT in names
    if not is_ods and not {_WORKBOOK, _RELATIONS} <= names:
        raise NotAWorkbook
    left = UNPACKED_LIMIT
    extent = Extent()
    for entry in entries:
        is_sheet = not is_ods and _SHEET.fullmatch(entry.filename.lower())
        if is_sheet and entry.file_size <= left and _is_usual(package, entry, extent):
            left -= entry.file_size
            continue
        left = _look_through(package, entry, left, _parser_for(entry.filename.lower(), extent, is_ods=is_ods))
        extent.close_sheet()


def _look_through(
    package: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, parser: expat.XMLParserType | None
) -> int:
    with package.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            left -= len(piece)
            if left < 0:
                raise TooManyRows(rows=ROWS_LIMIT, columns=COLUMNS_LIMIT)
            if parser:
                parser.Parse(piece)
    return left


def _parser_for(name: str, extent: Extent, *, is_ods: bool) -> expat.XMLParserType | None:
    if is_ods:
        if name == _ODS_MANIFEST:
            return _parser(_check_manifest)
        return _parser(_OdsPlaces(extent).start) if name == _ODS_CONTENT else None
    if name == _RELATIONS:
        return _parser(_check_relation)
    return _parser(_Places(extent).start) if _SHEET.fullmatch(name) else None


def _parser(start: "object") -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start  # type: ignore[assignment]
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_: object) -> None:
    """No workbook declares a document type: entities that swell stand there."""
    raise NotAWorkbook


def _check_relation(_: str, given: dict[str, str]) -> None:
    """Sheets stand where `_SHEET` looks for them, and nowhere else."""
    if given.get("Type", "").endswith("sheet") and not _SHEET.fullmatch(_path_of(given.get("Target", "").lower())):
        raise NotAWorkbook


def _check_manifest(name: str, _: dict[str, str]) -> None:
    if name.rpartition(":")[2] == "encryption-data":
        raise Locked


def _path_of(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _is_usual(package: zipfile.ZipFile, entry: zipfile.ZipInfo, extent: Extent) -> bool:
    """Whether every cell of a sheet names its place first, as spreadsheets write it, and all stand within the limits.

    That is found ten times faster than a parser would; whatever is not usual is parsed.
    """
    cells = named = rows = 0
    columns: set[bytes] = set()
    rest = b""
    with package.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            whole, _, rest = (rest + piece).rpartition(b"<")
            rest = b"<" + rest
            if len(rest) > _LONGEST_TAG or b"<!" in whole:
                return False
            cells += len(_CELL.findall(whole))
            places = _PLACED.findall(whole)
            named += len(places)
            columns.update(column for column, _row in places)
            rows = max(rows, max(map(int, {row for _column, row in places}), default=0))
    if not named or cells + len(_CELL.findall(rest)) != named:
        return False
    try:
        extent.reach(rows, max(_column_number(column.decode()) for column in columns))
    except TooManyRows:
        extent.forget_sheet()
        return False
    extent.close_sheet()
    return True


class _Places:
    """Reads no content of an .xlsx, only where the cells that have one stand."""

    def __init__(self, extent: Extent) -> None:
        self._extent = extent
        self._row = 0
        self._column = 0
        self._place = ""

    def start(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(":")[2]
        if local == "c":
            self._column += 1
            self._place = given.get("r", "")
        elif local in ("v", "is"):
            if found := _REFERENCE.fullmatch(self._place):
                self._column = _column_number(found[1])
                self._row = int(found[2])
            self._extent.reach(self._row, self._column)
        elif local == "row":
            self._row = int(given.get("r", self._row + 1))
            self._column = 0


class _OdsPlaces:
    """The same for an .ods, whose cells and rows say how often they are repeated."""

    def __init__(self, extent: Extent) -> None:
        self._extent = extent
        self._row = self._column = 0
        self._rows = self._columns = 1
        self._filled = False

    def start(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(":")[2]
        if local in ("table-cell", "covered-table-cell"):
            self._column += self._columns
            self._columns = max(1, int(given.get("table:number-columns-repeated", 1)))
            if any(key.endswith(("value-type", ":formula")) for key in given):
                self._reach()
        elif local == "p":
            self._reach()
        elif local == "table-row":
            self._row += self._rows
            self._rows = max(1, int(given.get("table:number-rows-repeated", 1)))
            self._column, self._columns = 0, 1
        elif local == "table":
            self._extent.close_sheet()
            self._row, self._rows = 0, 1

    def _reach(self) -> None:
        self._extent.reach(self._row + self._rows, self._column + self._columns)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
