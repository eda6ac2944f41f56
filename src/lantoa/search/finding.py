"""Asking the index."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from django.db.models import BooleanField, F, Func, IntegerField, QuerySet, Value

from lantoa.search.lexemes import Tier, beginnings_of, tiers_of
from lantoa.search.statements import Question, Row, Statements, Where, asking

Rows = TypeVar("Rows", bound="QuerySet[Any, Any]")
ENOUGH = 50
"""Where whole words find a page of hits, the last word is not taken for the beginning of a longer one."""
MOST_HITS = 500
"""So many of the best hits of a kind are given, ten pages of a list; whoever sees so many adds a word."""
_LATEST = dt.timedelta(days=92)
"""The quarters of so many days are read first."""
_FEW = 300
"""Where no more answers are to be expected in all, every question is asked at once."""
_MARGIN = 1.3
"""How much farther back the second look goes than the first one's hits say is needed."""
_WORTHWHILE = 0.5
"""All is read at once where that much of the time would be looked at."""


class Hit(NamedTuple):
    """An object that was found. `tier` says how well it fits, 0 is best; of equals the latest day comes first."""

    kind: str
    object_id: int
    tier: int
    day: dt.date


def find(
    kind: str, text: str, *, scope: Sequence[str], among: "QuerySet[Any, Any] | None" = None, limit: int = MOST_HITS
) -> list[int]:
    """The numbers of the objects of a kind that fit what somebody typed, the best first, at most `limit`.

    Only objects that bear one of the keys in `scope` are found, and with `among` (a queryset of their numbers) only
    those. Whatever was typed gives an answer; a text without a word finds nothing.
    """
    return [hit.object_id for hit in find_among(text, Where({kind: scope}, among), limit=limit)]


def find_among(text: str, where: Where, *, by_day: bool = False, limit: int = MOST_HITS) -> list[Hit]:
    """The same over several kinds in one order, at most `limit` of each; the latest first where `by_day` says so."""
    tiers = tiers_of(text)
    if by_day:  # the last question has the answers of all before it
        _exact, alike, guesses = _parted(tiers)
        tiers = [*alike[-1:], *guesses[-1:]]
    found = _found(tiers, where, limit)
    return sorted(found, key=lambda hit: (0 if by_day else -hit.tier, hit.day, hit.object_id), reverse=True)


def begun_with(text: str, where: Where, *, limit: int) -> list[Hit]:
    """Objects whose title has side by side the words that somebody is typing, at most `limit` of each kind.

    The last word may be the beginning of a longer one.
    """
    found = _found(beginnings_of(text), where, limit)
    return sorted(found, key=lambda hit: (-hit.tier, hit.day, hit.object_id), reverse=True)


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


def _parted(tiers: Sequence[Tier]) -> tuple[list[Tier], list[Tier], list[Tier]]:
    """The questions for the number and the words as they were typed, for the same words whatever their diacritics, and
    the guesses."""
    exact = [tier for tier in tiers if tier.is_exact]
    alike = [tier for tier in tiers if not tier.is_exact and not tier.is_a_guess]
    return exact, alike, [tier for tier in tiers if tier.is_a_guess]


def _found(tiers: Sequence[Tier], where: Where, limit: int) -> list[Hit]:
    if not tiers:
        return []
    with asking(where) as statements:
        search = _Search(statements, limit)
        for some in _parted(tiers):
            search.go_through(some)
    return search.hits()


class _Search:
    """One search: how it goes through its questions, and what it has found."""

    def __init__(self, statements: Statements, limit: int) -> None:
        self._statements, self._limit = statements, limit
        self._found: dict[str, dict[int, Hit]] = {kind: {} for kind in statements.spans}
        self._asked = 0

    def hits(self) -> list[Hit]:
        """What was found, in no order."""
        return [hit for some in self._found.values() for hit in some.values()]

    def go_through(self, tiers: Sequence[Tier]) -> None:
        """Find the newest answers to the questions, those of the first before those of the next, as many as are wanted.

        A word that stands nearly everywhere has thousands of answers, of which a list shows the newest: so the latest
        quarters are read first. Where they say that there are few, all questions are asked at once about all the time,
        else one after the other.
        """
        open_kinds = [kind for kind in self._found if self._wanted(kind) and not self._has_enough(tiers)]
        latest = self._in_latest_quarters(open_kinds, tiers)
        few = [kind for kind in open_kinds if self._expected(kind, latest.get(kind)) <= _FEW]
        whole = self._answers(few, tiers, dict.fromkeys(few))
        for place, tier in enumerate(tiers):
            wanted = [kind for kind in open_kinds if self._wanted(kind) and not self._has_enough([tier])]
            farther = {kind: latest[kind][place] for kind in wanted if kind not in whole}
            found = {kind: whole[kind][place] for kind in wanted if kind in whole} | self._farther(farther, tier)
            for kind, rows in found.items():
                self._keep(kind, rows)
            self._asked += 1

    def _has_enough(self, tiers: Sequence[Tier]) -> bool:
        """Whether no guess is needed any more."""
        return bool(tiers) and tiers[0].is_a_guess and sum(map(len, self._found.values())) >= ENOUGH

    def _wanted(self, kind: str) -> int:
        return self._limit - len(self._found[kind])

    def _keep(self, kind: str, rows: Sequence[Row]) -> None:
        known = self._found[kind]
        new = [row for row in rows if row.object_id not in known][: self._wanted(kind)]
        known.update((row.object_id, Hit(kind, row.object_id, self._asked, row.day)) for row in new)

    def _is_worthwhile(self, kind: str, back: dt.timedelta) -> bool:
        first, last = self._statements.spans[kind]
        return back <= _WORTHWHILE * (last - first)

    def _in_latest_quarters(self, kinds: Sequence[str], tiers: Sequence[Tier]) -> dict[str, list[list[Row]]]:
        """The answers of the latest quarters, of the kinds that reach far enough back (one statement)."""
        long_ones = [kind for kind in kinds if self._is_worthwhile(kind, _LATEST)]
        return self._answers(
            long_ones, tiers, {kind: self._statements.spans[kind].last - _LATEST for kind in long_ones}
        )

    def _expected(self, kind: str, latest: list[list[Row]] | None) -> float:
        """How many answers the question with the most of them may have in all the time."""
        if not latest:
            return 0
        first, last = self._statements.spans[kind]
        return max(map(len, latest)) * ((last - first) / (last - self._statements.begin_of(kind, _LATEST)))

    def _answers(
        self, kinds: Sequence[str], tiers: Sequence[Tier], begins: "dict[str, dt.date | None]"
    ) -> dict[str, list[list[Row]]]:
        """The answers of some kinds to all the questions (one statement)."""
        asked = [
            Question(kind, tier, begins[kind], self._found[kind], self._wanted(kind))
            for kind in kinds
            for tier in tiers
        ]
        rows = iter(self._statements.ask(asked))
        return {kind: [next(rows) for _ in tiers] for kind in kinds}

    def _farther(self, latest: Mapping[str, Sequence[Row]], tier: Tier) -> dict[str, Sequence[Row]]:
        """The answers of some kinds to one question: those of the latest quarters, then of as many years as these say
        are needed, and of all the time only where they do not fill the list (two statements)."""
        new = {kind: sum(row.object_id not in self._found[kind] for row in rows) for kind, rows in latest.items()}
        full = {kind: latest[kind] for kind, number in new.items() if number >= self._wanted(kind)}
        begins = {kind: self._begin(kind, number) for kind, number in new.items() if kind not in full}
        found = self._answers_of_each(begins, tier)
        short = {kind: None for kind, begin in begins.items() if begin and len(found[kind]) < self._wanted(kind)}
        return {**full, **found, **self._answers_of_each(short, tier)}

    def _begin(self, kind: str, new: int) -> dt.date | None:
        """From which day on to look, where the latest quarters have so many new answers; None: at all the time."""
        if not new:
            return None
        last = self._statements.spans[kind].last
        back = (last - self._statements.begin_of(kind, _LATEST)) * (self._wanted(kind) * _MARGIN / new)
        return last - back if self._is_worthwhile(kind, back) else None

    def _answers_of_each(self, begins: "Mapping[str, dt.date | None]", tier: Tier) -> dict[str, Sequence[Row]]:
        """The answers of each kind to one question, from its day on (one statement)."""
        asked = [Question(kind, tier, begin, self._found[kind], self._wanted(kind)) for kind, begin in begins.items()]
        return dict(zip(begins, self._statements.ask(asked), strict=True))
