"""The present moment, asked in one place."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_supposed: ContextVar[dt.datetime | None] = ContextVar("supposed_moment", default=None)


def now() -> dt.datetime:
    """The present moment, aware."""
    return _supposed.get() or timezone.now()


def today() -> dt.date:
    """Today's date where the organisation works (the `TIME_ZONE` setting)."""
    return timezone.localdate(now())


@contextmanager
def supposing(moment: dt.datetime) -> Iterator[None]:
    """Let `now` be `moment` inside the block: how the demonstration tells its past, and tests tell their time."""
    token = _supposed.set(moment)
    try:
        yield
    finally:
        _supposed.reset(token)
