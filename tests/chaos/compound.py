"""A maker of compound files [MS-CFB], the container of old workbooks, that can also make them wrong."""

import struct
from random import Random

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NUMBERS = (0, 1, 2, 7, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF9, 0xFFFFFFFA, 0xFFFFFFFC, _FAT, _END, _FREE)
_CUTOFF = 4096
_MINI = 64
_HEADER_FIELDS = (0x18, 0x1A, 0x1C, 0x1E, 0x20, 0x28, 0x2C, 0x30, 0x34, 0x38, 0x3C, 0x40, 0x44, 0x48, 0x4C, 0x50)
_NAMES = (
    "Workbook",
    "Book",
    "WORKBOOK",
    "EncryptedPackage",
    "EncryptionInfo",
    "\x05SummaryInformation",
    "VBA",
    "W" * 31,
)


class Compound:
    """A compound file of streams. `shift` is 9 or 12; `names` is the order of the directory."""

    def __init__(self, streams: list[tuple[str, bytes]], *, shift: int = 9) -> None:
        self._size = 1 << shift
        self._shift = shift
        self._table: list[int] = []
        self._sectors: list[bytes] = []
        small = b"".join(self._padded(one, _MINI) for _name, one in streams if len(one) < _CUTOFF)
        self._mini_table: list[int] = []
        entries = []
        for name, content in streams:
            start = self._placed_small(content) if len(content) < _CUTOFF else self._placed(content)
            entries.append(_entry(name, 2, start, len(content)))
        root = _entry(
            "Root Entry", 5, self._placed(small) if small else _END, len(small), child=1 if streams else _FREE
        )
        linked = [_linked(entry, number, len(entries)) for number, entry in enumerate(entries, start=1)]
        self.directory = self._placed(b"".join([root, *linked]))
        self.mini_table = self._placed(_packed(self._mini_table)) if self._mini_table else _END

    def content(self) -> bytes:
        """The whole file."""
        a_sector = self._size // 4
        needed = 1
        while needed * a_sector < len(self._table) + needed:
            needed += 1
        first = len(self._table)
        table = [*self._table, *[_FAT] * needed]
        numbers = self._padded(_packed(table), self._size, b"\xff")
        places = [first + number for number in range(needed)][:109]
        header = struct.pack(
            "<8s16sHHHHH6sIIIIIIIII109I",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3 if self._shift == 9 else 4, 0xFFFE, self._shift, 6, b"",
            0, needed, self.directory, 0, _CUTOFF, self.mini_table, int(self.mini_table != _END), _END, 0,
            *places, *[_FREE] * (109 - len(places)),
        )  # fmt: skip
        return self._padded(header, self._size) + b"".join(self._sectors) + numbers

    def spoil(self, draw: Random) -> None:
        """Chains that loop, cross, or lead nowhere."""
        for _ in range(draw.choice((1, 1, 3, 20))):
            self._table[draw.randrange(len(self._table))] = draw.choice((*_NUMBERS, draw.randrange(len(self._table))))

    def _placed(self, content: bytes) -> int:
        first = len(self._table)
        padded = self._padded(content, self._size)
        count = len(padded) // self._size
        self._sectors.append(padded)
        self._table += [*range(first + 1, first + count), _END]
        return first

    def _placed_small(self, content: bytes) -> int:
        first = len(self._mini_table)
        count = -(-len(content) // _MINI)
        self._mini_table += [*range(first + 1, first + count), _END] if count else []
        return first if count else _END

    @staticmethod
    def _padded(content: bytes, size: int, sign: bytes = b"\x00") -> bytes:
        return content + sign * (-len(content) % size)


def sound_container(stream: bytes) -> bytes:
    """The file whose one stream is the workbook's."""
    return Compound([("Workbook", stream)]).content()


def changed_container(draw: Random, stream: bytes) -> bytes:
    """A container around the workbook's stream with one to three things wrong."""
    name = draw.choice((*_NAMES, "Workbook", "Workbook", "Workbook"))
    streams = [(name, stream)]
    streams += [
        (draw.choice(_NAMES), draw.choice((b"", stream, b"\x00" * 100, draw.randbytes(5_000))))
        for _ in range(draw.choice((0, 0, 1, 3)))
    ]
    draw.shuffle(streams)
    made = Compound(streams, shift=draw.choice((9, 9, 12)))
    if draw.random() < 0.5:
        made.spoil(draw)
    content = bytearray(made.content())
    if draw.random() < 0.5:
        _spoil_header(draw, content)
    if draw.random() < 0.4:
        _spoil_entries(draw, content)
    return bytes(content[: draw.randrange(len(content))]) if draw.random() < 0.1 else bytes(content)


def _spoil_header(draw: Random, content: bytearray) -> None:
    for _ in range(draw.choice((1, 1, 2))):
        number = draw.choice((*_NUMBERS, draw.randrange(60)))
        struct.pack_into("<I", content, draw.choice(_HEADER_FIELDS), number)


def _spoil_entries(draw: Random, content: bytearray) -> None:
    place = content.find("Root Entry".encode("utf-16-le"))
    if place < 0 or place + 4 * 128 > len(content):
        return
    entry = place + 128 * draw.randrange(3)
    field, form = draw.choice(
        ((0x40, "<H"), (0x42, "<B"), (0x44, "<I"), (0x48, "<I"), (0x4C, "<I"), (0x74, "<I"), (0x78, "<I"), (0x7C, "<I"))
    )
    mask = {"<H": 0xFFFF, "<B": 0xFF, "<I": 0xFFFFFFFF}[form]
    struct.pack_into(form, content, entry + field, draw.choice((*_NUMBERS, draw.randrange(300))) & mask)


def _entry(name: str, kind: int, first: int, size: int, child: int = _FREE) -> bytes:
    encoded = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", encoded, len(encoded) + 2, kind, 1, _FREE, _FREE, child, b"", 0, 0, 0, first, size
    )  # fmt: skip


def _linked(entry: bytes, number: int, count: int) -> bytes:
    """Each entry has the next one at its right: a tree that leans, and yet a tree."""
    right = number + 1 if number < count else _FREE
    return entry[:0x48] + struct.pack("<I", right) + entry[0x4C:]


def _packed(numbers: list[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)
