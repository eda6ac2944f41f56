"""Recording what a phone gave to somebody to carry."""

import hashlib
import hmac
from typing import NamedTuple

import msgspec

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.rollcall.errors import ParcelNotGenuine, Unreadable, WrongShape
from lantoa.rollcall.models import Phone
from lantoa.rollcall.policies import can_carry_parcel
from lantoa.rollcall.selectors.phones import phone_of_device
from lantoa.rollcall.services.batches import record_carried
from lantoa.rollcall.signing import from_base64url
from lantoa.rollcall.wire import Batch, Parcel, ParcelContent, ParcelPart

_contents: "msgspec.json.Decoder[ParcelContent]" = msgspec.json.Decoder(ParcelContent)


class Opened(NamedTuple):
    """A genuine parcel: the phone that made it, and that phone's user."""

    phone: Phone
    user: Actor
    batches: tuple[Batch, ...]


def record_parcel(*, actor: Actor, parcel: Parcel) -> tuple[int, list[ParcelPart]]:
    """Record the batches of a parcel, each in a transaction of its own and in the name of the phone that made it. The
    actor only carries it.

    Returns the device and what became of each batch. A batch that is refused whole leaves the others alone; a parcel
    that is handed in again changes nothing.
    Raises NotPermitted, Unreadable, WrongShape, ParcelNotGenuine.
    """
    opened = open_parcel(actor=actor, parcel=parcel)
    return opened.phone.pk, [_record(opened, batch) for batch in opened.batches]


@use_case
def open_parcel(*, actor: Actor, parcel: Parcel) -> Opened:
    """Read a parcel and make sure that a phone of ours sealed it, by the token of today or the one before. Who carried
    it is on record, each time that it is handed in.

    Raises NotPermitted, Unreadable, WrongShape, ParcelNotGenuine.
    """
    if not can_carry_parcel(actor=actor):
        raise NotPermitted
    content = _read(parcel.content)
    known = phone_of_device(content.device_id)
    if known is None or not _is_sealed_by(known.phone, parcel):
        raise ParcelNotGenuine
    events = sum(len(batch.events) + len(batch.closings) for batch in content.batches)
    sha256 = hashlib.sha256(parcel.content.encode()).hexdigest()
    facts = {"marks": events, "sha256": sha256}
    record(actor=actor, action="rollcall.open_parcel", about=known.phone, unit=known.phone.device.unit, facts=facts)
    return Opened(known.phone, known.user, content.batches)


def _read(content: str) -> ParcelContent:
    try:
        return _contents.decode(content)
    except msgspec.ValidationError as error:
        raise WrongShape(where=str(error)[:200]) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Unreadable from error


def _is_sealed_by(phone: Phone, parcel: Parcel) -> bool:
    try:
        mac = from_base64url(parcel.mac)
    except ValueError:
        return False
    content = parcel.content.encode()
    keys = [bytes.fromhex(sha256) for sha256 in (phone.token_sha256, phone.previous_sha256) if sha256]
    return any(hmac.compare_digest(hmac.digest(key, content, hashlib.sha256), mac) for key in keys)


def _record(opened: Opened, batch: Batch) -> ParcelPart:
    try:
        receipts = record_carried(actor=opened.user, phone=opened.phone, batch=batch)
    except Refusal as refusal:
        return ParcelPart(batch_id=batch.batch_id, receipts=[], code=refusal.code, message=str(refusal))
    return ParcelPart(batch_id=batch.batch_id, receipts=receipts)
