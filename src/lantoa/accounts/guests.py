"""Whom an invitation is for. The accounts know no persons: an upper app says who stands behind an account and whether
they are still expected."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who shall be able to sign in: their name, and the unit for which they act."""

    name: str
    unit: str


GuestOf = Callable[[int], Guest | None]
"""The guest behind a user's number; None where nobody there shall sign in any more."""
SOURCES: list[GuestOf] = []


def register(source: GuestOf) -> None:
    """Let an upper app say whom it expects; call it in `AppConfig.ready`."""
    SOURCES.append(source)


def guest_of(user_id: int) -> Guest | None:
    """Who is expected behind the account; None where nobody is: an invitation to it is dead."""
    return next((guest for source in SOURCES if (guest := source(user_id)) is not None), None)
