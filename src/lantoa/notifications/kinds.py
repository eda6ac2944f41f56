"""The kinds of notification, and the names of what they are about: upper apps register both, so that no import runs
upward. A row keeps what its sentence is made of, and the sentence is made in the reader's language when it is shown."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Sentence = Callable[[Mapping[str, Any], str], str]
"""The sentence of a notification from its parameters, which hold no name of a person, and the name of what it is
about."""
NamesOf = Callable[[Collection[int]], dict[int, str]]
"""The names of objects of one type by their numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of notification; `label` is what its receiver may silence."""

    key: str
    label: str | Promise
    icon: str
    sentence: Sentence


KINDS: dict[str, Kind] = {}
NAMES: dict[str, NamesOf] = {}


def register(kind: Kind) -> None:
    """Let notifications of this kind be made; call it in `AppConfig.ready`. A second one of the key: ValueError."""
    if kind.key in KINDS:
        message = f"there already is a kind of notification {kind.key!r}"
        raise ValueError(message)
    KINDS[kind.key] = kind


def register_names(about_type: str, names_of: NamesOf) -> None:
    """Say what objects of a type are called; call it in `AppConfig.ready`."""
    NAMES[about_type] = names_of


def names_of(abouts: Collection[tuple[str, int | None]]) -> dict[tuple[str, int | None], str]:
    """The names of (type, number), one query for each type; what has none left is called "removed"."""
    found: dict[tuple[str, int | None], str] = dict.fromkeys(abouts, "")
    for about_type in {about_type for about_type, _number in abouts if about_type}:
        numbers = {number for named, number in abouts if named == about_type and number is not None}
        names = NAMES[about_type](numbers)
        found |= {(about_type, number): names.get(number, _("removed")) for number in numbers}
    return found
