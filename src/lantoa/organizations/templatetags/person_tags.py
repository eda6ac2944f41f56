"""Periods on pages of persons."""

import datetime as dt
from typing import Any

from django import template

register = template.Library()


@register.filter
def last_day(span: Any) -> dt.date | None:
    """The last day of a half-open range of days; None where it has no end."""
    return None if span.upper is None else span.upper - dt.timedelta(days=1)
