"""What the roll-call, an upper app, knows about sessions: it registers here, so that no import runs upward."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Value
from django.db.models.expressions import Combinable

from lantoa.study_sessions.enums import RollProgress
from lantoa.ui.states import State


@dataclass(frozen=True)
class RollFact:
    """The roll of one site: its state, how many of those `expected` have a mark, how many were there."""

    state: State
    marked: int
    attended: int
    closed: bool
    expected: int


MarkedEntries = Callable[[int, Sequence[int] | None], set[int]]
"""Of a session: those of the summons entries (all, for None) that have a mark."""

RollFacts = Callable[[Sequence[int]], dict[int, RollFact]]
"""The facts of sites by their ids."""

Progress = Callable[[], Combinable]
"""How far the roll of a site is: an expression over rows of sites, one of RollProgress."""

_marked: list[MarkedEntries] = []
_facts: list[RollFacts] = []
_progress: list[Progress] = [lambda: Value(RollProgress.MISSING)]


def register(*, marked_entries: MarkedEntries, roll_facts: RollFacts, progress: Progress) -> None:
    """Called by the roll-call in `AppConfig.ready`."""
    _marked.append(marked_entries)
    _facts.append(roll_facts)
    _progress.append(progress)


def marked_entries(session_id: int, entry_ids: Sequence[int] | None = None) -> set[int]:
    """Those of the entries (all, for None) that have a mark at the session."""
    return {entry for provider in _marked for entry in provider(session_id, entry_ids)}


def roll_facts(site_ids: Sequence[int]) -> dict[int, RollFact]:
    """The state of the roll of each site that has any."""
    return {site: fact for provider in _facts for site, fact in provider(site_ids).items()}


def progress() -> Combinable:
    """How far the roll of each row of sites is; not begun where no roll-call is installed."""
    return _progress[-1]()
