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
SELECT device.id, device.last_seq - count(known.seq)
FROM attendance_device device
LEFT JOIN (
  SELECT device_id, seq FROM attendance_attendanceevent WHERE device_id = ANY(%(devices)s)
  UNION
  SELECT device_id, seq FROM rollcall_quarantinedevent WHERE device_id = ANY(%(devices)s)
  UNION
  SELECT (reported ->> 'device_id')::bigint, (reported ->> 'seq')::bigint FROM attendance_rollclosing
  WHERE site_id IN (SELECT site_id FROM rollcall_roster WHERE device_id = ANY(%(devices)s))
) known ON known.device_id = device.id AND known.seq <= device.last_seq
WHERE device.id = ANY(%(devices)s)
GROUP BY device.id
"""


def phones_of(actor: Actor) -> PhoneQuerySet:
    """The phones that the actor sees, with what a list shows of each."""
    phones = Phone.objects.visible_to(actor).select_related("device__unit", "device__user__person")
    return marked(phones, "device__user__person")


def missing_numbers(device_ids: Collection[int]) -> dict[int, int]:
    """How many of the numbers up to the last one of each device never arrived (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, {"devices": list(device_ids)})
        return dict(cursor.fetchall())


def state_of(phone: Phone, now: dt.datetime) -> State:
    """Whether a phone is in use, in a word."""
    if phone.revoked_at is not None:
        return State(_("revoked"), Tone.NEUTRAL, "slash-circle")
    if not phone.is_good(now):
        return State(_("expired"), Tone.DANGER, "clock-history")
    if (phone.last_seen_at or phone.created_at) < now - QUIET:
        return State(_("not seen for days"), Tone.WARNING)
    return State(_("in use"), Tone.SUCCESS)
