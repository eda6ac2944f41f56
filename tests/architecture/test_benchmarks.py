"""The benchmarks write rows by SQL: what their tables ask for must stand in it, or nobody notices until they run."""

import re
from pathlib import Path

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db
BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
INSERT = re.compile(r"INSERT INTO\s+(\w+)\s*\(([^)]*)\)")
NEEDED = """
SELECT column_name FROM information_schema.columns
WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL
    AND is_identity = 'NO' AND is_generated = 'NEVER'
"""
FOUND = [
    (path.name, table, frozenset(re.findall(r"\w+", columns)))
    for path in sorted(BENCHMARKS.glob("*.py"))
    for table, columns in INSERT.findall(path.read_text())
]


def test_the_statements_are_found() -> None:
    assert len(FOUND) > 10


@pytest.mark.parametrize(("name", "table", "columns"), FOUND, ids=lambda value: value if isinstance(value, str) else "")
def test_rows_of_benchmarks_have_what_their_tables_need(name: str, table: str, columns: frozenset[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NEEDED, [table])
        needed = {column for (column,) in cursor.fetchall()}
    assert needed <= columns
