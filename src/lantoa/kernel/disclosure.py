"""Which counts of people everybody may be told: none under five, and none from which such a one could be reckoned.

The rule of the domain ("Personal data"): figures under 5 are suppressed in public statistics, with a second figure
where a difference would give it away. Nought is nobody's figure and may be told.
"""

from collections.abc import Mapping, Sequence

LEAST = 5
"""The smallest count of people that is told."""
_STEP, _LOWEST = 5, 50


def is_small(count: int) -> bool:
    """Whether so few people stand behind the count that it is not told."""
    return 0 < count < LEAST


def withheld(counts: Mapping[str, int], sums: Sequence[tuple[str, Sequence[str]]]) -> set[str]:
    """The names of the counts that are not told. `sums` says which of them is the sum of which others.

    A count that is never shown, but is left over between two that are, belongs among them too.
    """
    hidden = {name for name, count in counts.items() if is_small(count)}
    while further := next(filter(None, (_further(counts, whole, parts, hidden) for whole, parts in sums)), ""):
        hidden.add(further)
    return hidden


def told_bound(numerator: int, denominator: int) -> int | None:
    """A lower bound of a rate, in whole per cent, from which nobody can reckon how few are missing; None where there is
    none that would say anything."""
    for bound in range(100 - _STEP, _LOWEST - 1, -_STEP):
        if numerator * 100 >= bound * denominator and denominator * (100 - bound) >= LEAST * 100:
            return bound
    return None


def _further(counts: Mapping[str, int], whole: str, parts: Sequence[str], hidden: set[str]) -> str:
    """The count that has to be withheld too, as long as this sum gives away what is; empty where it gives away
    nothing."""
    unknown = [name for name in parts if name in hidden]
    if whole in hidden:
        gives_away = not unknown and counts[whole] > 0
    else:
        gives_away = is_small(sum(counts[name] for name in unknown))
    if not gives_away:
        return ""
    others = sorted((counts[name], name) for name in parts if name not in hidden and counts[name] >= LEAST)
    return others[0][1] if others else whole
