"""Vietnamese text: folding for search, and the order of names.

Both results are stored on write in columns with the "C" collation, so that the database compares plain bytes.
"""

import re
import unicodedata
from functools import lru_cache

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_RANK = {letter: chr(0x41 + position) for position, letter in enumerate(_LETTERS)}
_SPACES = re.compile(r"[\s\x00]+")  # a zero byte, which no column takes, parts words as a blank does


_LOOKALIKES = str.maketrans("ÐðƉɖ", "ĐđĐđ")
"""Old key tables wrote Icelandic and African letters that look like ours: `QÐ` was meant as `QĐ`."""


def normalise(text: str) -> str:
    """`text` in composed form (NFC), without blanks at its ends and with single blanks inside, `đ` as one letter."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_LOOKALIKES)).strip()


def fold(text: str) -> str:
    """`text` without case, diacritics or repeated blanks, `đ` as `d`: what a search compares."""
    return " ".join(_folded_word(word) for word in normalise(text).split(" "))


@lru_cache(maxsize=16_384)  # names share their words
def _folded_word(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.casefold().replace("đ", "d"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _split_tone(character: str) -> tuple[str, int]:
    marks = unicodedata.normalize("NFD", character)
    tone = next((_TONES[mark] for mark in marks if mark in _TONES), 0)
    letter = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
    return letter, tone


def spelling(word: str) -> str:
    """A word in small letters with the number of its tone in front: `1hoa`, whether `hòa` or `hoà` was written."""
    pairs = [_split_tone(character) for character in normalise(word).casefold()]
    return f"{max((tone for _, tone in pairs), default=0)}{''.join(letter for letter, _ in pairs)}"


@lru_cache(maxsize=16_384)  # names share their words
def _word_key(word: str) -> str:
    pairs = [_split_tone(character) for character in normalise(word).casefold()]
    letters = "".join(_RANK.get(letter, letter) for letter, _ in pairs)
    return f"{letters}!{max((tone for _, tone in pairs), default=0)}"


def text_key(text: str) -> str:
    """A key whose byte order is the order of `text` in a Vietnamese dictionary.

    ă â đ ê ô ơ ư are letters of their own; the tone decides only between syllables of the same letters, in the order
    ngang, huyền, hỏi, ngã, sắc, nặng.
    """
    return " ".join(_word_key(word) for word in normalise(text).split(" "))


def name_key(full_name: str) -> str:
    """A key in the order of Vietnamese names: given name, then family name, then middle names."""
    words = normalise(full_name).split(" ")
    given, family, middle = words[-1], words[:-1][:1], words[1:-1]
    return " ".join(_word_key(word) for word in [given, *family, *middle])
