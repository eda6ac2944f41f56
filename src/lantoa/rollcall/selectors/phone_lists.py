"""Phones as a list shows them."""

import datetime as dt
from collections.abc import Collection

from django.db import connection
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.actors import Actor
from lantoa.organizations.restricting import marked
from lantoa.rollcall.models import Phone
from lantoa.rollcall.querysets import PhoneQuerySet
from lantoa.ui.states import State, Tone

QUIET = dt.timedelta(days=7)
"""Of a phone that was not heard of for so long somebody may ask where it is."""
_MISSING = """
SELECT device_id, coalesce(upper(heard) - 1 - (SELECT sum(upper(span) - lower(span)) FROM unnest(heard) AS span), 0)
FROM rollcall_phone WHERE device_id = ANY(%s)
"""


def phones_of(actor: Actor) -> PhoneQuerySet:
    """The phones that the actor sees, with what a list shows of each."""
    phones = Phone.objects.visible_to(actor).select_related("device__unit", "device__user__person")
    return marked(phones, "device__user__person")


def missing_numbers(device_ids: Collection[int]) -> dict[int, int]:
    """How many of the numbers up to the last one of each device never arrived (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, [list(device_ids)])
        return {device_id: int(missing) for device_id, missing in cursor.fetchall()}


def state_of(phone: Phone, now: dt.datetime) -> State:
    """Whether a phone is in use, in a word."""
    if phone.revoked_at is not None:
        return State(_("revoked"), Tone.NEUTRAL, "slash-circle")
    if not phone.is_good(now):
        return State(_("expired"), Tone.DANGER, "clock-history")
    if (phone.last_seen_at or phone.created_at) < now - QUIET:
        return State(_("not seen for days"), Tone.WARNING)
    return State(_("in use"), Tone.SUCCESS)
