"""Two versions of a text, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Piece:
    """A run of words; `changed` where the other text has something else."""

    text: str
    changed: bool


def word_pieces(left: str, right: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts cut into equal and changed pieces; the pieces of each text, joined, are that text."""
    ours, others = _WORDS.findall(left), _WORDS.findall(right)
    left_pieces: list[Piece] = []
    right_pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, ours, others, autojunk=False).get_opcodes():
        if i2 > i1:
            left_pieces.append(Piece("".join(ours[i1:i2]), tag != "equal"))
        if j2 > j1:
            right_pieces.append(Piece("".join(others[j1:j2]), tag != "equal"))
    return tuple(left_pieces), tuple(right_pieces)
