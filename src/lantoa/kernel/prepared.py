"""Statements whose plans the database keeps: each request asks them again, and the plan costs more than the answer."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """A cursor of the current connection, within its transaction, that keeps the plans of its statements.

    Parameters go beside the statement, not within it: where a type does not follow from its place, the statement says
    it (`%s::bigint`). The setting `prepare_threshold` says from which time on a connection keeps a plan.
    """
    connection.ensure_connection()
    bare: Any = psycopg.Cursor(connection.connection)
    # Where queries are logged they are to be read with their parameters, which a kept plan does not have.
    with connection.cursor() if connection.queries_logged else connection.make_cursor(bare) as cursor:
        yield cursor


def fetch(statement: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one such statement."""
    with prepared_cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
