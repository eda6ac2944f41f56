"""Uploads for tests: the smallest files that are what they say."""

import io
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

OFFICE = "application/vnd.openxmlformats-officedocument."
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x0a" + b"\0" * 20
MP4 = b"\0\0\0\x18ftypisom" + b"\0" * 20
M4A = b"\0\0\0\x18ftypM4A " + b"\0" * 20


def package(parts: dict[str, str], main: str) -> bytes:
    """An Office file of these parts whose main part has the media type `main`."""
    types = f'<Types><Override PartName="/main.xml" ContentType="{main}"/></Types>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        for name, text in {"[Content_Types].xml": types, **parts}.items():
            written.writestr(name, text)
    return stream.getvalue()


def docx(*paragraphs: str, header: str = "") -> bytes:
    """A Word file with these paragraphs and, where given, a page header."""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    parts = {"word/document.xml": f'<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>'}
    if header:
        parts["word/header1.xml"] = f'<w:hdr xmlns:w="w"><w:p><w:r><w:t>{header}</w:t></w:r></w:p></w:hdr>'
    return package(parts, f"{OFFICE}wordprocessingml.document.main+xml")


def xlsx(*cells: str) -> bytes:
    """An Excel file with these shared strings."""
    strings = "".join(f"<si><t>{text}</t></si>" for text in cells)
    return package({"xl/sharedStrings.xml": f"<sst>{strings}</sst>"}, f"{OFFICE}spreadsheetml.sheet.main+xml")


def pdf(*lines: str, packed: bool = True, ranges: bool = False) -> bytes:
    """A PDF whose font maps two-byte codes to letters, as office programs write it."""
    letters = sorted({letter for line in lines for letter in line})
    codes = {letter: number for number, letter in enumerate(letters, start=1)}
    if ranges:
        rows = "".join(f"<{code:04x}> <{code:04x}> <{ord(letter):04x}>\n" for letter, code in codes.items())
        table = f"{len(codes)} beginbfrange\n{rows}endbfrange"
    else:
        rows = "".join(f"<{code:04x}> <{ord(letter):04x}>\n" for letter, code in codes.items())
        table = f"{len(codes)} beginbfchar\n{rows}endbfchar"
    drawn = "".join(
        f"BT /F1 14 Tf 1 0 0 1 72 {780 - 20 * number} Tm <{''.join(f'{codes[one]:04x}' for one in line)}> Tj ET\n"
        for number, line in enumerate(lines)
    )
    objects = [
        b"<< /Type /Font /Subtype /Type0 /ToUnicode 2 0 R >>",
        _stream(table.encode(), packed=packed),
        b"<< /Type /Page /Resources << /Font << /F1 1 0 R >> >> /Contents 4 0 R >>",
        _stream(drawn.encode(), packed=packed),
    ]
    return b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (at, one) for at, one in enumerate(objects, start=1))


def _stream(content: bytes, *, packed: bool) -> bytes:
    data = zlib.compress(content) if packed else content
    head = b"/Filter /FlateDecode " if packed else b""
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (head, len(data), data)


def upload(name: str = "50-KH-HU.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """An upload; by default a harmless PDF."""
    return SimpleUploadedFile(name, pdf("Kế hoạch số 50-KH/HU") if content is None else content)
