"""Words as the index keeps them, and what somebody typed as queries over them.

A word is kept folded (`hoa`), with its spelling (`=1hoa`: the tone stands in front, so that `hòa` and `hoà` are one)
and with the word after it (`~hoa_binh`), so that two words side by side are found by the index alone. Of three in a
row a short sum is kept (`+1f0a3`), which leaves few rows in which a longer phrase must be looked for. The words of the
title and of the number are kept a second time behind `^` and `#`, the year and the quarter behind `@`. So every
question is an AND of lexemes, which a GIN index answers without reading the rows.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import chain, pairwise

from lantoa.kernel.vietnamese import fold, normalise, spelling

LONGEST_QUERY = 200
MOST_WORDS = 12
SHORTEST_PREFIX = 3
SHORTEST_BEGINNING = 2
"""From so many letters on the titles are found that a single word begins."""
MOST_BYTES = 900_000
"""PostgreSQL reads no `tsvector` back whose lexemes take 1 MiB, though `array_to_tsvector` makes longer ones."""
_LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]")
_NUMBER, _HEAD, _ALL = "#", "^", ""
_DIGITS = 5
"""Of the sum of three words: a million sums, of which the longest text has one in twenty. They make the index twice as
large as it was without; the words themselves would make it more than four times as large."""
_ANY_SUM = "+"
"""What is kept instead of more sums than have room."""
_YEAR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Word:
    """One word, without case: folded, and as it is spelt."""

    folded: str
    spelt: str


@dataclass(frozen=True, slots=True)
class Tier:
    """One question, and the phrases that must stand in the folded text of its answers.

    It is exact where it asks for the number, or for the words as they were typed, and a guess where it takes the last
    one for the beginning of a longer one.
    """

    query: str
    phrases: tuple[str, ...] = ()
    is_exact: bool = False
    is_a_guess: bool = False


def words_of(text: str) -> list[Word]:
    """The words of a text: its runs of letters and digits."""
    return [word for run in _WORD.findall(normalise(text)) if (word := _word(run)).folded]


def placed_words(text: str) -> list[tuple[int, int, Word]]:
    """The words of a text that is normalised, each with where it begins and ends."""
    found = []
    for run in _WORD.finditer(text):
        word = _word(run[0])
        if word.folded:
            found.append((run.start(), run.end(), word))
    return found


@lru_cache(maxsize=16_384)  # texts share their words
def _word(run: str) -> Word:
    short = run[:_LONGEST_WORD]
    return Word(fold(short), spelling(short))


def folded_line(words: list[Word]) -> str:
    """The folded words in one line that begins and ends with a blank, so that a phrase is found as whole words."""
    return f" {' '.join(word.folded for word in words)} "


def lexemes_of(number: list[Word], head: list[Word], others: list[list[Word]]) -> list[str]:
    """The lexemes of an entry: of its number, of its head (number and title) and of its other parts.

    Where all would take more than `MOST_BYTES`, the last of them are left out, those of the head never. Sums are kept
    all or none.
    """
    found = {*_lexemes(_NUMBER, number), *_lexemes(_HEAD, number), *_lexemes(_HEAD, head)}
    found.update(_lexemes(_ALL, number), _lexemes(_ALL, head))
    left = MOST_BYTES - sum(len(lexeme.encode()) for lexeme in found)
    for lexeme in chain.from_iterable(_lexemes(_ALL, part) for part in others):
        if lexeme not in found:
            left -= len(lexeme.encode())
            if left < 0:
                break
            found.add(lexeme)
    sums = set(chain.from_iterable(_sums(part) for part in (number, head, *others)))
    found.update(sums if sum(map(len, sums)) <= left else [_ANY_SUM])
    return sorted(found)


def lexemes_of_day(day: dt.date) -> list[str]:
    """The lexemes of everything that a year has, and a quarter."""
    return [_year(day), _quarter(day)]


def since(query: str, first: dt.date, last: dt.date) -> tuple[str, dt.date]:
    """The question, about what has its day from `first` to `last`, and the day from which it is asked in truth.

    That is the first of a quarter, or of a year where `first` lies more than a year before `last`.
    """
    if last - first < _YEAR:
        begin = first.replace(month=(first.month - 1) // 3 * 3 + 1, day=1)
        months = range(begin.year * 12 + begin.month - 1, last.year * 12 + last.month, 3)
        periods = [_quarter(dt.date(month // 12, month % 12 + 1, 1)) for month in months]
    else:
        begin = first.replace(month=1, day=1)
        periods = [_year(dt.date(year, 1, 1)) for year in range(begin.year, last.year + 1)]
    return f"{query} & ({' | '.join(map(repr, periods))})", begin


def _year(day: dt.date) -> str:
    return f"@{day.year}"


def _quarter(day: dt.date) -> str:
    return f"@{day.year}q{(day.month + 2) // 3}"


def _lexemes(place: str, words: list[Word]) -> Iterator[str]:
    for word in words:
        yield f"{place}{word.folded}"
        yield f"{place}={word.spelt}"
    for first, second in pairwise(words):
        yield f"{place}~{first.folded}_{second.folded}"


def _sums(words: list[Word]) -> Iterator[str]:
    for three in zip(words, words[1:], words[2:], strict=False):
        row = "_".join(word.folded for word in three)
        yield f"+{sha256(row.encode()).hexdigest()[:_DIGITS]}"


def tiers_of(text: str) -> list[Tier]:
    """What somebody typed, as questions from the best answers to the farthest; none where there is no word in it.

    First what bears the number, then the words exactly as they were typed (in the head, anywhere), then the same words
    whatever their diacritics (in the head, anywhere), and last with the last word as the beginning of a longer one.
    """
    runs, last_is_open = runs_of(text)
    if not runs:
        return []
    long_ones = tuple(folded_line(run) for run in runs if len(run) > 2)
    tiers = [Tier(_query(_NUMBER, runs), is_exact=True)] if any(map(_is_number, runs)) else []
    for exact in (True, False):
        tiers += [Tier(_query(place, runs, exact=exact), long_ones, is_exact=exact) for place in (_HEAD, _ALL)]
    if last_is_open and len(runs[-1][-1].folded) >= SHORTEST_PREFIX:
        finished = tuple(folded_line(run) for run in runs[:-1] if len(run) > 2)
        begun = (folded_line(runs[-1])[:-1],) if len(runs[-1]) > 2 else ()
        for exact in (True, False):
            query = _query(_ALL, runs, exact=exact, prefix=True)
            tiers.append(Tier(query, finished + begun, is_a_guess=True))
    return tiers


def beginnings_of(text: str) -> list[Tier]:
    """What somebody is typing, as questions for heads in which these words stand side by side.

    The last word may go on where no blank follows it. As typed comes first, then whatever the diacritics.
    """
    words = words_of(text[:LONGEST_QUERY])[:MOST_WORDS]
    going_on = "" if text[-1:].isspace() else ":*"
    if len(words) > 1:
        pairs = " & ".join(f"'{_HEAD}~{first.folded}_{second.folded}'" for first, second in pairwise(words))
        exact = " & ".join(f"'{_HEAD}={word.spelt}'" for word in words[:-1])
        return [Tier(f"{exact} & {pairs}{going_on}"), Tier(f"{pairs}{going_on}")]
    if not words or len(words[0].folded) < SHORTEST_BEGINNING:
        return []
    return [Tier(f"'{_HEAD}={words[0].spelt}'{going_on}"), Tier(f"'{_HEAD}{words[0].folded}'{going_on}")]


def runs_of(text: str) -> tuple[list[list[Word]], bool]:
    """Words that stand side by side (quoted, or written as one: `57-NQ/TW`), and whether the last may go on."""
    typed = normalise(text)[:LONGEST_QUERY]
    parts, at = [], 0
    for quoted in _QUOTED.finditer(typed):
        parts += [*typed[at : quoted.start()].split(), quoted[1]]
        at = quoted.end()
    rest = typed[at:].split()
    runs: list[list[Word]] = []
    for part in (*parts, *rest):
        words = words_of(part)[: MOST_WORDS - sum(map(len, runs))]
        if words:
            runs.append(words)
    return runs, bool(rest)


def _is_number(run: list[Word]) -> bool:
    return run[0].folded[0].isdigit()


def _query(place: str, runs: list[list[Word]], *, exact: bool = False, prefix: bool = False) -> str:
    asked: dict[str, None] = {}
    for position, run in enumerate(runs):
        where = _HEAD if place == _NUMBER and not _is_number(run) else place
        open_ended = prefix and position == len(runs) - 1
        asked |= dict.fromkeys(_asked(where, run, exact=exact, open_ended=open_ended))
    return " & ".join(asked)


def _asked(place: str, run: list[Word], *, exact: bool, open_ended: bool) -> Iterator[str]:
    """What a run of words asks for; of an open-ended one the last is a beginning.

    Sums do not say where the words stand. One alone may be that of other words, so it is asked for beside the pairs; of
    several that is so unlikely that they take the place of the pairs.
    """
    pairs = [f"~{first.folded}_{second.folded}" for first, second in pairwise(run)]
    sums = [] if open_ended or place != _ALL else [*_sums(run)]
    singles = [f"={word.spelt}" if exact else word.folded for word in run]
    yield from (f"('{one}' | '{_ANY_SUM}')" for one in sums)
    for lexemes in (pairs if len(sums) < 2 else [], singles if exact or not pairs else []):
        for lexeme in lexemes:
            beginning = ":*" if open_ended and lexeme is lexemes[-1] else ""
            yield f"'{place}{lexeme}'{beginning}"
