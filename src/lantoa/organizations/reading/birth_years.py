"""The year of birth in whatever way a list writes it. Nothing is guessed: two digits are no year."""

import datetime as dt
import re
from functools import lru_cache

from lantoa.kernel.vietnamese import fold

_EPOCH = dt.date(1899, 12, 30)
_SERIALS = range(3_654, 60_000)
"""Day numbers of a spreadsheet from 1910 on; smaller ones could be years."""

_WORDS = re.compile(r"^(?:(?:sinh|nam|ngay|thang|s|n|ns)\b[ .:]*)+")
_CLEAR = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4})",
        r"(?P<year>\d\.\d{3})",
        r"\d{1,2} ?[-/.,\\ ] ?\d{1,2} ?[-/.,\\ ] ?(?P<year>\d{4})(?: 0?0:00.*)?",
        r"\d{1,2} ?[-/.,\\ ] ?(?P<year>\d{4})",
        r"(?P<year>\d{4})-\d{1,2}-\d{1,2}(?:[ t].*)?",
        r"(?:\d{1,2} )?(?:thang )?\d{1,2} nam (?P<year>\d{4})",
        r"(?:\d{1,2} )?thang \d{1,2} nam (?P<year>\d{4})",
    )
)
_TWO_DIGITS = re.compile(r"(?:\d{1,2} ?[-/.,\\ ] ?){0,2}'?\d{2}")


@lru_cache(maxsize=65_536)
def birth_year_of(text: str) -> int | None:
    """The year, whatever it is; None where the text says none clearly."""
    plain = _WORDS.sub("", fold(text)).strip(" .")
    for pattern in _CLEAR:
        if found := pattern.fullmatch(plain):
            return int(found["year"].replace(".", ""))
    if plain.isdecimal() and len(plain) == 5 and int(plain) in _SERIALS:
        return (_EPOCH + dt.timedelta(days=int(plain))).year
    return None


def has_two_digits(text: str) -> bool:
    """Whether the text is a year or a day whose century is missing."""
    return _TWO_DIGITS.fullmatch(_WORDS.sub("", fold(text)).strip(" .")) is not None
