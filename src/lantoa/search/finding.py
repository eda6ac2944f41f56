"""Asking the index."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from math import ceil
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, F, Func, IntegerField, QuerySet, Value

from lantoa.search.lexemes import Tier, in_years, tiers_of

Rows = TypeVar("Rows", bound="QuerySet[Any, Any]")
ENOUGH = 50
"""Where whole words find a page of hits, the last word is not taken for the beginning of a longer one."""
MOST_HITS = 500
"""So many of the best hits are given, ten pages of a list; whoever sees so many adds a word."""
_LATEST = timedelta(days=182)
"""The years of the latest half year are read first."""
_LOOKS = 2
"""So often some years are read before all are."""
_MARGIN = 1.3
"""How much farther back the second look goes than the first one's hits say is needed."""
_WORTHWHILE = 0.5
"""All years are read at once where that much of them would be looked at."""


def find(
    kind: str, text: str, *, scope: Sequence[str], among: "QuerySet[Any, Any] | None" = None, limit: int = MOST_HITS
) -> list[int]:
    """The numbers of the objects of a kind that fit what somebody typed, the best first, at most `limit`.

    Only objects that bear one of the keys in `scope` are found, and with `among` (a queryset of their numbers) only
    those. Whatever was typed gives an answer; a text without a word finds nothing.
    """
    found: dict[int, None] = {}
    with _by_the_index() as cursor:
        asked = _Asked(cursor, kind, scope, among, limit)
        for tier in tiers_of(text):
            if len(found) < (ENOUGH if tier.is_a_guess else limit):
                found |= dict.fromkeys(asked.newest(tier))
    return list(found)[:limit]


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


_YEARS = "SELECT min(day), max(day) FROM search_searchentry WHERE kind = %s"
_NEWEST = """
SELECT id, object_id FROM search_searchentry
WHERE kind = %s AND scope && %s::varchar(24)[] AND vector @@ %s::tsquery{among}
ORDER BY day DESC, object_id DESC LIMIT %s
"""
_BEARING = "SELECT id FROM search_searchentry WHERE id = ANY(%s) AND folded LIKE ALL(%s)"


def _narrowed(among: "QuerySet[Any, Any] | None") -> tuple[str, tuple[Any, ...]]:
    if among is None:
        return "", ()
    try:
        numbers, parameters = among.query.sql_with_params()
    except EmptyResultSet:
        return " AND false", ()
    return f" AND object_id IN ({numbers})", parameters


class _Asked:
    """One search: where it looks, and what it has learnt about phrases. Its statements are written here, for Django
    needs longer to write a dozen than the database to answer them."""

    def __init__(
        self,
        cursor: CursorWrapper,
        kind: str,
        scope: Sequence[str],
        among: "QuerySet[Any, Any] | None",
        limit: int,
    ) -> None:
        self._cursor, self._kind, self._scope, self._limit = cursor, kind, list(scope), limit
        narrowed, self._narrowing = _narrowed(among)
        self._sql = _NEWEST.format(among=narrowed)
        self._bears: dict[tuple[str, ...], dict[int, bool]] = {}
        cursor.execute(_YEARS, [kind])
        first, last = cursor.fetchone()
        self._last: int = last.year if last else 0
        self._recent: int = (last - _LATEST).year if last else 0
        self._years: int = self._last + 1 - first.year if last else 0

    def newest(self, tier: Tier) -> list[int]:
        """The newest answers to a question, at most so many as are wanted.

        A word that stands nearly everywhere has thousands, of which a list shows the newest: so the latest years are
        read first, then as many as their hits say are needed, and all only where these do not fill the list.
        """
        years, looked = self._last + 1 - self._recent, 0
        while looked < _LOOKS and years < _WORTHWHILE * self._years:
            hits = self._read(in_years(tier.query, range(self._last + 1 - years, self._last + 1)), tier.phrases)
            if len(hits) == self._limit:
                return hits
            if not hits:
                break
            years, looked = max(years + 1, ceil(years * self._limit * _MARGIN / len(hits))), looked + 1
        return self._read(tier.query, tier.phrases)

    def _read(self, query: str, phrases: tuple[str, ...]) -> list[int]:
        """The newest entries that meet the query and have the phrases.

        To look for a phrase costs more than all the rest, so it is looked for in as many as are wanted, and in others
        only where some of these have its words in another order.
        """
        rows = self._rows(query, self._limit)
        hits = self._bearing(rows, phrases)
        if len(rows) == self._limit > len(hits):
            hits = self._bearing(self._rows(query, None), phrases)[: self._limit]
        return hits

    def _rows(self, query: str, limit: int | None) -> list[tuple[int, int]]:
        self._cursor.execute(self._sql, [self._kind, self._scope, query, *self._narrowing, limit])
        found: list[tuple[int, int]] = self._cursor.fetchall()
        return found

    def _bearing(self, rows: list[tuple[int, int]], phrases: tuple[str, ...]) -> list[int]:
        if not phrases:
            return [object_id for _, object_id in rows]
        known = self._bears.setdefault(phrases, {})
        unknown = [pk for pk, _ in rows if pk not in known]
        if unknown:
            self._cursor.execute(_BEARING, [unknown, [f"%{phrase}%" for phrase in phrases]])
            bearing = {pk for (pk,) in self._cursor.fetchall()}
            known.update((pk, pk in bearing) for pk in unknown)
        return [object_id for pk, object_id in rows if known[pk]]
