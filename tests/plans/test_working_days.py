"""Days of the calendar and working days."""

import datetime as dt

import pytest

from lantoa.plans.working_days import is_working_day, shifted

MONDAY = dt.date(2026, 11, 30)
TET = [dt.date(2027, 2, 5) + dt.timedelta(days=days) for days in range(7)]


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (MONDAY, True),
        (dt.date(2026, 12, 5), False),
        (dt.date(2026, 12, 6), False),
        (dt.date(2027, 1, 1), False),
        (dt.date(2026, 4, 30), False),
        (dt.date(2026, 5, 1), False),
        (dt.date(2026, 9, 2), False),
        (dt.date(2027, 2, 5), False),
    ],
)
def test_offices_work_from_monday_to_friday_but_for_holidays_and_days_off(day: dt.date, works: bool) -> None:
    assert is_working_day(day, TET) is works


@pytest.mark.parametrize(
    ("start", "days", "working", "due"),
    [
        (MONDAY, 10, True, dt.date(2026, 12, 14)),
        (MONDAY, 10, False, dt.date(2026, 12, 10)),
        (MONDAY, 0, False, MONDAY),
        (MONDAY, 0, True, MONDAY),
        (dt.date(2026, 12, 5), 0, True, dt.date(2026, 12, 7)),
        (dt.date(2026, 12, 5), 1, True, dt.date(2026, 12, 7)),
        (dt.date(2026, 12, 4), 1, True, dt.date(2026, 12, 7)),
        (dt.date(2026, 12, 31), 1, True, dt.date(2027, 1, 4)),
        (dt.date(2027, 2, 4), 1, True, dt.date(2027, 2, 12)),
        (MONDAY, -1, True, dt.date(2026, 11, 27)),
        (MONDAY, -3, False, dt.date(2026, 11, 27)),
        (dt.date(2026, 12, 6), -2, True, dt.date(2026, 12, 3)),
    ],
)
def test_a_deadline_is_so_many_days_from_its_event(start: dt.date, days: int, working: bool, due: dt.date) -> None:
    assert shifted(start, days, working=working, days_off=TET) == due
