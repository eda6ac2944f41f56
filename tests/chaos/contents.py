"""Lists as people and machines might fill them in: titles in any order, names of all sorts, years that are none."""

import datetime as dt
from collections.abc import Callable
from random import Random
from typing import Any

from lantoa.organizations.reading.headings import HEADINGS, SPLIT_HEADINGS
from tests.organizations.test_import_files import PRINTED

Rows = list[list[Any]]

_FAMILIES = (
    "Lò",
    "Vàng",
    "Giàng",
    "Tẩn",
    "Nguyễn",
    "Phàn",
    "Chẻo",
    "Điêu",
    "Kpă",
    "Y",
    "H'",
    "O'Brien-",
    "TRẦN",
    "đặng",
)
_GIVEN = ("Mai", "Páo", "Lìn", "A Sử", "Văn Tú", "Klơng", "Thị Hoà", "Thị Hòa", "Mý", "Ê Ban", "Sèo", "X")
_SPOILT = (
    "",
    " ",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u202e" + "iaM òL",
    "a\u0301" * 300,
    "Lò\x0bThị\x0cMai",
    "Lo\u0300 Thi\u0323",
    "\U0001f600" * 40,
    "名字",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "-2+3",
    "<script>alert(1)</script>",
    "'; DROP TABLE x; --",
    "%s %(text)s {0} ${x}",
    "\ufffd" * 3,
    "\uffff\ufdd0",
    "x" * 600,
    "N/A",
    "#REF!",
    "NguyÔn ThÞ",
    "Nguyeãn Thò",
    "ﬁ ß İ ǰ",
    "\u1100\u1161\u11a8" * 9,
    "Tổng cộng: 12 đồng chí",
    "I",
    "(1)",
    "²³",
    "١٢٣",
    "１９８５",
)
_YEARS: tuple[Any, ...] = (
    1985, "1985", "3-2-2011", "năm 2009", "3/2/85", "85", 0, -1, 1e300, float(30443), 30443, 2_958_465, 2_958_466, 60,
    "31/02/1985", "00/00/0000", "1.985", "1985-13-45", "ngày 3 tháng 2 năm 1985", "ⅯⅭⅯ", "１９８５", "²²²²", "9" * 400,
    dt.date(1985, 3, 2), dt.date(1899, 12, 31), dt.date(9999, 12, 31), dt.time(7, 30), True, False, 0.5,
)  # fmt: skip
_PLACES = ("Huổi Luông", "Ma Lù Thàng", "bản Vàng Pheo", "", "Bản 00012", "TDP số 1")
_CELLS = ("Chi bộ bản Huổi Luông", "CB bản Ma Lù Thàng", "Chi bộ 1", "", "Chi bộ không có", "chi bộ  bản huổi luông")
_STANDINGS = ("chính thức", "dự bị", "x", "", "Đảng viên", "quần chúng", "CT")
_SECTIONS = (
    "I. Chi bộ bản Huổi Luông (12 đồng chí)", "CB bản Ma Lù Thàng", "Tổng cộng: 3 đồng chí", "NGƯỜI LẬP BIỂU", "A.",
    "II", "T/M BAN CHẤP HÀNH", "Ghi chú: xem trang sau", "ngày 3 tháng 2 năm 2024",
    "(((((", "Chi bộ " * 80, ".........",
)  # fmt: skip
_TITLES = tuple(
    title for heading in (*HEADINGS, *SPLIT_HEADINGS) for title in (heading.title, *heading.aliases.split("; "))
)


def rows_of(draw: Random) -> Rows:
    """A list of a few rows; now and then the printed one that the other tests know."""
    if draw.random() < 0.2:
        return [list(row) for row in PRINTED]
    keys = [heading.key for heading in HEADINGS]
    if draw.random() < 0.4:
        draw.shuffle(keys)
        keys = keys[: draw.randint(1, len(keys))]
    rows: Rows = [[draw.choice(_SECTIONS)] for _ in range(draw.choice((0, 0, 1, 3)))]
    if draw.random() < 0.95:
        rows.append([_title(draw, key) for key in keys])
    if draw.random() < 0.2:
        rows.append([draw.choice(("Nam", "Nữ", "Họ", "Tên", "Dự bị", None, "1")) for _ in keys])
    for number in range(draw.choice((0, 1, 3, 8, 20))):
        rows.append([_VALUES.get(key, _spoilt)(draw) for key in keys])
        if draw.random() < 0.1:
            rows.append([None] * draw.randrange(4) + [draw.choice(_SECTIONS)])
        if draw.random() < 0.1:
            rows.append([] if draw.random() < 0.5 else [number + 1])
    return rows


def _title(draw: Random, key: str) -> Any:
    if draw.random() < 0.1:
        return draw.choice((_spoilt(draw), draw.choice(_TITLES), None, 7))
    heading = next(one for one in HEADINGS if one.key == key)
    return draw.choice((heading.title, heading.title.upper(), *heading.aliases.split("; ")))


def _spoilt(draw: Random) -> Any:
    return draw.choice(_SPOILT)


def _name(draw: Random) -> Any:
    if draw.random() < 0.15:
        return _spoilt(draw)
    return f"{draw.choice(_FAMILIES)} {draw.choice(_GIVEN)}"


def _choice(values: tuple[Any, ...]) -> Callable[[Random], Any]:
    return lambda draw: _spoilt(draw) if draw.random() < 0.05 else draw.choice(values)


_VALUES: dict[str, Callable[[Random], Any]] = {
    "full_name": _name,
    "birth_year": _choice((*range(1940, 2006), *_YEARS)),
    "village": _choice(_PLACES),
    "code": _choice(("00123", 123, "0" * 31, "", 1e16, "A-7", "00124", "")),
    "standing": _choice(_STANDINGS),
    "unit": _choice(_CELLS),
    "is_manager": _choice(("x", "", "không", True, False, 1)),
    "sector": _choice(("", "", "Giáo dục")),
}
