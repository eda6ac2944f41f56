"""Tables of units (`level,code,name,type,parent_code`), read and checked without the database.

A code is unique within its level only. A unit's parent stands on the nearest level above that has the parent's code:
since July 2025 communes stand under provinces, before it under districts.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.enums import KINDS, Tree, UnitKind
from lantoa.organizations.errors import RowProblem, UnitFileRefused

HEADER = ("level", "code", "name", "type", "parent_code")
LONGEST_CODE = 30
LONGEST_NAME = 200
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""What stands for a character that is not text."""


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """One row of a sound table."""

    line: int
    kind: UnitKind
    code: str
    name: str
    parent: "ListedUnit | None"


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    level: str
    code: str
    name: str
    parent_code: str


def read_unit_table(data: bytes, tree: Tree) -> list[ListedUnit]:
    """The units that the table names, parents before children. Raises UnitFileRefused with every bad row."""
    rows, problems = _split(table_lines(data))
    problems += [problem for row in rows for problem in _flaws(row, tree)]
    units: dict[tuple[UnitKind, str], ListedUnit] = {}
    topmost = True
    for depth, kind in enumerate(KINDS[tree]):
        on_level = [row for row in rows if row.level == kind]
        for row in on_level:
            parent = _parent(row, KINDS[tree][:depth], units)
            if (kind, row.code) in units and row.code:
                first = units[kind, row.code].line
                problems.append(problem_at(row.line, "duplicate_code", _DUPLICATE, code=row.code, first=first))
            elif parent is None and (row.parent_code or not topmost):
                text = _UNKNOWN_PARENT if row.parent_code else _NO_PARENT
                problems.append(problem_at(row.line, "unknown_parent", text, code=row.parent_code))
            units.setdefault((kind, row.code), ListedUnit(row.line, kind, row.code, row.name, parent))
        topmost = topmost and not on_level
    if problems:
        raise UnitFileRefused(problems)
    return list(units.values())


def _parent(
    row: _Row, levels_above: tuple[UnitKind, ...], units: dict[tuple[UnitKind, str], ListedUnit]
) -> ListedUnit | None:
    found = (units.get((level, row.parent_code)) for level in reversed(levels_above))
    return next((unit for unit in found if unit), None) if row.parent_code else None


def table_lines(data: bytes) -> list[tuple[int, list[str]]]:
    """The normalised cells of every line of a CSV file that is not blank, with the number of the line.

    Raises UnitFileRefused where the file is not UTF-8 or not CSV.
    """
    reader = csv.reader(io.StringIO(_decoded(data), newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            if any(cells):
                lines.append((start, [normalise(cell.replace("\0", UNREADABLE)) for cell in cells]))
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnitFileRefused([problem_at(start, "not_csv", _NOT_CSV)]) from error
    return lines


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnitFileRefused([problem_at(line, "not_utf8", _NOT_UTF8)]) from error


def _split(lines: list[tuple[int, list[str]]]) -> tuple[list[_Row], list[RowProblem]]:
    if not lines or tuple(cell.lower() for cell in lines[0][1]) != HEADER:
        raise UnitFileRefused([problem_at(1, "wrong_header", _WRONG_HEADER, header=",".join(HEADER))])
    rows, problems = [], []
    for line, cells in lines[1:]:
        if len(cells) == len(HEADER):
            level, code, name, _type, parent_code = cells
            rows.append(_Row(line, level.lower(), code, name, parent_code))
        else:
            problems.append(problem_at(line, "wrong_columns", _WRONG_COLUMNS, wanted=len(HEADER), found=len(cells)))
    if not rows and not problems:
        problems.append(problem_at(2, "no_rows", _NO_ROWS))
    return rows, problems


def _flaws(row: _Row, tree: Tree) -> Iterator[RowProblem]:
    """What can be seen wrong with a row by itself."""
    if row.level not in KINDS[tree]:
        yield problem_at(row.line, "unknown_level", _UNKNOWN_LEVEL, level=row.level, known=", ".join(KINDS[tree]))
    if not row.code:
        yield problem_at(row.line, "empty_code", _EMPTY_CODE)
    if not row.name:
        yield problem_at(row.line, "empty_name", _EMPTY_NAME)
    if len(row.code) > LONGEST_CODE or len(row.name) > LONGEST_NAME:
        yield problem_at(row.line, "too_long", _TOO_LONG, most=LONGEST_CODE, longest=LONGEST_NAME)
    if UNREADABLE in row.code + row.name:
        yield problem_at(row.line, "not_text", _NOT_TEXT)


def problem_at(line: int, problem: str, text: Promise, **values: object) -> RowProblem:
    """What is wrong with a line: a stable code, and a sentence with its values filled in."""
    return RowProblem(line, problem, str(text) % values)


_NOT_UTF8 = _("The file is not in UTF-8. Save it as “CSV UTF-8” and import it again.")
_NOT_CSV = _("From this line on the file cannot be read as CSV. Check the quotation marks.")
_NOT_TEXT = _("The code or the name holds a character that is not text. Type it again.")
_NO_ROWS = _("The table has a header but no unit. Add a line for each unit.")
_WRONG_HEADER = _("The first line must be “%(header)s”.")
_WRONG_COLUMNS = _("This line has %(found)s columns; %(wanted)s are needed.")
_UNKNOWN_LEVEL = _("The level “%(level)s” is not known in this tree. Known levels: %(known)s.")
_EMPTY_CODE = _("The unit has no code. Give it the code that the official list gives.")
_EMPTY_NAME = _("The unit has no name.")
_TOO_LONG = _("A code has at most %(most)s characters, a name at most %(longest)s.")
_DUPLICATE = _("The code %(code)s stands on this level already, in line %(first)s.")
_UNKNOWN_PARENT = _("No level above has a unit with the code “%(code)s”.")
_NO_PARENT = _("The unit names no superior unit, although the table has a level above it.")
