"""The files of a chaos: each is made of a seed and its number alone, so that a failure can be made again."""

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import xlsxwriter

from tests.chaos.byte_changes import changed_bytes
from tests.chaos.compound import sound_container
from tests.chaos.contents import Rows, rows_of
from tests.chaos.markup import changed_ods, changed_xlsx
from tests.chaos.old_books import changed_old_book, workbook_stream
from tests.chaos.packages import Parts, bomb, changed_package, packed, unpacked
from tests.chaos.tables import enormous_table, made_table
from tests.chaos.unit_files import made_conversion, made_units
from tests.organizations.sheets import ods, xlsx

KINDS = ("xlsx", "ods", "xls", "csv", "units", "conversion")
"""The last two are the tables of units, which are read by readers of their own."""

_STARTS = 40
"""So many sound files of each kind are changed again and again."""
_DAY = dt.datetime(2026, 1, 1)  # noqa: DTZ001 a workbook knows no time zones


@dataclass(frozen=True)
class MadeFile:
    """A file with its number, the kind that it was made as, what was done to it, and the name it is uploaded under."""

    number: int
    kind: str
    change: str
    name: str
    content: bytes


def made_file(seed: int, number: int) -> MadeFile:
    """The file of that number."""
    draw = Random(f"{seed}:{number}")
    kind = draw.choices(KINDS, (30, 20, 25, 17, 4, 4))[0]
    change, content = _MAKERS[kind](draw, seed)
    name = f"danh sach.{kind if draw.random() < 0.9 else draw.choice(KINDS)}"
    return MadeFile(number, kind, change, name, content)


def _made_xlsx(draw: Random, seed: int) -> tuple[str, bytes]:
    return _made_package(draw, dict(_start("xlsx", seed, draw.randrange(_STARTS))), changed_xlsx)


def _made_ods(draw: Random, seed: int) -> tuple[str, bytes]:
    return _made_package(draw, dict(_start("ods", seed, draw.randrange(_STARTS))), changed_ods)


def _made_package(
    draw: Random, parts: Parts, changed: Callable[[Random, Parts], tuple[str, Parts]]
) -> tuple[str, bytes]:
    chance = draw.random()
    if chance < 0.002:
        return bomb(draw, parts)
    if chance < 0.35:
        return changed_package(draw, parts)
    name, parts = changed(draw, parts)
    if chance < 0.4:
        other, content = changed_package(draw, parts)
        return f"{name}, {other}", content
    return name, packed(parts)


def _made_xls(draw: Random, seed: int) -> tuple[str, bytes]:
    stream = _stream(seed, draw.randrange(_STARTS))
    if draw.random() < 0.1:
        return "bytes", changed_bytes(draw, sound_container(stream))
    return changed_old_book(draw, stream)


def _made_csv(draw: Random, _seed: int) -> tuple[str, bytes]:
    return enormous_table(draw) if draw.random() < 0.004 else made_table(draw)


@cache
def _start(kind: str, seed: int, number: int) -> tuple[tuple[str, bytes], ...]:
    """The members of a sound workbook."""
    draw = Random(f"{seed}:{kind}:{number}")
    rows = rows_of(draw)
    other = rows_of(draw) if draw.random() < 0.3 else [["Biểu tổng hợp"]]
    if kind == "ods":
        return tuple(unpacked(ods(("Danh sách", _clean(rows)), ("Khác", _clean(other)))).items())
    if draw.random() < 0.3:
        parts = unpacked(xlsx(("Danh sách", _clean(rows)), ("Khác", _clean(other)), merge=["A1:C1", "B3:B5"]))
        parts.pop("docProps/core.xml")  # it holds the second in which it was made
        return tuple(parts.items())
    return tuple(unpacked(_with_shared_texts(rows, other)).items())


def _clean(rows: Rows) -> Rows:
    """What a sound writer of XML takes: no control signs."""
    return [[_clean_cell(cell) for cell in row] for row in rows]


def _clean_cell(cell: Any) -> Any:
    if not isinstance(cell, str):
        return None if isinstance(cell, float) and abs(cell) > 1e200 else cell
    return "".join(letter for letter in cell if letter >= " " and letter not in "\ufffe\uffff")[:30_000]


def _with_shared_texts(rows: Rows, other: Rows) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        book.set_properties({"created": _DAY})
        for name, cells in (("Danh sách", rows), ("Khác", other)):
            sheet = book.add_worksheet(name)
            for row, values in enumerate(_clean(cells)):
                for column, value in enumerate(values):
                    sheet.write(row, column, value)
            sheet.write_formula(len(cells) + 1, 9, "=1+1", None, "2")
            sheet.merge_range(len(cells) + 2, 9, len(cells) + 4, 9, "")
    return stream.getvalue()


@cache
def _stream(seed: int, number: int) -> bytes:
    draw = Random(f"{seed}:xls:{number}")
    return workbook_stream(_clean(rows_of(draw)), sheets=draw.choice((1, 1, 3)))


_MAKERS: dict[str, Callable[[Random, int], tuple[str, bytes]]] = {
    "xlsx": _made_xlsx,
    "ods": _made_ods,
    "xls": _made_xls,
    "csv": _made_csv,
    "units": made_units,
    "conversion": made_conversion,
}
