"""Old workbooks (.xls) made record by record [MS-XLS], so that each record can lie."""

import datetime as dt
import struct
from collections.abc import Callable
from random import Random
from typing import Any

import xlwt

from tests.chaos.byte_changes import changed_bytes
from tests.chaos.compound import changed_container, sound_container

Records = list[tuple[int, bytes]]

_SST, _CONTINUE, _LABEL_SST, _LABEL, _BOUND_SHEET = 0x00FC, 0x003C, 0x00FD, 0x0204, 0x0085
_CODE_PAGE, _FILE_PASS, _DIMENSIONS, _MERGED, _BOF, _EOF = 0x0042, 0x002F, 0x0200, 0x00E5, 0x0809, 0x000A
_NUMBER, _RK, _MUL_RK, _FORMULA, _STRING, _DATE_MODE, _BOOL_ERROR = (
    0x0203,
    0x027E,
    0x00BD,
    0x0006,
    0x0207,
    0x0022,
    0x0205,
)
_FORMAT, _XF, _ROW = 0x041E, 0x00E0, 0x0208
_CELLS = (_LABEL_SST, _LABEL, _NUMBER, _RK, _MUL_RK, _FORMULA, _BOOL_ERROR, 0x0201, 0x00BE, 0x00D6)
_KINDS = (
    _SST, _CONTINUE, _LABEL_SST, _LABEL, _BOUND_SHEET, _CODE_PAGE, _FILE_PASS, _DIMENSIONS, _MERGED, _BOF, _EOF,
    _NUMBER, _RK, _MUL_RK, _FORMULA, _STRING, _DATE_MODE, _BOOL_ERROR, _FORMAT, _XF, _ROW, 0x00D6, 0x00BE, 0x0009,
    0x0209, 0x0409, 0x0018, 0x0017, 0x01AE, 0x00EB, 0x0221, 0x04BC, 0xFFFF,
)  # fmt: skip
_PAGES = (
    0, 1, 367, 437, 874, 932, 936, 949, 950, 1200, 1250, 1252, 1258, 1361, 10000, 10007, 21010, 32768, 65000, 65001,
    65535,
)  # fmt: skip
_SMALL = (0, 1, 2, 3, 4, 8, 255, 256, 8_224, 8_225, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF)
_LARGE = (0, 1, 2, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_DOUBLES = (float("nan"), float("inf"), -float("inf"), 1e300, -1e300, 2_958_466.0, -1.0, 0.5, 60.0, 5e-324)


def workbook_stream(rows: list[list[Any]], *, sheets: int = 1) -> bytes:
    """The stream of records that a sound writer makes of the rows."""
    book = xlwt.Workbook(encoding="utf-8")
    days = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for number in range(sheets):
        sheet = book.add_sheet(f"Danh sách {number}")
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if value not in (None, ""):
                    _write(sheet, row, column, value, days)
        sheet.write(len(rows) + 1, 30, xlwt.Formula('"a"&1'))
        sheet.merge(len(rows) + 2, len(rows) + 4, 30, 31)
    stream: bytes = book.get_biff_data()
    return stream


def _write(sheet: Any, row: int, column: int, value: Any, days: Any) -> None:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        sheet.write(row, column, value, days)
    else:
        sheet.write(row, column, value.strip()[:32_000] if isinstance(value, str) else value)


def changed_old_book(draw: Random, stream: bytes) -> tuple[str, bytes]:
    """The name of what was done, and the file."""
    if draw.random() < 0.2:
        return "container", changed_container(draw, stream)
    records = split(stream)
    name, change = draw.choice(_CHANGES)
    for _ in range(draw.choice((1, 1, 2, 5))):
        records = change(draw, records)
    return name, sound_container(joined(draw, records, lies=name == "lengths"))


def split(stream: bytes) -> Records:
    """The records of a stream."""
    records, place = [], 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        records.append((kind, stream[place + 4 : place + 4 + length]))
        place += 4 + length
    return records


def joined(draw: Random, records: Records, *, lies: bool = False) -> bytes:
    """The stream of the records; the sheets' places in it are true again, unless lengths lie."""
    pieces = [struct.pack("<HH", kind, min(len(data), 0xFFFF)) + data[:0xFFFF] for kind, data in records]
    if lies:
        place = draw.randrange(len(pieces))
        kind = records[place][0]
        pieces[place] = struct.pack("<HH", kind, draw.choice(_SMALL)) + records[place][1]
        return b"".join(pieces)
    starts, place = [], 0
    for (kind, _data), piece in zip(records, pieces, strict=True):
        if kind == _BOF:
            starts.append(place)
        place += len(piece)
    sheets = iter(starts[1:])
    for number, (kind, data) in enumerate(records):
        if kind == _BOUND_SHEET and len(data) >= 4 and draw.random() < 0.98:
            told = next(sheets, None)
            pieces[number] = (
                pieces[number][:4] + struct.pack("<I", draw.choice(_LARGE) if told is None else told) + data[4:]
            )
    return b"".join(pieces)


def _at(draw: Random, records: Records, *kinds: int) -> int | None:
    found = [place for place, (kind, _data) in enumerate(records) if not kinds or kind in kinds]
    return draw.choice(found) if found else None


def _edit(*kinds: int, of: Callable[[Random, bytes], bytes]) -> Callable[[Random, Records], Records]:
    """Changes the data of one record of these kinds."""

    def change(draw: Random, records: Records) -> Records:
        place = _at(draw, records, *kinds)
        if place is None:
            return records
        kind, data = records[place]
        return [*records[:place], (kind, of(draw, data)), *records[place + 1 :]]

    return change


def _put(*, of: Callable[[Random], tuple[int, bytes]]) -> Callable[[Random, Records], Records]:
    """Puts another record somewhere."""

    def change(draw: Random, records: Records) -> Records:
        place = draw.randrange(len(records) + 1)
        return [*records[:place], of(draw), *records[place:]]

    return change


def _number_in(form: str, numbers: tuple[int, ...], first: int = 0, last: int = 8) -> Callable[[Random, bytes], bytes]:
    size = struct.calcsize(form)

    def change(draw: Random, data: bytes) -> bytes:
        place = draw.randrange(first, last + 1)
        return data[:place] + struct.pack(form, draw.choice(numbers)) + data[place + size :]

    return change


def _changed(draw: Random, data: bytes) -> bytes:
    return changed_bytes(draw, data)[:0xFFFF]


def _away(draw: Random, records: Records) -> Records:
    place = draw.randrange(len(records))
    return records[:place] + records[place + 1 :] if len(records) > 1 else records


def _twice(draw: Random, records: Records) -> Records:
    place = draw.randrange(len(records))
    return [*records[:place], *[records[place]] * draw.choice((2, 2, 50)), *records[place + 1 :]]


def _moved(draw: Random, records: Records) -> Records:
    place = draw.randrange(len(records))
    rest = records[:place] + records[place + 1 :]
    other = draw.randrange(len(rest) + 1)
    return [*rest[:other], records[place], *rest[other:]]


def _other_kind(draw: Random, records: Records) -> Records:
    place = draw.randrange(len(records))
    return [*records[:place], (draw.choice(_KINDS), records[place][1]), *records[place + 1 :]]


def _truncated(draw: Random, records: Records) -> Records:
    return records[: draw.randrange(1, len(records) + 1)]


def _continued(draw: Random, records: Records) -> Records:
    """A record parted in two, as long ones are, at a place that may lie within a letter."""
    place = _at(draw, records, _SST, _LABEL, _STRING, _FORMULA) if draw.random() < 0.8 else _at(draw, records)
    if place is None:
        return records
    kind, data = records[place]
    middle = draw.randrange(len(data) + 1)
    sign = draw.choice((b"", b"\x00", b"\x01", b"\xff"))
    return [*records[:place], (kind, data[:middle]), (_CONTINUE, sign + data[middle:]), *records[place + 1 :]]


def _text_flags(draw: Random, data: bytes) -> bytes:
    """A text of the shared table with the flags and the length of another."""
    starts = [8]
    while len(starts) < 200:
        place = starts[-1]
        if place + 3 > len(data):
            break
        length, flags = struct.unpack_from("<HB", data, place)
        starts.append(place + 3 + length * (2 if flags & 1 else 1))
    place = draw.choice(starts[:-1] or [8])
    length, flags = draw.choice(_SMALL), draw.choice((0, 1, 4, 5, 8, 9, 12, 13, 0xFF))
    if draw.random() < 0.5 and place + 2 <= len(data):
        length = struct.unpack_from("<H", data, place)[0]
    more = struct.pack("<HI", draw.choice(_SMALL), draw.choice(_LARGE)) if draw.random() < 0.5 else b""
    return data[:place] + struct.pack("<HB", length, flags) + more + data[place + 3 :]


def _sheet_name(draw: Random, data: bytes) -> bytes:
    name = draw.choice(("A\x00B", "", "\ufffe", "x" * 255, "Danh sách", "\ud800"))
    wide = draw.choice((0, 1))
    encoded = name.encode("utf-16-le", "surrogatepass") if wide else name.encode("latin-1", "replace")
    length = draw.choice((len(name), len(name), 255))
    return (
        data[:4]
        + bytes((draw.choice((0, 0, 1, 2)), draw.choice((0, 0, 1, 2, 6))))
        + bytes((length & 255, wide))
        + encoded
    )


def _merges(draw: Random, _data: bytes) -> bytes:
    ranges = b"".join(
        struct.pack("<4H", *(draw.choice(_SMALL) for _ in range(4))) for _ in range(draw.choice((1, 3, 900)))
    )
    return struct.pack("<H", draw.choice((*_SMALL, len(ranges) // 8))) + ranges


def _double(draw: Random, data: bytes) -> bytes:
    return data[:6] + struct.pack("<d", draw.choice(_DOUBLES)) + data[14:]


def _formula_value(draw: Random, data: bytes) -> bytes:
    value = bytes((draw.choice((0, 1, 2, 3, 9)), 0, draw.choice((0, 1, 42, 255)), 0, 0, 0, 0xFF, 0xFF))
    return data[:6] + value + data[14:]


def _lock(draw: Random) -> tuple[int, bytes]:
    return _FILE_PASS, draw.choice(
        (b"\x00\x00\x12\x34\x56\x78", b"\x01\x00\x01\x00\x01\x00" + bytes(48), b"", b"\xff\xff")
    )


def _text_record(draw: Random) -> tuple[int, bytes]:
    place = struct.pack("<HHH", draw.choice(_SMALL), draw.choice(_SMALL), draw.choice(_SMALL))
    return draw.choice((_LABEL, 0x00D6, _STRING)), place + struct.pack(
        "<HB", draw.choice(_SMALL), draw.randrange(16)
    ) + b"Lo Mai"


def _format(draw: Random, data: bytes) -> bytes:
    code = draw.choice(("yyyy", "[h]:mm:ss", "d" * 200, '"', "[", "\\", "0.0E+0", "General;;;@", "[$-1010000]d"))
    return data[:2] + struct.pack("<HB", draw.choice((len(code), *_SMALL)), 0) + code.encode()


def _many_uses(draw: Random, records: Records) -> Records:
    """One shared text, grown long, meant by many cells."""
    place = _at(draw, records, _LABEL_SST)
    if place is None:
        return records
    kind, data = records[place]
    many = [(kind, struct.pack("<HH", row, 40) + data[4:]) for row in range(draw.choice((10, 5_000, 50_000)))]
    table = next(number for number, (one, _data) in enumerate(records) if one == _SST)
    long = "x" * draw.choice((20, 8_000))
    text = struct.pack("<HB", len(long), 0) + long.encode()
    grown = [(_SST, records[table][1][:8] + text * 1), (_CONTINUE, text), (_CONTINUE, text + records[table][1][8:])]
    made = [*records[:place], *many, *records[place:]]
    return [*made[:table], *grown, *made[table + 1 :]] if draw.random() < 0.7 else made


def _sheet_in_sheet(draw: Random, records: Records) -> Records:
    """Substreams within a sheet, whose cells may or may not count."""
    far = [(_NUMBER, struct.pack("<HHHd", row, column, 15, 1.0)) for row, column in ((65_535, 0), (0, 255))]
    draw.shuffle(far)
    inside = [(_BOF, b"\x00\x06\x20\x00" + bytes(12)), *far[:1], (_EOF, b"")]
    place = _at(draw, records, _LABEL_SST, _NUMBER) or 0
    shown = inside if draw.random() < 0.5 else inside[: draw.randrange(1, 3)]
    return [*records[:place], *far[1:], *shown, *records[place:]]


def _same_place(draw: Random, records: Records) -> Records:
    """Many names for one sheet, or for the middle of it."""
    place = _at(draw, records, _BOUND_SHEET)
    if place is None:
        return records
    return [*records[:place], *[records[place]] * draw.choice((2, 40, 500)), *records[place:]]


def _random_record(draw: Random) -> tuple[int, bytes]:
    return draw.choice(_KINDS), draw.randbytes(draw.choice((0, 1, 3, 4, 8, 30)))


_CHANGES: tuple[tuple[str, Callable[[Random, Records], Records]], ...] = (
    ("records missing", _away),
    ("records twice", _twice),
    ("records moved", _moved),
    ("kinds of records", _other_kind),
    ("truncated", _truncated),
    ("lengths", _moved),
    ("bytes of a record", _edit(of=_changed)),
    ("bytes of a record", _edit(of=_changed)),
    ("bytes of cells", _edit(*_CELLS, of=_changed)),
    ("places of cells", _edit(*_CELLS, of=_number_in("<H", _SMALL, 0, 2))),
    ("numbers of texts", _edit(_LABEL_SST, of=_number_in("<I", _LARGE, 6, 6))),
    ("formats of cells", _edit(*_CELLS, of=_number_in("<H", _SMALL, 4, 4))),
    ("doubles", _edit(_NUMBER, _RK, of=_double)),
    ("values of formulas", _edit(_FORMULA, of=_formula_value)),
    ("several numbers", _edit(_MUL_RK, 0x00BE, of=_number_in("<H", _SMALL, 0, 12))),
    ("shared texts", _edit(_SST, of=_text_flags)),
    ("shared texts", _edit(_SST, of=_text_flags)),
    ("count of texts", _edit(_SST, of=_number_in("<I", _LARGE, 0, 4))),
    ("continued", _continued),
    ("continued", _continued),
    ("code page", _edit(_CODE_PAGE, of=_number_in("<H", _PAGES, 0, 0))),
    ("names of sheets", _edit(_BOUND_SHEET, of=_sheet_name)),
    ("dimension", _edit(_DIMENSIONS, of=_number_in("<I", _LARGE, 0, 10))),
    ("dimension", _edit(_DIMENSIONS, of=_number_in("<H", _SMALL, 0, 10))),
    ("merged cells", _edit(_MERGED, of=_merges)),
    ("version", _edit(_BOF, of=_number_in("<H", (0, 0x0200, 0x0300, 0x0400, 0x0500, 0x0600, 0xFFFF, 5, 0x10), 0, 2))),
    ("formats", _edit(_FORMAT, of=_format)),
    ("locked", _put(of=_lock)),
    ("a text in many cells", _many_uses),
    ("a sheet in a sheet", _sheet_in_sheet),
    ("one sheet many times", _same_place),
    (
        "long formulas",
        _edit(_FORMULA, of=lambda draw, data: data + draw.choice((b"\x12", b"\x17\x01\x00x", b"\x15")) * 8_000),
    ),
    ("labels", _put(of=_text_record)),
    ("foreign records", _put(of=_random_record)),
)
