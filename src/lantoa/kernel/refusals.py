"""The base of every typed refusal."""

from typing import Any, ClassVar

from django.utils.functional import Promise


class Refusal(Exception):
    """A step that the rules forbid. `code` is stable and stored; `message` tells the user what to do next.

    `field` names the form field that it concerns, where there is one.
    """

    code: ClassVar[str]
    message: ClassVar[str | Promise]
    status: ClassVar[int] = 422

    def __init__(self, *, field: str | None = None, **values: Any) -> None:
        self.field = field
        self.values = values
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message) % self.values if self.values else str(self.message)
