"""Reading a list of persons as its users keep it: any spreadsheet or text file, its header wherever it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lantoa.organizations.enums import RowKind
from lantoa.organizations.reading.books import read_sheets
from lantoa.organizations.reading.cells import Sheet
from lantoa.organizations.reading.headings import FIELDS, HEADINGS, Heading
from lantoa.organizations.reading.layouts import Layout, propose
from lantoa.organizations.reading.limits import BYTES_LIMIT
from lantoa.organizations.reading.lines import ReadLine
from lantoa.organizations.reading.refusals import Unreadable

__all__ = [
    "BYTES_LIMIT",
    "FIELDS",
    "HEADINGS",
    "Heading",
    "Layout",
    "RawRow",
    "ReadLine",
    "Unreadable",
    "persons_of",
    "propose",
    "read_sheets",
]


@dataclass(frozen=True, slots=True)
class RawRow:
    """A person's row as it was read: its number in the sheet and its texts by the fields' keys."""

    number: int
    values: dict[str, str]


def persons_of(sheets: Sequence[Sheet], layout: Layout) -> Iterator[RawRow]:
    """The persons of the sheet that the layout takes."""
    for line in layout.read(sheets[layout.sheet].lines):
        if line.kind == RowKind.PERSON:
            yield RawRow(line.number, line.values)
