"""Names and addresses of one person in words that staff typed: sought in every `text` column, and taken out."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from psycopg import sql

from lantoa.organizations.models import Person
from lantoa.privacy.inventory import inventory

INSTEAD = "–"
SHORTEST = 5
"""A shorter name or code is not sought: it would be found inside other words."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of words."""

    table: str
    column: str


def terms_of(person: Person) -> tuple[str, ...]:
    """What to seek: the full name, the member code, the address of the account and those to which links were mailed."""
    emails = [person.user.email, *person.user.invitations.values_list("email", flat=True)] if person.user else []
    return tuple(dict.fromkeys(term for term in (person.full_name, *emails, person.code) if len(term) >= SHORTEST))


def namesakes(person: Person) -> bool:
    """Whether a name that is found in a text may be somebody else's: then no text is changed, lest it be theirs."""
    return Person.objects.filter(full_name__contains=person.full_name).exclude(pk=person.pk).exists()


def pattern_of(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of the terms as whole words, in capitals too, whatever spaces lie between them."""
    either = "|".join(r"\s+".join(re.escape(word) for word in term.split()) for term in terms)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def count_mentions(terms: tuple[str, ...], wanted: str = "text") -> dict[Column, int]:
    """How many rows mention one of the terms, for each column of the class where any does (one query)."""
    pattern, forms = pattern_of(terms), _forms(terms)
    parts = [
        sql.SQL("SELECT {name}, {column}, {held}::text FROM {table} WHERE {condition}").format(
            name=sql.Literal(one.table),
            column=sql.Literal(one.column),
            held=sql.Identifier(one.column),
            table=sql.Identifier(one.table),
            condition=_condition(one, forms),
        )
        for one in _columns(wanted)
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts), forms * len(parts))
        return Counter(Column(table, column) for table, column, text in cursor.fetchall() if pattern.search(text))


def take_out(terms: tuple[str, ...]) -> int:
    """Put a dash for every mention in a `text` column, in the caller's transaction. Returns how many rows changed."""
    return sum(_take_out_of(column, terms) for column in _columns("text"))


def _columns(wanted: str) -> list[Column]:
    return [Column(entry.table, column) for entry in inventory().values() for column in entry.columns(wanted)]


def _take_out_of(column: Column, terms: tuple[str, ...]) -> int:
    pattern = pattern_of(terms)
    rows = list(_rows(column, terms))
    statement = sql.SQL("UPDATE {table} SET {column} = %s WHERE ctid = %s::tid").format(
        table=sql.Identifier(column.table), column=sql.Identifier(column.column)
    )
    with connection.cursor() as cursor:
        for place, text in rows:
            cursor.execute(statement, [pattern.sub(INSTEAD, text), place])
    return len(rows)


def _rows(column: Column, terms: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The physical place and the text of each row that mentions one of the terms; the rows stay locked."""
    pattern, forms = pattern_of(terms), _forms(terms)
    statement = sql.SQL("SELECT ctid::text, {column}::text FROM {table} WHERE {condition} FOR UPDATE").format(
        column=sql.Identifier(column.column),
        table=sql.Identifier(column.table),
        condition=_condition(column, forms),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, forms)
        yield from [(place, text) for place, text in cursor.fetchall() if pattern.search(text)]


def _forms(terms: tuple[str, ...]) -> list[str]:
    """Each term as it is usually written; the database compares bytes."""
    return list(dict.fromkeys(form for term in terms for form in (term, term.upper(), term.lower(), term.title())))


def _condition(column: Column, forms: list[str]) -> sql.Composed:
    one = sql.SQL("strpos({column}::text, %s) > 0").format(column=sql.Identifier(column.column))
    return sql.SQL(" OR ").join([one] * len(forms))
