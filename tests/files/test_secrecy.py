"""A secrecy mark is found where it stands as a mark, and words of a sentence are none."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.files.content import DOCX, PDF, PPTX, XLSX, Damaged, kind_of
from lantoa.files.pdf import pdf_lines
from lantoa.files.secrecy import MARKS, mark_in
from lantoa.files.text import lines_of
from tests.files.factories import OFFICE, docx, package, pdf, xlsx


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("MẬT", "MẬT"),
        ("Mật", "MẬT"),
        ("Mâ\u0323t", "MẬT"),
        ("  TỐI MẬT  ", "TỐI MẬT"),
        ("Tối  mật", "TỐI MẬT"),
        ("TUYỆT MẬT", "TUYỆT MẬT"),
        ("[TUYỆT MẬT]", "TUYỆT MẬT"),
        ("(Mật)", "MẬT"),
        ("M Ậ T", "MẬT"),
        ("T Ố I M Ậ T", "TỐI MẬT"),
        ("Độ mật: Mật", "MẬT"),
        ("Mức độ mật: Tối mật", "TỐI MẬT"),
        ("TUYỆT MẬT - Bản số: 01", "TUYỆT MẬT"),
        ("TỐI MẬT (Bản số 3)", "TỐI MẬT"),
        ("HỎA TỐC\tMẬT", "MẬT"),
        ("HUYỆN ỦY PHONG THỔ      TỐI MẬT", "TỐI MẬT"),
        ("HỎA TỐC - MẬT", "MẬT"),
    ],
)
def test_a_mark_is_found(line: str, mark: str) -> None:
    assert mark_in(["Kế hoạch", line]) == mark


@pytest.mark.parametrize(
    "line",
    [
        "Bảo vệ bí mật nhà nước",
        "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "Bí mật",
        "Mật ong rừng Sin Suối Hồ",
        "mật ong",
        "bảo vệ bí  mật",
        "Tài liệu tối mật phải được quản lý theo Luật",
        "QUY ĐỊNH VỀ TÀI LIỆU MẬT",
        "mật độ dân số",
        "Mắt",
        "Mat",
        "Độ mật:",
        "Số lượng mật: 3 lít",
        "",
    ],
)
def test_ordinary_words_are_no_mark(line: str) -> None:
    assert mark_in([line]) is None


@given(st.lists(st.text(max_size=60)))
def test_any_text_can_be_searched(lines: list[str]) -> None:
    assert mark_in(lines) in (None, *MARKS)


def test_every_part_of_an_office_file_is_read() -> None:
    assert mark_in(lines_of(docx("Kế hoạch", header="TỐI MẬT"), DOCX)) == "TỐI MẬT"
    assert mark_in(lines_of(docx("Kế hoạch về bí mật", "nhà nước"), DOCX)) is None
    assert mark_in(lines_of(xlsx("STT", "Mật"), XLSX)) == "MẬT"
    slide = '<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>TUYỆT </a:t></a:r><a:r><a:t>MẬT</a:t></a:r></a:p></p:sld>'
    slides = package({"ppt/slides/slide1.xml": slide}, f"{OFFICE}presentationml.presentation.main+xml")
    assert mark_in(lines_of(slides, PPTX)) == "TUYỆT MẬT"


def test_a_tab_and_a_run_do_not_hide_or_make_a_mark() -> None:
    text = "HUYỆN ỦY</w:t><w:tab/><w:t>MẬT"
    assert mark_in(lines_of(docx(text), DOCX)) == "MẬT"
    assert mark_in(lines_of(docx("bí </w:t></w:r><w:r><w:t>mật"), DOCX)) is None


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("ranges", [True, False])
def test_the_text_of_a_pdf_is_read(*, packed: bool, ranges: bool) -> None:
    content = pdf("HUYỆN ỦY PHONG THỔ", "TỐI MẬT", "Kế hoạch", packed=packed, ranges=ranges)
    assert list(lines_of(content, PDF)) == ["HUYỆN ỦY PHONG THỔ", "TỐI MẬT", "Kế hoạch"]


def page(*drawn: bytes) -> bytes:
    return b"%%PDF-1.4\n1 0 obj\n<< >>\nstream\n%s\nendstream\nendobj\n" % b"\n".join(drawn)


@pytest.mark.parametrize(
    ("drawn", "lines"),
    [
        (b"BT /F1 10 Tf 10 700 Td (mat) Tj 0 -20 Td (ong) Tj ET", ["mat", "ong"]),
        (b"BT /F1 10 Tf 10 700 Td (ma) Tj 12 0 Td (t) Tj ET", ["mat"]),
        (b"BT /F1 10 Tf 10 700 Td (a) Tj 300 0 Td (b) Tj ET", ["a\tb"]),
        (b"BT 10 TL /F1 10 Tf 10 700 Td (a) Tj T* (b) Tj (c) ' 1 2 (d) \" ET", ["a", "b", "c", "d"]),
        (b"BT /F1 10 Tf 0 -20 TD (a) Tj T* [(b) -20 (\\143\\)\\n)] TJ ET", ["a", "bc)\n"]),
        (b"q 1 0 0 1 0 500 cm BT /F1 9 Tf (a) Tj ET Q Q BT /F1 9 Tf (b) Tj ET", ["a", "b"]),
        (b"BT /F1 10 Tf <6> Tj <61 6> Tj ET", ["`a`"]),
    ],
)
def test_pieces_on_one_baseline_are_one_line(drawn: bytes, lines: list[str]) -> None:
    assert [line for line in pdf_lines(page(drawn)) if line] == lines


def test_objects_packed_in_a_stream_are_found() -> None:
    table = b"1 beginbfrange <01> <02> [<1EAC> <0054>] endbfrange 1 beginbfchar <03> <004D> endbfchar"
    packed = b"5 0 6 43 << /Type /Font /ToUnicode 2 0 R >>         << /Resources << /Font << /F1 5 0 R >> >> >>"
    first = packed.index(b"<<")
    content = (
        b"%PDF-1.5\n2 0 obj\n<< >>\nstream\n" + table + b"\nendstream\nendobj\n"
        b"3 0 obj\n<< /Type /ObjStm /N 2 /First %d >>\nstream\n%s\nendstream\nendobj\n"
        b"4 0 obj\n<< >>\nstream\nBT /F1 12 Tf <030102> Tj ET\nendstream\nendobj\n" % (first, packed)
    )
    assert mark_in(pdf_lines(content)) == "MẬT"


@pytest.mark.parametrize(
    "beginnings",
    [b"1 0 obj " * 200_000, b"1 0 obj " + b"stream\n" * 200_000 + b" endobj", page(b"Tj " + b"\\(" * 50_000)],
)
def test_a_pdf_in_which_nothing_ends_is_read_once(beginnings: bytes) -> None:
    started = time.process_time()
    assert mark_in(pdf_lines(b"%PDF-1.7\n" + beginnings)) is None
    assert time.process_time() - started < 10


def test_a_locked_pdf_cannot_be_checked() -> None:
    with pytest.raises(Damaged):
        list(pdf_lines(pdf("Kế hoạch") + b"trailer << /Encrypt 9 0 R >>"))


def test_a_pdf_with_other_filters_or_broken_streams_gives_what_can_be_read() -> None:
    broken = b"%PDF-1.4\n1 0 obj\n<< /Filter /FlateDecode >>\nstream\nxx\nendstream\nendobj\n"
    other = b"2 0 obj\n<< /Filter /DCTDecode >>\nstream\n(Tj)\nendstream\nendobj\n"
    assert list(pdf_lines(broken + other)) == []


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_kind_or_none_or_damaged(content: bytes) -> None:
    for start in (b"", b"%PDF-1.4\n1 0 obj\n<< /ToUnicode 1 0 R >>\nstream\nbeginbfrange ", b"PK\x03\x04"):
        try:
            kind = kind_of(start + content)
            if kind is not None:
                list(lines_of(start + content + b"\nendstream\nendobj\n", kind))
        except Damaged:
            continue
