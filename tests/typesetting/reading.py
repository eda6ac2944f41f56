"""Reads documents back: PDF and Word as any other program would."""

import unicodedata
from io import BytesIO
from itertools import product

from django.http import HttpResponseBase
from docx import Document

from lantoa.files.content import DOCX, PDF
from lantoa.files.text import lines_of

TONED = "".join(
    unicodedata.normalize("NFC", letter + tone)
    for letter, tone in product("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY", ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"])
)
"""Every Vietnamese vowel in every tone, composed."""
HOSTILE = (
    "#let x = 1",
    "#panic()",
    "$x$ *đậm* _nghiêng_ `mã`",
    "\\u{41} \\ // chú /* thích */",
    "<b>&amp; \"A\" 'B'</b> ]]> <?x?>",
    "@nhãn <nhãn> [a] {b} = ~ -- ...",
    "{{ tên }} {% for %}",
)
"""Names that would be markup to typst, to XML or to a template, were they pasted into one."""


def pdf_text(content: bytes) -> str:
    """All text of a PDF in the order in which it is drawn, lines and columns parted by single blanks."""
    return " ".join(" ".join(lines_of(content, PDF)).split())


def word_text(content: bytes) -> str:
    """All text of a Word file, in its order within each part."""
    return " ".join(" ".join(lines_of(content, DOCX)).split())


def word_rows(content: bytes) -> list[list[str]]:
    """The rows of the widest table of a Word file, its head included."""
    tables = Document(BytesIO(content)).tables
    table = max(tables, key=lambda one: len(one.columns))
    return [[cell.text for cell in row.cells] for row in table.rows]


def body(response: HttpResponseBase) -> bytes:
    """What a download holds."""
    content: bytes = getattr(response, "content", b"")
    return content
