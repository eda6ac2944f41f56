"""Looks for words in every table, by SQL of its own, and in every file of the data folder, inside packages too."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg import sql

COLUMNS = """
SELECT c.table_name, c.column_name, c.data_type
FROM information_schema.columns c
JOIN information_schema.tables t ON (t.table_schema, t.table_name) = (c.table_schema, c.table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
ORDER BY 1, 2
"""
WORDS = {"character varying", "text", "character", "json", "jsonb", "uuid", "ARRAY", "bytea", "USER-DEFINED"}


def columns() -> list[tuple[str, str, str]]:
    """Every column of every table: table, column, type."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        return [(table, column, kind) for table, column, kind in cursor.fetchall()]


def in_tables(needles: Iterable[str]) -> list[str]:
    """`table.column: needle` wherever a needle stands in any text, document or bytes."""
    found = []
    with connection.cursor() as cursor:
        for table, column, kind in columns():
            if kind not in WORDS:
                continue
            text = "encode({c}, 'escape')" if kind == "bytea" else "{c}::text"
            query = sql.SQL("SELECT " + text + " FROM {t}").format(c=sql.Identifier(column), t=sql.Identifier(table))
            cursor.execute(query)
            held = "\n".join(row[0] or "" for row in cursor.fetchall()).casefold()
            found += [f"{table}.{column}: {needle}" for needle in needles if needle.casefold() in held]
    return found


def in_files(needles: Iterable[str]) -> list[str]:
    """`file: needle` wherever a needle stands in the bytes of a stored file, or of a member of a package."""
    found = []
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            texts = [path.read_bytes(), *_members(path.read_bytes())]
            found += [f"{path.name}: {needle}" for needle in needles if any(needle.encode() in text for text in texts)]
    return found


def _members(content: bytes) -> list[bytes]:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return [package.read(name) for name in package.namelist()]
