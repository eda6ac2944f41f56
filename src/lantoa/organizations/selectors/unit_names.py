"""Finding a unit by its name as lists write it: abbreviated, without diacritics, with the tone on another letter."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from lantoa.kernel.vietnamese import fold, normalise, text_key
from lantoa.organizations.models import Unit

_SIGNS = re.compile(r"[^a-z0-9]+")
_SHORT = {
    "cb": "chi bo",
    "cbo": "chi bo",
    "db": "dang bo",
    "dbo": "dang bo",
    "dbbp": "don vi bien phong",
    "tdp": "to dan pho",
    "ttr": "thi tran",
    "tr": "truong",
    "th": "tieu hoc",
    "mn": "mam non",
    "thcs": "trung hoc co so",
    "thpt": "trung hoc pho thong",
    "ca": "cong an",
    "qs": "quan su",
    "cq": "co quan",
    "tyt": "tram y te",
}
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
_KINDS = re.compile(
    r"^(?:chi bo|dang bo|dang uy|chi uy)(?: (?:co so|truc thuoc))?\b ?"
    r"|\b(?:ban|thon|xom|khu pho|khu|to dan pho|so|xa|thi tran|phuong)\b ?"
)


@lru_cache(maxsize=16_384)
def _spelt_out(text: str) -> str:
    """Folded, without signs, abbreviations written in full, a closing Roman number as a figure."""
    words = [_SHORT.get(word, word) for word in _SIGNS.sub(" ", fold(text)).split()]
    if len(words) > 1 and words[-1] in _ROMAN:
        words[-1] = _ROMAN[words[-1]]
    return " ".join(" ".join(words).split())


@lru_cache(maxsize=16_384)
def _core(text: str) -> str:
    """What is left of a name without the words for the kind of unit and of place."""
    return _KINDS.sub("", _spelt_out(text)).strip()


class UnitNames:
    """The names of some units, asked from the strictest likeness to the loosest."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._codes: dict[str, set[Unit]] = {}
        self._steps: tuple[tuple[Callable[[str], str], dict[str, set[Unit]]], ...] = tuple(
            (key, {}) for key in (_exact, text_key, fold, _spelt_out, _core)
        )
        for unit in units:
            if unit.code:
                self._codes.setdefault(unit.code, set()).add(unit)
            for name in {unit.name, unit.short_name} - {""}:
                self._enter(unit, name)
        self._asked: dict[str, frozenset[Unit]] = {}

    def find(self, text: str) -> frozenset[Unit]:
        """The units that `text` may mean: one where it is certain, several or none where it is not."""
        if text not in self._asked:
            self._asked[text] = self._found(text)
        return self._asked[text]

    def _enter(self, unit: Unit, name: str) -> None:
        for key, names in self._steps:
            if found := key(name):
                names.setdefault(found, set()).add(unit)

    def _found(self, text: str) -> frozenset[Unit]:
        if text in self._codes:
            return frozenset(self._codes[text])
        for key, names in self._steps:
            if found := names.get(key(text)):
                return frozenset(found)
        return frozenset()


def _exact(text: str) -> str:
    return normalise(text).casefold()
