"""What a list shows of a text that was found: the words that were asked for, and what stands around them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from lantoa.kernel.arrays import array_literal
from lantoa.kernel.vietnamese import normalise
from lantoa.search.finding import Hit
from lantoa.search.lexemes import SHORTEST_PREFIX, Word, folded_line, placed_words, runs_of

LENGTH = 240
"""About so many characters are shown of a text."""
_BEFORE = 60
"""About so many of them stand before the first word that was asked for."""
_AROUND, _READ = 900, 2_400
"""Of the text of files so much is read before the place that was found, and so much in all."""
_MOST_NEEDLES = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and whether it was asked for."""

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a word or a phrase that was asked for stands."""

    start: int
    end: int
    run: int


class _Words:
    """The words of a text, and where each of them stands."""

    def __init__(self, text: str) -> None:
        self._placed = placed_words(text)
        self._folded = [word.folded for _start, _end, word in self._placed]

    def rows_of(self, run: list[Word]) -> list[int]:
        """Where the run begins, whatever its diacritics."""
        wanted = run[-1].folded
        return self._rows(run, [at for at, folded in enumerate(self._folded) if folded == wanted])

    def rows_begun(self, run: list[Word]) -> list[int]:
        """The same where its last word is the beginning of a longer one."""
        letters = run[-1].folded
        return self._rows(run, [at for at, folded in enumerate(self._folded) if folded.startswith(letters)])

    def _rows(self, run: list[Word], lasts: Iterable[int]) -> list[int]:
        before = [word.folded for word in run[:-1]]
        firsts = (last - len(before) for last in lasts)
        return [first for first in firsts if first >= 0 and self._folded[first : first + len(before)] == before]

    def has_spelling(self, run: list[Word], first: int) -> bool:
        """Whether the words from there on are spelt as those of the run."""
        return all(word.spelt == self._placed[at][2].spelt for at, word in enumerate(run, start=first))

    def place(self, run: list[Word], first: int, number: int) -> _Place:
        """The place of the run of this number, which begins there."""
        return _Place(self._placed[first][0], self._placed[first + len(run) - 1][1], number)


class Highlighter:
    """Finds in texts what somebody typed, as the index does.

    Where all words stand in a row, only these rows are marked. Where a word stands as it was typed, only that is
    marked; else the same word with other diacritics; else, for the last word, longer ones that begin with it.
    """

    def __init__(self, typed: str) -> None:
        self._runs, self._last_is_open = runs_of(typed)

    def marked(self, text: str) -> list[Piece]:
        """The whole text."""
        plain = normalise(text)
        return _cut(plain, 0, len(plain), self._places(plain))

    def excerpt(self, texts: Iterable[str]) -> list[Piece]:
        """About `LENGTH` characters of the text that has most of what was typed; of equals, of the first one. Texts
        behind one that has all of it are not looked at."""
        best: tuple[int, str, int, list[_Place]] | None = None
        for text in texts:
            if best is not None and best[0] == len(self._runs):
                break
            plain = normalise(text)
            places = self._places(plain)
            count, begin = _densest(places)
            if plain and (best is None or count > best[0]):
                best = (count, plain, begin, places)
        if best is None:
            return []
        _count, plain, begin, places = best
        return _window(plain, begin, places)

    def needles(self) -> list[str]:
        """What to look for in a folded text to come near to the words: all in a row, then each."""
        words = [word for run in self._runs for word in run]
        wanted = [words, *sorted(self._runs, key=lambda run: -sum(len(word.folded) for word in run))]
        lines = [folded_line(run) for run in wanted if run]
        if lines and self._last_is_open:
            lines.append(folded_line(self._runs[-1])[:-1])
        return list(dict.fromkeys(lines))[:_MOST_NEEDLES]

    def _places(self, text: str) -> list[_Place]:
        """Where it stands all in a row; where it does so nowhere, each word."""
        words = _Words(text)
        row = _places_of([word for run in self._runs for word in run], 0, words, is_open=self._last_is_open)
        if row:
            return [_Place(place.start, place.end, run) for place in row for run in range(len(self._runs))]
        found: list[_Place] = []
        for number, run in enumerate(self._runs):
            is_open = self._last_is_open and number == len(self._runs) - 1
            found += _places_of(run, number, words, is_open=is_open)
        return sorted(found, key=lambda place: (place.start, -place.end))


def texts_around(hits: Sequence[Hit], needles: Sequence[str]) -> dict[tuple[str, int], str]:
    """Of the kept text of each object the part where one of the needles stands, else its beginning (one query).

    The folded text says where: both go on at about the same pace.
    """
    if not hits or not needles:
        return {}
    sought = ", ".join(["nullif(strpos(line, %s), 0)"] * len(needles))
    kinds, numbers = array_literal(hit.kind for hit in hits), array_literal(hit.object_id for hit in hits)
    with connection.cursor() as cursor:
        cursor.execute(_AROUND_IT.format(sought=sought), [_AROUND, _READ, *needles, kinds, numbers])
        return {(kind, object_id): text for kind, object_id, text in cursor.fetchall()}


_AROUND_IT = """
SELECT kind, object_id, substr(attached, greatest(1, (place * length(attached))::int - %s), %s)
FROM (
    SELECT kind, object_id, attached, coalesce({sought}, 0)::float / greatest(1, length(line)) AS place
    FROM (
        SELECT kind, object_id, attached, split_part(folded, chr(10), 4) AS line
        FROM search_searchentry JOIN unnest(%s::text[], %s::bigint[]) AS hit (kind, object_id) USING (kind, object_id)
        WHERE attached <> ''
        OFFSET 0
    ) AS entry
) AS found
"""


def _places_of(run: list[Word], number: int, text: _Words, *, is_open: bool) -> list[_Place]:
    """Where a run stands: as it is spelt, else whatever the diacritics, else as a beginning."""
    if not run:
        return []
    found = text.rows_of(run)
    spelt = [first for first in found if text.has_spelling(run, first)]
    if not found and is_open and len(run[-1].folded) >= SHORTEST_PREFIX:
        found = text.rows_begun(run)
    return [text.place(run, first, number) for first in spelt or found]


def _densest(places: list[_Place]) -> tuple[int, int]:
    """How many of the runs stand close together at most, and where that begins."""
    best, begin = 0, 0
    for place in places:
        close = {other.run for other in places if 0 <= other.start - place.start <= LENGTH - _BEFORE}
        if len(close) > best:
            best, begin = len(close), place.start
    return best, begin


def _window(text: str, hit: int, places: list[_Place]) -> list[Piece]:
    """The text around a place, cut between words, with a sign where it goes on."""
    start = 0 if hit <= 2 * _BEFORE else text.find(" ", hit - _BEFORE) + 1
    end = len(text) if len(text) - start <= LENGTH else text.rfind(" ", start, start + LENGTH)
    if end <= start:
        end = min(len(text), start + LENGTH)
    pieces = _cut(text, start, end, places)
    before, after = [Piece("… ", is_hit=False)] if start else [], [Piece(" …", is_hit=False)] if end < len(text) else []
    return [*before, *pieces, *after]


def _cut(text: str, start: int, end: int, places: list[_Place]) -> list[Piece]:
    """The text from `start` to `end` in pieces; hits with nothing but a blank between them are one."""
    pieces: list[Piece] = []
    at = start
    for begin, stop in _merged(text, [place for place in places if start <= place.start and place.end <= end]):
        if begin > at:
            pieces.append(Piece(text[at:begin], is_hit=False))
        pieces.append(Piece(text[begin:stop], is_hit=True))
        at = stop
    return [*pieces, Piece(text[at:end], is_hit=False)] if at < end else pieces


def _merged(text: str, places: list[_Place]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for place in places:
        if merged and not text[merged[-1][1] : place.start].strip():
            merged[-1] = (merged[-1][0], max(merged[-1][1], place.end))
        else:
            merged.append((place.start, place.end))
    return merged
