"""What changed between two texts, told line by line and in changed lines word by word."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import zip_longest

from lantoa.ui.diff import word_pieces

MOST_WORDS = 1_500
"""A longer line is shown as a whole: comparing its words takes time by the square of their number."""


class Fate(Enum):
    """What became of a run of words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Run:
    """Words, and what became of them."""

    text: str
    fate: Fate


Line = tuple[Run, ...]


def changed_lines(old: list[str], new: list[str]) -> list[Line]:
    """The lines that differ, in their order; empty where the texts are the same."""
    found: list[Line] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found += [_line(left, right) for left, right in zip_longest(old[i1:i2], new[j1:j2], fillvalue="")]
    return found


def _line(old: str, new: str) -> Line:
    if not old or not new or max(len(old.split()), len(new.split())) > MOST_WORDS:
        return tuple(Run(text, fate) for text, fate in ((old, Fate.REMOVED), (new, Fate.ADDED)) if text)
    left, right = (list(pieces) for pieces in word_pieces(old, new))
    runs: list[Run] = []
    while left or right:
        if left and left[0].changed:
            runs.append(Run(left.pop(0).text, Fate.REMOVED))
        elif right[0].changed:
            runs.append(Run(right.pop(0).text, Fate.ADDED))
        else:
            left.pop(0)
            runs.append(Run(right.pop(0).text, Fate.KEPT))
    return tuple(runs)
