"""Figures that the system keeps itself: upper apps give them here, so that no import runs upward."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from lantoa.organizations.models import Unit
from lantoa.plans.enums import Indicator
from lantoa.plans.models import Campaign


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator of a unit in a campaign as it stands now, in words, and the page that opens its rows."""

    text: str
    url: str


Measure = Callable[[Campaign, Unit], Mapping[Indicator, Figure]]
"""The figures of a unit and of those below it in a campaign."""

_measures: list[tuple[frozenset[Indicator], Measure]] = []


def register(indicators: Collection[Indicator], measure: Measure) -> None:
    """Let an app give these indicators; call it in `AppConfig.ready`."""
    _measures.append((frozenset(indicators), measure))


def figures_of(campaign: Campaign, unit: Unit, wanted: Collection[str]) -> dict[Indicator, Figure]:
    """The wanted indicators, computed now; each app is asked once, and only for what is wanted of it."""
    asked = {Indicator(one) for one in wanted if one}
    found: dict[Indicator, Figure] = {}
    for indicators, measure in _measures:
        if indicators & asked:
            found.update(measure(campaign, unit))
    return {indicator: figure for indicator, figure in found.items() if indicator in asked}
