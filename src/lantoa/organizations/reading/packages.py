"""Looking through a workbook before a reader makes grids of it: how much it unpacks to, how far its cells stand.

A grid is as large as its farthest cell: a file of a few bytes could ask for billions of cells.
"""

import io
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any
from xml.parsers import expat

from lantoa.organizations.reading.limits import COLUMNS_LIMIT, ENTRIES_LIMIT, ROWS_LIMIT, TEXT_LIMIT, UNPACKED_LIMIT
from lantoa.organizations.reading.places import (
    Extent,
    OdsPlaces,
    SharedTexts,
    SharedUses,
    XlsxPlaces,
    column_number,
)
from lantoa.organizations.reading.refusals import Locked, NotAWorkbook, TooManyRows, Unreadable

_CHUNK = 1 << 20
_PACKAGE_RELATIONS = "_rels/.rels"
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_BINARY_WORKBOOK = "xl/workbook.bin"
_SHARED_TEXTS = "xl/sharedstrings.xml"
_MIMETYPE = "mimetype"
_ODS_CONTENT = "content.xml"
_ODS_MANIFEST = "meta-inf/manifest.xml"
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_SHEET = re.compile(r"xl/(?:work|chart|dialog|macro)sheets/[^/]+\.xml")
_CELL = re.compile(rb"<(?:[^\s<>/:]*:)?c[\s/>]")
_PLACED = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_LONGEST_TAG = 100_000
_LONGEST_TOKEN = 2 * _CHUNK
_END = b"PK\x05\x06"


def guard_package(content: bytes) -> None:
    """Unpack everything once within limits, and look at every cell's place. Raises Unreadable."""
    try:
        _check_end(content)
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _look_through_all(package)
    except Unreadable:
        raise
    except Exception as error:  # a package is input: whatever it breaks in the reader, it is no workbook
        raise NotAWorkbook from error


def _check_end(content: bytes) -> None:
    """One end and nothing behind it, so that every reader finds the same list of members."""
    start = content.rfind(_END)
    if start < 0 or start + 22 + int(struct.unpack_from("<H", content, start + 20)[0]) != len(content):
        raise NotAWorkbook


def _look_through_all(package: zipfile.ZipFile) -> None:
    entries = {entry: entry.filename.replace("\\", "/").lower() for entry in package.infolist()}
    if len(entries) > ENTRIES_LIMIT:
        raise NotAWorkbook
    is_ods = _is_ods(package, set(entries.values()))
    left = UNPACKED_LIMIT
    extent = Extent()
    longest = _LongestText()
    for entry, name in entries.items():
        is_sheet = not is_ods and _SHEET.fullmatch(name)
        if is_sheet and entry.file_size <= left and _is_usual(package, entry, extent):
            left -= entry.file_size
            continue
        parser = _ods_parser_for(name, extent) if is_ods else _xlsx_parser_for(name, extent, entry.file_size)
        for piece in _pieces(package, entry, parser):
            left -= len(piece)
            if left < 0:
                raise TooManyRows(rows=ROWS_LIMIT, columns=COLUMNS_LIMIT)
            if name == _SHARED_TEXTS:
                longest.read(piece)
        extent.close_sheet()
    if longest.letters * extent.cells > TEXT_LIMIT:
        _weigh_shared_texts(package, entries.items())


def _is_ods(package: zipfile.ZipFile, names: set[str]) -> bool:
    """Whether the package is an .ods, and not an .xlsx. Raises NotAWorkbook for neither, and for what could be both."""
    if _MIMETYPE in names:
        with package.open(_MIMETYPE) as stream:
            told = stream.read(200).strip()
        if told != _ODS_TYPE or _ODS_CONTENT not in names or _PACKAGE_RELATIONS in names:
            raise NotAWorkbook
        return True
    if not {_WORKBOOK, _RELATIONS} <= names or _BINARY_WORKBOOK in names:
        raise NotAWorkbook
    return False


def _pieces(
    package: zipfile.ZipFile, entry: zipfile.ZipInfo, parser: expat.XMLParserType | None = None
) -> Iterator[bytes]:
    """The bytes of a member, read by the parser on the way. Raises NotAWorkbook where they are not as many as it says:
    a reader would go on where this one stops."""
    asked = copy(entry)
    asked.file_size += 1
    told = 0
    with package.open(asked) as stream:
        while piece := stream.read(_CHUNK):
            told += len(piece)
            yield piece
            if parser:
                parser.Parse(piece)
                # A token without an end is read again from its beginning with each piece.
                if told - parser.CurrentByteIndex > _LONGEST_TOKEN:
                    raise NotAWorkbook
    if told != entry.file_size:
        raise NotAWorkbook


def _weigh_shared_texts(package: zipfile.ZipFile, entries: Iterable[tuple[zipfile.ZipInfo, str]]) -> None:
    """Count exactly what the cells hold, where a long text that many share could be too much."""
    texts, extent = SharedTexts(), Extent()
    for entry, name in entries:
        if name == _SHARED_TEXTS:
            texts = SharedTexts()
            _read_by(package, entry, texts)
    for entry, name in entries:
        if _SHEET.fullmatch(name):
            _read_by(package, entry, SharedUses(texts.lengths, extent))


def _read_by(package: zipfile.ZipFile, entry: zipfile.ZipInfo, watcher: SharedTexts | SharedUses) -> None:
    for _piece in _pieces(package, entry, _parser(watcher)):
        pass


class _LongestText:
    """How long a shared text is at most: the bytes from where one begins to where the next does."""

    def __init__(self) -> None:
        self.letters = 0
        self._open = 0

    def read(self, piece: bytes) -> None:
        """The next bytes. A beginning that is parted by their end is overlooked, and two texts count as one."""
        first, *others = map(len, piece.split(b"<si"))
        self._open += first
        if others:
            self.letters = max(self.letters, self._open, *others)
            self._open = others[-1]
        self.letters = max(self.letters, self._open)


def _ods_parser_for(name: str, extent: Extent) -> expat.XMLParserType | None:
    if name == _ODS_MANIFEST:
        return _plain_parser(_check_manifest)
    return _parser(OdsPlaces(extent)) if name == _ODS_CONTENT else None


def _xlsx_parser_for(name: str, extent: Extent, size: int) -> expat.XMLParserType | None:
    if name == _RELATIONS:
        return _plain_parser(_check_relation)
    if name == _PACKAGE_RELATIONS:
        return _plain_parser(_check_package_relation)
    if name == _SHARED_TEXTS:
        return _counting_parser(size)
    return _parser(XlsxPlaces(extent)) if _SHEET.fullmatch(name) else None


def _plain_parser(start: Any) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _parser(watcher: Any) -> expat.XMLParserType:
    """A parser that tells its watcher of whatever that watches."""
    parser = _plain_parser(watcher.start)
    parser.EndElementHandler = getattr(watcher, "end", None)
    parser.CharacterDataHandler = getattr(watcher, "text", None)
    return parser


def _counting_parser(size: int) -> expat.XMLParserType:
    """Looks at how many shared texts there are said to be, for which a reader sets room aside."""

    def start(name: str, given: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sst":
            if int(given.get("uniqueCount", 0)) > size:
                raise NotAWorkbook
            parser.StartElementHandler = None

    parser = _plain_parser(start)
    return parser


def _refuse(*_: object) -> None:
    """No workbook declares a document type: entities that swell stand there."""
    raise NotAWorkbook


def _check_relation(_: str, given: dict[str, str]) -> None:
    """Sheets stand where `_SHEET` looks for them, and nowhere else."""
    if given.get("Type", "").endswith("sheet") and not _SHEET.fullmatch(_path_of(given.get("Target", "").lower())):
        raise NotAWorkbook


def _check_package_relation(_: str, given: dict[str, str]) -> None:
    """The workbook stands in the folder `xl`, where its members are looked for."""
    target = given.get("Target", "")
    if given.get("Type", "").endswith("/officeDocument") and target.lstrip("/").rpartition("/")[0].lower() != "xl":
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
    for piece in _pieces(package, entry):
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
        extent.reach(rows, max(column_number(column.decode()) for column in columns))
    except TooManyRows:
        extent.forget_sheet()
        return False
    extent.cells += named
    extent.close_sheet()
    return True
