"""Vietnamese text in the encodings from before Unicode: recognised by its content and converted.

Two are in use still, each as Latin letters and signs that a font draws as Vietnamese ones: TCVN3 (the fonts called
ABC, .VnTime; TCVN 5712:1993, table VN3) and VNI for Windows. A word is legacy text where it is no Vietnamese syllable
as it stands and is one when it is converted; text that is spelt rightly in Unicode is therefore never touched.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from lantoa.kernel.syllables import is_syllable
from lantoa.kernel.vietnamese import normalise

WORDS_LIMIT = 4_000
"""So many different words decide about a whole file."""


class Legacy(StrEnum):
    """An encoding from before Unicode."""

    TCVN3 = "tcvn3"
    VNI = "vni"


# Codes A1–AE and B5–FE of the table VN3; capitals with a tone have no code, a font of capitals draws the small letters.
_TCVN3_RUNS = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}
_TCVN3 = {first + step: letter for first, run in _TCVN3_RUNS.items() for step, letter in enumerate(run)}

# VNI writes a mark after its letter; i, ơ, ư, đ and the dotted y have single codes.
_VNI_SINGLE = {"ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ", "ñ": "đ"}
_VNI_MARKS = {
    "a": {"ø": "à", "ù": "á", "û": "ả", "õ": "ã", "ï": "ạ", "â": "â", "á": "ấ", "à": "ầ", "å": "ẩ", "ã": "ẫ", "ä": "ậ"}
    | {"ê": "ă", "é": "ắ", "è": "ằ", "ú": "ẳ", "ü": "ẵ", "ë": "ặ"},
    "e": {"ø": "è", "ù": "é", "û": "ẻ", "õ": "ẽ", "ï": "ẹ", "â": "ê", "á": "ế", "à": "ề", "å": "ể", "ã": "ễ", "ä": "ệ"},
    "o": {"ø": "ò", "ù": "ó", "û": "ỏ", "õ": "õ", "ï": "ọ", "â": "ô", "á": "ố", "à": "ồ", "å": "ổ", "ã": "ỗ", "ä": "ộ"},
    "u": {"ø": "ù", "ù": "ú", "û": "ủ", "õ": "ũ", "ï": "ụ"},
    "y": {"ø": "ỳ", "ù": "ý", "û": "ỷ", "õ": "ỹ"},
    "ô": {"ø": "ờ", "ù": "ớ", "û": "ở", "õ": "ỡ", "ï": "ợ"},
    "ö": {"ø": "ừ", "ù": "ứ", "û": "ử", "õ": "ữ", "ï": "ự"},
}
_VNI_CODES = {letter + mark: found for letter, marks in _VNI_MARKS.items() for mark, found in marks.items()}
_VNI = {**_VNI_CODES, **_VNI_SINGLE}
_VNI_PAIRS = re.compile("|".join(sorted(_VNI, key=len, reverse=True)), re.IGNORECASE)
_WORDS = re.compile(r"[^\s\x00-\x40\[-`{-\x7f]+")
# What Latin-1 has beyond ASCII and Vietnamese text in Unicode has not.
FOREIGN = "[\xa1-\xbf\xc4-\xc7\xcb\xce-\xd1\xd6-\xd8\xdb\xdc\xde\xdf\xe4-\xe7\xeb\xee-\xf1\xf6-\xf8\xfb\xfc\xfe\xff]"
"""A pattern: without one of these letters, no text is taken for a stray one from before Unicode."""
_FOREIGN = re.compile(FOREIGN)
_LOWER = re.compile(r"[a-z]")
_CAPITAL_INSIDE = re.compile(r"[^\s][A-Z]")


@dataclass(frozen=True)
class Evidence:
    """What the different words of a text say: readable only as Unicode, only in an encoding, or either way."""

    unicode: int
    legacy: int


def convert(text: str, encoding: Legacy) -> str:
    """`text` read in `encoding`, whatever it holds. Capitals of a font of capitals become capitals."""
    if encoding == Legacy.VNI:
        return _VNI_PAIRS.sub(_vni_letter, text)
    found = text.translate(_TCVN3)
    if _CAPITAL_INSIDE.search(text) and not _LOWER.search(text):
        return found.upper()
    return found


def recognise(texts: Iterable[str]) -> Legacy | None:
    """The encoding from before Unicode that these texts (or a good part of them) are in; None for Unicode."""
    words = _different_words(texts)
    best: Legacy | None = None
    most = 0
    for encoding in Legacy:
        seen = _evidence(words, encoding)
        enough = seen.legacy >= 2 or not seen.unicode
        if enough and seen.legacy * 10 >= seen.unicode and seen.legacy > most:
            best, most = encoding, seen.legacy
    return best


def readable_share(texts: Iterable[str]) -> float:
    """Which part of the different words with letters beyond ASCII is spelt as Vietnamese; 1.0 without such words."""
    words = _different_words(texts)
    return sum(is_syllable(word) for word in words) / len(words) if words else 1.0


def convert_together(texts: Sequence[str], encoding: Legacy) -> list[str]:
    """Texts of one row, each converted where it is legacy text. What can be read either way follows the others."""
    if all(text.isascii() for text in texts):
        return list(texts)
    seen = [_text_evidence(text, encoding) for text in texts]
    follows = any(one.legacy for one in seen) or not any(one.unicode for one in seen)
    return [
        _converted(text, encoding) if one.legacy or (follows and not one.unicode) else text
        for text, one in zip(texts, seen, strict=True)
    ]


def has_strays(texts: Iterable[str]) -> bool:
    """Whether among texts in Unicode there is one that is TCVN3 for certain: two of its words are, and none Unicode.

    One word is not enough: "thaï" and "Mön" are words of other languages. No name of a unit and no word of Vietnamese
    has been found that would be taken for one; VNI has no such certainty, its letters are those of other languages.
    """
    return any(_stray_words(text) > 1 for text in texts if not text.isascii() and _FOREIGN.search(text))


def convert_strays(texts: Sequence[str]) -> list[str]:
    """Texts of one row, each converted from TCVN3 where it can be read in no other way; nothing follows the others."""
    return [_converted(text, Legacy.TCVN3) if _FOREIGN.search(text) and _stray_words(text) else text for text in texts]


@lru_cache(maxsize=65_536)
def _stray_words(text: str) -> int:
    """How many words are TCVN3 and no Unicode; 0 where any other word is not, or cannot be, TCVN3."""
    words = set(_beyond_ascii(text))
    if any(letter > "\xff" for letter in text) or not all(is_syllable(convert(word, Legacy.TCVN3)) for word in words):
        return 0
    seen = _evidence(words, Legacy.TCVN3)
    return 0 if seen.unicode else seen.legacy


@lru_cache(maxsize=65_536)
def _converted(text: str, encoding: Legacy) -> str:
    return normalise(convert(text, encoding))


@lru_cache(maxsize=65_536)
def _text_evidence(text: str, encoding: Legacy) -> Evidence:
    if text.isascii():
        return Evidence(0, 0)
    if any(letter > "\xff" for letter in text):
        return Evidence(1, 0)
    return _evidence(set(_beyond_ascii(text)), encoding)


def _different_words(texts: Iterable[str]) -> set[str]:
    words: set[str] = set()
    for text in texts:
        if not text.isascii():
            words.update(_beyond_ascii(text))
        if len(words) >= WORDS_LIMIT:
            break
    return words


def _beyond_ascii(text: str) -> list[str]:
    return [word for word in _WORDS.findall(text) if not word.isascii()]


def _evidence(words: Iterable[str], encoding: Legacy) -> Evidence:
    unicode, legacy = 0, 0
    for word in words:
        as_it_stands = is_syllable(word)
        changed = convert(word, encoding) if all(letter <= "\xff" for letter in word) else word
        as_legacy = changed != word and is_syllable(changed)
        unicode += as_it_stands and not as_legacy
        legacy += as_legacy and not as_it_stands
    return Evidence(unicode, legacy)


def _vni_letter(found: re.Match[str]) -> str:
    letter = _VNI[found[0].lower()]
    return letter.upper() if found[0][0].isupper() else letter
