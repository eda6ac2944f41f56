"""Whatever is uploaded, the answer is rows or a message."""

import datetime as dt
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.organizations.import_template import empty_list
from lantoa.organizations.reading import Unreadable, books, packages
from lantoa.organizations.reading.limits import BYTES_LIMIT
from lantoa.organizations.reading.refusals import (
    FileIsEmpty,
    FileIsTooLarge,
    HeaderMissing,
    NotAWorkbook,
    NotUtf8,
    TooManyRows,
)
from tests.organizations.lists import HEADER, MAI, read_rows, repacked, table, workbook


@pytest.mark.parametrize(
    "content",
    [
        workbook(HEADER, MAI),
        workbook([], HEADER, [], MAI),
        table(HEADER, MAI),
        table(HEADER, MAI, delimiter=";", encoding="utf-8"),
        table(HEADER, MAI, delimiter="\t", encoding="utf-16"),
    ],
)
def test_a_plain_list_is_read_in_every_usual_form(content: bytes) -> None:
    (row,) = read_rows(content)
    assert row.values["full_name"] == "Lò Thị Mai"
    assert row.values["code"] == "00123"
    assert row.values["is_manager"] == "x"


def test_numbers_days_and_formulas_become_plain_text() -> None:
    row = ["Lò Thị Mai", 1985.0, dt.date(1985, 3, 2), "=1+1", True, None, 12.5, dt.date(2020, 1, 9)]
    (read,) = read_rows(workbook(HEADER, row))
    assert read.values["birth_year"] == "1985"
    assert read.values["village"] == "02/03/1985"
    assert read.values["standing"] == "x"
    assert read.values["is_manager"] == "12.5"
    assert read.values["sector"] == "09/01/2020"
    (text,) = read_rows(table(HEADER, ["=CMD()", *MAI[1:]]))
    assert text.values["full_name"] == "=CMD()"


def test_a_running_number_and_blank_columns_are_passed_over_and_rows_keep_their_numbers() -> None:
    rows = read_rows(table(["STT", *HEADER, ""], ["1", *MAI, ""], ["", *[""] * 8, ""], ["3", *MAI, ""]))
    assert [row.number for row in rows] == [2, 4]
    assert "STT" not in rows[0].values


def test_the_template_is_understood_and_holds_nobody_yet() -> None:
    with pytest.raises(FileIsEmpty):
        read_rows(empty_list())


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", FileIsEmpty),
        (b" \r\n", FileIsEmpty),
        (b"\xef\xbb\xbf\r\n,,\r\n", FileIsEmpty),
        (table(HEADER), FileIsEmpty),
        (table(HEADER, [" "] * 8), FileIsEmpty),
        (b"x" * (BYTES_LIMIT + 1), FileIsTooLarge),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, NotAWorkbook),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00\x01", NotAWorkbook),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff", NotAWorkbook),
        (b"\xe9\x00\xff", NotAWorkbook),
        (b"\xe9\x01\xff", NotAWorkbook),
        (b"PK\x03\x04broken", NotAWorkbook),
        (table(HEADER, MAI, encoding="utf-8").replace("ị".encode(), b"\xf2"), NotUtf8),
        (table(["A", "Tuổi"], ["Mai", "41"]), HeaderMissing),
        (table(["x"] * 201), TooManyRows),
        (workbook(HEADER, [*[None] * 300, "x"]), TooManyRows),
    ],
)
def test_what_is_no_list_is_told_by_a_message(content: bytes, problem: type[Unreadable]) -> None:
    with pytest.raises(problem) as refused:
        read_rows(content)
    assert refused.value.field == "upload"
    assert str(refused.value)


def test_more_rows_than_one_import_takes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "ROWS_LIMIT", 2)
    monkeypatch.setattr(books, "MARGIN", 1)
    assert len(read_rows(table(HEADER, MAI, MAI))) == 2
    with pytest.raises(TooManyRows):
        read_rows(table(HEADER, MAI, MAI, MAI))


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "ZZZ1"])
def test_a_small_file_cannot_ask_for_a_grid_of_billions(place: str) -> None:
    sheet = f'<worksheet><sheetData><row r="1"><c r="{place}"><v>1</v></c></row></sheetData></worksheet>'
    bomb = repacked(workbook(HEADER, MAI), {"xl/worksheets/sheet1.xml": sheet.encode()})
    with pytest.raises(TooManyRows):
        read_rows(bomb)


def test_a_file_that_swells_when_unpacked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "UNPACKED_LIMIT", 2_000_000)
    with pytest.raises(TooManyRows):
        read_rows(repacked(workbook(HEADER, MAI), {"xl/media/image1.png": b"\0" * 3_000_000}))


@pytest.mark.parametrize(
    "changed",
    [
        {"xl/worksheets/sheet1.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'},
        {"xl/worksheets/sheet1.xml": b"<worksheet><row r='x'></worksheet>"},
        {
            "xl/_rels/workbook.xml.rels": b'<Relationships><Relationship Id="rId1" Target="hidden/sheet1.xml" '
            b'Type="http://x/worksheet"/></Relationships>'
        },
        {f"xl/{number}.xml": b"" for number in range(2_001)},
    ],
)
def test_a_package_with_tricks_is_no_workbook(changed: dict[str, bytes]) -> None:
    with pytest.raises(NotAWorkbook):
        read_rows(repacked(workbook(HEADER, MAI), changed))


def test_a_package_of_another_kind_is_no_workbook() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("word/document.xml", "<document/>")
    with pytest.raises(NotAWorkbook):
        read_rows(stream.getvalue())


GOOD = workbook(HEADER, MAI, MAI)


def read_or_refuse(content: bytes) -> None:
    try:
        rows = read_rows(content)
    except Unreadable:
        return
    assert rows
    assert all("\0" not in text for row in rows for text in row.values.values())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_give_rows_or_a_message(content: bytes) -> None:
    read_or_refuse(content)
    read_or_refuse(b"PK\x03\x04" + content)
    read_or_refuse(",".join(HEADER).encode() + b"\n" + content)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_gives_rows_or_a_message(position: int, damage: bytes) -> None:
    read_or_refuse(GOOD[:position] + damage + GOOD[position + len(damage) :])


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_sheet_gives_rows_or_a_message(text: str) -> None:
    part = b"<worksheet><sheetData>" + text.encode("utf-8", "replace") + b"</sheetData></worksheet>"
    read_or_refuse(repacked(GOOD, {"xl/worksheets/sheet1.xml": part}))
    read_or_refuse(table(HEADER, [text.encode("utf-8", "replace").decode()] * 8))
