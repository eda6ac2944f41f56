"""The statements of a search, written here: Django needs longer to write a dozen than the database to answer them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from lantoa.kernel.arrays import array_literal
from lantoa.search.lexemes import Tier, since

_BEGIN = """
SELECT set_config('enable_seqscan', 'off', true), kind,
       (SELECT min(day) FROM search_searchentry WHERE search_searchentry.kind = asked.kind),
       (SELECT max(day) FROM search_searchentry WHERE search_searchentry.kind = asked.kind)
FROM unnest(%s::text[]) AS asked (kind)
"""
_END = "SELECT set_config('enable_seqscan', 'on', true)"
_NEWEST = """
(SELECT {place} AS place, object_id, day FROM (
    SELECT object_id, day{folded} FROM search_searchentry
    WHERE kind = %s AND scope && %s::varchar(24)[] AND vector @@ %s::tsquery
      AND object_id <> ALL(%s::bigint[]){narrowed}
    ORDER BY day + 0 DESC, object_id DESC
    OFFSET 0
) AS candidates
WHERE {phrases} LIMIT %s)
"""
"""The candidates in order, and the first of them that have the phrases. To look for a phrase costs more than the rest:
`OFFSET 0` keeps the planner from doing it before the order is known, so that it ends with the last that is wanted.
`day + 0` keeps it from walking through the days, where it would unpack the words of every row that it passes."""
_HAS_PHRASE = "strpos(folded, %s) > 0"
_TO_DAY = " AND day BETWEEN %s AND %s"


@dataclass(frozen=True)
class Where:
    """Where a search looks: at the kinds in `scope`, of each at what bears one of its keys, with `among` at these
    numbers alone, from the day `first` to the day `last`.

    Keys that no object of a kind bears are not for it: the index would read what they stand for all the same.
    """

    scope: Mapping[str, Sequence[str]]
    among: "QuerySet[Any, Any] | None" = None
    first: dt.date | None = None
    last: dt.date | None = None

    @property
    def has_days(self) -> bool:
        """Whether it looks at some days alone."""
        return self.first is not None or self.last is not None


class Span(NamedTuple):
    """The days of what may be found of a kind."""

    first: dt.date
    last: dt.date


class Row(NamedTuple):
    """An object that answers a question."""

    day: dt.date
    object_id: int


class Question(NamedTuple):
    """One question to one kind: from which day on (None: all), what is known already, and how many are wanted."""

    kind: str
    tier: Tier
    begin: dt.date | None
    known: Iterable[int]
    wanted: int


@contextmanager
def asking(where: Where) -> Iterator["Statements"]:
    """The statements of one search, and none of them reads the table from end to end.

    The planner does so for words that stand nearly everywhere, since it does not know what it costs to unpack the words
    of every row: a hundred times what the index costs.
    """
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_BEGIN, [array_literal(where.scope)])
        spans = {kind: span for _off, kind, *days in cursor.fetchall() if (span := _span(where, *days))}
        yield Statements(cursor, where, spans)
        cursor.execute(_END)


def _span(where: Where, first: dt.date | None, last: dt.date | None) -> Span | None:
    """The days that are there and asked for; None where there are none."""
    if first is None or last is None:
        return None
    begin, end = max(first, where.first or first), min(last, where.last or last)
    return Span(begin, end) if begin <= end else None


class Statements:
    """What one search asks the database. `spans` has the kinds of which something may be found."""

    def __init__(self, cursor: CursorWrapper, where: Where, spans: dict[str, Span]) -> None:
        self._cursor, self._scope, self.spans = cursor, where.scope, spans
        self._has_days = where.has_days
        self._among, self._narrowing = _narrowed(where.among)

    def begin_of(self, kind: str, back: dt.timedelta) -> dt.date:
        """The day from which a question is asked in truth that goes so far back."""
        span = self.spans[kind]
        return since("", span.last - back, span.last)[1]

    def ask(self, questions: Sequence[Question]) -> list[list[Row]]:
        """The newest answers to each question, the latest first (one statement)."""
        found: list[list[Row]] = [[] for _ in questions]
        if questions:
            written, parameters = zip(*(self._written(*each) for each in enumerate(questions)), strict=True)
            self._cursor.execute("UNION ALL".join(written), [one for some in parameters for one in some])
            for place, object_id, day in self._cursor.fetchall():
                found[place].append(Row(day, object_id))
        for rows in found:
            rows.sort(reverse=True)
        return found

    def _written(self, place: int, question: Question) -> tuple[str, list[Any]]:
        span, phrases = self.spans[question.kind], question.tier.phrases
        days = [span.first, span.last] if self._has_days else []
        asked, begin = question.tier.query, question.begin or (span.first if days else None)
        sql = _NEWEST.format(
            place=place,
            folded=", folded" if phrases else "",
            narrowed=(_TO_DAY if days else "") + self._among,
            phrases=" AND ".join([_HAS_PHRASE] * len(phrases)) or "true",
        )
        if begin is not None:
            asked, _day = since(asked, begin, span.last)
        known = array_literal(question.known)
        narrowing = [*days, *self._narrowing]
        scope = list(self._scope[question.kind])
        return sql, [question.kind, scope, asked, known, *narrowing, *phrases, question.wanted]


def _narrowed(among: "QuerySet[Any, Any] | None") -> tuple[str, tuple[Any, ...]]:
    if among is None:
        return "", ()
    try:
        numbers, parameters = among.query.sql_with_params()
    except EmptyResultSet:
        return " AND false", ()
    return f" AND object_id IN ({numbers})", parameters
