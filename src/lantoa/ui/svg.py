"""Geometry of the coverage bars, in per cent of the bar's width; a template draws it as SVG."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise

from lantoa.kernel.numbers import percent_half_up, reaches

TARGET_PERCENT = Decimal(95)
"""The line that the source sets: at least 95 % of cadres and members take part (domain, no. 11)."""


class Part(StrEnum):
    """What a segment stands for."""

    PRESENT = "present"
    MADE_UP = "made-up"
    NOT_REPORTED = "not-reported"


@dataclass(frozen=True, kw_only=True)
class BarRow:
    """The counts behind one bar. `denominator` is summoned − excluded; a unit that has not reported keeps its people
    in it. `reported_units` of `total_units` reported in full; `any_reported` says whether anybody at all has a mark,
    where that is known apart."""

    label: str | Promise
    denominator: int
    present: int
    made_up: int = 0
    not_reported: int = 0
    reported_units: int = 1
    total_units: int = 1
    any_reported: bool | None = None
    url: str = ""
    note: str | Promise = ""


@dataclass(frozen=True)
class Segment:
    """A piece of a bar: where it begins and how long it is, in per cent with three decimals."""

    part: Part
    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    """One bar with the figures that stand beside it. `rate` is None where nothing is owed or nothing was reported."""

    row: BarRow
    segments: tuple[Segment, ...]
    reached: int
    rate: Decimal | None
    at_least: bool
    meets_target: bool

    @property
    def is_reported(self) -> bool:
        """Whether anything of this row was reported."""
        return _is_reported(self.row)


@dataclass(frozen=True)
class BarChart:
    """All bars over one scale of 0–100 %."""

    bars: tuple[Bar, ...]
    target: Decimal
    target_x: str

    @property
    def has_made_up(self) -> bool:
        """Whether the legend needs the make-up part."""
        return any(bar.row.made_up for bar in self.bars)

    @property
    def has_not_reported(self) -> bool:
        """Whether the legend needs the hatched part."""
        return any(bar.row.not_reported for bar in self.bars)


def bar_chart(rows: Iterable[BarRow], *, target: Decimal = TARGET_PERCENT) -> BarChart:
    """The geometry of a bar for every row, in their order. Rates are rounded only for show."""
    return BarChart(tuple(_bar(row, target) for row in rows), target, _share(int(target * 10), 1000))


def _bar(row: BarRow, target: Decimal) -> Bar:
    parts = ((Part.PRESENT, row.present), (Part.MADE_UP, row.made_up), (Part.NOT_REPORTED, row.not_reported))
    segments: list[Segment] = []
    start = 0
    for part, count in parts:
        if count and row.denominator:
            segments.append(Segment(part, _share(start, row.denominator), _share(count, row.denominator)))
        start += count
    reached = row.present + row.made_up
    reported = _is_reported(row)
    return Bar(
        row=row,
        segments=tuple(segments),
        reached=reached,
        rate=percent_half_up(reached, row.denominator) if reported else None,
        at_least=reported and row.not_reported > 0,
        meets_target=reported and reaches(reached, row.denominator, target),
    )


def _is_reported(row: BarRow) -> bool:
    return row.reported_units > 0 if row.any_reported is None else row.any_reported


def _share(count: int, whole: int) -> str:
    return f"{(Decimal(100 * count) / Decimal(whole)).quantize(Decimal('0.001')).normalize():f}%"
