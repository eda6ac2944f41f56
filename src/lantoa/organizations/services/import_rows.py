"""The rows of an import: written in bulk, read anew, forgotten. For use cases that have decided and locked already."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection

from lantoa.organizations.enums import RowKind
from lantoa.organizations.models import ImportBatch, ImportRow
from lantoa.organizations.reading import Layout, RawRow, ReadLine
from lantoa.organizations.reading.cells import Cell, Line, Sheet
from lantoa.organizations.selectors.import_checks import CheckedRow, check_rows

STEP = 2_000
_COPY = """
    COPY organizations_importrow (batch_id, sheet, number, kind, cells, values, problems, is_open, decision) FROM STDIN
"""
_SET_PROBLEMS = """
    UPDATE organizations_importrow AS row SET problems = given.problems::jsonb, is_open = given.is_open
    FROM unnest(%(ids)s::bigint[], %(problems)s::text[], %(open)s::bool[]) AS given (id, problems, is_open)
    WHERE row.id = given.id
"""
_Record = tuple[object, ...]


def store_sheets(batch: ImportBatch, sheets: Sequence[Sheet], layout: Layout) -> int:
    """Write the rows of all sheets; those of the sheet that is taken are read and checked. Returns its persons."""
    for index, sheet in enumerate(sheets):
        if index != layout.sheet:
            _copy(_record(batch, index, line.number, "", line.cells) for line in sheet.lines)
    return store_lines(batch, sheets[layout.sheet].lines, layout)


def store_lines(batch: ImportBatch, lines: Iterable[Line], layout: Layout) -> int:
    """Read, check and write the rows of the sheet that is taken. Returns how many persons they are."""
    reading = _Reading(batch, lines, layout)
    _copy(reading.records())
    return reading.persons


def stored_sheets(batch: ImportBatch, layout: Layout) -> list[Sheet]:
    """All sheets of an import as they were read from the file."""
    sheets = [Sheet(name) for name in layout.sheets]
    rows = batch.rows.order_by("sheet", "number").values_list("sheet", "number", "cells")
    for sheet, number, cells in rows.iterator(chunk_size=STEP):
        sheets[sheet].lines.append(Line(number, cells))
    return sheets


def read_anew(batch: ImportBatch, sheets: Sequence[Sheet], layout: Layout) -> int:
    """Read the stored rows by another layout. Returns how many persons they are."""
    batch.rows.all().delete()
    return store_sheets(batch, sheets, layout)


def check_anew(batch: ImportBatch) -> None:
    """Check the persons of an import again, and write what has changed of their problems."""
    rows = batch.person_rows.order_by("number")
    pairs = zip(list(rows), checked_rows(batch, rows), strict=True)
    changed = ((row, one) for row, one in pairs if list(one.problems) != row.problems)
    while step := list(islice(changed, STEP)):
        values: dict[str, Any] = {
            "ids": [row.pk for row, _one in step],
            "problems": [json.dumps(one.problems) for _row, one in step],
            "open": [one.is_open(row.decision) for row, one in step],
        }
        with connection.cursor() as cursor:
            cursor.execute(_SET_PROBLEMS, values)


def checked_rows(batch: ImportBatch, rows: Iterable[ImportRow]) -> Iterator[CheckedRow]:
    """The stored rows of persons, checked as the register stands now."""
    raw = (RawRow(row.number, row.values) for row in rows)
    return check_rows(unit=batch.unit, rows=raw, choices=batch.unit_choices)


def forget_cells(batch: ImportBatch) -> None:
    """Keep the persons' values alone: the file cannot be read in another way any more."""
    batch.rows.exclude(sheet=batch.sheet, kind=RowKind.PERSON).delete()
    batch.rows.exclude(cells=[]).update(cells=[])


class _Reading:
    """The rows of a sheet on their way into the table: persons are checked, all others pass by."""

    def __init__(self, batch: ImportBatch, lines: Iterable[Line], layout: Layout) -> None:
        self.persons = 0
        self._batch = batch
        self._sheet = layout.sheet
        self._lines = iter(lines)
        self._layout = layout
        self._cells: dict[int, list[Cell]] = {}
        self._passing: list[_Record] = []

    def records(self) -> Iterator[_Record]:
        """One record for each row."""
        checked = check_rows(unit=self._batch.unit, rows=self._raw(), choices=self._batch.unit_choices)
        for one in checked:
            self.persons += 1
            cells = self._cells.pop(one.raw.number)
            values = json.dumps(one.raw.values, ensure_ascii=False)
            yield _record(self._batch, self._sheet, one.raw.number, RowKind.PERSON, cells, values, one)
            yield from self._others()
        yield from self._others()

    def _raw(self) -> Iterator[RawRow]:
        original: dict[int, list[Cell]] = {}
        for line in self._layout.read(_remembered(self._lines, original)):
            cells = original.pop(line.number)
            if line.kind == RowKind.PERSON:
                self._cells[line.number] = cells
                yield RawRow(line.number, line.values)
            else:
                self._pass(line, cells)

    def _pass(self, line: ReadLine, cells: list[Cell]) -> None:
        self._passing.append(_record(self._batch, self._sheet, line.number, line.kind, cells))

    def _others(self) -> Iterator[_Record]:
        passing, self._passing = self._passing, []
        yield from passing


def _remembered(lines: Iterable[Line], original: dict[int, list[Cell]]) -> Iterator[Line]:
    """The rows, with their cells kept as the file has them: what is converted may be refused later."""
    for line in lines:
        original[line.number] = line.cells
        yield line


def _record(
    batch: ImportBatch,
    sheet: int,
    number: int,
    kind: str,
    cells: list[Cell],
    values: str = "{}",
    checked: CheckedRow | None = None,
) -> _Record:
    problems = json.dumps(checked.problems) if checked and checked.problems else "[]"
    is_open = checked is not None and checked.is_open("")
    return (batch.pk, sheet, number, kind, json.dumps(cells, ensure_ascii=False), values, problems, is_open, "")


def _copy(records: Iterator[_Record]) -> None:
    while step := list(islice(records, STEP)):
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for record in step:
                copy.write_row(record)
