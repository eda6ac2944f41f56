"""Geometry of days on a line, in per cent of its width; a template draws it as SVG."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class DayAxis:
    """A line from the first day to the last, both of which lie on it."""

    first: dt.date
    last: dt.date

    def x(self, day: dt.date) -> str:
        """Where the day lies, in per cent with three decimals; a day outside lies at the nearer end."""
        whole = max((self.last - self.first).days, 1)
        passed = min(max((day - self.first).days, 0), whole)
        return f"{(Decimal(100 * passed) / whole).quantize(Decimal('0.001')).normalize():f}%"

    def width(self, begin: dt.date, end: dt.date) -> str:
        """How long it is from one day to a later one, in per cent with three decimals."""
        whole = max((self.last - self.first).days, 1)
        length = min(max((end - begin).days, 0), whole)
        return f"{(Decimal(100 * length) / whole).quantize(Decimal('0.001')).normalize():f}%"

    @property
    def months(self) -> list[tuple[str, dt.date]]:
        """Where each month begins on the line, with its first day."""
        begins = [self._first_of(months) for months in range(1, self._months() + 1)]
        return [(self.x(day), day) for day in begins]

    def _months(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month

    def _first_of(self, months: int) -> dt.date:
        month = self.first.month - 1 + months
        return dt.date(self.first.year + month // 12, month % 12 + 1, 1)
