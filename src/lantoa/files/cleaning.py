"""What a picture or a recording tells beside what is seen and heard is taken out before the file is kept.

Phones write the place where a picture or a recording was made into the file, with the day and the device. Pictures lose
Exif, XMP, IPTC and comments, and a JPEG keeps the way it is turned; MP4 and M4A lose their user data and metadata,
which are overwritten so that nothing else moves. MP3 and Ogg carry titles of a programme and no place: they stay as
they are.
"""

import re
import struct
from collections.abc import Callable, Iterator

from lantoa.files.content import JPEG, M4A, MP4, PNG, WEBP, Damaged, FileKind

MILLIONS_OF_POINTS = 50
"""A picture of more points is refused: unpacked it takes 200 MB."""
_PNG_HEAD = 8
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"bKGD", b"pHYs"}
)
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_DROPPED = frozenset({*range(0xE1, 0xF0), 0xFE}) - {0xE2, 0xEE}
"""APP2 holds the colours (`_COLOURS`) or something else, APP14 how they are to be read."""
_COLOURS = b"ICC_PROFILE\0"
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""What ends the data of a scan: neither a stuffed byte nor a mark to begin anew."""
_ORIENTATION = 0x0112
_WEBP_HEAD = 12
_WEBP_KEPT = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04
_MP4_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"})
_MP4_DROPPED = frozenset({b"udta", b"meta", b"uuid", b"free", b"skip"})
"""Free space too: a program that moves metadata leaves the old ones there."""
_MP4_DEEPEST = 10
"""A table of samples lies five boxes deep."""


class TooManyPoints(Exception):
    """A picture of more than `MILLIONS_OF_POINTS`."""


def cleaned(content: bytes, kind: FileKind) -> bytes:
    """The file without what it tells on the side; other kinds than pictures, MP4 and M4A come back as they are.

    Raises Damaged where a picture or a recording breaks its own format, TooManyPoints.
    """
    clean = _CLEANERS.get(kind)
    if clean is None:
        return content
    try:
        return clean(content)
    except (struct.error, IndexError) as error:
        raise Damaged from error


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise Damaged
    if width * height > MILLIONS_OF_POINTS * 1_000_000:
        raise TooManyPoints


def _png(content: bytes) -> bytes:
    kept = [content[:_PNG_HEAD]]
    at, name = _PNG_HEAD, b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise Damaged
        if name == b"IHDR":
            _check_size(*struct.unpack_from(">II", content, at + 8))
        if name in _PNG_KEPT:
            kept.append(content[at:end])
        at = end
    return b"".join(kept)


def _jpeg(content: bytes) -> bytes:
    kept, turned, sized = [], 1, False
    for marker, start, end in _jpeg_segments(content):
        if marker == 0xE1 and content[start + 4 : start + 10] == b"Exif\0\0":
            turned = _orientation(content[start + 10 : end])
        if marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", content, start + 5)
            _check_size(width, height)
            sized = True
        is_other = marker == 0xE2 and not content.startswith(_COLOURS, start + 4)
        if marker not in _JPEG_DROPPED and not is_other:
            kept.append(content[start:end])
    if not sized:
        raise Damaged
    return b"".join([content[:2], _turned(turned), *kept])


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, begin and end of each segment up to the end of the picture; what hangs behind it is not looked at."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise Damaged
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xD9:
            yield marker, at, at + 2
            return
        if marker in _JPEG_BARE:
            raise Damaged
        end = at + 2 + int(struct.unpack_from(">H", content, at + 2)[0])
        if marker == 0xDA:
            behind = _NEXT_MARKER.search(content, end)
            if behind is None:
                raise Damaged
            end = behind.start()
        if end < at + 4 or end > len(content):
            raise Damaged
        yield marker, at, end
        at = end


def _orientation(exif: bytes) -> int:
    """How the picture is turned (1 to 8), 1 where the Exif block does not say so or is broken."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        return _written_orientation(exif, order)
    except struct.error:
        return 1


def _written_orientation(exif: bytes, order: str) -> int:
    (at,) = struct.unpack_from(f"{order}I", exif, 4)
    (count,) = struct.unpack_from(f"{order}H", exif, at)
    for number in range(count):
        tag, kind, _amount, value = struct.unpack_from(f"{order}HHIH", exif, at + 2 + 12 * number)
        if (tag, kind) == (_ORIENTATION, 3) and 1 <= value <= 8:
            return int(value)
    return 1


def _turned(orientation: int) -> bytes:
    """An Exif block that says how the picture is turned and nothing else; nothing where it stands upright."""
    if orientation == 1:
        return b""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif


def _webp(content: bytes) -> bytes:
    kept, at, sized = [], _WEBP_HEAD, False
    whole = min(8 + int(struct.unpack_from("<I", content, 4)[0]), len(content))
    while at + 8 <= whole:
        name, length = struct.unpack_from("<4sI", content, at)
        end = at + 8 + length + length % 2
        if end > len(content):
            raise Damaged
        chunk = content[at:end]
        if size := _webp_size(name, chunk[8:]):
            _check_size(*size)
            sized = True
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~(_EXIF_FLAG | _XMP_FLAG)]) + chunk[9:]
        if name in _WEBP_KEPT:
            kept.append(chunk)
        at = end
    if not sized:
        raise Damaged
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_size(name: bytes, data: bytes) -> tuple[int, int] | None:
    """Width and height as a chunk of a WebP file says them; None for a chunk that says none (RFC 9649)."""
    if name == b"VP8X":
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if name == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 6)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 1)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


def _mp4(content: bytes) -> bytes:
    result = bytearray(content)
    _blank_boxes(result, 0, len(result))
    return bytes(result)


def _blank_boxes(content: bytearray, at: int, end: int, depth: int = 0) -> None:
    """Make free space of the boxes that hold metadata, so that nothing moves and every offset stays right."""
    if depth > _MP4_DEEPEST:
        raise Damaged
    while at + 8 <= end:
        length, name = struct.unpack_from(">I4s", content, at)
        head = 8
        if length == 1:
            head, (length,) = 16, struct.unpack_from(">Q", content, at + 8)
        length = length or end - at
        if length < head or at + length > end:
            raise Damaged
        if name in _MP4_DROPPED:
            content[at + 4 : at + 8] = b"free"
            content[at + head : at + length] = bytes(length - head)
        elif name in _MP4_CONTAINERS:
            _blank_boxes(content, at + head, at + length, depth + 1)
        at += length


_CLEANERS: dict[FileKind, Callable[[bytes], bytes]] = {PNG: _png, JPEG: _jpeg, WEBP: _webp, M4A: _mp4, MP4: _mp4}
