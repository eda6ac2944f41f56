"""Which units of a campaign have held their study, and when each begins it: sessions, an upper app, say so, so that no
import runs upward."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from django.db.models import Exists, Q

Held = Callable[[dt.datetime], Exists]
"""A condition on a row of CampaignUnit: whether its unit had studied by that moment."""

FirstDays = Callable[[int, Collection[int]], Mapping[int, dt.date]]
"""From a campaign's key and some units, the day of the first study session of each that has one set up."""

_conditions: list[Held] = []
_calendars: list[FirstDays] = []


def register(held: Held) -> None:
    """Let an upper app say who has studied; call it in `AppConfig.ready`."""
    _conditions.append(held)


def held_by(moment: dt.datetime) -> Q:
    """The condition on a row of CampaignUnit that its unit had held its study, or come to one, by that moment."""
    condition = Q(pk__in=[])
    for held in _conditions:
        condition |= Q(held(moment))
    return condition


def register_days(first: FirstDays) -> None:
    """Let an upper app say when units study first; call it in `AppConfig.ready`."""
    _calendars.append(first)


def first_days(campaign_id: int, unit_ids: Collection[int]) -> dict[int, dt.date]:
    """By unit, the day of its first study session of the campaign, held or set up; a unit without one is left out."""
    found: dict[int, dt.date] = {}
    for calendar in _calendars:
        for unit_id, day in calendar(campaign_id, unit_ids).items():
            found[unit_id] = min(day, found.get(unit_id, day))
    return found
