"""When the demonstration's portal was opened. What is older comes from the site that was there before."""

import datetime as dt

from lantoa.kernel import clock

OPEN_FOR = dt.timedelta(days=30)
"""So long the portal has been open."""


def opened_on() -> dt.date:
    """The day on which it was opened."""
    return clock.today() - OPEN_FOR
