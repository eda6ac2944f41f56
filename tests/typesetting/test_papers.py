"""Documents as PDF and for Word: the same words in both, literally, whatever they are."""

import datetime as dt
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import typst
from docx import Document
from pytest_django.fixtures import Settings

from lantoa import typesetting
from lantoa.typesetting.papers import (
    VERSION,
    Align,
    Column,
    Grid,
    Head,
    Heading,
    Nation,
    Paper,
    Paragraph,
    Signature,
    plain,
)
from lantoa.typesetting.pdf import pdf_of
from lantoa.typesetting.responses import FileKind, paper_response
from lantoa.typesetting.word import word_of
from lantoa.typesetting.wording import dated, number_line, on_the_day
from tests.typesetting.reading import HOSTILE, TONED, body, pdf_text, word_rows, word_text

COLUMNS = (Column("TT", 8, Align.CENTRE), Column("Họ và chữ đệm", 50), Column("Tên", 20), Column("Năm sinh", 22))
HEAD = Head(
    nation=Nation.PARTY,
    superior="Tỉnh ủy Lai Châu",
    issuer="Huyện ủy Phong Thổ",
    number="50-KH/HU",
    place="Phong Thổ",
    issued_on=dt.date(2026, 2, 5),
)
Make = Callable[[Paper], bytes]
Read = Callable[[bytes], str]
BOTH = pytest.mark.parametrize(("make", "read"), [(pdf_of, pdf_text), (word_of, word_text)], ids=["pdf", "word"])


def a_list(people: int, **changes: object) -> Paper:
    """A list of that many people."""
    rows = [(str(number), "Nguyễn Thị Hồng", f"Ẩn{number}", "1970") for number in range(1, people + 1)]
    usual = Paper(
        head=HEAD,
        title=("DANH SÁCH", "cán bộ, đảng viên"),
        parts=(Heading("I. Danh sách"), Grid(columns=COLUMNS, rows=rows), Paragraph("Hết", note=True)),
        recipients=("- Như trên,", "- Lưu."),
        signature=Signature(on_behalf="T/M Ban Thường vụ", office="Bí thư", name="Giàng A Páo"),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


@BOTH
def test_a_party_document_has_the_head_and_the_foot_of_its_layout(make: Make, read: Read) -> None:
    text = read(make(a_list(1)))
    for words in (
        "TỈNH ỦY LAI CHÂU",
        "HUYỆN ỦY PHONG THỔ",
        "*",
        "Số 50-KH/HU",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "Phong Thổ, ngày 05 tháng 02 năm 2026",
        "Nơi nhận:",
        "T/M BAN THƯỜNG VỤ",
        "BÍ THƯ",
        "Giàng A Páo",
    ):
        assert words in text
    assert "CỘNG HÒA" not in text


@BOTH
def test_a_state_document_has_the_head_of_the_state(make: Make, read: Read) -> None:
    head = replace(HEAD, nation=Nation.STATE, superior="", issuer="Ủy ban nhân dân xã Mường So", number="50/KH-UBND")
    text = read(make(a_list(1, head=head)))
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 50/KH-UBND"):
        assert words in text
    assert "ĐẢNG CỘNG SẢN" not in text


@BOTH
def test_every_row_stands_there_in_its_order_over_the_pages(make: Make, read: Read) -> None:
    text = read(make(a_list(60)))
    places = [text.index(f"Ẩn{number} ") for number in range(1, 61)]
    assert places == sorted(places)


@BOTH
@pytest.mark.parametrize("name", HOSTILE)
def test_markup_in_a_name_is_a_name(make: Make, read: Read, name: str) -> None:
    grid = Grid(columns=COLUMNS, rows=[("1", name, name, "")], total=("", name, "", ""))
    paper = a_list(
        0,
        head=replace(HEAD, issuer=name, superior=name, number=name, subject=name, place=name),
        title=(name, name),
        subtitle=name,
        addressee=name,
        parts=(Heading(name), Paragraph(name), Paragraph(name, item=True), grid),
        annex=(Paragraph(name),),
        recipients=(name,),
        signature=Signature(on_behalf=name, office=name, name=name),
        mark=name,
        notice=name,
    )
    assert read(make(paper)).count(plain(name)) >= 12


@BOTH
def test_very_long_names_break_and_lose_nothing(make: Make, read: Read) -> None:
    long = "Nguyễn" * 40
    content = make(a_list(0, parts=(Grid(columns=COLUMNS, rows=[("1", long, " ".join(["Trần"] * 200), "1970")]),)))
    text = read(content).replace("\u200b", "").replace(" ", "")
    assert long in text
    assert text.count("Trần") == 200


@BOTH
def test_vietnamese_is_composed_in_every_tone(make: Make, read: Read) -> None:
    chunks = [unicodedata.normalize("NFD", TONED[start : start + 24]) for start in range(0, len(TONED), 24)]
    text = read(make(a_list(0, parts=[Paragraph(chunk) for chunk in [*chunks, "đĐ"]])))
    assert set(TONED) | {"đ", "Đ"} <= set(text)
    assert not any(unicodedata.combining(letter) for letter in text)


@BOTH
def test_characters_that_no_document_holds_are_left_out(make: Make, read: Read) -> None:
    assert "Lò An" in read(make(a_list(0, parts=(Paragraph("Lò\x01\x1b An\ufffe\ud800"),))))


@BOTH
def test_a_draft_says_so(make: Make, read: Read) -> None:
    assert "DỰ THẢO" in read(make(a_list(1, mark="DỰ THẢO")))
    assert "DỰ THẢO" not in read(make(a_list(1)))


@BOTH
def test_an_annex_follows_the_signature(make: Make, read: Read) -> None:
    text = read(make(a_list(1, annex=(Heading("PHỤ LỤC"), Grid(columns=COLUMNS, rows=[("1", "Phụ", "Lục", "")])))))
    assert text.index("Giàng A Páo") < text.index("PHỤ LỤC")


def test_the_head_of_a_table_and_the_number_stand_on_every_page() -> None:
    text = pdf_text(pdf_of(a_list(100, numbers_all=True, title=(), recipients=(), signature=None)))
    pages = text.count("Họ và chữ đệm")
    assert pages >= 3
    assert all(f"{page} TT Họ và chữ đệm" in text for page in range(2, pages + 1))


def test_word_repeats_the_head_of_a_table_and_numbers_its_pages() -> None:
    document = Document(BytesIO(word_of(a_list(3, numbers_all=False))))
    section = document.sections[0]
    assert section.different_first_page_header_footer
    assert 'w:instr="PAGE"' in section.header._element.xml
    assert 'w:instr="PAGE"' not in section.first_page_header._element.xml
    assert document.tables[1].rows[0]._tr.xpath("w:trPr/w:tblHeader")
    millimetres = [round(edge.mm) for edge in (section.left_margin, section.right_margin, section.top_margin) if edge]
    assert millimetres == [30, 15, 20]
    assert document.core_properties.version == VERSION


def test_word_has_every_row() -> None:
    rows = word_rows(word_of(a_list(60)))
    assert rows[0] == ["TT", "Họ và chữ đệm", "Tên", "Năm sinh"]
    assert [row[2] for row in rows[1:]] == [f"Ẩn{number}" for number in range(1, 61)]


@pytest.mark.parametrize("make", [pdf_of, word_of])
def test_three_thousand_names_take_seconds(make: Make) -> None:
    paper = a_list(3000)
    before = time.process_time()
    assert len(make(paper)) > 50_000
    assert time.process_time() - before < 15


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2026, 1, 9), "ngày 09 tháng 01 năm 2026"),
        (dt.date(2026, 3, 30), "ngày 30 tháng 3 năm 2026"),
        (dt.date(2026, 12, 1), "ngày 01 tháng 12 năm 2026"),
    ],
)
def test_a_date_is_written_as_the_rules_ask(day: dt.date, words: str) -> None:
    assert on_the_day(day) == words


def test_what_is_not_known_yet_is_left_to_be_written_in() -> None:
    head = replace(HEAD, number="-KH/HU", place="", issued_on=None)
    assert number_line(head).split() == ["Số", "-KH/HU"]
    assert len(number_line(head)) > len("Số -KH/HU")
    assert dated(head).split() == ["…………,", "ngày", "tháng", "năm"]
    assert number_line(replace(head, number=" ")) == ""


def test_the_fonts_come_with_the_package_and_with_their_licence() -> None:
    folder = Path(typesetting.__file__).parent / "fonts"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    assert fonts.families() == ["Liberation Serif"]
    assert len(fonts.fonts()) == 4
    assert "SIL OPEN FONT LICENSE" in (folder / "LICENSE").read_text()


@pytest.mark.parametrize(("kind", "read"), [(FileKind.PDF, pdf_text), (FileKind.WORD, word_text)])
def test_a_download_says_in_a_demonstration_that_it_is_one(kind: FileKind, read: Read, settings: Settings) -> None:
    settings.LANTOA_DEMO = False
    response = paper_response(a_list(1), kind, "Kế hoạch 50/KH-UBND")
    assert "trình diễn" not in read(body(response))
    assert response["Cache-Control"] == "no-store"
    assert f"50-KH-UBND.{kind}" in response["Content-Disposition"]
    settings.LANTOA_DEMO = True
    assert "Số liệu trình diễn" in read(body(paper_response(a_list(1), kind, "x")))
