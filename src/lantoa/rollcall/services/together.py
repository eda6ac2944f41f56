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
from lantoa.rollcall.services.judging import Circumstances, Contents, check_rosters, judged, written_as
from lantoa.rollcall.services.setting_aside import SaidMark
from lantoa.rollcall.wire import Batch, Receipt

_SEE = """
WITH free AS (
  SELECT phone.device_id, said.client, said.waiting, said.refused
  FROM unnest(%(devices)s::bigint[], %(clients)s::text[], %(waiting)s::integer[], %(refused)s::integer[])
    AS said (device_id, client, waiting, refused)
  JOIN rollcall_phone phone USING (device_id)
  WHERE phone.revoked_at IS NULL
  FOR NO KEY UPDATE OF phone SKIP LOCKED
)
UPDATE rollcall_phone phone
SET last_seen_at = %(now)s, client = free.client, waiting = free.waiting, refused = free.refused
FROM free WHERE phone.device_id = free.device_id RETURNING phone.device_id
"""


class Delivery(NamedTuple):
    """A batch of marks as a phone of the actor sent it."""

    actor: Actor
    phone: Phone
    batch: Batch
    contents: Contents


class NotTogether(Exception):
    """Something is to be looked at that each batch is looked at for alone. Nothing was written."""


def record_together(deliveries: Sequence[Delivery]) -> list[list[Receipt]]:
    """Record the marks of batches, each of another phone, in one transaction; the receipts of each in the order of its
    marks. As many queries as for one, and one more for each batch with scanned cards.

    That is for marks that are sound, in time, and new or the same again, at sites and by phones that nobody holds: it
    waits for nothing. Such marks name their recorder, and none of the tables that are written here notes who acts, so
    that the batches need no actor in common. Whatever else there is in one of them, a closing too, raises NotTogether:
    `record_batch` then records each alone, and refuses what is to be refused. Raises django.db.Error.
    """
    with transaction.atomic():
        now = clock.now()
        _see(deliveries, now)
        targets = targets_of([each.contents.said(each.batch) for each in deliveries])
        helds = hold_free_places([_asked(each) for each in deliveries])
        if helds is None:
            raise NotTogether
        plain = [_on_plain_course(*each, now) for each in zip(deliveries, targets, helds, strict=True)]
        written = append_all(plain, now=now)
        _require_known(
            [mark for each in deliveries for mark in each.contents.marks if mark.event.event_id not in written]
        )
    return [[_receipt(mark.event.event_id, written) for mark in each.contents.marks] for each in deliveries]


def _see(deliveries: Sequence[Delivery], now: dt.datetime) -> None:
    batches = [each.batch for each in deliveries]
    said = {
        "now": now,
        "devices": array_literal(each.phone.pk for each in deliveries),
        "clients": [batch.client for batch in batches],
        "waiting": array_literal(batch.waiting for batch in batches),
        "refused": array_literal(batch.refused for batch in batches),
    }
    if len(fetch(_SEE, said)) < len(deliveries):
        raise NotTogether


def _asked(delivery: Delivery) -> Asked:
    entry_ids = {mark.event.entry_id for mark in delivery.contents.marks}
    return Asked(delivery.batch.session_id, delivery.batch.site_id, entry_ids)


def _on_plain_course(
    delivery: Delivery, target: Target | None, held: Held, now: dt.datetime
) -> tuple[Origin, list[NewEvent]]:
    actor, phone, batch, contents = delivery
    unit_id = phone.device.unit_id
    if target is None or target.unit_id != unit_id or target.in_quarantine or contents.closings:
        raise NotTogether
    if not can_use_phone(actor=actor, unit_id=unit_id):
        raise NotTogether
    try:
        check_rosters(target, site_id=batch.site_id, roster_ids=contents.roster_ids, carried=False)
    except Refusal as refusal:
        raise NotTogether from refusal
    about = Circumstances(target, now - batch.sent_at, contents.last_seq)
    sound, doubts = judged(contents.marks, held, about)
    if doubts or any(held.is_late(mark.event.entry_id) for mark in sound.values()):
        raise NotTogether
    return written_as(phone, batch, sound.values(), held, about)


def _require_known(marks: Sequence[SaidMark]) -> None:
    """Raises NotTogether where what the log did not take is not in it already, with the same content."""
    if not marks:
        return
    known = known_hashes([mark.event.event_id for mark in marks])
    if any(known.get(mark.event.event_id) != mark.digest for mark in marks):
        raise NotTogether


def _receipt(event_id: uuid.UUID, written: Container[uuid.UUID]) -> Receipt:
    return Receipt(event_id, "accepted" if event_id in written else "duplicate")
