"""Days on a line."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from lantoa.ui.day_axis import DayAxis

AXIS = DayAxis(dt.date(2026, 6, 1), dt.date(2026, 9, 9))


def test_a_day_lies_where_it_belongs_and_one_outside_at_the_nearer_end() -> None:
    days = (dt.date(2026, 6, 1), dt.date(2026, 6, 26), dt.date(2026, 9, 9), dt.date(2025, 1, 1), dt.date(2027, 1, 1))
    assert [AXIS.x(day) for day in days] == ["0%", "25%", "100%", "0%", "100%"]


def test_a_length_is_that_of_the_days_between() -> None:
    assert AXIS.width(dt.date(2026, 6, 1), dt.date(2026, 6, 11)) == "10%"
    assert AXIS.width(dt.date(2026, 6, 11), dt.date(2026, 6, 1)) == "0%"


def test_every_month_that_begins_on_the_line_is_marked() -> None:
    assert [first for _x, first in AXIS.months] == [dt.date(2026, month, 1) for month in (7, 8, 9)]
    assert DayAxis(dt.date(2026, 12, 5), dt.date(2027, 1, 31)).months == [("47.368%", dt.date(2027, 1, 1))]


@given(first=st.dates(), length=st.integers(0, 1000), offset=st.integers(-50, 1050))
def test_nothing_lies_off_the_line(first: dt.date, length: int, offset: int) -> None:
    first = min(max(first, dt.date(1000, 1, 1)), dt.date(9000, 1, 1))
    axis = DayAxis(first, first + dt.timedelta(days=length))
    assert 0 <= float(axis.x(first + dt.timedelta(days=offset)).rstrip("%")) <= 100
