"""Geometry of curves over a row of days or months, drawn by a template as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

WIDTH, HEIGHT = 1000, 240
"""The box of the drawing, in its own units."""
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Series:
    """What one curve shows: its name, the class of its line, and a count for each place."""

    label: str | Promise
    css: str
    counts: Sequence[int]


@dataclass(frozen=True)
class Line:
    """One curve as the template draws it: `points` of a polyline; of a single place the one point."""

    series: Series
    points: str

    @property
    def only(self) -> tuple[str, str] | None:
        """Where the only point lies, where there is but one."""
        x, _, y = self.points.partition(",")
        return (x, y) if len(self.series.counts) == 1 else None


@dataclass(frozen=True)
class Chart:
    """Curves over one scale from 0 to `most`; `grid` has the height and the figure of each line across."""

    lines: tuple[Line, ...]
    grid: tuple[tuple[str, int], ...]
    most: int
    width: int = WIDTH
    height: int = HEIGHT


def curves(series: Sequence[Series]) -> Chart:
    """The drawing of some curves over the same places, which is one at least."""
    most = _round_up(max((max(one.counts) for one in series), default=0))
    lines = tuple(Line(one, " ".join(_points(one.counts, most))) for one in series)
    half = most // 2 if most % 2 == 0 else 0
    grid = tuple((_y(level, most), level) for level in ({0, half, most} if half else {0, most}))
    return Chart(lines, tuple(sorted(grid, key=lambda line: -line[1])), most)


def _points(counts: Sequence[int], most: int) -> list[str]:
    gaps = max(len(counts) - 1, 1)
    return [f"{_short(Decimal(WIDTH * at) / gaps)},{_y(count, most)}" for at, count in enumerate(counts)]


def _y(count: int, most: int) -> str:
    return _short(HEIGHT - Decimal(HEIGHT * count) / most)


def _round_up(most: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50 … that is not below; 1 where nothing was counted."""
    power = 1
    while True:
        for step in _STEPS:
            if most <= step * power:
                return step * power
        power *= 10


def _short(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.1')).normalize():f}"
