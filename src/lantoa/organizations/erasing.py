"""What each app takes out when a person is erased, so that no import runs upward."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data go: the person, and the account behind the person where there is one."""

    person_id: int
    user_id: int | None


Step = Callable[[Subject], int]
"""Takes out what one app holds about the subject, in the caller's transaction; gives the number of rows changed. Rows
that figures are counted from stay, under the person's number."""

STEPS: dict[str, Step] = {}


def register(key: str, step: Step) -> None:
    """Let `step` run at every erasure; call it in `AppConfig.ready`. A second step of one key: ValueError."""
    if key in STEPS:
        message = f"erasures already have a step {key!r}"
        raise ValueError(message)
    STEPS[key] = step


def run(subject: Subject) -> dict[str, int]:
    """Run every step; gives how many rows each of them changed."""
    return {key: step(subject) for key, step in STEPS.items()}
