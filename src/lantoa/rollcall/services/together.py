"""Recording what several phones sent at the same moment in one transaction, where it takes its plain course."""

import datetime as dt
import uuid
from collections.abc import Container, Sequence
from typing import NamedTuple

from django.db import transaction

from lantoa.attendance.services.bulk import NewEvent, Origin, append_all
from lantoa.attendance.services.places import Asked, Held, hold_free_places
from lantoa.kernel import clock
from lantoa.kernel.arrays import array_literal
from lantoa.kernel.prepared import fetch
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.rollcall.models import Phone
from lantoa.rollcall.policies import can_use_phone
from lantoa.rollcall.selectors.targets import Target, known_hashes, targets_of
from lantoa.rollcall.services.hearing import hear
from lantoa.rollcall.services.judging import Circumstances, Contents, check_rosters, judged, written_as
from lantoa.rollcall.services.setting_aside import SaidMark
from lantoa.rollcall.wire import Batch, Receipt

_HOLD = """
SELECT device_id, set_config('lock_timeout', '50ms', true) FROM rollcall_phone
WHERE device_id = ANY(%s::bigint[]) AND revoked_at IS NULL FOR NO KEY UPDATE SKIP LOCKED
"""


class Delivery(NamedTuple):
    """A batch of marks as a phone of the actor sent it."""

    actor: Actor
    phone: Phone
    batch: Batch
    contents: Contents


class Plain(NamedTuple):
    """A batch on its plain course, with what its marks are written by."""

    delivery: Delivery
    sound: Sequence[SaidMark]
    held: Held
    about: Circumstances

    def written(self) -> tuple[Origin, list[NewEvent]]:
        """Its marks as the log takes them."""
        return written_as(self.delivery.phone, self.delivery.batch, self.sound, self.held, self.about)


class NotTogether(Exception):
    """What one of the batches brought stands in the log otherwise already. Nothing was written."""


def record_together(deliveries: Sequence[Delivery]) -> list[list[Receipt] | None]:
    """Record the marks of batches, each of another phone, in one transaction: the receipts of each in the order of its
    marks, and None for a batch that is to be recorded alone. As many queries as for one, and one more for each batch
    with scanned cards.

    Recorded here are marks that are sound, in time, and new or the same again, at sites and by phones that nobody
    holds. They name their recorder, and none of the tables that are written here notes who acts, so that the batches
    need no actor in common. Whatever else there is in a batch, a closing too, leaves it to `record_batch`, which
    refuses what is to be refused. Phones and sites that are held are passed over; for any other lock the transaction
    waits 50 ms.
    Raises NotTogether and django.db.Error, and then each is to be recorded alone.
    """
    with transaction.atomic():
        now = clock.now()
        held = _hold_phones(deliveries)
        free = [each for each in deliveries if each.phone.pk in held]
        places = hold_free_places([_asked(each) for each in free])
        targets = targets_of([each.contents.said(each.batch) for each in free])
        judged_so_far = map(_plain, free, targets, places, [now] * len(free))
        plain = [each for each in judged_so_far if each is not None]
        if not plain:
            return [None] * len(deliveries)
        hear([each.delivery[1:] for each in plain], now=now)
        written = append_all([each.written() for each in plain], now=now)
        _require_known([mark for each in plain for mark in each.sound if mark.event.event_id not in written])
    receipts = {each.delivery.phone.pk: _receipts(each.delivery.contents, written) for each in plain}
    return [receipts.get(each.phone.pk) for each in deliveries]


def _receipts(contents: Contents, written: Container[uuid.UUID]) -> list[Receipt]:
    event_ids = [mark.event.event_id for mark in contents.marks]
    return [Receipt(event_id, "accepted" if event_id in written else "duplicate") for event_id in event_ids]


def _asked(delivery: Delivery) -> Asked:
    entry_ids = {mark.event.entry_id for mark in delivery.contents.marks}
    return Asked(delivery.batch.session_id, delivery.batch.site_id, entry_ids)


def _plain(delivery: Delivery, target: Target | None, held: Held | None, now: dt.datetime) -> Plain | None:
    """None where something is out of the way."""
    actor, phone, batch, contents = delivery
    unit_id = phone.device.unit_id
    if target is None or held is None or target.unit_id != unit_id or target.in_quarantine or contents.closings:
        return None
    if not can_use_phone(actor=actor, unit_id=unit_id):
        return None
    try:
        check_rosters(target, site_id=batch.site_id, roster_ids=contents.roster_ids, carried=False)
    except Refusal:
        return None
    about = Circumstances(target, now - batch.sent_at)
    sound, doubts = judged(contents.marks, held, about)
    if doubts or any(held.is_late(mark.event.entry_id) for mark in sound.values()):
        return None
    return Plain(delivery, list(sound.values()), held, about)


def _hold_phones(deliveries: Sequence[Delivery]) -> set[int]:
    """The phones that are good and free; first of all, so that nothing of them arrives or is decided meanwhile."""
    return {device_id for device_id, _timeout in fetch(_HOLD, [array_literal(each.phone.pk for each in deliveries)])}


def _require_known(marks: Sequence[SaidMark]) -> None:
    """Raises NotTogether where what the log did not take is not in it already, with the same content."""
    if not marks:
        return
    known = known_hashes([mark.event.event_id for mark in marks])
    if any(known.get(mark.event.event_id) != mark.digest for mark in marks):
        raise NotTogether
