"""Sets of whole numbers that lie mostly side by side, as PostgreSQL keeps them: a few spans, however many they are."""

from collections.abc import Iterable

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class NumbersField(models.Field):  # type: ignore[type-arg]  # it takes no argument at run time
    """A set of numbers in a column `int8multirange`, empty where nothing is said. It is read and written by SQL."""

    def __init__(self) -> None:
        super().__init__(editable=False, db_default="{}")

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The type of the column."""
        return "int8multirange"

    def deconstruct(self) -> tuple[str, str, list[object], dict[str, object]]:
        """A migration needs no argument."""
        name, path, _arguments, _options = super().deconstruct()
        return name, path, [], {}


def spans_literal(numbers: Iterable[int]) -> str:
    """The numbers as the text of a set, to be cast where it is used: `%s::int8multirange`."""
    return "{" + ",".join(f"[{number},{number}]" for number in numbers) + "}"
