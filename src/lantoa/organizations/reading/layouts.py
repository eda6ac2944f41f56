"""How one file is read: which sheet, where its header stands, what its columns mean, what is done to its texts."""

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lantoa.kernel.legacy_text import Legacy, convert_strays, convert_together, has_strays, recognise
from lantoa.organizations.enums import RowKind
from lantoa.organizations.reading.cells import Cell, Line, Sheet
from lantoa.organizations.reading.headers import find_header
from lantoa.organizations.reading.headings import FIELDS, folded_title
from lantoa.organizations.reading.lines import LineReader, ReadLine
from lantoa.organizations.reading.refusals import HeaderMissing

_SAMPLE = 3_000
"""So many rows tell the encoding of a sheet."""


@dataclass(frozen=True)
class Layout:
    """How a sheet is read. `sheet` counts from 0; `header` are numbers of rows; a blank column is not taken.

    `encoding` is what the text was recognised as, `strays` that only some cells are in it, among others in Unicode;
    `converts` says whether it is converted. `standing` counts for rows that say none.
    """

    sheet: int = 0
    sheets: tuple[str, ...] = ("",)
    header: tuple[int, ...] = ()
    titles: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    encoding: str = ""
    strays: bool = False
    converts: bool = True
    proper_case: bool = False
    standing: str = ""

    @property
    def signature(self) -> str:
        """The same for two files whose columns have the same titles in the same order."""
        return hashlib.sha256("\n".join(folded_title(title) for title in self.titles).encode()).hexdigest()

    @property
    def missing(self) -> list[str]:
        """The titles of fields that every list needs and this one does not say."""
        known = set(self.columns)
        missing = []
        if not known & {"full_name", "family_name", "given_name"}:
            missing.append(FIELDS["full_name"].title)
        if not self.standing and "standing" not in known and not {"joined_on", "confirmed_on"} <= known:
            missing.append(FIELDS["standing"].title)
        return missing

    def as_json(self) -> dict[str, Any]:
        """What a column of JSON keeps."""
        return dataclasses.asdict(self)

    @classmethod
    def of_json(cls, given: dict[str, Any]) -> "Layout":
        """The layout that a column of JSON kept."""
        values: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in given.items()}
        return cls(**values)

    def read(self, lines: Iterable[Line]) -> Iterator[ReadLine]:
        """The rows of the sheet, each with its kind."""
        reader = LineReader(self.header, self.titles, self.columns)
        for line in reader.read(self.unlocked(lines)):
            if line.kind == RowKind.PERSON:
                self._finish(line.values)
            yield line

    def unlocked(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The rows with their texts in Unicode, where they were recognised as legacy text and that is wanted."""
        if not self.encoding or not self.converts:
            yield from lines
            return
        for line in lines:
            yield Line(line.number, self.converted(line.cells))

    def converted(self, cells: Sequence[Cell]) -> list[Cell]:
        """The cells of a row with legacy text in Unicode."""
        return _converted_cells(cells, Legacy(self.encoding), strays=self.strays)

    def _finish(self, values: dict[str, str]) -> None:
        if self.standing and not values.get("standing"):
            values["standing"] = self.standing
        name = values.get("full_name", "")
        if self.proper_case and name.isupper():
            values["full_name"] = " ".join("-".join(map(str.capitalize, word.split("-"))) for word in name.split(" "))


def _converted_cells(cells: Sequence[Cell], encoding: Legacy, *, strays: bool) -> list[Cell]:
    found = [cell for cell in cells if isinstance(cell, str)]
    texts = iter(convert_strays(found) if strays else convert_together(found, encoding))
    return [next(texts) if isinstance(cell, str) else cell for cell in cells]


def propose(sheets: Sequence[Sheet]) -> Layout:
    """The layout of the sheet that holds the list: the one with the most columns that are known, then the most rows.

    Raises HeaderMissing or FileIsEmpty.
    """
    found = [layout for index in range(len(sheets)) if (layout := layout_of(sheets, index))]
    if not found:
        raise HeaderMissing
    return max(found, key=lambda layout: (_worth(layout), len(sheets[layout.sheet].lines)))


def layout_of(sheets: Sequence[Sheet], index: int, *, converts: bool = True) -> Layout | None:
    """The layout of one sheet; None where no header was found."""
    lines = sheets[index].lines
    encoding = recognise(_texts(lines[:_SAMPLE]))
    strays = encoding is None and has_strays(_texts(lines))
    if strays:
        encoding = Legacy.TCVN3
    if encoding and converts:
        lines = [Line(line.number, _converted_cells(line.cells, encoding, strays=strays)) for line in lines[:_SAMPLE]]
    header = find_header(lines)
    if header is None:
        return None
    return Layout(
        sheet=index,
        sheets=tuple(sheet.name for sheet in sheets),
        header=tuple(lines[row].number for row in header.rows),
        titles=header.titles,
        columns=header.columns,
        encoding=encoding or "",
        strays=strays,
        converts=converts,
    )


def _worth(layout: Layout) -> int:
    return len({key for key in layout.columns if key})


def _texts(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        yield from (cell for cell in line.cells if isinstance(cell, str) and not cell.isascii())
