"""Text files: every encoding, quotes without an end, lines and rows without measure."""

import csv
import io
from collections.abc import Callable
from random import Random
from typing import Literal

from tests.chaos.byte_changes import changed_bytes
from tests.chaos.contents import rows_of
from tests.organizations.sheets import tcvn3, text, vni, windows_1258


def _cp1258(words: str) -> bytes:
    return windows_1258(words.encode("ascii", "ignore").decode() + "Họ và tên;Năm sinh\nLò Thị Mai;1985\n")


_ENCODERS: tuple[Callable[[str], bytes], ...] = (
    lambda words: words.encode("utf-8", "replace"),
    lambda words: words.encode("utf-8-sig", "replace"),
    lambda words: words.encode("utf-16", "replace"),
    lambda words: words.encode("utf-16-le", "replace"),
    lambda words: words.encode("utf-16-be", "replace"),
    lambda words: words.encode("utf-32", "replace"),
    lambda words: words.encode("utf-7", "replace"),
    lambda words: tcvn3(words).encode("latin-1", "replace"),
    lambda words: vni(words).encode("latin-1", "replace"),
    lambda words: words.encode("cp1252", "replace"),
    lambda words: words.encode("utf-16-le", "surrogatepass")[:-1],
    lambda words: b"\xef\xbb\xbf" + words.encode("utf-16", "replace"),
    lambda words: b"\xff\xfe" + words.encode("utf-8", "replace"),
    _cp1258,
)
_TOLD = ("", "", "", "sep=;\n", "sep=\x00\n", "sep=\n\n", 'sep="\n', "sep=ả\n", "sep=\r\r\n", "sep= \n", "SEP=x\r\n")
_LARGE = (1_000, 199, 201, 100_051, 1_000_000)


def made_table(draw: Random) -> tuple[str, bytes]:
    """The name of what was done, and the file."""
    words = draw.choice(_TOLD) + text(rows_of(draw), draw.choice(";,\t|;"))
    name, change = draw.choice(_CHANGES)
    return name, change(draw, words)


def enormous_table(draw: Random) -> tuple[str, bytes]:
    """A file whose sheer size is its weapon: rare, for it takes its time."""
    head = "Họ và tên;Năm sinh\n".encode()
    makers: tuple[tuple[str, Callable[[], bytes]], ...] = (
        ("one line of 50 MB", lambda: head + b"x" * 50_000_000),
        ("one line of 19 MB", lambda: head + b"x" * 19_000_000),
        ("one word of 19 MB of letters", lambda: head + "ả".encode() * 6_000_000),
        ("an open quote over 19 MB", lambda: head + b'"' + b"a;b\n" * 4_700_000),
        ("a million columns", lambda: head + b";" * 1_000_000),
        ("a million columns with quotes", lambda: head + b'"";' * 1_000_000),
        ("19 MB of blank lines", lambda: head + b"\n" * 19_000_000),
        ("19 MB of blank cells", lambda: head + (b";" * 150 + b"\n") * 120_000),
        ("19 MB of rows", lambda: head + b"A B;1\n" * 3_100_000),
        ("19 MB of quotes", lambda: head + b'"' * 19_000_000),
        ("19 MB of returns", lambda: head + b"\r" * 19_000_000),
        ("19 MB in UTF-16", lambda: (head.decode() + "ấ;1\n" * 2_300_000).encode("utf-16")),
        ("9 MB of different words of TCVN3", lambda: head + _old_words(draw)),
        ("100,000 full rows", lambda: head + b"".join(b"L\xc3\xb2 %d;1985\n" % row for row in range(100_000))),
    )
    name, content = draw.choice(makers)
    return name, content()


def _old_words(draw: Random) -> bytes:
    return b" ".join(draw.randbytes(8).translate(bytes(160) + bytes(range(160, 256))) for _ in range(50_000)) + b"\xb5"


def _encoded(draw: Random, words: str) -> bytes:
    return draw.choice(_ENCODERS)(words)


def _mixed(draw: Random, words: str) -> bytes:
    return b"\n".join(draw.choice(_ENCODERS)(line) for line in words.split("\n"))


def _quoted(draw: Random, words: str) -> bytes:
    place = draw.randrange(len(words) + 1)
    return _encoded(draw, words[:place] + '"' * draw.choice((1, 2, 3, 1_001)) + words[place:])


def _zeros(draw: Random, words: str) -> bytes:
    place = draw.randrange(len(words) + 1)
    zeros = draw.choice(("\x00", "\x00" * 300, "\x1a", "\x0b\x0c\x1c\x1d\x85\u2028\u2029"))
    return _encoded(draw, words[:place] + zeros + words[place:])


def _wide(draw: Random, words: str) -> bytes:
    return _encoded(draw, words + ";" * draw.choice(_LARGE[:3]) + "\nLò;1985\n")


def _long(draw: Random, words: str) -> bytes:
    long = draw.choice(("x" * 140_000, "Lò " * 60_000, "ả" * 131_073, '""' * 70_000))
    return _encoded(draw, f'{words}"{long}";1985\n')


def _surrogates(draw: Random, words: str) -> bytes:
    place = draw.randrange(len(words) + 1)
    alone = draw.choice(("\ud800", "\udfff", "\udc00\ud800"))
    return (words[:place] + alone + words[place:]).encode(
        draw.choice(("utf-8", "utf-16", "utf-16-be")), "surrogatepass"
    )


def _bytes(draw: Random, words: str) -> bytes:
    return changed_bytes(draw, _encoded(draw, words))


def _escaped(draw: Random, words: str) -> bytes:
    stream = io.StringIO()
    rows = list(csv.reader(io.StringIO(words)))
    kind: Literal[0, 1] = 1 if draw.random() < 0.5 else 0
    csv.writer(stream, delimiter="\t", quotechar="'", lineterminator=draw.choice("\r\n"), quoting=kind).writerows(rows)
    return _encoded(draw, stream.getvalue())


def _marked(draw: Random, words: str) -> bytes:
    return "\ufeff".join(["", *words.split("\n")]).encode(draw.choice(("utf-8", "utf-16-le", "utf-16-be")))


def _noise(draw: Random, _words: str) -> bytes:
    return draw.randbytes(draw.choice((1, 3, 9, 400, 5_000)))


_CHANGES: tuple[tuple[str, Callable[[Random, str], bytes]], ...] = (
    ("encoding", _encoded),
    ("encodings mixed", _mixed),
    ("quotes", _quoted),
    ("control signs", _zeros),
    ("columns", _wide),
    ("a long cell", _long),
    ("surrogates", _surrogates),
    ("bytes", _bytes),
    ("bytes", _bytes),
    ("bytes", _bytes),
    ("line ends", _escaped),
    ("byte order marks", _marked),
    ("noise", _noise),
)
