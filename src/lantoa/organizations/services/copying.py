"""Rows of a model written by COPY: many times as fast as an INSERT, whose text costs more than its rows."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model


def copy_rows(rows: Sequence[Model], *, numbered: bool) -> None:
    """Insert new rows of one model, each with every column as it stands on it.

    With `numbered` they are given their ids, at the price of a query. Constraints and triggers of the table hold as in
    any other way, and raise IntegrityError. No signal is sent.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if numbered or not field.primary_key]
    if numbered:
        _number(rows, meta.db_table, str(meta.pk.column))
    names, attributes = ", ".join(f'"{field.column}"' for field in fields), [field.attname for field in fields]
    statement = f'COPY "{meta.db_table}" ({names}) FROM STDIN'
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([getattr(row, name) for name in attributes])


def _number(rows: Sequence[Model], table: str, column: str) -> None:
    sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(sequence, [table, column, len(rows)])
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
            row._state.adding = False
