"""The inventory of what each column holds about people, as data: `inventory.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

CLASSES = ("naming", "contact", "key", "sensitive", "text", "official", "none")


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table: the kind of record that it belongs to, and the class of each of its columns."""

    table: str
    kind: str
    classes: dict[str, str]

    def columns(self, wanted: str) -> tuple[str, ...]:
        """The columns of one class."""
        return tuple(column for column, found in self.classes.items() if found == wanted)


@cache
def inventory() -> dict[str, TableEntry]:
    """Every table by its name. Raises ValueError where a column stands in two classes, or in one that is unknown."""
    text = files("lantoa.privacy").joinpath("inventory.toml").read_text(encoding="utf-8")
    return {table: _entry(table, given) for table, given in tomllib.loads(text).items()}


def _entry(table: str, given: dict[str, object]) -> TableEntry:
    classes: dict[str, str] = {}
    for name, columns in given.items():
        if name == "kind":
            continue
        if name not in CLASSES or not isinstance(columns, list) or classes.keys() & set(columns):
            message = f"{table}: {name} is no class, or one of its columns stands twice"
            raise ValueError(message)
        classes |= dict.fromkeys(columns, name)
    return TableEntry(table, str(given["kind"]), classes)
