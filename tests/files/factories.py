"""Uploads for tests: the smallest files that are what they say."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

OFFICE = "application/vnd.openxmlformats-officedocument."
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x0a" + b"\0" * 20
MP4 = b"\0\0\0\x18ftypisom" + b"\0" * 12 + b"\0\0\0\x08moov"
M4A = b"\0\0\0\x18ftypM4A " + b"\0" * 12 + b"\0\0\0\x08moov"
PHONE = MP4[:-8] + b"\0\0\0\x28moov\0\0\0\x20hdlr" + b"\0" * 8 + b"soun" + b"\0" * 12
OGG = b"OggS\0\x02" + b"\0" * 20 + b"\x01\x13OpusHead" + b"\0" * 11


def png(*chunks: tuple[bytes, bytes], width: int = 1, height: int = 1) -> bytes:
    """A grey PNG with these chunks (name, data) before its picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\x80")
    parts = ((b"IHDR", head), *chunks, (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def jpeg(*segments: tuple[int, bytes], width: int = 8, height: int = 8) -> bytes:
    """The frame of a JPEG with these segments (marker, data) before its picture."""
    frame = struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0)
    scan = bytes([1, 1, 0, 0, 63, 0])
    parts = [(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"), *segments, (0xC0, frame), (0xDA, scan)]
    coded = b"".join(b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data for marker, data in parts)
    return b"\xff\xd8" + coded + b"\x12\xff\x00\x34\xff\xd9"


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP file of these chunks (name, data)."""
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


PNG, JPEG = png(), jpeg()
WEBP = webp((b"VP8L", b"\x2f" + struct.pack("<I", 0) + b"\0"))


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
