"""Stored files that bear a person's name, as far as the software can read them."""

from collections.abc import Iterator

from lantoa.files.content import Damaged, kind_of, parts
from lantoa.files.models import StoredFile
from lantoa.files.text import lines_of
from lantoa.kernel.vietnamese import normalise
from lantoa.privacy.mentions import pattern_of


def files_bearing(terms: tuple[str, ...]) -> list[StoredFile]:
    """The stored files in whose text or properties one of the terms stands.

    Word, Excel and PowerPoint files are read whole, PDF files as far as their text can be taken out. What is only a
    picture (a scan, a photograph) or sound cannot be searched. A file whose content is missing bears nothing.
    """
    return [file for file in StoredFile.objects.order_by("pk").iterator() if _bears(_content(file), terms)]


def _content(file: StoredFile) -> bytes:
    try:
        with file.content.open("rb") as opened:
            return bytes(opened.read())
    except FileNotFoundError:
        return b""


def _bears(content: bytes, terms: tuple[str, ...]) -> bool:
    pattern = pattern_of(terms)
    return any(pattern.search(text) for text in _texts(content))


def _texts(content: bytes) -> Iterator[str]:
    yield content.decode("utf-8", errors="ignore")
    try:
        if content.startswith(b"PK"):
            for part in parts(content).values():
                yield part.decode("utf-8", errors="ignore")
        if kind := kind_of(content):
            yield normalise(" ".join(lines_of(content, kind)))
    except Damaged:
        return
