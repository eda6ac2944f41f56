"""What is suggested while somebody types: words that several of the latest titles go on with, and titles."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lantoa.kernel.vietnamese import normalise
from lantoa.portal.models import PortalSite
from lantoa.portal.searching.selectors import described, keys_of
from lantoa.search.finding import begun_with
from lantoa.search.lexemes import Word, placed_words
from lantoa.search.statements import Where

MOST_PHRASES, MOST_TITLES = 4, 6
_LOOKED_AT = 20
"""So many titles of each kind are looked at."""
_OFTEN = 2
"""Words are suggested that so many titles have in a row."""
_FARTHER = 2
"""They go on for at most so many words beyond what was typed."""


@dataclass(frozen=True)
class Suggestion:
    """A title and where it is read, or words to search for, which have no kind and no address."""

    text: str
    kind: str = ""
    address: str = ""


def suggestions_for(portal: PortalSite, typed: str) -> list[Suggestion]:
    """What fits the beginning that was typed, whatever its diacritics: words first, then titles (seven queries)."""
    titles = _titles(portal, typed)
    phrases = [Suggestion(text) for text in _phrases(typed, [title.text for title in titles])]
    return [*phrases[:MOST_PHRASES], *titles[:MOST_TITLES]]


def _titles(portal: PortalSite, typed: str) -> list[Suggestion]:
    """Titles that have what was typed, those with the very spelling first, of equals the latest."""
    hits = begun_with(typed, Where(keys_of(portal)), limit=_LOOKED_AT)
    found = described(portal, hits)
    shown = ((hit.kind, found[hit[:2]]) for hit in hits if hit[:2] in found)
    return [Suggestion(one.name, kind, one.address) for kind, one in shown]


def _phrases(typed: str, titles: Iterable[str]) -> list[str]:
    """What titles say where the typed words begin, the most frequent first; of equally frequent ones the longest."""
    wanted = [word.folded for _start, _end, word in placed_words(normalise(typed))]
    counted: Counter[str] = Counter()
    written: dict[str, str] = {}
    for title in titles:
        for phrase in dict.fromkeys(_continued(wanted, normalise(title))):
            counted[phrase.casefold()] += 1
            written.setdefault(phrase.casefold(), phrase)
    often = {phrase: number for phrase, number in counted.items() if number >= _OFTEN}
    whole = [
        phrase
        for phrase, number in often.items()
        if not any(longer != phrase and longer.startswith(f"{phrase} ") and often[longer] == number for longer in often)
    ]
    whole.sort(key=lambda phrase: -often[phrase])
    return [written[phrase] for phrase in whole if phrase != normalise(typed).casefold()]


def _continued(wanted: list[str], title: str) -> Iterator[str]:
    """The words of a title from where the wanted ones stand, two at least and some more, up to the next sign."""
    placed = placed_words(title)
    for at in range(len(placed) - len(wanted) + 1):
        if not _begins(wanted, [word for _start, _end, word in placed[at : at + len(wanted)]]):
            continue
        start, end, _word = placed[at]
        for place, (begin, stop, _word) in enumerate(placed[at : at + len(wanted) + _FARTHER]):
            if place and title[end:begin].strip():
                break
            end = stop
            if place and place >= len(wanted) - 1:
                yield title[start:end]


def _begins(wanted: list[str], words: list[Word]) -> bool:
    """Whether the words are the wanted ones, of which the last may go on."""
    folded = [word.folded for word in words]
    return folded[:-1] == wanted[:-1] and folded[-1].startswith(wanted[-1])
