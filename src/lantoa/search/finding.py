"""Asking the index."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, F, Func, IntegerField, QuerySet, Value

from lantoa.kernel.arrays import array_literal
from lantoa.search.lexemes import Tier, since, tiers_of

Rows = TypeVar("Rows", bound="QuerySet[Any, Any]")
ENOUGH = 50
"""Where whole words find a page of hits, the last word is not taken for the beginning of a longer one."""
MOST_HITS = 500
"""So many of the best hits are given, ten pages of a list; whoever sees so many adds a word."""
_LATEST = timedelta(days=92)
"""The quarters of so many days are read first."""
_LOOKS = 2
"""So often some of the time is read before all is."""
_MARGIN = 1.3
"""How much farther back the second look goes than the first one's hits say is needed."""
_WORTHWHILE = 0.5
"""All is read at once where that much of the time would be looked at."""


def find(
    kind: str, text: str, *, scope: Sequence[str], among: "QuerySet[Any, Any] | None" = None, limit: int = MOST_HITS
) -> list[int]:
    """The numbers of the objects of a kind that fit what somebody typed, the best first, at most `limit`.

    Only objects that bear one of the keys in `scope` are found, and with `among` (a queryset of their numbers) only
    those. Whatever was typed gives an answer; a text without a word finds nothing.
    """
    with _by_the_index() as cursor:
        asked = _Asked(cursor, kind, scope, among, limit)
        for tier in tiers_of(text):
            if len(asked.found) < (ENOUGH if tier.is_a_guess else limit):
                asked.ask(tier)
    return asked.found


def best_first(rows: Rows, ranked: Sequence[int]) -> Rows:
    """Those of the rows whose numbers `find` gave, in its order."""
    numbers = Value(f"{{{','.join(map(str, ranked))}}}")
    place = Func(
        numbers,
        F("pk"),
        template="array_position(%(expressions)s)",
        arg_joiner="::bigint[], ",
        output_field=IntegerField(),
    )
    found: Rows = rows.filter(_among(numbers)).order_by(place)
    return found


def _among(numbers: Value) -> Func:
    """Whether the row is one of some, in one parameter: hundreds of them cost more than the search."""
    return Func(
        F("pk"),
        numbers,
        template="(%(expressions)s::bigint[]))",
        arg_joiner=" = ANY (",
        output_field=BooleanField(),
    )


@contextmanager
def _by_the_index() -> Iterator[CursorWrapper]:
    """A cursor, and no statement inside reads the table from end to end.

    The planner does so for words that stand nearly everywhere, since it does not know what it costs to unpack the words
    of every row: a hundred times what the index costs.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('enable_seqscan', 'off', true)")
        yield cursor
        cursor.execute("SELECT set_config('enable_seqscan', 'on', true)")


_DAYS = "SELECT min(day), max(day) FROM search_searchentry WHERE kind = %s"
_NEWEST = """
SELECT object_id FROM (
    SELECT object_id, folded FROM search_searchentry
    WHERE kind = %s AND scope && %s::varchar(24)[] AND vector @@ %s::tsquery AND object_id <> ALL(%s::bigint[]){among}
    ORDER BY day + 0 DESC, object_id DESC
    OFFSET 0
) AS candidates
WHERE {phrases} LIMIT %s
"""
"""The candidates in order, and the first of them that have the phrases. To look for a phrase costs more than the rest:
`OFFSET 0` keeps the planner from doing it before the order is known, so that it ends with the last that is wanted.
`day + 0` keeps it from walking through the days, where it would unpack the words of every row that it passes."""
_HAS_PHRASE = "strpos(folded, %s) > 0"


def _narrowed(among: "QuerySet[Any, Any] | None") -> tuple[str, tuple[Any, ...]]:
    if among is None:
        return "", ()
    try:
        numbers, parameters = among.query.sql_with_params()
    except EmptyResultSet:
        return " AND false", ()
    return f" AND object_id IN ({numbers})", parameters


class _Asked:
    """One search: where it looks, and what it has found. Its statements are written here, for Django needs longer to
    write a dozen than the database to answer them."""

    def __init__(
        self,
        cursor: CursorWrapper,
        kind: str,
        scope: Sequence[str],
        among: "QuerySet[Any, Any] | None",
        limit: int,
    ) -> None:
        self._cursor, self._kind, self._scope, self._limit = cursor, kind, list(scope), limit
        self._among, self._narrowing = _narrowed(among)
        self.found: list[int] = []
        cursor.execute(_DAYS, [kind])
        first, last = cursor.fetchone()
        self._first: date = first or date.max
        self._last: date = last or date.max

    def ask(self, tier: Tier) -> None:
        """Find the newest answers to a question that were not found before, as many as are still wanted.

        A word that stands nearly everywhere has thousands, of which a list shows the newest: so the latest quarters are
        read first, then as many years as their hits say are needed, and all only where these do not fill the list.
        """
        before, back = len(self.found), _LATEST
        wanted = self._limit - before
        for _ in range(_LOOKS):
            if back > _WORTHWHILE * (self._last - self._first):
                break
            query, begin = since(tier.query, self._last - back, self._last)
            self._find(query, tier.phrases)
            hits = len(self.found) - before
            if hits in (0, wanted):
                break
            back = (self._last - begin) * (wanted * _MARGIN / hits)
        if len(self.found) < self._limit:
            self._find(tier.query, tier.phrases)

    def _find(self, query: str, phrases: tuple[str, ...]) -> None:
        sql = _NEWEST.format(among=self._among, phrases=" AND ".join([_HAS_PHRASE] * len(phrases)) or "true")
        known, wanted = array_literal(self.found), self._limit - len(self.found)
        self._cursor.execute(sql, [self._kind, self._scope, query, known, *self._narrowing, *phrases, wanted])
        self.found += [object_id for (object_id,) in self._cursor.fetchall()]
