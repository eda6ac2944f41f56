"""Changes of bytes that know nothing of what the bytes mean."""

from collections.abc import Callable
from random import Random

_TELLING = (
    b"\x00",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff",
    b"\x00\x00\x00\x00",
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b"\xfe\xff\xff\xff",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xc0\x80",
    b"\xef\xbb\xbf",
    b"&#0;",
    b"]]>",
    b'"',
    b"\r\n",
    b"PK\x03\x04",
)

Change = Callable[[Random, bytes], bytes]


def flip(draw: Random, content: bytes) -> bytes:
    """Some bits turned over."""
    changed = bytearray(content)
    for _ in range(min(len(changed), draw.choice((1, 1, 2, 8, 64)))):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def overwrite(draw: Random, content: bytes) -> bytes:
    """A few bytes replaced by ones that many readers stumble over."""
    changed = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 5))):
        telling, place = draw.choice(_TELLING), draw.randrange(len(content) + 1)
        changed[place : place + len(telling)] = telling
    return bytes(changed)


def cut(draw: Random, content: bytes) -> bytes:
    """A piece taken out."""
    first, last = _piece(draw, content)
    return content[:first] + content[last:]


def insert(draw: Random, content: bytes) -> bytes:
    """Foreign bytes put between."""
    place = draw.randrange(len(content) + 1)
    foreign = draw.choice(_TELLING) * draw.choice((1, 1, 3, 50)) if draw.random() < 0.5 else draw.randbytes(9)
    return content[:place] + foreign + content[place:]


def repeat(draw: Random, content: bytes) -> bytes:
    """A piece that stands there several times."""
    first, last = _piece(draw, content)
    return content[:last] + content[first:last] * draw.choice((1, 1, 2, 20)) + content[last:]


def swap(draw: Random, content: bytes) -> bytes:
    """Two pieces that have changed places."""
    first, last = _piece(draw, content)
    other = draw.randrange(len(content) + 1)
    rest = content[:first] + content[last:]
    return rest[:other] + content[first:last] + rest[other:]


def truncate(draw: Random, content: bytes) -> bytes:
    """The beginning alone, as an upload leaves it that broke off."""
    return content[: draw.randrange(len(content) + 1)]


def behead(draw: Random, content: bytes) -> bytes:
    """The end alone."""
    return content[draw.randrange(min(600, len(content)) + 1) :]


def append(draw: Random, content: bytes) -> bytes:
    """Something behind the end: noise, zeros, or the same once more."""
    return content + draw.choice((draw.randbytes(40), bytes(600), content))


CHANGES: tuple[Change, ...] = (flip, flip, overwrite, cut, insert, repeat, swap, truncate, behead, append)


def changed_bytes(draw: Random, content: bytes) -> bytes:
    """`content` after one to three such changes."""
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        content = draw.choice(CHANGES)(draw, content)
    return content


def _piece(draw: Random, content: bytes) -> tuple[int, int]:
    first = draw.randrange(len(content) + 1)
    return first, min(len(content), first + draw.choice((1, 2, 4, 16, 100, 512, 2_000)))
