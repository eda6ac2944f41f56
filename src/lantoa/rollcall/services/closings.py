"""Closing a roll by a phone."""

import datetime as dt
import hashlib
import uuid

import msgspec

from lantoa.attendance.models import RollClosing
from lantoa.attendance.services.rolls import close_roll
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.rollcall.enums import QuarantineCode
from lantoa.rollcall.models import Phone
from lantoa.rollcall.selectors.listed import listed_on
from lantoa.rollcall.services.setting_aside import Doubtful, Key, SaidClosing, set_aside
from lantoa.rollcall.wire import Batch, PhoneClosing, Receipt
from lantoa.study_sessions.models import Site


def close_by_phone(
    *, actor: Actor, phone: Phone, batch: Batch, said: SaidClosing, now: dt.datetime
) -> dict[Key, Receipt]:
    """Close the roll of the batch's site as the phone says, in the transaction of the batch, which holds the site.

    What the phone showed is kept beside what the server counts. A roll that is closed already stays as it was closed.
    Of whoever was not on the list that the phone held, nothing is said: they stay without a mark.
    """
    code = _refusal(actor, phone, batch.site_id, said)
    if code is None:
        return {said.key: Receipt(said.event.event_id, "accepted")}
    return set_aside(phone=phone, batch=batch, doubts=[Doubtful(said, code)], now=now)


def closing_digest(batch: Batch, closing: PhoneClosing) -> str:
    """SHA-256 of what the closing says, as hex, without its number on the phone and the list that it came from."""
    content = msgspec.to_builtins(closing)
    del content["seq"], content["roster_id"]
    content |= {"session_id": batch.session_id, "site_id": batch.site_id}
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def _refusal(actor: Actor, phone: Phone, site_id: int, said: SaidClosing) -> QuarantineCode | None:
    closing = said.event
    if RollClosing.objects.filter(site_id=site_id).exists() or _is_known(closing.event_id):
        return QuarantineCode.ROLL_CLOSED
    listed = listed_on(closing.roster_id)
    try:
        close_roll(
            actor=actor,
            site=Site.objects.select_related("session__campaign", "unit").get(pk=site_id),
            absent_rest=closing.absent_rest and listed is not None,
            listed=listed,
            guests=closing.guests,
            guests_note=closing.guests_note,
            event_id=closing.event_id,
            reported={
                "counts": msgspec.to_builtins(closing.counts),
                "states_sha256": closing.states_sha256,
                "payload_sha256": said.digest,
                "device_id": phone.pk,
                "seq": closing.seq,
            },
        )
    except Refusal as refusal:
        return QuarantineCode(refusal.code)
    return None


def _is_known(event_id: uuid.UUID) -> bool:
    return RollClosing.objects.filter(event_id=event_id).exists()
