"""What a password must be, after OWASP's ASVS 5.0, section 6.2: long enough and not easily guessed. No rule asks for
figures or signs, none for a change after some time, and nothing is too long."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lantoa.accounts.models import User
from lantoa.kernel.vietnamese import fold

LEAST, ADVISED, OWN_LEAST = 8, 15, 6
"""Characters: the least, what is advised, and how many must be left without the words that everybody tries first."""

GUESSED_FIRST = (
    "matkhau",
    "password",
    "passwd",
    "dangnhap",
    "lantoa",
    "dangbo",
    "danguy",
    "dangvien",
    "chibo",
    "xaydungdang",
    "vietnam",
    "hanoi",
    "saigon",
    "hochiminh",
    "bacho",
    "quantri",
    "admin",
    "xinchao",
    "anhyeuem",
    "emyeuanh",
    "yeuem",
    "iloveyou",
    "khongbiet",
    "chucmung",
    "qwerty",
    "asdfgh",
    "zxcvbn",
    "abcdef",
    "abc",
)
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s", "!": "i"})
_NUMBERS = re.compile(
    r"(?:19|20)\d\d|0?123(?:4(?:5(?:6(?:7(?:8(?:90?)?)?)?)?)?)?|987(?:6(?:5(?:4(?:3(?:21?)?)?)?)?)?|(\d)\1{2,}"
)

WordsOf = Callable[[User], Iterable[str]]
"""What somebody who knows a user would try: names, places, years."""
SOURCES: list[WordsOf] = []


def register_words(source: WordsOf) -> None:
    """Let upper apps say what is known of a user; call it in `AppConfig.ready`."""
    SOURCES.append(source)


class LengthValidator:
    """At least eight characters, and the advice to take more."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError for fewer."""
        if len(password) < LEAST:
            text = _("Use at least %(least)s characters: a shorter password is guessed by a machine within hours.")
            raise ValidationError(text % {"least": LEAST}, code="password_too_short")

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        text = _(
            "At least %(least)s characters, better %(advised)s: a short sentence is easy to keep and hard to guess."
        )
        return text % {"least": LEAST, "advised": ADVISED}


class ContextWordsValidator:
    """Not made of words that somebody would try first who knows the organisation, the user or Vietnamese habits."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError where little is left without such words."""
        words = [*GUESSED_FIRST, *_words_of(user)]
        for spelling in (_plain(password), _plain(fold(password).translate(_LEET))):
            found, rest = _without(spelling, words)
            if found and len(rest) < OWN_LEAST:
                text = _(
                    "“%(words)s” is what others try first. Add words that have nothing to do with it, or take others."
                )
                raise ValidationError(text % {"words": ", ".join(found)}, code="password_context_words")

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return _("Not your name, the name of your unit, “matkhau” or the like.")


def _words_of(user: Any) -> list[str]:
    if not isinstance(user, User):
        return []
    known = [user.username, user.email.partition("@")[0]]
    if user.pk:
        known.extend(word for source in SOURCES for word in source(user))
    whole = [_plain(words) for words in known]
    parts = [_plain(part) for words in known for part in re.split(r"[\W_]+", words)]
    return [word for word in (*whole, *parts) if len(word) >= 3]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def _without(password: str, words: Iterable[str]) -> tuple[list[str], str]:
    """The words and numbers that were found, and what is left of the password without them."""
    found: list[str] = []
    rest = password
    for word in sorted(set(words), key=len, reverse=True):
        if word in rest:
            found.append(word)
            rest = rest.replace(word, " ")
    numbers = [match[0] for match in _NUMBERS.finditer(rest)]
    return [*found, *numbers], _NUMBERS.sub("", rest).replace(" ", "")
