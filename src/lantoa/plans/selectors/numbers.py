"""The numbers that a unit gave its documents in a year, and the one that comes next."""

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.models import Unit
from lantoa.plans.enums import NUMBERED, Document, Numbered
from lantoa.plans.models import NumberPattern, Plan, Summons
from lantoa.plans.models.numbering import PLACE
from lantoa.plans.selectors.plans import notation_of

_LEADING = re.compile(r"(?P<number>\d+)(?P<rest>\D.*)")
MOST_GAPS = 20
"""So many missing numbers are named."""


@dataclass(frozen=True, slots=True)
class Register:
    """What a unit numbered in one year by its pattern: the number that comes next, which numbers before it are missing
    (`more_gaps` others are not named), and which were given twice."""

    pattern: str
    following: str
    gaps: tuple[int, ...]
    more_gaps: int
    twice: tuple[str, ...]


def register_of(unit: Unit, kind: Numbered, year: int) -> Register:
    """The numbers of that kind in that year, as far as they fit the unit's pattern (two queries).

    Where the unit has set no pattern, the last one that it used holds, else the usual one of units of its kind.
    """
    given = numbers_of(unit, kind)
    pattern = _pattern(unit, kind, given)
    shape = _shape(pattern)
    found = [int(match["number"]) for number, day in given if day.year == year and (match := shape.fullmatch(number))]
    highest = max(found, default=0)
    used = set(found) - {0}
    gaps = tuple(islice((number for number in range(1, highest) if number not in used), MOST_GAPS))
    twice = sorted(number for number, times in Counter(found).items() if times > 1)
    return Register(
        pattern=pattern,
        following=pattern.replace(PLACE, str(highest + 1)),
        gaps=gaps,
        more_gaps=highest - len(used) - len(gaps),
        twice=tuple(pattern.replace(PLACE, str(number)) for number in twice),
    )


def next_number(unit: Unit, year: int, kind: Numbered = Numbered.PLAN) -> str:
    """What `register_of` proposes."""
    return register_of(unit, kind, year).following


def patterns_of(unit: Unit) -> dict[str, str]:
    """The patterns that the unit has set, by kind of document (one query)."""
    return dict(NumberPattern.objects.filter(unit=unit).values_list("kind", "pattern"))


def numbers_of(unit: Unit, kind: Numbered) -> list[tuple[str, dt.date]]:
    """All numbers that the unit gave to documents of that kind, with their days, the latest first (one query)."""
    if kind is Numbered.LETTER:
        letters = Summons.objects.filter(unit=unit).order_by("-issued_on", "-pk")
        return list(letters.values_list("number", "issued_on"))
    documents = [document for document, numbered in NUMBERED.items() if numbered is kind]
    issued = Plan.objects.filter(unit=unit, document__in=documents, issued_on__isnull=False)
    plans = issued.exclude(number="").order_by("-issued_on", "-pk")
    return [(number, day) for number, day in plans.values_list("number", "issued_on") if day is not None]


def is_given(unit: Unit, kind: Numbered, number: str, year: int) -> bool:
    """Whether the unit gave the number to another document of that kind in that year; leading zeros do not matter."""
    wanted = _plain(number)
    return any(day.year == year and _plain(given) == wanted for given, day in numbers_of(unit, kind))


def _pattern(unit: Unit, kind: Numbered, given: list[tuple[str, dt.date]]) -> str:
    own = patterns_of(unit).get(kind)
    if own is not None:
        return own
    used = next((match["rest"] for number, _day in given if (match := _LEADING.fullmatch(number))), None)
    return f"{PLACE}{used or usual_notation(unit, kind)}"


def usual_notation(unit: Unit, kind: Numbered) -> str:
    """What follows the number on documents of units of this kind."""
    if kind is Numbered.LETTER:
        return notation_of(unit).replace("KH", "CV", 1)
    return notation_of(unit, Document.PROGRAMME if kind is Numbered.PROGRAMME else Document.PLAN)


def _shape(pattern: str) -> "re.Pattern[str]":
    before, _place, after = pattern.partition(PLACE)
    return re.compile(f"{re.escape(before)}0*(?P<number>[0-9]{{1,9}}){re.escape(after)}", re.IGNORECASE)


def _plain(number: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", normalise(number)).casefold()
