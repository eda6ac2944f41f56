"""What the interface says in Vietnamese for a message of the code: a test reads as English and clicks as a user."""

import gettext
from functools import cache

from lantoa.config import catalog


@cache
def _catalogue() -> gettext.NullTranslations:
    catalog.ensure_compiled()
    with catalog.compiled_path().open("rb") as file:
        return gettext.GNUTranslations(file)


def vi(message: str, *, context: str = "") -> str:
    """The Vietnamese words of a message; a text that is none of the interface's (a name, a number) as it is."""
    if context:
        return _catalogue().pgettext(context, message)
    return _catalogue().gettext(message)


def capital(text: str) -> str:
    """With a capital letter, as at the head of a line."""
    return text[:1].upper() + text[1:]
