"""Lists of persons made for the tests: workbooks and text files, none of them of real people."""

import csv
import io
import zipfile
from typing import Any

from openpyxl import Workbook

from lantoa.organizations.reading import RawRow, persons_of, propose, read_sheets
from lantoa.organizations.reading.refusals import FileIsEmpty

HEADER = ["Họ và tên", "Năm sinh", "Thôn/bản", "Mã đảng viên", "Tư cách", "Chi bộ", "Lãnh đạo quản lý", "Lĩnh vực"]
MAI = ["Lò Thị Mai", "1985", "Vàng Pheo", "00123", "chính thức", "", "x", ""]


def workbook(*rows: list[Any], merge: str = "") -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def table(*rows: list[str], delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode(encoding)


def repacked(content: bytes, changed: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *changed}:
            new.writestr(name, changed[name] if name in changed else old.read(name))
    return stream.getvalue()


def read_rows(content: bytes) -> list[RawRow]:
    """The persons of a file as it proposes to be read."""
    sheets = read_sheets(content)
    rows = list(persons_of(sheets, propose(sheets)))
    if not rows:
        raise FileIsEmpty
    return rows
