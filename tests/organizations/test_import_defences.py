"""Files made to fell a reader: a few bytes that ask for all the memory, or that two readers understand differently.

Each was found by `make chaos`, or made after reading how the reader in Rust goes through a file.
"""

import struct
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from lantoa.organizations.reading import read_sheets
from lantoa.organizations.reading.places import Extent, OdsPlaces, XlsxPlaces
from lantoa.organizations.reading.refusals import NotAWorkbook, TooManyRows
from tests.chaos.compound import Compound, sound_container
from tests.chaos.old_books import Records, joined, split, workbook_stream
from tests.chaos.packages import packed, unpacked
from tests.organizations.lists import read_rows
from tests.organizations.sheets import ods, xlsx

DRAW = Random(1)  # noqa: S311 it lies about nothing here
PLAIN: list[list[Any]] = [["Họ tên", "Năm sinh"], ["Vàng A Páo", 1980], ["Lò Thị Hoà", 1985]]
PARTS = unpacked(xlsx(("A", PLAIN)))
ODS = unpacked(ods(("A", PLAIN)))
RECORDS = split(workbook_stream([list(row) for row in PLAIN]))
SHEET, TEXTS, RELATIONS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "_rels/.rels"
BOF, EOF, SST, CONTINUE, LABEL, NUMBER, FORMULA, BOUND_SHEET = 0x809, 0xA, 0xFC, 0x3C, 0xFD, 0x203, 0x06, 0x85


def refused(content: bytes, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        read_sheets(content)


def sheet_with(more: str) -> bytes:
    """The list with more rows of XML at its end."""
    changed = PARTS[SHEET].replace(b"</sheetData>", f"{more}</sheetData>".encode())
    return packed({**PARTS, SHEET: changed})


def ods_with(before: str) -> bytes:
    """The list with more XML before its first row."""
    row = b"<table:table-row>"
    return packed({**ODS, "content.xml": ODS["content.xml"].replace(row, before.encode() + row, 1)})


def old_book(records: Records) -> bytes:
    return sound_container(joined(DRAW, records))


@pytest.mark.parametrize("place", ["AAAAAAA1", "FXSHRXX1", "A99999999999999999999", "A1:B2", "$A$1", "A"])
def test_a_place_that_is_none_is_not_reckoned(place: str) -> None:
    refused(sheet_with(f'<row r="9"><c r="{place}"><v>1</v></c></row>'), NotAWorkbook)


def test_places_in_small_letters_are_places() -> None:
    content = packed({**PARTS, SHEET: PARTS[SHEET].replace(b'<c r="A2"', b'<c r="a2"')})
    assert [row.values["full_name"] for row in read_rows(content)] == ["Vàng A Páo", "Lò Thị Hoà"]


def test_a_row_without_a_number_of_its_own_is_none() -> None:
    refused(sheet_with('<row r="-5"><c><v>1</v></c></row>'), NotAWorkbook)


def test_rows_in_rows_count_as_the_reader_counts_them() -> None:
    deep = "<row>" * 200_000 + "</row>" * 200_000
    refused(sheet_with(f'<row r="5"><c r="A5"><v>1</v></c>{deep}</row><row><c><v>1</v></c></row>'), TooManyRows)


def test_a_row_within_a_cell_does_not_move_the_cell() -> None:
    extent = Extent()
    places = XlsxPlaces(extent)
    places.start("c", {"r": "XFD9"})
    places.start("row", {"r": "1"})
    with pytest.raises(TooManyRows):
        places.start("v", {})


@pytest.mark.parametrize(("letters", "problem"), [(30_000, True), (30, False)])
def test_one_text_in_many_cells_counts_as_often_as_it_is_shared(letters: int, problem: bool) -> None:
    shared = f'<sst uniqueCount="2"><si><t>Họ tên</t></si><si><t>{"x" * letters}</t></si></sst>'
    cells = "".join(f'<row r="{row}"><c r="B{row}" t="s"><v>1</v></c></row>' for row in range(9, 9_009))
    changed = PARTS[SHEET].replace(b"</sheetData>", f"{cells}</sheetData>".encode())
    content = packed({**PARTS, SHEET: changed, TEXTS: shared.encode()})
    if problem:
        refused(content, TooManyRows)
    else:
        assert len(read_sheets(content)[0].lines) == 9_003


def test_one_long_text_among_many_short_ones_is_read() -> None:
    shared = f'<sst uniqueCount="2"><si><t>x</t></si><si><t>{"x" * 100_000}</t></si></sst>'
    cells = "".join(f'<row r="{row}"><c r="B{row}" t="s"><v>0</v></c></row>' for row in range(9, 4_009))
    cells += (
        '<row r="5000"><c r="B5000" t="s"><v>1</v></c><c r="C5000" t="s"><v></v></c><c r="D5000"><v>7</v></c></row>'
    )
    changed = PARTS[SHEET].replace(b"</sheetData>", f"{cells}</sheetData>".encode())
    assert len(read_sheets(packed({**PARTS, SHEET: changed, TEXTS: shared.encode()}))[0].lines) == 4_004


def test_room_is_not_set_aside_for_shared_texts_that_cannot_be_there() -> None:
    refused(packed({**PARTS, TEXTS: b'<sst uniqueCount="4294967296"></sst>'}), NotAWorkbook)


def test_one_sheet_under_many_names_is_not_read_for_each() -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(9, 60_009))
    sheet = PARTS[SHEET].replace(b"</sheetData>", f"{rows}</sheetData>".encode())
    book = PARTS["xl/workbook.xml"]
    one = book[book.index(b"<sheet ") : book.index(b"/>", book.index(b"<sheet ")) + 2]
    again = one + one.replace(b'name="A"', b'name="B"')
    refused(packed({**PARTS, SHEET: sheet, "xl/workbook.xml": book.replace(one, again)}), TooManyRows)


def test_cells_merged_over_each_other_fill_no_more_than_a_list_has() -> None:
    merged = "".join(f'<mergeCell ref="A{row}:A99999"/>' for row in range(1, 3_000))
    changed = PARTS[SHEET].replace(b"</sheetData>", f"</sheetData><mergeCells>{merged}</mergeCells>".encode())
    last = b'<row r="100000"><c r="B100000"><v>1</v></c></row></sheetData>'
    assert read_sheets(packed({**PARTS, SHEET: changed.replace(b"</sheetData>", last)}))


@pytest.mark.parametrize(
    "parts",
    [
        {**PARTS, "xl/workbook.bin": b"x"},
        {**PARTS, "mimetype": ODS["mimetype"], "content.xml": ODS["content.xml"]},
        {**PARTS, RELATIONS: PARTS[RELATIONS].replace(b"xl/workbook.xml", b"evil/workbook.xml")},
        {**PARTS, "mimetype": b"text/plain"},
    ],
    ids=["binary", "ods", "elsewhere", "mimetype"],
)
def test_what_is_one_kind_to_one_reader_and_another_to_the_next_is_none(parts: dict[str, bytes]) -> None:
    refused(packed(parts), NotAWorkbook)


def test_a_sheet_is_looked_through_whichever_way_its_name_slants() -> None:
    far = PARTS[SHEET].replace(b"</sheetData>", b'<row r="1"><c r="XFD1"><v>1</v></c></row></sheetData>')
    parts = {name.replace("xl/worksheets/", "xl\\worksheets\\"): content for name, content in PARTS.items()}
    refused(packed({**parts, SHEET.replace("/", "\\"): far}), TooManyRows)
    refused(packed({**parts, "xl\\worksheets/sheet1.xml": far}), TooManyRows)


@pytest.mark.parametrize(
    "spoil", [lambda one: one + b"\n", lambda one: one[:-2] + b"\x05\x00", lambda one: b"PK" + one[:90]]
)
def test_a_package_ends_where_it_says(spoil: Callable[[bytes], bytes]) -> None:
    refused(spoil(packed(PARTS)), NotAWorkbook)


def test_a_member_that_is_longer_than_it_says_is_refused() -> None:
    told = PARTS[SHEET][: len(PARTS[SHEET]) // 2]
    changed = bytearray(packed(PARTS))
    for sign, place, name in ((b"PK\x03\x04", 14, 30), (b"PK\x01\x02", 16, 46)):
        start = changed.find(SHEET.encode()) - name if name == 30 else changed.rfind(SHEET.encode()) - name
        assert changed[start : start + 4] == sign
        struct.pack_into("<I", changed, start + place, zlib.crc32(told))
        struct.pack_into("<I", changed, start + place + 8, len(told))
    refused(bytes(changed), NotAWorkbook)


def test_a_tag_without_an_end_is_given_up() -> None:
    swollen = b"<manifest:manifest " + b" " * 6_000_000 + b"/>"
    refused(packed({**ODS, "META-INF/manifest.xml": swollen}), NotAWorkbook)


LONG = "x" * 30_000
REPEATED = 'table:number-rows-repeated="50000"'


@pytest.mark.parametrize(
    ("before", "problem"),
    [
        (
            f'<table:table-row {REPEATED}><table:table-cell office:value-type="string"><text:p>{LONG}</text:p>',
            TooManyRows,
        ),
        (f'<table:table-row {REPEATED}><table:table-cell office:string-value="{LONG}">', TooManyRows),
        (f'<table:table-row {REPEATED}><table:table-cell table:formula="{LONG}">', TooManyRows),
        ('<table:table-row><table:table-cell><text:p><text:s text:c="999999999"/></text:p>', TooManyRows),
        ('<table:table-row><table:table-cell table:number-columns-repeated="9999" office:value="1">', TooManyRows),
        ("<table:table-row><table:table-cell><table:table></table:table>", NotAWorkbook),
    ],
    ids=["text", "value", "formula", "blanks", "value without a kind", "table in a table"],
)
def test_what_is_repeated_counts_as_often_as_it_is(before: str, problem: type[Exception]) -> None:
    refused(ods_with(f"{before}</table:table-cell></table:table-row>"), problem)


def test_rows_of_other_namespaces_do_not_start_a_sheet_anew() -> None:
    extent = Extent()
    places = OdsPlaces(extent)
    places.start("table:table", {})
    places.start("table:table-row", {"table:number-rows-repeated": "99999"})
    places.start("x:table", {})
    places.start("x:table-row", {})
    places.start("table:table-row", {"table:number-rows-repeated": "99999"})
    with pytest.raises(TooManyRows):
        places.start("table:table-cell", {"office:value": "1"})


def test_a_long_text_of_an_old_workbook_counts_as_often_as_it_is_shared() -> None:
    text = struct.pack("<HB", 8_000, 0) + b"x" * 8_000
    table = [(SST, struct.pack("<II", 3, 3) + text), (CONTINUE, text)]
    cells = [(LABEL, struct.pack("<HHHI", row, 0, 15, row % 2)) for row in range(30_000)]
    refused(old_book([*with_table(table)[:-1], *cells, RECORDS[-1]]), TooManyRows)


def with_table(table: Records) -> Records:
    """The list with another table of shared texts."""
    place = next(number for number, (kind, _data) in enumerate(RECORDS) if kind == SST)
    return [*RECORDS[:place], *table, *RECORDS[place + 1 :]]


def test_shared_texts_go_on_in_further_records_in_other_widths_and_with_more_behind_them() -> None:
    texts = [
        struct.pack("<HB", 7, 0) + b"H",
        b"\x00o va ",
        b"\x01" + "t".encode("utf-16-le") + struct.pack("<HBHI", 8, 12, 1, 6) + b"Nam sinh" + b"\x00" * 3,
        b"\x00" * 7 + struct.pack("<HB", 3, 1) + "Páo".encode("utf-16-le") + struct.pack("<HB", 2, 0) + b"Lo",
    ]
    table = [(SST, struct.pack("<II", 4, 4) + texts[0]), *((CONTINUE, text) for text in texts[1:])]
    cells = [cell for line in read_sheets(old_book(with_table(table)))[0].lines for cell in line.cells]
    assert [cell for cell in cells if isinstance(cell, str) and cell] == ["Ho va t", "Nam sinh", "Páo", "Lo"]


def test_two_names_for_one_sheet_of_an_old_workbook_are_refused() -> None:
    place = next(number for number, (kind, _data) in enumerate(RECORDS) if kind == BOUND_SHEET)
    stream = bytearray(joined(DRAW, RECORDS))
    assert read_sheets(sound_container(bytes(stream)))
    for told in ([RECORDS[place]] * 2, [(BOUND_SHEET, struct.pack("<I", 7) + RECORDS[place][1][4:])]):
        records = [*RECORDS[:place], *told, *RECORDS[place + 1 :]]
        pieces = [struct.pack("<HH", kind, len(data)) + data for kind, data in records]
        refused(sound_container(b"".join(pieces)), NotAWorkbook)


def test_a_sheet_within_a_sheet_does_not_start_it_anew() -> None:
    far = [(NUMBER, struct.pack("<HHHd", row, column, 15, 1.0)) for row, column in ((60_000, 0), (0, 190))]
    inside = [(BOF, b"\x00\x06\x20\x00" + bytes(12)), (EOF, b"")]
    refused(old_book([*RECORDS[:-1], far[0], *inside, far[1], RECORDS[-1]]), TooManyRows)


def test_a_formula_longer_than_any_record_is_refused() -> None:
    formula = struct.pack("<HHH", 5, 0, 15) + bytes(14) + b"\x12" * 9_000
    refused(old_book([*RECORDS[:-1], (FORMULA, formula), RECORDS[-1]]), NotAWorkbook)


STREAM = joined(DRAW, RECORDS)


def container_with(places: dict[int, int]) -> bytes:
    content = bytearray(sound_container(STREAM))
    for place, number in places.items():
        struct.pack_into("<I", content, place, number)
    return bytes(content)


@pytest.mark.parametrize(
    "places",
    [{0x2C: 0x7FFFFFFF}, {0x38: 0xFFFFFFFF}, {0x40: 0x7FFF}, {0x44: 0, 0x48: 0}],
    ids=["tables", "cutoff", "small tables", "tables of tables"],
)
def test_numbers_of_a_container_are_what_such_a_file_can_hold(places: dict[int, int]) -> None:
    refused(container_with(places), NotAWorkbook)


def test_tables_of_tables_that_lead_to_themselves_are_refused() -> None:
    content = bytearray(container_with({0x44: 0}))
    struct.pack_into("<I", content, 512 + 508, 0)
    refused(bytes(content), NotAWorkbook)


def test_the_stream_that_is_looked_through_is_the_one_that_is_read() -> None:
    assert len(read_rows(Compound([("Book", b"x" * 5_000), ("Workbook", STREAM)]).content())) == 2
    assert len(read_rows(Compound([("WORKBOOK", STREAM)], shift=12).content())) == 2
    assert len(read_rows(Compound([("Workbook", STREAM), ("Small", b"x")]).content())) == 2
    refused(Compound([("Workbook", STREAM), ("Workbook", STREAM)]).content(), NotAWorkbook)
    refused(Compound([("Other", STREAM)]).content(), NotAWorkbook)


@pytest.mark.parametrize("blank", [(b";" * 199 + b"\n") * 31_000, b"\r" * 1_100_000], ids=["cells", "lines"])
def test_a_text_of_blanks_without_measure_is_refused(blank: bytes) -> None:
    refused("Họ tên;Năm sinh\n".encode() + blank, TooManyRows)
