"""Files of every kind that users keep lists in, made of the same rows, and text in the encodings from before Unicode.

The encoders stand for themselves: they are written from the standards' tables the other way round, letter to code.
"""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import xlwt
from openpyxl import Workbook

Grid = Sequence[Any]
"""Rows of cells."""

TONES = {"\u0300": 0, "\u0309": 1, "\u0303": 2, "\u0301": 3, "\u0323": 4}
_TCVN3_VOWELS = {
    "a": "B5 B6 B7 B8 B9",
    "ă": "BB BC BD BE C6",
    "â": "C7 C8 C9 CA CB",
    "e": "CC CE CF D0 D1",
    "ê": "D2 D3 D4 D5 D6",
    "i": "D7 D8 DC DD DE",
    "o": "DF E1 E2 E3 E4",
    "ô": "E5 E6 E7 E8 E9",
    "ơ": "EA EB EC ED EE",
    "u": "EF F1 F2 F3 F4",
    "ư": "F5 F6 F7 F8 F9",
    "y": "FA FB FC FD FE",
}
_TCVN3_PLAIN = dict(zip("ĂÂÊÔƠƯĐăâêôơưđ", range(0xA1, 0xAF), strict=True))
_VNI_BASE = {"ă": "aê", "â": "aâ", "ê": "eâ", "ô": "oâ", "ơ": "ô", "ư": "ö", "đ": "ñ"}
_VNI_TONES = {"ă": "èúüéë", "â": "àåãáä", "ê": "àåãáä", "ô": "àåãáä"}
_VNI_I = "ìæóíò"


def xlsx(*sheets: tuple[str, Grid], merge: Sequence[str] = ()) -> bytes:
    """A workbook of named sheets; the merged ranges are of the first one."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for one in merge:
        book.worksheets[0].merge_cells(one)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls(*sheets: tuple[str, Grid]) -> bytes:
    """An old workbook."""
    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in sheets:
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for position, value in enumerate(row):
                if value not in (None, ""):
                    sheet.write(number, position, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(*sheets: tuple[str, Grid], inside: str = "") -> bytes:
    """A workbook of LibreOffice; `inside` is put before the rows of the first sheet."""
    tables = []
    for number, (name, rows) in enumerate(sheets):
        body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        tables.append(f'<table:table table:name="{escape(name)}">{"" if number else inside}{body}</table:table>')
    spaces = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in spaces.items())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {declared} office:version="1.2"><office:body>'
        f"<office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED
        )
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="urn:x"/>')
    return stream.getvalue()


def _ods_cell(value: Any) -> str:
    if value in (None, ""):
        return "<table:table-cell/>"
    kind = "float" if isinstance(value, int | float) else "string"
    number = f' office:value="{value}"' if kind == "float" else ""
    return (
        f'<table:table-cell office:value-type="{kind}"{number}><text:p>{escape(str(value))}</text:p></table:table-cell>'
    )


def text(rows: Grid, delimiter: str = ";") -> str:
    """The rows as a text file."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([["" if one is None else one for one in row] for row in rows])
    return stream.getvalue()


def tcvn3(words: str) -> str:
    """The text as an old program stored it: one sign a letter, which a font of TCVN3 draws as Vietnamese."""
    return "".join(_tcvn3_letter(letter) for letter in unicodedata.normalize("NFC", words))


def vni(words: str) -> str:
    """The text as VNI for Windows stored it: the mark after its letter."""
    return "".join(_vni_letter(letter) for letter in unicodedata.normalize("NFC", words))


def windows_1258(words: str) -> bytes:
    """The text in the code page of Vietnamese Windows: a letter and its tone apart."""
    found = b""
    for letter in unicodedata.normalize("NFC", words):
        base, tone = parted(letter)
        found += (base + ("" if tone is None else list(TONES)[tone])).encode("cp1258", "replace")
    return found


def parted(letter: str) -> tuple[str, int | None]:
    """A letter without its tone, and the number of the tone."""
    marks = unicodedata.normalize("NFD", letter)
    tone = next((TONES[mark] for mark in marks if mark in TONES), None)
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES)), tone


def _tcvn3_letter(letter: str) -> str:
    base, tone = parted(letter)
    if tone is None or base.lower() not in _TCVN3_VOWELS:
        return chr(_TCVN3_PLAIN[letter]) if letter in _TCVN3_PLAIN else letter
    return chr(int(_TCVN3_VOWELS[base.lower()].split()[tone], 16))


def _vni_letter(letter: str) -> str:
    base, tone = parted(letter)
    low = base.lower()
    found = _VNI_BASE.get(low, low)
    if tone is not None:
        if low == "i":
            found = _VNI_I[tone]
        elif low == "y" and tone == 4:
            found = "î"
        elif low in _VNI_TONES:
            found = found[0] + _VNI_TONES[low][tone]
        else:
            found += "øûõùï"[tone]
    return found.upper() if base.isupper() else found
