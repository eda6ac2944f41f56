"""Lists are read as their users keep them: each kind of file and of table with the expected persons."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from lantoa.kernel.legacy_text import Legacy
from lantoa.organizations.enums import RowKind
from lantoa.organizations.reading import Layout, propose, read_sheets
from lantoa.organizations.reading.birth_years import birth_year_of, has_two_digits
from lantoa.organizations.reading.headings import field_of
from lantoa.organizations.reading.refusals import Locked, NotAWorkbook, TooManyRows
from tests.organizations.lists import read_rows, repacked
from tests.organizations.sheets import Grid, ods, tcvn3, text, vni, windows_1258, xls, xlsx

PRINTED: list[list[Any]] = [
    ["ĐẢNG BỘ XÃ HUỔI LUÔNG"],
    ["DANH SÁCH ĐẢNG VIÊN NĂM 2024"],
    [],
    ["STT", "Họ và tên", None, "Ngày sinh", None, "Nơi ở", "Ngày vào Đảng", None],
    [None, None, None, "Nam", "Nữ", None, "Dự bị", "Chính thức"],
    [1, 2, 3, 4, 5, 6, 7, 8],
    ["I", "Chi bộ bản Huổi Luông (2 đồng chí)"],
    [1, "Vàng A", "Páo", "3-2-1980", None, "Huổi Luông", "3/2/2005", "3/2/2006"],
    [2, "Lò Thị", "Mai", None, 1985, "Huổi Luông", "3/2/2024", None],
    ["II", "CB bản Ma Lù Thàng"],
    [3, "Tẩn Sa", "Lìn", 30443, None, "Ma Lù Thàng", "1/1/2001", "1/1/2002"],
    ["Tổng cộng: 3 đồng chí"],
    [None, None, None, None, None, "Huổi Luông, ngày 3 tháng 2 năm 2024"],
    [None, "NGƯỜI LẬP BIỂU", None, None, None, "T/M BAN CHẤP HÀNH"],
    [None, None, None, None, None, "BÍ THƯ"],
    [None, None, None, None, None, "(Ký, ghi rõ họ tên)"],
    [None, "Trần Văn Lập", None, None, None, "Lý Thị Ký"],
]
HUOI, MA_LU = "Chi bộ bản Huổi Luông", "CB bản Ma Lù Thàng"
PLAIN = [
    ["Họ tên", "N.sinh", "Mã ĐV", "Tư cách"],
    ["Vàng A Páo", "năm 1980", "00012", "chính thức"],
    ["Lò Thị Hoà", "1985", "00013", "dự bị"],
]


def read(content: bytes) -> tuple[Layout, list[tuple[int, RowKind, dict[str, str]]]]:
    sheets = read_sheets(content)
    layout = propose(sheets)
    return layout, [(line.number, line.kind, line.values) for line in layout.read(sheets[layout.sheet].lines)]


def names(content: bytes) -> list[str]:
    return [row.values["full_name"] for row in read_rows(content)]


@pytest.mark.parametrize(
    "content",
    [
        xlsx(("DS", PRINTED), merge=["A1:H1", "B4:C5", "D4:E4", "A4:A5", "G4:H4", "B7:H7"]),
        xls(("DS", PRINTED)),
        ods(("DS", PRINTED)),
        text(PRINTED).encode("utf-8-sig"),
        text(PRINTED, "\t").encode("utf-16"),
    ],
    ids=["xlsx", "xls", "ods", "csv", "utf-16"],
)
def test_a_printed_list_is_read_from_every_kind_of_file(content: bytes) -> None:
    _layout, rows = read(content)
    assert [kind for _number, kind, _values in rows if kind != RowKind.PERSON] == [
        RowKind.TITLE,
        RowKind.TITLE,
        RowKind.HEADER,
        RowKind.HEADER,
        RowKind.NUMBERING,
        RowKind.SECTION,
        RowKind.SECTION,
        RowKind.TOTAL,
        *[RowKind.SIGNATURE] * 5,
    ]
    assert [values for _number, kind, values in rows if kind == RowKind.PERSON] == [
        {"full_name": "Vàng A Páo", "birth_year": "3-2-1980", "village": "Huổi Luông"}
        | {"standing": "chính thức", "unit": HUOI},
        {"full_name": "Lò Thị Mai", "birth_year": "1985", "village": "Huổi Luông"}
        | {"standing": "dự bị", "unit": HUOI},
        {"full_name": "Tẩn Sa Lìn", "birth_year": "30443", "village": "Ma Lù Thàng"}
        | {"standing": "chính thức", "unit": MA_LU},
    ]


@pytest.mark.parametrize(
    "encoded",
    [
        lambda words: words.encode(),
        lambda words: words.encode("utf-8-sig"),
        lambda words: words.encode("utf-16"),
        lambda words: words.encode("utf-16-le"),
        lambda words: words.encode("utf-16-be"),
        windows_1258,
        lambda words: tcvn3(words).encode("latin-1"),
        lambda words: vni(words).encode("latin-1"),
        lambda words: ("sep=;\n" + words).encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "le", "be", "windows-1258", "tcvn3", "vni", "sep"],
)
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_a_text_file_is_read_in_every_encoding(encoded: Callable[[str], bytes], delimiter: str) -> None:
    words = text(PLAIN, delimiter)
    content = encoded(words.replace("sep=;", f"sep={delimiter}"))
    if content.startswith(b"sep="):
        content = content.replace(b"sep=;", b"sep=" + delimiter.encode())
    assert [row.values for row in read_rows(content)] == [
        {"full_name": "Vàng A Páo", "birth_year": "năm 1980", "code": "00012", "standing": "chính thức"},
        {"full_name": "Lò Thị Hoà", "birth_year": "1985", "code": "00013", "standing": "dự bị"},
    ]


@pytest.mark.parametrize(("encode", "encoding"), [(tcvn3, Legacy.TCVN3), (vni, Legacy.VNI)])
def test_a_workbook_in_an_old_font_is_converted_unless_that_is_refused(
    encode: Callable[[str], str], encoding: Legacy
) -> None:
    old = [[encode(cell) if isinstance(cell, str) else cell for cell in row] for row in PRINTED]
    content = xls(("DS", old))
    layout, rows = read(content)
    assert layout.encoding == encoding
    assert [values["full_name"] for _number, kind, values in rows if kind == RowKind.PERSON] == [
        "Vàng A Páo",
        "Lò Thị Mai",
        "Tẩn Sa Lìn",
    ]
    refused = Layout.of_json({**layout.as_json(), "converts": False})
    kept = [line.values for line in refused.read(read_sheets(content)[0].lines) if line.kind == RowKind.PERSON]
    assert kept[1]["full_name"] == encode("Lò Thị Mai")


def test_the_sheet_with_the_list_is_found_among_others() -> None:
    others = [["Biểu tổng hợp"], ["Chỉ tiêu", "Số lượng"], ["Chi bộ", 12]]
    for made in (xlsx, xls, ods):
        layout, rows = read(made(("Tổng hợp", others), ("Danh sách", PLAIN)))
        assert (layout.sheet, layout.sheets) == (1, ("Tổng hợp", "Danh sách"))
        assert sum(kind == RowKind.PERSON for _number, kind, _values in rows) == 2


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("HỌ VÀ TÊN", "full_name"),
        ("Ho va ten", "full_name"),
        ("Họ và tên khai sinh (chữ in hoa)", "full_name"),
        ("Ngày, tháng, năm sinh", "birth_year"),
        ("N/sinh", "birth_year"),
        ("Số thẻ ĐV", "code"),
        ("Mã số", "code"),
        ("Chi bộ đang sinh hoạt", ""),
        ("Chi bộ sinh hoạt", "unit"),
        ("CB", "unit"),
        ("Thôn (bản)", "village"),
        ("TDP", "village"),
        ("Tư cách ĐV", "standing"),
        ("Dân tộc", ""),
        ("Ghi chú", ""),
    ],
)
def test_titles_are_understood_whatever_their_spelling(title: str, key: str) -> None:
    assert field_of(title) == key


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("1985", 1985),
        ("03/02/1985", 1985),
        ("3-2-2011", 2011),
        ("3.2.1985", 1985),
        ("3 / 2 / 1985", 1985),
        ("02/1985", 1985),
        ("1985-02-03", 1985),
        ("năm 2009", 2009),
        ("Sinh năm 1985", 1985),
        ("NS: 1985", 1985),
        ("ngày 3 tháng 2 năm 1985", 1985),
        ("tháng 2 năm 1985", 1985),
        ("1.985", 1985),
        ("30443", 1983),
        ("85", None),
        ("3/2/85", None),
        ("khoảng 1985", None),
        ("1980 / 1985", None),
        ("không rõ", None),
    ],
)
def test_a_year_of_birth_is_read_as_it_is_written_and_never_guessed(written: str, year: int | None) -> None:
    assert birth_year_of(written) == year
    assert has_two_digits(written) == (written in ("85", "3/2/85"))


def test_days_of_a_workbook_and_serials_are_years() -> None:
    rows = read_rows(xlsx(("A", [["Họ và tên", "Ngày sinh"], ["Lò Thị Mai", dt.date(1985, 3, 2)], ["Lý A", 31108]])))
    assert [birth_year_of(row.values["birth_year"]) for row in rows] == [1985, 1985]


def test_leading_zeros_are_kept_and_a_number_that_lost_them_is_marked() -> None:
    rows = read_rows(xlsx(("A", [["Họ và tên", "Mã số"], ["Lò Thị Mai", "00123"], ["Lý A Sử", 123]])))
    assert [(row.values["code"], row.values.get("code_is_number")) for row in rows] == [("00123", None), ("123", "x")]


SPLITS: list[tuple[Grid, list[str]]] = [
    ([["Họ và tên đệm", "Tên", "Năm sinh"], ["Lò Thị", "Mai", 1985]], ["Lò Thị Mai"]),
    ([["Họ và tên", None, "Năm sinh"], ["Lò Thị", "Mai", 1985], ["Lý A", "Sử", 1990]], ["Lò Thị Mai", "Lý A Sử"]),
    ([["Năm sinh", "Họ và tên"], [1985, "Lò Thị", "Mai"], [1990, "Lý A", "Sử"]], ["Lò Thị Mai", "Lý A Sử"]),
    ([["Họ và tên", None, "NS"], ["Họ", "Tên", None], ["Lò Thị", "Mai", 1985]], ["Lò Thị Mai"]),
    ([["Tên", "Năm sinh"], ["Lò Thị Mai", 1985]], ["Lò Thị Mai"]),
    ([["Họ và tên", None, "Năm sinh"], ["Lò Thị Mai", "ghi chú dài", 1985]], ["Lò Thị Mai"]),
]


@pytest.mark.parametrize(("rows", "expected"), SPLITS)
def test_names_in_two_columns_become_one(rows: Grid, expected: list[str]) -> None:
    assert names(xlsx(("A", rows))) == expected


def test_columns_of_men_and_women_are_years_only_where_they_hold_years() -> None:
    marks = [["Họ và tên", "Năm sinh", "Nam", "Nữ"], ["Lò Thị Mai", 1985, "", "x"], ["Lý A Sử", 1990, "x", ""]]
    assert [row.values["birth_year"] for row in read_rows(xlsx(("A", marks)))] == ["1985", "1990"]
    years = [["Họ và tên", "Nam", "Nữ"], ["Lò Thị Mai", "", 1985], ["Lý A Sử", "1990", ""], ["Lý B", 1990, 1991]]
    found = [row.values["birth_year"] for row in read_rows(xlsx(("A", years)))]
    assert found == ["1985", "1990", "1990 / 1991"]


def test_rows_that_are_no_persons_are_known_by_what_they_say() -> None:
    rows = [
        ["Stt", "Họ và tên", "Năm sinh", "Chi bộ"],
        ["(1)", "(2)", "(3)", "(4)"],
        ["A. Khối cơ quan"],
        [1, "Lò Thị Mai", 1985, ""],
        ["Stt", "Họ và tên", "Năm sinh", "Chi bộ"],
        [2, "Tống Cộng Hoà", 1990, "Chi bộ bản Vàng Pheo"],
        ["", "Chưa rõ năm sinh", "", "Chi bộ bản Vàng Pheo"],
        ["", "", 1991, "Chi bộ bản Vàng Pheo"],
        ["", "Cộng", 3, ""],
        ["Ghi chú: danh sách tính đến tháng 6"],
        ["", "", 3, ""],
        ["", "Người tổng hợp", "", "TM. Chi ủy"],
        ["", "Lý Thị Ký", "", ""],
        [3, "Vàng A Páo", 1970, ""],
    ]
    _layout, found = read(xlsx(("A", rows)))
    told = "header numbering section person header person person person total remark total signature signature person"
    assert " ".join(kind.value for _number, kind, _values in found) == told
    persons = [values for _number, kind, values in found if kind == RowKind.PERSON]
    assert [values.get("unit") for values in persons] == [
        "Khối cơ quan",
        *["Chi bộ bản Vàng Pheo"] * 3,
        "Khối cơ quan",
    ]


def test_a_cell_merged_downwards_counts_for_all_its_rows() -> None:
    rows = [["Họ và tên", "Năm sinh", "Chi bộ"], ["Lò A", 1985, "Chi bộ 1"], ["Lò B", 1986], ["Lò C", 1987, "Chi bộ 2"]]
    found = read_rows(xlsx(("A", rows), merge=["C2:C3"]))
    assert [row.values["unit"] for row in found] == ["Chi bộ 1", "Chi bộ 1", "Chi bộ 2"]


def test_names_in_capitals_are_given_proper_case_only_when_asked() -> None:
    content = xlsx(("A", [["Họ và tên", "Năm sinh"], ["VÀNG A PÁO", 1980], ["Lò thị Mai", 1985]]))
    sheets = read_sheets(content)
    layout = propose(sheets)
    asked = Layout.of_json({**layout.as_json(), "proper_case": True, "standing": "dự bị"})
    assert names(content) == ["VÀNG A PÁO", "Lò thị Mai"]
    lines = [line for line in asked.read(sheets[0].lines) if line.kind == RowKind.PERSON]
    assert [line.values["full_name"] for line in lines] == ["Vàng A Páo", "Lò thị Mai"]
    assert lines[0].values["standing"] == "dự bị"
    assert (layout.missing, asked.missing) == (["Tư cách"], [])
    assert propose(read_sheets(text([["Năm sinh", "Chi bộ"], ["1980", "Chi bộ 1"]]).encode())).missing[0] == "Họ và tên"


def test_formulas_are_text_or_what_the_spreadsheet_stored() -> None:
    rows = [["Họ và tên", "Năm sinh", "Mã số"], ["=HYPERLINK(1)", "1985", "=1+1"], ["@SUM(1)", "1986", "+84"]]
    found = [(row.values["full_name"], row.values["code"]) for row in read_rows(text(rows).encode())]
    assert found == [("=HYPERLINK(1)", "=1+1"), ("@SUM(1)", "+84")]


SWOLLEN = (
    '<table:table-row table:number-rows-repeated="{rows}"><table:table-cell table:number-columns-repeated="{columns}" '
    'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
)
ENCRYPTED = b"<a:m xmlns:a='x'><a:encryption-data/></a:m>"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (ods(("A", PLAIN), inside=SWOLLEN.format(rows=1_000_000, columns=1)), TooManyRows),
        (ods(("A", PLAIN), inside=SWOLLEN.format(rows=1, columns=1_000_000)), TooManyRows),
        (ods(("A", PLAIN), inside=SWOLLEN.format(rows=90_000, columns=199)), TooManyRows),
        (ods(("A", PLAIN), inside=SWOLLEN.format(rows="x", columns=1)), NotAWorkbook),
        (
            repacked(ods(("A", PLAIN)), {"META-INF/manifest.xml": ENCRYPTED}),
            Locked,
        ),
        (repacked(ods(("A", PLAIN)), {"content.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), NotAWorkbook),
        (xls(("A", PLAIN))[:2_000], NotAWorkbook),
        ("Họ tên;Năm sinh\nLò Thị Mai;1985".encode("utf-16-le")[:-1] + b"\x00\x00\xd8", NotAWorkbook),
        (b"\xff\xfe\x00", NotAWorkbook),
        (b"\x00" * 3 + b"abc" * 30, NotAWorkbook),
    ],
)
def test_what_swells_or_is_broken_is_refused(content: bytes, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        read_sheets(content)


def test_blank_rows_without_end_are_no_rows() -> None:
    many = '<table:table-row table:number-rows-repeated="5"><table:table-cell/></table:table-row>'
    assert names(ods(("A", PLAIN), inside=many)) == ["Vàng A Páo", "Lò Thị Hoà"]


def test_an_unusual_but_true_sheet_is_parsed() -> None:
    content = xlsx(("A", PLAIN))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    assert names(repacked(content, {"xl/worksheets/sheet1.xml": sheet.replace(b"<c r=", b"<c  r=")})) == [
        "Vàng A Páo",
        "Lò Thị Hoà",
    ]
