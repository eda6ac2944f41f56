"""The rows of an import: written in bulk, read anew, forgotten. For use cases that have decided and locked already."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from lantoa.organizations.enums import RowKind
from lantoa.organizations.errors import ImportClosed
from lantoa.organizations.models import ImportBatch
from lantoa.organizations.reading import Layout, RawRow, ReadLine
from lantoa.organizations.reading.cells import Cell, Line, Sheet
from lantoa.organizations.selectors.import_checks import CheckedRow, RowReader, check_rows
from lantoa.organizations.selectors.import_problems import RECORDED, Problem, settles
from lantoa.organizations.services.erasing import NO_NAME

STEP = 2_000
_COPY = """
    COPY organizations_importrow (batch_id, sheet, number, kind, cells, values, record, problems, is_open, decision)
    FROM STDIN
"""
_SET_CHECKED = """
    UPDATE organizations_importrow AS row
    SET problems = given.problems::jsonb, record = given.record::jsonb, decision = given.decision,
        is_open = given.is_open
    FROM unnest(%(ids)s::bigint[], %(problems)s::text[], %(records)s::text[], %(decisions)s::text[], %(open)s::bool[])
        AS given (id, problems, record, decision, is_open)
    WHERE row.id = given.id
"""
_RECORDED_NOW = """
    SELECT row.id FROM organizations_importrow AS row
    WHERE row.batch_id = %(batch)s AND row.sheet = %(sheet)s AND row.kind = %(person)s AND (
        jsonb_path_exists(row.problems, '$[*] ? (@.code == $codes[*])', jsonb_build_object('codes', %(codes)s::jsonb))
        OR EXISTS (SELECT FROM organizations_person AS one WHERE one.code = row.record ->> 'code' AND one.code <> '')
        OR EXISTS (
            SELECT FROM organizations_person AS one
                JOIN organizations_membership AS membership ON membership.person_id = one.id
                JOIN organizations_unit AS unit ON unit.id = membership.unit_id
            WHERE one.sort_key = row.record ->> 'sort_key'
                AND one.birth_year IS NOT DISTINCT FROM (row.record ->> 'birth_year')::int
                AND unit.path >= %(first)s AND unit.path < %(beyond)s
        )
    )
    ORDER BY row.id
"""
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_Record = tuple[object, ...]


def store_sheets(batch: ImportBatch, sheets: Sequence[Sheet], layout: Layout) -> int:
    """Write the rows of all sheets; those of the sheet that is taken are read and checked. Returns its persons."""
    for index, sheet in enumerate(sheets):
        if index != layout.sheet:
            _copy(_record(batch, index, line.number, "", line.cells) for line in sheet.lines)
    return store_lines(batch, sheets[layout.sheet].lines, layout)


def store_lines(batch: ImportBatch, lines: Iterable[Line], layout: Layout) -> int:
    """Read, check and write the rows of the sheet that is taken. Returns how many persons they are."""
    reader = _reader(batch)
    reading = _Reading(batch, lines, layout, reader)
    _copy(reading.records())
    _keep_basis(batch, reader)
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
    """Check the persons of an import again, and write what has changed in what they say and in their problems.

    A decision that settles them no more is taken back.
    """
    reader = _reader(batch)
    rows = batch.person_rows.order_by("number")
    checked = check_rows(reader=reader, rows=(RawRow(row.number, row.values) for row in rows))
    pairs = zip(list(rows), checked, strict=True)
    changed = ((row, one) for row, one in pairs if list(one.problems) != row.problems or one.record != row.record)
    while step := list(islice(changed, STEP)):
        decisions = [row.decision if settles(one.problems, row.decision) else "" for row, one in step]
        values: dict[str, Any] = {
            "ids": [row.pk for row, _one in step],
            "problems": [_ENCODE(one.problems) for _row, one in step],
            "records": [_record_text(one) for _row, one in step],
            "decisions": decisions,
            "open": [one.is_open(decision) for (_row, one), decision in zip(step, decisions, strict=True)],
        }
        with connection.cursor() as cursor:
            cursor.execute(_SET_CHECKED, values)
    _keep_basis(batch, reader)


def stands_as_checked(batch: ImportBatch) -> bool:
    """Whether checking anew would find what it found: rows are understood as they were, and the register holds the same
    of them. Only rows of which it holds something are looked at one by one.
    """
    reader = _reader(batch)
    if reader.basis != batch.basis:
        return False
    path = batch.unit.path
    values: dict[str, Any] = {
        "batch": batch.pk,
        "sheet": batch.sheet,
        "person": RowKind.PERSON,
        "codes": _ENCODE(RECORDED),
        "first": path,
        "beyond": path[:-1] + "/",
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORDED_NOW, values)
        found = [pk for (pk,) in cursor.fetchall()]
    rows = list(batch.rows.filter(pk__in=found).order_by("number").values_list("number", "values", "problems"))
    checked = check_rows(reader=reader, rows=[RawRow(number, values) for number, values, _problems in rows])
    told = zip(checked, (problems for _number, _values, problems in rows), strict=True)
    return all(_recorded(one.problems) == _recorded(problems) for one, problems in told)


def _recorded(problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem["code"] in RECORDED]


def _reader(batch: ImportBatch) -> RowReader:
    return RowReader(batch.unit, batch.unit_choices)


def _keep_basis(batch: ImportBatch, reader: RowReader) -> None:
    batch.basis = reader.basis
    batch.save(update_fields=["basis"])


def require_rows(batch: ImportBatch) -> None:
    """Raises ImportClosed where the rows of an import have been kept long enough, and go or have gone."""
    if batch.file_name == NO_NAME:
        raise ImportClosed(state=_("kept without its rows"))


def forget_cells(batch: ImportBatch) -> None:
    """Keep the persons' values alone: the file cannot be read in another way any more."""
    batch.rows.exclude(sheet=batch.sheet, kind=RowKind.PERSON).delete()
    batch.rows.exclude(cells=[], record__isnull=True).update(cells=[], record=None)


class _Reading:
    """The rows of a sheet on their way into the table: persons are checked, all others pass by."""

    def __init__(self, batch: ImportBatch, lines: Iterable[Line], layout: Layout, reader: RowReader) -> None:
        self.persons = 0
        self._reader = reader
        self._batch = batch
        self._sheet = layout.sheet
        self._lines = iter(lines)
        self._layout = layout
        self._cells: dict[int, list[Cell]] = {}
        self._passing: list[_Record] = []

    def records(self) -> Iterator[_Record]:
        """One record for each row."""
        for one in check_rows(reader=self._reader, rows=self._raw()):
            self.persons += 1
            cells = self._cells.pop(one.raw.number)
            values = _ENCODE(one.raw.values)
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
    problems = _ENCODE(checked.problems) if checked and checked.problems else "[]"
    is_open = checked is not None and checked.is_open("")
    record = checked and _record_text(checked)
    return (batch.pk, sheet, number, kind, _ENCODE(cells), values, record, problems, is_open, "")


def _record_text(checked: CheckedRow) -> str | None:
    record = checked.record
    return None if record is None else _ENCODE(record)


def _copy(records: Iterator[_Record]) -> None:
    while step := list(islice(records, STEP)):
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for record in step:
                copy.write_row(record)
