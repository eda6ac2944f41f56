"""Asking the index."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from math import ceil
from operator import and_
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, IntegerField, Max, Min, Q, QuerySet, Value

from lantoa.search.lexemes import Tier, in_years, tiers_of
from lantoa.search.models import SearchEntry

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


def find(
    kind: str, text: str, *, scope: Sequence[str], among: "QuerySet[Any, Any] | None" = None, limit: int = MOST_HITS
) -> list[int]:
    """The numbers of the objects of a kind that fit what somebody typed, the best first, at most `limit`.

    Only objects that bear one of the keys in `scope` are found, and with `among` (a queryset of their numbers) only
    those. Whatever was typed gives an answer; a text without a word finds nothing.
    """
    found: dict[int, None] = {}
    entries = SearchEntry.objects.filter(kind=kind, scope__overlap=list(scope))
    if among is not None:
        entries = entries.filter(object_id__in=among)
    with _by_the_index():
        span = _span(kind)
        for tier in tiers_of(text):
            if len(found) < (ENOUGH if tier.is_a_guess else limit):
                found |= dict.fromkeys(_newest(entries.filter(_phrases(tier)), tier, span, limit))
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
def _by_the_index() -> Iterator[None]:
    """Let no statement inside read the table from end to end.

    The planner does so for words that stand nearly everywhere, since it does not know what it costs to unpack the words
    of every row: a hundred times what the index costs.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('enable_seqscan', 'off', true)")
        yield
        cursor.execute("SELECT set_config('enable_seqscan', 'on', true)")


@dataclass(frozen=True, slots=True)
class _Span:
    """The years of a kind: the first, that in which its latest half year begins, and the last."""

    first: int
    recent: int
    last: int


def _span(kind: str) -> _Span:
    ends = SearchEntry.objects.filter(kind=kind).aggregate(first=Min("day"), last=Max("day"))
    if ends["last"] is None:
        return _Span(0, 0, 0)
    return _Span(ends["first"].year, (ends["last"] - _LATEST).year, ends["last"].year)


def _newest(entries: "QuerySet[SearchEntry]", tier: Tier, span: _Span, limit: int) -> list[int]:
    """The newest answers to a question, at most `limit`.

    A word that stands nearly everywhere has thousands, of which a list shows the newest: so the latest years are read
    first, then as many as their hits say are needed, and all only where these do not fill the list.
    """
    since = span.recent
    for _ in range(_LOOKS):
        if since <= span.first:
            break
        hits = _read(entries, in_years(tier.query, range(since, span.last + 1)), limit)
        if len(hits) == limit:
            return hits
        if not hits:
            break
        years = span.last + 1 - since
        since = min(since - 1, span.last + 1 - ceil(years * limit * _MARGIN / len(hits)))
    return _read(entries, tier.query, limit)


def _read(entries: "QuerySet[SearchEntry]", query: str, limit: int) -> list[int]:
    rows = entries.filter(Q(vector__meets=query)).order_by("-day", "-object_id")
    return list(rows.values_list("object_id", flat=True)[:limit])


def _phrases(tier: Tier) -> Q:
    return reduce(and_, (Q(folded__contains=phrase) for phrase in tier.phrases), Q())
