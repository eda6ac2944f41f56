"""What a document says, whatever it is set with: head, title, paragraphs, tables, foot."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

VERSION = "2026.1"
"""The version of the layouts, which every file bears: Quy định 399-QĐ/TW (2026) with 36-HD/VPTW for Party documents,
Nghị định 30/2020/NĐ-CP for those of the state."""
_UNFIT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no XML holds, but for the ends of lines and pages in it, which part words like any other space."""


class Nation(StrEnum):
    """Whose document it is, as its right head says."""

    PARTY = "party"
    STATE = "state"


class Align(StrEnum):
    """How the cells of a column are set."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True, kw_only=True)
class Head:
    """The head of a document: to the left who issues it and by which number, to the right place and date.

    `number` is the notation as printed, and has only its sign (`-KH/HU`) while the number is not given. `subject` is
    what a letter is about (V/v); other kinds of document bear a title instead.
    """

    nation: Nation
    superior: str
    issuer: str
    number: str = ""
    subject: str = ""
    place: str = ""
    issued_on: dt.date | None = None


@dataclass(frozen=True)
class Heading:
    """The heading of a part."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text. An `item` begins with a dash; a `note` is set small."""

    text: str
    item: bool = False
    note: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table; `share` is its width beside the others'."""

    label: str
    share: int
    align: Align = Align.LEFT


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table whose head stands on every page. The `total` closes it in bold."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()


Part = Heading | Paragraph | Grid


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signs: on whose behalf (T/M …), in which office, by which name."""

    on_behalf: str
    office: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document. `mark` stands on every page (DỰ THẢO), `notice` beneath it. The `annex` follows the signature on
    a page of its own.

    Pages are numbered from the second on, or all of them where `numbers_all`.
    """

    head: Head
    title: Sequence[str] = ()
    subtitle: str = ""
    addressee: str = ""
    parts: Sequence[Part] = ()
    recipients: Sequence[str] = ()
    signature: Signature | None = None
    annex: Sequence[Part] = ()
    mark: str = ""
    notice: str = ""
    numbers_all: bool = False

    @property
    def name(self) -> str:
        """What the file is about, for its properties."""
        return plain(" ".join(self.title) or self.head.subject)


def plain(text: str) -> str:
    """`text` composed (NFC) and in one line, without characters that no document can hold."""
    return " ".join(unicodedata.normalize("NFC", _UNFIT.sub("", text)).split())
