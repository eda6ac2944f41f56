"""Days of the calendar and working days, from an event to a deadline."""

import datetime as dt
from collections.abc import Collection

HOLIDAYS = frozenset({(1, 1), (30, 4), (1, 5), (2, 9)})
"""Day and month of the public holidays that have the same date every year: New Year, Victory Day, Labour Day, National
Day (Labour Code 45/2019/QH14, article 112). The lunar ones, the second day of National Day and days that are swapped
are announced year by year: they are the campaign's `days_off`."""
_SATURDAY = 5
_ONE = dt.timedelta(days=1)


def is_working_day(day: dt.date, days_off: Collection[dt.date] = ()) -> bool:
    """Whether offices work on that day: Monday to Friday, no holiday, no day off."""
    return day.weekday() < _SATURDAY and (day.day, day.month) not in HOLIDAYS and day not in days_off


def shifted(start: dt.date, days: int, *, working: bool, days_off: Collection[dt.date] = ()) -> dt.date:
    """The day so many days after `start`, which is not counted; before it, where negative.

    With `working` only working days count, and 0 is the next working day, `start` among them.
    """
    if not working:
        return start + dt.timedelta(days=days)
    step = -_ONE if days < 0 else _ONE
    day, left = start, abs(days)
    while left or not is_working_day(day, days_off):
        day += step
        if left and is_working_day(day, days_off):
            left -= 1
    return day
