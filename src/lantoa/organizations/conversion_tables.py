"""Conversion tables: which old unit went into which new one, read and checked without the database.

A table has a header line; the columns `old_code` (or `old_commune_code`), `new_code` (or `new_commune_code`) and
`partial` count, whatever their order, and any others are for the reader. `partial` is 1 where only a part of the old
unit went.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from lantoa.organizations.errors import RowProblem, UnitFileRefused
from lantoa.organizations.unit_tables import LONGEST_CODE, UNREADABLE, problem_at, table_lines

COLUMNS = {
    "old_code": ("old_code", "old_commune_code"),
    "new_code": ("new_code", "new_commune_code"),
    "partial": ("partial",),
}
"""A column that is read, and the names under which it may stand."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """One row: the old unit of that code went into the new unit of that code, whole or in part."""

    line: int
    old_code: str
    new_code: str
    partial: bool


def read_conversion_table(data: bytes) -> list[Conversion]:
    """The rows of a sound table, in its order. Raises UnitFileRefused with every bad row."""
    lines = table_lines(data)
    places = _places(lines[0][1] if lines else [])
    rows: list[Conversion] = []
    problems: list[RowProblem] = []
    for line, cells in lines[1:]:
        if len(cells) != len(lines[0][1]):
            problems.append(problem_at(line, "wrong_columns", _COLUMNS, wanted=len(lines[0][1]), found=len(cells)))
            continue
        old_code, new_code, partial = (cells[places[name]] for name in COLUMNS)
        problems += _flaws(line, old_code, new_code, partial)
        rows.append(Conversion(line, old_code, new_code, partial == "1"))
    problems += _contradictions(rows)
    if not rows and not problems:
        problems.append(problem_at(2, "no_rows", _NO_ROWS))
    if problems:
        raise UnitFileRefused(problems)
    return rows


def _places(header: Sequence[str]) -> Mapping[str, int]:
    names = [name.lower() for name in header]
    found = {
        column: next((names.index(name) for name in known if name in names), -1) for column, known in COLUMNS.items()
    }
    if -1 in found.values():
        raise UnitFileRefused([problem_at(1, "wrong_header", _HEADER, header=",".join(COLUMNS))])
    return found


def _flaws(line: int, old_code: str, new_code: str, partial: str) -> Iterator[RowProblem]:
    if not old_code or not new_code:
        yield problem_at(line, "empty_code", _EMPTY_CODE)
    if max(len(old_code), len(new_code)) > LONGEST_CODE or UNREADABLE in old_code + new_code:
        yield problem_at(line, "no_code", _NO_CODE, most=LONGEST_CODE)
    if partial not in {"0", "1"}:
        yield problem_at(line, "wrong_partial", _PARTIAL, found=partial)


def _contradictions(rows: Sequence[Conversion]) -> Iterator[RowProblem]:
    """Rows that cannot both be true: the same twice, or a unit that went whole and elsewhere as well."""
    ways = Counter(row.old_code for row in rows)
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (row.old_code, row.new_code) in seen:
            yield problem_at(row.line, "twice", _TWICE, old=row.old_code, new=row.new_code)
        elif not row.partial and ways[row.old_code] > 1:
            yield problem_at(row.line, "whole_and_elsewhere", _ELSEWHERE, old=row.old_code)
        seen.add((row.old_code, row.new_code))


_HEADER = _("The first line must name the columns %(header)s.")
_COLUMNS = _("This line has %(found)s columns; %(wanted)s are needed.")
_NO_ROWS = _("The table has a header but no row. Add a line for each old unit.")
_EMPTY_CODE = _("The code of the old unit or of the new one is missing.")
_NO_CODE = _("A code is text of %(most)s characters at most.")
_PARTIAL = _("The column partial says 1 for a part and 0 for the whole, not “%(found)s”.")
_TWICE = _("That %(old)s went into %(new)s stands in the table already.")
_ELSEWHERE = _("The unit %(old)s is said to have gone whole, and other lines send it elsewhere too.")
