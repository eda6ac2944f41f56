"""Asking the index."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from operator import and_
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, IntegerField, Q, QuerySet, Value

from lantoa.search.lexemes import Tier, tiers_of
from lantoa.search.models import SearchEntry

Rows = TypeVar("Rows", bound="QuerySet[Any, Any]")
ENOUGH = 50
"""Where whole words find a page of hits, the last word is not taken for the beginning of a longer one."""
MOST_HITS = 500
"""So many of the best hits are given, ten pages of a list; whoever sees so many adds a word."""


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
        for tier in tiers_of(text):
            if len(found) < (ENOUGH if tier.is_a_guess else limit):
                rows = entries.filter(_meets(tier)).order_by("-day", "-object_id")
                found |= dict.fromkeys(rows.values_list("object_id", flat=True)[:limit])
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


def _meets(tier: Tier) -> Q:
    return reduce(and_, (Q(folded__contains=phrase) for phrase in tier.phrases), Q(vector__meets=tier.query))
