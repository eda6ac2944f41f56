"""The bodies of the demonstration's articles, from plain text in a few marks.

What an empty line parts is a passage of its own: `## ` a heading, `- ` and `1. ` lists, `> … — who` a quotation, `| ` a
table whose first row is its head, `**…**` what is stressed. `!picture name | caption`, `!file name | title` and
`!related title | title` put in what is kept elsewhere, and all that follows `!passage vi` is Vietnamese within an
article in another language.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import Any

from lantoa.portal.models import ArticlePage, Attachment, Picture

Block = tuple[str, Any]
_NUMBERED = re.compile(r"\d+\. ")
_STRESSED = re.compile(r"\*\*(.+?)\*\*")
_PASSAGE = re.compile(r"^!passage vi$", re.MULTILINE)


@dataclass
class Shelf:
    """What articles show beside their words, by name; articles by title."""

    pictures: dict[str, Picture] = field(default_factory=dict)
    files: dict[str, Attachment] = field(default_factory=dict)
    articles: dict[str, ArticlePage] = field(default_factory=dict)


def blocks_of(text: str, shelf: Shelf) -> list[Block]:
    """The body that a text stands for. Raises KeyError for a picture, a file or an article that there is not."""
    own, *vietnamese = _PASSAGE.split(text, maxsplit=1)
    blocks = [*_blocks(own, shelf)]
    for passage in vietnamese:
        html = "".join(_html(piece) for piece in _pieces(passage))
        blocks.append(("passage", {"language": "vi", "text": html}))
    return blocks


def _pieces(text: str) -> list[str]:
    return [piece.strip() for piece in text.split("\n\n") if piece.strip()]


def _blocks(text: str, shelf: Shelf) -> Iterator[Block]:
    for is_plain, pieces in groupby(_pieces(text), key=lambda piece: piece[0] not in "!>|"):
        if is_plain:
            yield "paragraph", "".join(_html(piece) for piece in pieces)
        else:
            for piece in pieces:
                yield _special(piece, shelf)


def _special(piece: str, shelf: Shelf) -> Block:
    if piece.startswith("|"):
        return "table", _table(piece)
    if piece.startswith(">"):
        said, _, by = piece[1:].strip().partition(" — ")
        return "quote", {"text": said, "by": by}
    kind, _, rest = piece[1:].partition(" ")
    return kind, _KEPT[kind]([word.strip() for word in rest.split("|")], shelf)


def _table(piece: str) -> dict[str, Any]:
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in piece.splitlines()]
    return {"data": rows, "first_row_is_table_header": True, "first_col_is_header": False, "table_caption": ""}


def _html(piece: str) -> str:
    """A heading, a list or a paragraph."""
    lines = [_STRESSED.sub(r"<b>\1</b>", escape(line, quote=False)) for line in piece.splitlines()]
    if lines[0].startswith("## "):
        rest = " ".join(lines[1:])
        return f"<h2>{lines[0][3:]}</h2>" + (f"<p>{rest}</p>" if rest else "")
    if lines[0].startswith("- "):
        return "<ul>" + "".join(f"<li>{line[2:]}</li>" for line in lines) + "</ul>"
    if _NUMBERED.match(lines[0]):
        return "<ol>" + "".join(f"<li>{_NUMBERED.sub('', line, count=1)}</li>" for line in lines) + "</ol>"
    return f"<p>{' '.join(lines)}</p>"


def _picture(words: list[str], shelf: Shelf) -> dict[str, Any]:
    return {"picture": shelf.pictures[words[0]], "caption": words[1]}


def _file(words: list[str], shelf: Shelf) -> dict[str, Any]:
    return {"file": shelf.files[words[0]], "title": words[1]}


def _related(words: list[str], shelf: Shelf) -> dict[str, Any]:
    return {"articles": [shelf.articles[title] for title in words]}


_KEPT: dict[str, Callable[[list[str], Shelf], dict[str, Any]]] = {
    "picture": _picture,
    "file": _file,
    "related": _related,
}
