"""The text of an upload, as far as it can be read: Office files by their XML, PDF by `pdf`."""

from collections.abc import Iterator

from lantoa.files.content import DOCX, OFFICE_KINDS, PDF, PPTX, FileKind, feed, parts, safe_parser
from lantoa.files.pdf import pdf_lines

_TEXT_PARTS = {DOCX: ("word/",), PPTX: ("ppt/slides/", "ppt/notesSlides/", "ppt/slideMasters/", "ppt/slideLayouts/")}
_BREAKS = frozenset({"p", "si", "is", "tc", "br", "cr", "c", "oddHeader", "oddFooter", "firstHeader", "firstFooter"})
_TEXTS = frozenset({"t", "v", "oddHeader", "oddFooter", "firstHeader", "firstFooter", "sheet"})


def lines_of(content: bytes, kind: FileKind) -> Iterator[str]:
    """The paragraphs and cells of a file, one by one; nothing for a kind that holds no text.

    Raises content.Damaged where an Office file breaks its own format.
    """
    if kind == PDF:
        yield from pdf_lines(content)
    if kind in OFFICE_KINDS:
        wanted = _TEXT_PARTS.get(kind, ("xl/",))
        for name, part in parts(content).items():
            if name.endswith(".xml") and name.startswith(wanted):
                yield from _xml_lines(part)


def _xml_lines(part: bytes) -> list[str]:
    reader = _LineReader()
    parser = safe_parser()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    feed(parser, part)
    reader.end_line()
    return reader.lines


class _LineReader:
    """Gathers the texts of one part: a line ends where a paragraph, a cell or a break does."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._inside = 0

    def start(self, name: str, _: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(":")[2]
        if local in _BREAKS:
            self.end_line()
        if local == "tab":
            self._line.append("\t")
        self._inside += local in _TEXTS

    def end(self, name: str) -> None:
        """An element ends."""
        local = name.rpartition(":")[2]
        self._inside -= local in _TEXTS
        if local in _BREAKS:
            self.end_line()

    def characters(self, text: str) -> None:
        """A run of text."""
        if self._inside:
            self._line.append(text)

    def end_line(self) -> None:
        """Close the line, where it holds anything."""
        if self._line:
            self.lines.append("".join(self._line))
            self._line.clear()
