"""The present moment, asked in one place."""

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()


def today() -> dt.date:
    """Today's date where the organisation works (the `TIME_ZONE` setting)."""
    return timezone.localdate()
