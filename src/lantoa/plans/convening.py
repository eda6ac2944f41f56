"""When and where those who are called sit: the sessions, an upper app, register here, so that no import runs upward."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign


@dataclass(frozen=True)
class Sitting:
    """One event to which people are called: from when to when, and the places for the people of a unit."""

    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    places: Sequence[str]


Sittings = Callable[[Campaign, Unit], Sequence[Sitting]]
"""The events of a campaign for the people of a unit and of those below it, in the order of time."""

_sources: list[Sittings] = []


def register(source: Sittings) -> None:
    """Called by the app that keeps sessions, in `AppConfig.ready`."""
    _sources.append(source)


def sittings_of(campaign: Campaign, unit: Unit) -> list[Sitting]:
    """The events of a campaign for the people of a unit, in the order of time."""
    return sorted(
        (sitting for source in _sources for sitting in source(campaign, unit)), key=lambda sitting: sitting.starts_at
    )
