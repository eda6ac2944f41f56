"""Which units of a campaign have held their study: sessions, an upper app, say so, so that no import runs upward."""

import datetime as dt
from collections.abc import Callable

from django.db.models import Exists, Q

Held = Callable[[dt.datetime], Exists]
"""A condition on a row of CampaignUnit: whether its unit had studied by that moment."""

_conditions: list[Held] = []


def register(held: Held) -> None:
    """Let an upper app say who has studied; call it in `AppConfig.ready`."""
    _conditions.append(held)


def held_by(moment: dt.datetime) -> Q:
    """The condition on a row of CampaignUnit that its unit had held its study, or come to one, by that moment."""
    condition = Q(pk__in=[])
    for held in _conditions:
        condition |= Q(held(moment))
    return condition
