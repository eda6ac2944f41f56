"""Filters of the coverage pages."""

from collections.abc import Mapping
from typing import Any

from django import template

from lantoa.attendance.rates import Counts, SupportsCounts

register = template.Library()


@register.filter
def counts(row: SupportsCounts) -> Counts:
    """The counts that a coverage row carries."""
    return Counts.of(row)


@register.filter
def look(states: Mapping[Any, Any], key: Any) -> Any:
    """What stands under `key` among `states`."""
    return states[key]
