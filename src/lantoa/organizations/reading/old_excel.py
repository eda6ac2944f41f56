"""Looking through an old workbook (.xls) before a reader makes grids of it: how far it reaches, whether it is locked.

The container is that of [MS-CFB], the records of the stream “Workbook” are those of [MS-XLS].
"""

import struct
from collections import Counter
from collections.abc import Iterator

from lantoa.organizations.reading.limits import COLUMNS_LIMIT, ROWS_LIMIT
from lantoa.organizations.reading.places import Extent
from lantoa.organizations.reading.refusals import Locked, NotAWorkbook, TooManyRows, Unreadable

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA
_STREAMS = ("Workbook", "Book", "WORKBOOK", "BOOK")
"""The streams of the records, in the order in which the reader looks for them."""
_LOCKED = "EncryptedPackage"
_BOF = (0x0809, 0x0409, 0x0209, 0x0009)
_SUBSTREAM, _EOF = 0x0809, 0x000A
_CELLS = frozenset({0x0006, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x0207, 0x027E, 0x0206, 0x0406})
_MANY = frozenset({0x00BD})
_SHARING = 0x00FD
_SHEET = 0x0085
_DIMENSIONS = 0x0200
_LOCK = 0x002F
_TEXTS = 0x00FC
_CONTINUE = 0x003C
_CUTOFF = 4096
_MINI_SECTORS = 2_000
_LONGEST_RECORD = 8_224


def guard_old_workbook(content: bytes) -> None:
    """Raises Unreadable for what is no old workbook, is locked, or would need a grid past the limits."""
    try:
        stream = _Container(content).workbook()
        _look_through(stream)
    except Unreadable:
        raise
    except (struct.error, IndexError, ValueError) as error:
        raise NotAWorkbook from error


class _Container:
    """The streams of a compound file; every chain of sectors is followed at most once."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 0x1E)
        cutoff, first_mini, minis = struct.unpack_from("<III", content, 0x38)
        tables = struct.unpack_from("<I", content, 0x2C)[0]
        # The reader sets room aside for the tables that there are said to be.
        if shift not in (9, 12) or mini_shift != 6 or cutoff != _CUTOFF or minis > _MINI_SECTORS:
            raise NotAWorkbook
        self._size = 1 << shift
        if tables > len(content) // self._size:
            raise NotAWorkbook
        self._table = self._numbers(self._table_sectors())
        self._directory = list(self._entries())
        self._mini_table = self._numbers(self._chain(first_mini, self._table)) if minis else []
        root = self._directory[0][1] if self._directory and minis else _LAST
        self._holder = b"".join(self._sector(one) for one in self._chain(root, self._table))

    def workbook(self) -> bytes:
        """The stream of the records. Raises Locked or NotAWorkbook."""
        names = [name for name, _first, _size in self._directory]
        if _LOCKED in names:
            raise Locked
        if any(names.count(name) > 1 for name in _STREAMS):
            raise NotAWorkbook
        found = next((names.index(name) for name in _STREAMS if name in names), None)
        if found is None:
            raise NotAWorkbook
        _name, first, size = self._directory[found]
        if size >= _CUTOFF:
            return b"".join(self._sector(one) for one in self._chain(first, self._table))[:size]
        return b"".join(self._holder[one * 64 : one * 64 + 64] for one in self._chain(first, self._mini_table))[:size]

    def _table_sectors(self) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self._content, 0x4C))
        after = struct.unpack_from("<I", self._content, 0x44)[0]
        seen: set[int] = set()
        while after < _LAST:
            if after in seen:
                raise NotAWorkbook
            seen.add(after)
            more = self._numbers([after])
            sectors += more[:-1]
            after = more[-1]
        return [one for one in sectors if one < _LAST]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start >= len(self._content):
            raise NotAWorkbook
        return self._content[start : start + self._size]

    def _numbers(self, sectors: list[int]) -> list[int]:
        if len(sectors) * self._size > len(self._content) + self._size:
            raise NotAWorkbook
        data = b"".join(self._sector(one).ljust(self._size, b"\xff") for one in sectors)
        return list(struct.unpack(f"<{len(data) // 4}I", data))

    def _chain(self, first: int, table: list[int]) -> list[int]:
        found: list[int] = []
        while first < _LAST:
            found.append(first)
            if len(found) > len(table):
                raise NotAWorkbook
            first = table[first]
        return found

    def _entries(self) -> Iterator[tuple[str, int, int]]:
        """Name, first sector and size of whatever the directory names, as the reader takes them."""
        directory = self._chain(struct.unpack_from("<I", self._content, 0x30)[0], self._table)
        data = b"".join(self._sector(one) for one in directory)
        for start in range(0, len(data) - 127, 128):
            name = data[start : start + 64].decode("utf-16-le", "replace").partition("\x00")[0]
            first, size = struct.unpack_from("<IQ" if self._size > 512 else "<II", data, start + 0x74)
            yield name, first, size


def _look_through(stream: bytes) -> None:
    if len(stream) < 4 or struct.unpack_from("<H", stream)[0] not in _BOF:
        raise NotAWorkbook
    sheets = _Sheets()
    for place, kind, data in _records(stream):
        sheets.read(place, kind, data, len(stream))
    sheets.finish()


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    position = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        if position + 4 + length > len(stream):
            break
        yield position, kind, stream[position + 4 : position + 4 + length]
        position += 4 + length


class _Sheets:
    """Goes through the records as the reader does: a sheet ends where as many substreams have ended as have begun."""

    def __init__(self) -> None:
        self._extent = Extent()
        self._depth = 0
        self._begun: set[int] = set()
        self._named: list[int] = []
        self._texts: list[bytes] = []
        self._uses: Counter[int] = Counter()
        self._last = 0

    def read(self, place: int, kind: int, data: bytes, size: int) -> None:
        """The next record."""
        if kind in _CELLS and len(data) >= 4:
            self._cell(kind, data)
        elif kind in _MANY and len(data) >= 6:
            row, last = struct.unpack_from("<H", data)[0], struct.unpack_from("<H", data, len(data) - 2)[0]
            self._extent.reach(row + 1, last + 1)
        elif kind == _LOCK:
            raise Locked
        elif kind == _SUBSTREAM:
            self._depth += 1
            if self._depth == 1:
                self._begun.add(place)
        elif kind == _EOF:
            self._depth -= 1
            if self._depth <= 0:
                self._depth = 0
                self._extent.close_sheet()
        else:
            self._other(kind, data, size)
        self._last = kind if kind != _CONTINUE else self._last

    def finish(self) -> None:
        """Whether each sheet is one by itself, and what its cells hold. Raises NotAWorkbook or TooManyRows."""
        if len(set(self._named)) < len(self._named) or not set(self._named) <= self._begun:
            raise NotAWorkbook
        if self._uses:
            lengths = list(_text_lengths(self._texts))
            for number, times in self._uses.items():
                self._extent.hold(lengths[number] * times if number < len(lengths) else 0)

    def _cell(self, kind: int, data: bytes) -> None:
        row, column = struct.unpack_from("<HH", data)
        self._extent.reach(row + 1, column + 1)
        if kind == _SHARING and len(data) >= 10:
            self._uses[struct.unpack_from("<I", data, 6)[0]] += 1
        elif len(data) > _LONGEST_RECORD:
            raise NotAWorkbook

    def _other(self, kind: int, data: bytes, size: int) -> None:
        if kind == _SHEET and len(data) >= 4:
            self._named.append(struct.unpack_from("<I", data)[0])
        elif kind in (_DIMENSIONS, _TEXTS):
            _check_counts(kind, data, size)
            if kind == _TEXTS:
                self._texts = [data[8:]]
        elif kind == _CONTINUE and self._last == _TEXTS:
            self._texts.append(data)


def _text_lengths(pieces: list[bytes]) -> Iterator[int]:
    """The lengths of the shared texts; one that goes on in another piece has its flags there once more."""
    left = list(reversed(pieces))
    data = left.pop() if left else b""
    while data or left:
        if not data:
            data = left.pop()
            continue
        letters, flags = struct.unpack_from("<HB", data)
        runs = struct.unpack_from("<H", data, 3)[0] if flags & 8 else 0
        more = struct.unpack_from("<I", data, 5 if flags & 8 else 3)[0] if flags & 4 else 0
        data = data[3 + (2 if flags & 8 else 0) + (4 if flags & 4 else 0) :]
        yield letters
        width = 1 + (flags & 1)
        while letters * width > len(data):
            letters -= len(data) // width
            following = left.pop()
            width, data = 1 + (following[0] & 1), following[1:]
        data = data[letters * width :]
        after = 4 * runs + more
        while after > len(data):
            after -= len(data)
            data = left.pop()
        data = data[after:]


def _check_counts(kind: int, record: bytes, size: int) -> None:
    """What a reader sets room aside for must be what such a file can hold."""
    if kind == _TEXTS:
        if struct.unpack_from("<I", record, 4)[0] > size:
            raise NotAWorkbook
        return
    first_row, rows, first_column, columns = struct.unpack_from("<IIHH" if len(record) >= 12 else "<HHHH", record)
    if rows > 65_536 or columns > 256 or first_row > rows or first_column > columns:
        raise TooManyRows(rows=ROWS_LIMIT, columns=COLUMNS_LIMIT)
