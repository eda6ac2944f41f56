"""Looking through an old workbook (.xls) before a reader makes grids of it: how far it reaches, whether it is locked.

The container is that of [MS-CFB], the records of the stream “Workbook” are those of [MS-XLS].
"""

import struct
from collections.abc import Iterator

from lantoa.organizations.reading.limits import COLUMNS_LIMIT, ROWS_LIMIT
from lantoa.organizations.reading.packages import Extent
from lantoa.organizations.reading.refusals import Locked, NotAWorkbook, TooManyRows, Unreadable

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA
_STREAMS = ("workbook", "book")
_LOCKED = ("encryptedpackage",)
_BOF = (0x0809, 0x0409, 0x0209, 0x0009)
_CELLS = frozenset({0x0006, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x0207, 0x027E, 0x0206, 0x0406})
_MANY = frozenset({0x00BD})
_DIMENSIONS = 0x0200
_LOCK = 0x002F
_TEXTS = 0x00FC


def guard_old_workbook(content: bytes) -> None:
    """Raises Unreadable for what is no old workbook, is locked, or would need a grid past the limits."""
    try:
        stream = _Container(content).workbook()
        _look_through(stream)
    except Unreadable:
        raise
    except (struct.error, IndexError, ValueError, UnicodeDecodeError) as error:
        raise NotAWorkbook from error


class _Container:
    """The streams of a compound file; every chain of sectors is followed at most once."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 0x1E)
        if shift not in (9, 12) or mini_shift != 6:
            raise NotAWorkbook
        self._size = 1 << shift
        self._cutoff = struct.unpack_from("<I", content, 0x38)[0]
        self._table = self._numbers(self._table_sectors())
        first_mini = struct.unpack_from("<I", content, 0x3C)[0]
        self._mini_table = self._numbers(self._chain(first_mini, self._table)) if first_mini < _LAST else []

    def workbook(self) -> bytes:
        """The stream of the records. Raises Locked or NotAWorkbook."""
        entries = dict(self._entries())
        if any(name in entries for name in _LOCKED):
            raise Locked
        found = next((entries[name] for name in _STREAMS if name in entries), None)
        if found is None:
            raise NotAWorkbook
        first, size = found
        if size >= self._cutoff:
            return b"".join(self._sector(one) for one in self._chain(first, self._table))[:size]
        holder = b"".join(self._sector(one) for one in self._chain(self._root, self._table))
        return b"".join(holder[one * 64 : one * 64 + 64] for one in self._chain(first, self._mini_table))[:size]

    def _table_sectors(self) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self._content, 0x4C))
        after, count = struct.unpack_from("<II", self._content, 0x44)
        for _ in range(min(count, len(self._content) // self._size)):
            if after >= _LAST:
                break
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

    def _entries(self) -> Iterator[tuple[str, tuple[int, int]]]:
        self._root = _LAST
        directory = self._chain(struct.unpack_from("<I", self._content, 0x30)[0], self._table)
        data = b"".join(self._sector(one) for one in directory)
        for start in range(0, len(data) - 127, 128):
            length = struct.unpack_from("<H", data, start + 0x40)[0]
            first, size = struct.unpack_from("<II", data, start + 0x74)
            kind = data[start + 0x42]
            if kind == 5:
                self._root = first
            elif kind == 2 and 2 <= length <= 64:
                yield data[start : start + length - 2].decode("utf-16-le").lower(), (first, size)


def _look_through(stream: bytes) -> None:
    extent = Extent()
    position = 0
    if len(stream) < 4 or struct.unpack_from("<H", stream)[0] not in _BOF:
        raise NotAWorkbook
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        position += 4
        if position + length > len(stream):
            break
        if kind in _CELLS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, position)
            extent.reach(row + 1, column + 1)
        elif kind in _MANY and length >= 6:
            row = struct.unpack_from("<H", stream, position)[0]
            extent.reach(row + 1, struct.unpack_from("<H", stream, position + length - 2)[0] + 1)
        elif kind in _BOF:
            extent.close_sheet()
        elif kind == _LOCK:
            raise Locked
        elif kind in (_DIMENSIONS, _TEXTS):
            _check_counts(kind, stream[position : position + length], len(stream))
        position += length


def _check_counts(kind: int, record: bytes, size: int) -> None:
    """What a reader sets room aside for must be what such a file can hold."""
    if kind == _TEXTS:
        if struct.unpack_from("<I", record, 4)[0] > size:
            raise NotAWorkbook
        return
    first_row, rows, first_column, columns = struct.unpack_from("<IIHH" if len(record) >= 12 else "<HHHH", record)
    if rows > 65_536 or columns > 256 or first_row > rows or first_column > columns:
        raise TooManyRows(rows=ROWS_LIMIT, columns=COLUMNS_LIMIT)
