"""The text of a PDF, without a library: enough to find a mark that stands alone, not to reproduce a page.

Read are the objects (those in object streams too), the fonts' ToUnicode tables and the page descriptions; pieces on one
baseline are joined to a line, with a tab where a wide gap lies between them. A scan without text gives no line.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lantoa.files.content import UNPACKED_LIMIT, Damaged

Matrix = tuple[float, float, float, float, float, float]
_Part = tuple[re.Match[bytes], bytes]
_UNIT: Matrix = (1, 0, 0, 1, 0, 0)
_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+obj\b"), re.compile(rb"\bendobj\b")
_STREAM = re.compile(rb"\bstream\r?\n"), re.compile(rb"\r?\n?endstream")
_NUMBER_OF = {key: re.compile(rb"/" + key + rb"\s+(\d{1,9})") for key in (b"N", b"First")}
_TO_UNICODE = re.compile(rb"/ToUnicode\s+(\d{1,10})\s+\d{1,5}\s+R")
_FONT_NAME = re.compile(rb"/([^\s/<>\[\]()%{}]+)\s+(\d{1,10})\s+\d{1,5}\s+R")
_ENCRYPTED = re.compile(rb"/Encrypt\s+\d{1,10}\s+\d{1,5}\s+R")
_SECTION = re.compile(rb"begin(bfchar|bfrange)"), re.compile(rb"endbf(?:char|range)")
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>|([\[\]])")
_TOKEN = re.compile(
    rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|<[0-9A-Fa-f\s]*>|/[^\s/<>\[\]()%{}]+|[\[\]]|[-+]?(?:\d+\.?\d*|\.\d+)"
    rb"|[A-Za-z]+[01*]?|['\"]|\\.",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_LONGEST_RANGE = 65_536
_EM = 0.62
_WIDE_GAP = 1.5


@dataclass
class _Font:
    """What the codes of a font mean; `width` is the number of bytes of a code."""

    width: int = 1
    letters: dict[int, str] = field(default_factory=dict)

    def text(self, code: bytes) -> str:
        steps = range(0, len(code) - self.width + 1, self.width)
        codes = (int.from_bytes(code[at : at + self.width], "big") for at in steps)
        if self.letters:
            return "".join(self.letters.get(one, "\ufffd") for one in codes)
        return code.decode("latin-1")


@dataclass
class _Piece:
    x: float
    y: float
    size: float
    text: str


def pdf_lines(content: bytes) -> Iterator[str]:
    """The lines of a PDF as far as they are text. Raises Damaged for an encrypted file or one that swells."""
    if _ENCRYPTED.search(content):
        raise Damaged
    objects, streams = _objects(content)
    fonts = {number: _font(streams.get(int(found[1]), b"")) for number, body in objects.items()
             if (found := _TO_UNICODE.search(body))}  # fmt: skip
    names: dict[bytes, set[int]] = {}
    for body in objects.values():
        for name, number in _FONT_NAME.findall(body):
            if int(number) in fonts:
                names.setdefault(name, set()).add(int(number))
    choices = max((len(numbers) for numbers in names.values()), default=1)
    for stream in streams.values():
        if b"Tj" in stream or b"TJ" in stream:
            for choice in range(choices):
                chosen = {name: fonts[sorted(numbers)[choice % len(numbers)]] for name, numbers in names.items()}
                yield from _joined(_Page(chosen).pieces(stream))


def _between(content: bytes, marks: "tuple[re.Pattern[bytes], re.Pattern[bytes]]") -> Iterator[_Part]:
    """What begins and what it holds, for each pair of marks. Every byte is looked at once, whatever is missing: one
    expression over both would look for an end from each beginning anew."""
    begins, ends = marks
    at = 0
    while (begin := begins.search(content, at)) and (end := ends.search(content, begin.end())):
        yield begin, content[begin.end() : end.start()]
        at = end.end()


def _objects(content: bytes) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """The objects' own text and their unpacked streams, by number."""
    bodies: dict[int, bytes] = {}
    streams: dict[int, bytes] = {}
    left = UNPACKED_LIMIT
    for named, body in _between(content, _OBJECT):
        number, found = int(named[1]), next(_between(body, _STREAM), None)
        bodies[number] = body[: found[0].start()] if found else body
        if found:
            unpacked = _unpacked(found[1], bodies[number], left)
            left -= len(unpacked)
            streams[number] = unpacked
            if b"/ObjStm" in bodies[number]:
                bodies.update(_packed_objects(unpacked, bodies[number]))
    return bodies, streams


def _unpacked(data: bytes, head: bytes, left: int) -> bytes:
    if b"/FlateDecode" not in head:
        return b"" if b"/Filter" in head else data
    worker = zlib.decompressobj()
    try:
        unpacked = worker.decompress(data, left + 1)
    except zlib.error:
        return b""
    if len(unpacked) > left:
        raise Damaged
    return unpacked


def _packed_objects(stream: bytes, head: bytes) -> dict[int, bytes]:
    count, first = (int(found[1]) if (found := _NUMBER_OF[key].search(head)) else 0 for key in (b"N", b"First"))
    figures = [int(one) for one in stream[:first].split() if one.isdigit() and len(one) < 11][: 2 * count]
    starts = dict(zip(figures[::2], figures[1::2], strict=False))
    ends = [*list(starts.values())[1:], len(stream)]
    return {number: stream[first + at : first + to] for (number, at), to in zip(starts.items(), ends, strict=True)}


def _font(table: bytes) -> _Font:
    font = _Font()
    for begin, section in _between(table, _SECTION):
        tokens = [(found[2] or bytes.fromhex(_even(found[1]).decode())) for found in _HEX.finditer(section)]
        if tokens and tokens[0] not in (b"[", b"]"):
            font.width = max(1, len(tokens[0]))
        _read_characters(font, tokens) if begin[1] == b"bfchar" else _read_ranges(font, tokens)
    return font


def _even(digits: bytes) -> bytes:
    bare = b"".join(digits.split())
    return bare if len(bare) % 2 == 0 else bare + b"0"


def _read_characters(font: _Font, tokens: list[bytes]) -> None:
    for code, letter in zip(tokens[::2], tokens[1::2], strict=False):
        font.letters[int.from_bytes(code, "big")] = letter.decode("utf-16-be", "replace")


def _read_ranges(font: _Font, tokens: list[bytes]) -> None:
    at = 0
    while at + 2 < len(tokens):
        first, last = int.from_bytes(tokens[at], "big"), int.from_bytes(tokens[at + 1], "big")
        if tokens[at + 2] == b"[":
            closing = tokens.index(b"]", at) if b"]" in tokens[at:] else len(tokens)
            for offset, letter in enumerate(tokens[at + 3 : closing]):
                font.letters[first + offset] = letter.decode("utf-16-be", "replace")
            at = closing + 1
            continue
        start = tokens[at + 2]
        lead, tail = start[:-2].decode("utf-16-be", "replace"), int.from_bytes(start[-2:], "big")
        for offset in range(min(last - first + 1, _LONGEST_RANGE)):
            font.letters[first + offset] = lead + chr(min(tail + offset, 0xFFFF))
        at += 3


class _Page:
    """Walks through one page description and notes each piece of text with its place."""

    def __init__(self, fonts: dict[bytes, _Font]) -> None:
        self._fonts = fonts
        self._font = _Font()
        self._size = 1.0
        self._leading = 0.0
        self._page: Matrix = _UNIT
        self._saved: list[Matrix] = []
        self._line: Matrix = _UNIT
        self._stack: list[bytes] = []

    def pieces(self, stream: bytes) -> Iterator[_Piece]:
        """The pieces of text in the order in which they are drawn."""
        for found in _TOKEN.finditer(stream):
            token = found[0]
            if token[:1] in b"(</[]+-." or token[:1].isdigit():
                self._stack.append(token)
                continue
            yield from self._operate(token)
            self._stack.clear()

    def _operate(self, name: bytes) -> Iterator[_Piece]:
        if action := _ACTIONS.get(name):
            action(self)
        if name in _DRAWING:
            yield self._piece()

    def _save(self) -> None:
        self._saved.append(self._page)

    def _restore(self) -> None:
        self._page = self._saved.pop() if self._saved else self._page

    def _turn_page(self) -> None:
        self._page = _product(self._matrix(), self._page)

    def _begin_text(self) -> None:
        self._line = _UNIT

    def _set_line(self) -> None:
        self._line = self._matrix()

    def _set_leading(self) -> None:
        self._leading = self._figures(1)[0]

    def _move_on(self) -> None:
        self._move(*self._figures(2))

    def _move_and_lead(self) -> None:
        self._leading = -self._figures(2)[1]
        self._move_on()

    def _next_line(self) -> None:
        self._move(0, -self._leading)

    def _figures(self, count: int) -> list[float]:
        figures = [float(one) for one in self._stack if one[:1] not in b"(</[]" and one.strip(b"+-.")]
        return ([0.0] * count + figures)[-count:]

    def _matrix(self) -> Matrix:
        a, b, c, d, e, f = self._figures(6)
        return (a, b, c, d, e, f)

    def _move(self, x: float, y: float) -> None:
        self._line = _product((1, 0, 0, 1, x, y), self._line)

    def _set_font(self) -> None:
        name = next((token[1:] for token in self._stack if token.startswith(b"/")), b"")
        self._font = self._fonts.get(name, _Font())
        self._size = self._figures(1)[0]

    def _piece(self) -> _Piece:
        codes = b"".join(_code(token) for token in self._stack if token[:1] in (b"(", b"<"))
        place = _product(self._line, self._page)
        return _Piece(place[4], place[5], abs(self._size * place[0]) or abs(self._size) or 1.0, self._font.text(codes))


_DRAWING = frozenset({b"Tj", b"TJ", b"'", b'"'})
_ACTIONS: dict[bytes, Callable[[_Page], None]] = {
    b"q": _Page._save,
    b"Q": _Page._restore,
    b"cm": _Page._turn_page,
    b"BT": _Page._begin_text,
    b"Tm": _Page._set_line,
    b"Tf": _Page._set_font,
    b"TL": _Page._set_leading,
    b"Td": _Page._move_on,
    b"TD": _Page._move_and_lead,
    b"T*": _Page._next_line,
    b"'": _Page._next_line,
    b'"': _Page._next_line,
}


def _code(token: bytes) -> bytes:
    if token.startswith(b"<"):
        return bytes.fromhex(_even(token[1:-1]).decode())
    return _ESCAPE.sub(_escaped, token[1:-1])


def _escaped(found: re.Match[bytes]) -> bytes:
    after = found[1]
    if after[:1].isdigit():
        return bytes([int(after, 8) & 0xFF]) if after.strip(b"01234567") == b"" else after
    return _ESCAPED.get(after, after)


def _product(left: Matrix, right: Matrix) -> Matrix:
    a, b, c, d, e, f = left
    g, h, i, j, k, l = right  # noqa: E741  the six figures of a matrix
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l)


def _joined(pieces: Iterator[_Piece]) -> Iterator[str]:
    """The pieces on one baseline as one line; a wide gap or a step back becomes a tab."""
    line: list[str] = []
    last: _Piece | None = None
    for piece in pieces:
        if last is not None and abs(piece.y - last.y) > last.size / 4:
            yield "".join(line)
            line.clear()
        elif last is not None and not 0 <= piece.x - last.x <= last.size * (_EM * len(last.text) + _WIDE_GAP):
            line.append("\t")
        line.append(piece.text)
        last = piece
    yield "".join(line)
