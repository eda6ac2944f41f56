"""Text files of a list: the encoding and the delimiter are found by what comes out."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator

from lantoa.kernel.legacy_text import readable_share, recognise
from lantoa.organizations.reading.cells import Line, Sheet, cell_of
from lantoa.organizations.reading.limits import AREA_LIMIT, COLUMNS_LIMIT, LINES_LIMIT, MARGIN, ROWS_LIMIT
from lantoa.organizations.reading.refusals import NotAWorkbook, NotUtf8, TooManyRows

DELIMITERS = ";\t,|"
_SAMPLE = 200_000
_LINES = 60
_READABLE = 0.8
"""Of the different words with diacritics, so many must be Vietnamese syllables before a code page is believed."""
_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def sheet_of(content: bytes) -> Sheet:
    """The one sheet of a text file. Raises Unreadable."""
    text = _decoded(content)
    told = _SEPARATOR.match(text)
    delimiter = told[1] if told else _delimiter(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return Sheet("", list(_lines(lines)))
    except (csv.Error, ValueError, TypeError) as error:
        raise NotAWorkbook from error


def _lines(rows: "Iterator[list[str]]") -> Iterator[Line]:
    count = area = 0
    reader: object = rows
    for number, cells in enumerate(rows):
        area += len(cells)
        beyond = count > ROWS_LIMIT + MARGIN or area > AREA_LIMIT or number > LINES_LIMIT
        if beyond or len(cells) > COLUMNS_LIMIT:
            raise TooManyRows(rows=ROWS_LIMIT, columns=COLUMNS_LIMIT)
        found = [cell_of(cell) for cell in cells]
        if any(found):
            count += 1
            yield Line(getattr(reader, "line_num", count), found)


def _delimiter(text: str) -> str:
    """The sign that stands in most of the first lines; a title above the table has none of them."""
    lines = text[:_SAMPLE].splitlines()[:_LINES]
    return max(
        DELIMITERS, key=lambda sign: (sum(sign in line for line in lines), sum(line.count(sign) for line in lines))
    )


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _utf_16(content, "utf-16")
    if b"\x00" in content:
        return _utf_16(content, _byte_order(content))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _code_page(content)


def _byte_order(content: bytes) -> str:
    """UTF-16 without a mark: signs of ASCII have a zero in every second byte."""
    even, odd = content[0:4000:2].count(0), content[1:4000:2].count(0)
    if min(even, odd) * 20 > max(even, odd) or max(even, odd) * 10 < min(len(content), 4000):
        raise NotAWorkbook
    return "utf-16-be" if even > odd else "utf-16-le"


def _utf_16(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotAWorkbook from error


def _code_page(content: bytes) -> str:
    """One byte a letter: Windows-1258, or an encoding from before it, which is converted later and shown."""
    if any(byte < 32 and byte not in b"\t\r\n" for byte in content[:4096]):
        raise NotAWorkbook
    plain = content.decode("latin-1")
    windows = unicodedata.normalize("NFC", content.decode("cp1258", errors="replace"))
    share = readable_share(windows[:_SAMPLE].splitlines())
    legacy = recognise(plain[:_SAMPLE].splitlines())
    if legacy is not None and share < _READABLE:
        return plain
    if share < _READABLE:
        raise NotUtf8
    return windows
