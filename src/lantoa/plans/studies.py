"""Which units of a campaign have held their study, and when each begins it: sessions, an upper app, say so, so that no
import runs upward."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from django.db.models import Q


class Held(Protocol):
    """Gives a condition on a row of CampaignUnit: whether its unit had studied by that moment, in the row's campaign.

    Where all rows are of one `campaign`, the condition may ask for its units once instead of looking for each row.
    """

    def __call__(self, moment: dt.datetime, campaign: int | None = None, /) -> Q:
        """The condition."""


FirstDays = Callable[[int, Collection[int]], Mapping[int, dt.date]]
"""From a campaign's key and some units, the day of the first study session of each that has one set up."""

_conditions: list[Held] = []
_calendars: list[FirstDays] = []


def register(held: Held) -> None:
    """Let an upper app say who has studied; call it in `AppConfig.ready`."""
    _conditions.append(held)


def held_by(moment: dt.datetime, campaign: int | None = None) -> Q:
    """The condition on a row of CampaignUnit that its unit had held its study, or come to one, by that moment; cheaper
    over many rows where the one `campaign` of all of them is given."""
    condition = Q(pk__in=[])
    for held in _conditions:
        condition |= held(moment, campaign)
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
