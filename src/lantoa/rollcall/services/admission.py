"""Letting phones in by their tokens, and keeping on record who was not let in and why."""

import hashlib
import uuid
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from lantoa.accounts.limits import Limit, count_try
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.rollcall.errors import DeviceRevoked, NoToken, TokenExpired, TooMany, UnknownDevice
from lantoa.rollcall.models import Phone
from lantoa.rollcall.policies import can_use_phone
from lantoa.rollcall.selectors.phones import KnownPhone, phone_by_previous_token, phone_by_token

NOBODY = Actor(user_id=None, person_id=None)
LONGEST_TOKEN = 100
SaysAddress = Callable[[], str]
"""Where a request came from; asked only where it is refused."""


class Caller(NamedTuple):
    """A phone that was let in, its user, and the server's epoch."""

    actor: Actor
    phone: Phone
    epoch: uuid.UUID


def admit(*, header: str, address: SaysAddress) -> Caller:
    """The phone that the header `Authorization` names, and its user with the authority of today (one query).

    Wrong tokens are counted by `address`, and what is refused of a known phone by the phone. Each refusal is on record,
    but for the wait after many of them.
    Raises NoToken, UnknownDevice, DeviceRevoked, TokenExpired, NotPermitted, TooMany.
    """
    known = phone_by_token(token_digest(header, address))
    if known is None:
        refuse_stranger(UnknownDevice(), address)
    return _let_in(known)


def admit_to_renew(*, header: str, address: SaysAddress, wanted: str) -> Caller:
    """The same for a renewal, which may be told again with the token before, where it was answered and nobody heard."""
    digest = token_digest(header, address)
    known = phone_by_token(digest)
    if known is None:
        known = phone_by_previous_token(digest)
        if known is None or known.phone.token_sha256 != wanted:
            refuse_stranger(UnknownDevice(), address)
    return _let_in(known)


def token_digest(header: str, address: SaysAddress) -> str:
    """The hash of the token in a header `Authorization: Bearer …`. Raises NoToken, TooMany."""
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
        refuse_stranger(NoToken(), address)
    return hashlib.sha256(token.encode()).hexdigest()


def refuse_stranger(refusal: Refusal, address: SaysAddress) -> NoReturn:
    """Refuse whoever did not say who they are, on record, and after many tries from an address only by a wait."""
    counted = [Limit.of("phone_tokens", address(), borne=60, forgets=20)]
    if seconds := count_try(counted):
        raise TooMany(seconds=seconds)
    turn_away(actor=NOBODY, phone=None, refusal=refusal)


@use_case
def turn_away(*, actor: Actor, phone: Phone | None, refusal: Refusal) -> NoReturn:
    """Refuse a whole request before it comes to any act, and keep that on record. Raises the refusal."""
    raise refusal


def _let_in(known: KnownPhone) -> Caller:
    phone = known.phone
    if not phone.is_good(clock.now()):
        refusal = DeviceRevoked() if phone.revoked_at is not None else TokenExpired()
        _turn_away(Actor(user_id=phone.device.user_id, person_id=None), phone, refusal)
    actor = known.user
    if not can_use_phone(actor=actor, unit_id=phone.device.unit_id):
        _turn_away(actor, phone, NotPermitted())
    return Caller(actor, phone, known.epoch)


def _turn_away(actor: Actor, phone: Phone, refusal: Refusal) -> NoReturn:
    """On record too, and after many tries of a phone only by a wait: a phone that was lost may ask for ever."""
    if seconds := count_try([Limit.of("phone", str(phone.pk), borne=60, forgets=60)]):
        raise TooMany(seconds=seconds)
    turn_away(actor=actor, phone=phone, refusal=refusal)
