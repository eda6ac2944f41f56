"""The course of a unit's coverage as a drawing: geometry in per cent of its box; a template draws it as SVG."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from lantoa.attendance.rates import Rate
from lantoa.dashboard.course.selectors import Step
from lantoa.ui.day_axis import DayAxis

_EDGE = Decimal("1.5")
"""Half of the column of a campaign that has not reported, in per cent of the width."""


@dataclass(frozen=True, slots=True)
class Point:
    """One rate: where it lies, and whether it is a lower bound (drawn hollow)."""

    x: str
    y: str
    at_least: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line from one point to the next that is known; `loose` where a campaign without a figure lies between."""

    x1: str
    y1: str
    x2: str
    y2: str
    loose: bool


@dataclass(frozen=True, slots=True)
class Series:
    """One rate over all campaigns."""

    points: tuple[Point, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A campaign on the line of days: its number, its target, and the left edge of its hatched column where nothing was
    reported."""

    number: int
    x: str
    target_y: str
    silent_x: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All campaigns over one scale of 0–100 %, from the first day on which one began to the last."""

    coverage: Series
    first: Series
    ticks: tuple[Tick, ...]
    years: tuple[tuple[str, int], ...]

    @property
    def has_silent(self) -> bool:
        """Whether the legend needs the hatched column."""
        return any(tick.silent_x for tick in self.ticks)

    @property
    def has_lower_bounds(self) -> bool:
        """Whether the legend needs the hollow point."""
        return any(point.at_least for point in (*self.coverage.points, *self.first.points))


def drawing_of(steps: Sequence[Step]) -> Drawing | None:
    """The drawing of the campaigns in which the unit owes something; None where fewer than two are to be compared."""
    shown = [step for step in steps if step.counts.denominator]
    if len(shown) < 2:
        return None
    begins = [step.campaign.starts_on for step in shown]
    axis = DayAxis(min(begins), max(begins))
    return Drawing(
        coverage=_series([(axis.x(step.campaign.starts_on), step.counts.coverage) for step in shown]),
        first=_series([(axis.x(step.campaign.starts_on), step.counts.first_session) for step in shown]),
        ticks=tuple(_tick(step, axis) for step in shown),
        years=tuple(_years(axis)),
    )


def _series(rates: list[tuple[str, Rate]]) -> Series:
    known = [(place, x, rate) for place, (x, rate) in enumerate(rates) if rate.known]
    points = [(place, Point(x, _height(rate.numerator, rate.denominator), rate.at_least)) for place, x, rate in known]
    stretches = tuple(
        Stretch(one.x, one.y, other.x, other.y, loose=later - place > 1)
        for (place, one), (later, other) in pairwise(points)
    )
    return Series(tuple(point for _place, point in points), stretches)


def _tick(step: Step, axis: DayAxis) -> Tick:
    x = axis.x(step.campaign.starts_on)
    edge = "" if step.counts.coverage.known else _written(Decimal(x.rstrip("%")) - _EDGE)
    return Tick(step.number, x, _height(int(step.campaign.target_rate * 10), 1000), edge)


def _years(axis: DayAxis) -> Iterator[tuple[str, int]]:
    """Where each year begins that begins on the line."""
    for year in range(axis.first.year + 1, axis.last.year + 1):
        yield axis.x(dt.date(year, 1, 1)), year


def _height(count: int, whole: int) -> str:
    """How far below the top a share lies."""
    return _written(100 - Decimal(100 * count) / whole)


def _written(share: Decimal) -> str:
    return f"{share.quantize(Decimal('0.001')).normalize():f}%"
