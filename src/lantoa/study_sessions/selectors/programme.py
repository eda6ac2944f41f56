"""The programme of a session."""

import datetime as dt
from dataclasses import dataclass

from lantoa.study_sessions.models import StudySession


@dataclass(frozen=True)
class ProgrammeLine:
    """One item: when it begins, where that is said, what it is, and who speaks."""

    hour: dt.time | None
    title: str
    speaker: str = ""


def programme_of(session: StudySession) -> list[ProgrammeLine]:
    """The items in their order (one query)."""
    return [ProgrammeLine(item.hour, item.title, item.speaker) for item in session.programme.order_by("position")]
