"""The first level: what the readers make of a file is a list or a refusal that has a name, and nothing else."""

import json

from lantoa.organizations.conversion_tables import read_conversion_table
from lantoa.organizations.enums import Tree
from lantoa.organizations.errors import UnitFileRefused
from lantoa.organizations.reading import Layout, Unreadable, persons_of, propose, read_sheets
from lantoa.organizations.reading.birth_years import birth_year_of, has_two_digits
from lantoa.organizations.reading.cells import Sheet
from lantoa.organizations.reading.limits import CELL_LIMIT, COLUMNS_LIMIT, MARGIN, ROWS_LIMIT
from lantoa.organizations.unit_tables import read_unit_table

READ = "read"
"""The outcome of a file that was taken; any other outcome is the code of a refusal."""


def outcome_of(kind: str, content: bytes) -> str:
    """READ, or the code of the refusal. Whatever else is raised is what a chaos looks for."""
    try:
        if kind == "units":
            read_unit_table(content, Tree.ADMINISTRATIVE)
        elif kind == "conversion":
            read_conversion_table(content)
        else:
            _read_list(content)
    except (Unreadable, UnitFileRefused) as refusal:
        return refusal.code if str(refusal) else "a refusal that says nothing"
    return READ


def _read_list(content: bytes) -> None:
    sheets = read_sheets(content)
    assert sum(len(sheet.lines) for sheet in sheets) <= ROWS_LIMIT + MARGIN
    for sheet in sheets:
        _check(sheet)
    layout = propose(sheets)
    for text in (*layout.sheets, *layout.titles):
        _check_text(text)
    assert Layout.of_json(json.loads(json.dumps(layout.as_json()))) == layout
    for row in persons_of(sheets, layout):
        for text in row.values.values():
            assert isinstance(text, str)
            _check_text(text)
        year = birth_year_of(row.values.get("birth_year", ""))
        assert year is None or 0 <= year <= 9_999
        has_two_digits(row.values.get("birth_year", ""))


def _check(sheet: Sheet) -> None:
    before = 0
    _check_text(sheet.name)
    for line in sheet.lines:
        assert before < line.number < 2**31, "rows come in their order, each with a number that the table can keep"
        before = line.number
        assert 0 < len(line.cells) <= COLUMNS_LIMIT
        for cell in line.cells:
            if isinstance(cell, str):
                assert len(cell) <= CELL_LIMIT
                _check_text(cell)
            else:
                assert type(cell) is int
                assert abs(cell) < 10**15


def _check_text(text: str) -> None:
    """PostgreSQL keeps no zero byte and no half of a pair of surrogates."""
    assert "\x00" not in text
    text.encode()
