"""Packages (ZIP) that lie: members missing, doubled, swollen, locked, with wrong sizes and wrong sums."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from random import Random

from tests.chaos.byte_changes import changed_bytes

Parts = dict[str, bytes]
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_NAMES = (
    "../../../etc/passwd",
    "/etc/passwd",
    "xl\\worksheets\\sheet1.xml",
    "XL/WORKSHEETS/SHEET1.XML",
    "xl/worksheets/../worksheets/sheet1.xml",
    "xl/worksheets/sheet1.xml\x00.txt",
    "xl/worksheets/",
    "",
    "a" * 60_000,
    "C:\\x",
    "xl/worksheets/sheet1.xml/sheet1.xml",
    "mimetype",
    "content.xml",
    "xl/workbook.xml",
    "xl/workbook.bin",
    "xl/vbaProject.bin",
    "EncryptedPackage",
)
_NUMBERS = (0, 1, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 300_000_001)
# Where the numbers of a header stand, with their sizes: flags, method, time, sum, packed and unpacked size, lengths.
_LOCAL_FIELDS = ((4, 2), (6, 2), (8, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2))
_CENTRAL_FIELDS = ((6, 2), (8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (32, 2), (34, 2), (42, 4))
_END_FIELDS = ((4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2))


def unpacked(content: bytes) -> Parts:
    """The members of a sound package by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Parts | list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of the members; the same ones always give the same bytes."""
    members = list(parts.items()) if isinstance(parts, dict) else parts
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as package:
        warnings.simplefilter("ignore", UserWarning)  # the same name twice is meant
        for name, content in members:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else method
            package.writestr(entry, content)
    return stream.getvalue()


def changed_package(draw: Random, parts: Parts) -> tuple[str, bytes]:
    """The name of what was done, and the package."""
    name, change = draw.choice(_CHANGES)
    return name, change(draw, parts)


def bomb(draw: Random, parts: Parts) -> tuple[str, bytes]:
    """A package that unpacks to far more than it is: rare, for making it takes its time."""
    name = draw.choice(list(parts))
    size = draw.choice((30_000_000, 100_000_000, 400_000_000))
    inside = draw.choice((b" ", b"0", b"<a>", b"<c/>"))
    swollen = inside * (size // len(inside))
    content = packed(
        {**parts, name: parts[name][: len(parts[name]) // 2] + swollen + parts[name][len(parts[name]) // 2 :]}
    )
    return "bomb", lying(draw, content) if draw.random() < 0.3 else content


def lying(draw: Random, content: bytes) -> bytes:
    """Numbers in the headers that are not true."""
    changed = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 4))):
        sign, fields = draw.choice(((_LOCAL, _LOCAL_FIELDS), (_CENTRAL, _CENTRAL_FIELDS), (_END, _END_FIELDS)))
        starts = [start for start in _places(content, sign) if start + 46 <= len(content) or sign == _END]
        place, size = draw.choice(fields)
        number = draw.choice((*_NUMBERS, draw.randrange(70_000)))
        if starts:
            start = draw.choice(starts) + place
            changed[start : start + size] = struct.pack("<I", number)[:size]
    return bytes(changed)


def _places(content: bytes, sign: bytes) -> list[int]:
    found, place = [], content.find(sign)
    while place >= 0:
        found.append(place)
        place = content.find(sign, place + 1)
    return found


def _lying(draw: Random, parts: Parts) -> bytes:
    return lying(draw, packed(parts))


def _without(draw: Random, parts: Parts) -> bytes:
    left = draw.choice(list(parts))
    return packed({name: content for name, content in parts.items() if name != left})


def _doubled(draw: Random, parts: Parts) -> bytes:
    name = draw.choice(list(parts))
    other = draw.choice((parts[name], changed_bytes(draw, parts[name]), b""))
    members = list(parts.items())
    members.insert(draw.randrange(len(members) + 1), (name, other))
    return packed(members)


def _renamed(draw: Random, parts: Parts) -> bytes:
    old, new = draw.choice(list(parts)), draw.choice(_NAMES)
    keep = draw.random() < 0.5
    members = [(new if name == old and not keep else name, content) for name, content in parts.items()]
    return packed([*members, (new, parts[old])] if keep else members)


def _exchanged(draw: Random, parts: Parts) -> bytes:
    first, second = draw.choice(list(parts)), draw.choice(list(parts))
    return packed({**parts, first: parts[second], second: parts[first]})


def _emptied(draw: Random, parts: Parts) -> bytes:
    return packed({**parts, draw.choice(list(parts)): draw.choice((b"", b"\x00" * 100, b"<a/>", b"<?xml"))})


def _broken_part(draw: Random, parts: Parts) -> bytes:
    name = draw.choice(list(parts))
    return packed({**parts, name: changed_bytes(draw, parts[name]) or b"<"})


def _locked(draw: Random, parts: Parts) -> bytes:
    changed = bytearray(packed(parts))
    for sign, place in ((_LOCAL, 6), (_CENTRAL, 8)):
        for start in _places(bytes(changed), sign):
            if draw.random() < 0.7:
                changed[start + place] |= draw.choice((1, 0x41, 0x20, 8))
    return bytes(changed)


def _wrong_sum(draw: Random, parts: Parts) -> bytes:
    changed = bytearray(packed(parts, zipfile.ZIP_STORED))
    for sign, place in ((_LOCAL, 14), (_CENTRAL, 16)):
        for start in _places(bytes(changed), sign):
            changed[start + place] ^= draw.randrange(256)
    return bytes(changed)


def _hidden_end(draw: Random, parts: Parts) -> bytes:
    """A member that is longer than it says, with the sum of what it says: one reader stops where another goes on."""
    name = draw.choice(list(parts))
    told = draw.choice((0, len(parts[name]) // 2, max(0, len(parts[name]) - 3)))
    changed = bytearray(packed(parts))
    for sign, place in ((_LOCAL, 14), (_CENTRAL, 16)):
        for start in _places(bytes(changed), sign):
            at = start + (30 if sign == _LOCAL else 46)
            if changed[at : at + len(name)] == name.encode():
                struct.pack_into("<I", changed, start + place, zlib.crc32(parts[name][:told]))
                struct.pack_into("<I", changed, start + place + 8, told)
    return bytes(changed)


def _both(draw: Random, parts: Parts) -> bytes:
    """What is an .xlsx to one reader and another kind to the next."""
    more = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": b"<office:document-content xmlns:office='x'/>",
        "META-INF/manifest.xml": b"<m/>",
        "xl/workbook.bin": draw.randbytes(40),
        "xl/_rels/workbook.bin.rels": b"<Relationships/>",
        "_rels/.rels": b"<Relationships/>",
    }
    chosen = [name for name in more if draw.random() < 0.6]
    return packed({**{name: more[name] for name in chosen}, **parts})


def _backslashes(draw: Random, parts: Parts) -> bytes:
    return packed(
        {(name.replace("/", "\\") if draw.random() < 0.5 else name): content for name, content in parts.items()}
    )


def _two_ends(draw: Random, parts: Parts) -> bytes:
    """A package in the remark at the end of another."""
    content = packed(parts)
    inside = packed({name: content for name, content in parts.items() if draw.random() < 0.8} or parts)[:65_000]
    return content[:-2] + struct.pack("<H", len(inside)) + inside + draw.choice((b"", b"\n"))


def _other_method(draw: Random, parts: Parts) -> bytes:
    return packed(parts, draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))


def _many(draw: Random, parts: Parts) -> bytes:
    count = draw.choice((10, 300, 1_990, 2_001))
    return packed([*parts.items(), *((f"x{number}", b"") for number in range(count))])


def _nested(draw: Random, parts: Parts) -> bytes:
    return packed({**parts, draw.choice(list(parts)): packed(parts)})


def _prefixed(draw: Random, parts: Parts) -> bytes:
    content = packed(parts)
    return draw.choice((b"PK", content[:100], content)) + content + draw.choice((b"", b"\x00" * 70_000, _END * 9))


def _bytes(draw: Random, parts: Parts) -> bytes:
    return changed_bytes(draw, packed(parts))


_CHANGES: tuple[tuple[str, Callable[[Random, Parts], bytes]], ...] = (
    ("numbers in headers", _lying),
    ("numbers in headers", _lying),
    ("a member missing", _without),
    ("a member doubled", _doubled),
    ("a member renamed", _renamed),
    ("members exchanged", _exchanged),
    ("a member empty", _emptied),
    ("a member broken", _broken_part),
    ("a member broken", _broken_part),
    ("locked", _locked),
    ("wrong sum", _wrong_sum),
    ("other compression", _other_method),
    ("longer than it says", _hidden_end),
    ("two kinds at once", _both),
    ("backslashes", _backslashes),
    ("two ends", _two_ends),
    ("many members", _many),
    ("a package inside", _nested),
    ("noise around it", _prefixed),
    ("bytes", _bytes),
    ("bytes", _bytes),
)
