"""Setting up a phone by a code, and renewing its token."""

import datetime as dt

from django.db import IntegrityError, transaction

from lantoa.attendance.enums import DeviceKind
from lantoa.attendance.models import Device
from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.rollcall import codes
from lantoa.rollcall.errors import CodeExpired, CodeUsed, CodeWrong, DeviceRevoked, TokenTaken
from lantoa.rollcall.models import Phone, Provisioning
from lantoa.rollcall.policies import can_use_phone
from lantoa.rollcall.selectors.phones import phone_of_device

LASTS = dt.timedelta(days=180)


@use_case
def redeem(*, actor: Actor, code: str, token_sha256: str, label: str, client: str) -> tuple[Actor, Phone]:
    """Make a phone that draws its own token a device of the user and the unit of the code, for 180 days.

    The same phone may ask again: the same hash is the same act. `actor` is nobody: the code says in whose name.
    Returns the phone's user and the phone.
    Raises CodeWrong, CodeUsed, CodeExpired, DeviceRevoked, NotPermitted, TokenTaken.
    """
    given = Provisioning.objects.select_for_update(of=("self",)).filter(code_sha256=codes.digest_of(code)).first()
    if given is None:
        raise CodeWrong
    if given.phone_id is not None:
        return _again(given.phone_id, token_sha256)
    now = clock.now()
    if now >= given.expires_at:
        raise CodeExpired
    device = Device(kind=DeviceKind.PHONE, unit_id=given.unit_id, user_id=given.user_id)
    phone = Phone(device=device, label=label, token_sha256=token_sha256, client=client, created_at=now)
    nobody_there = Actor(user_id=given.user_id, person_id=None)
    user = Actor.of_account(given.user_id) if given.user.is_active else nobody_there
    if not can_use_phone(actor=user, unit_id=given.unit_id):
        raise NotPermitted
    phone.expires_at, phone.last_seen_at = now + LASTS, now
    _save(device, phone)
    given.phone = phone
    given.save(update_fields=["phone"])
    record(actor=user, action="rollcall.redeem", about=phone, unit=given.unit)
    return user, phone


@use_case
def renew(*, actor: Actor, phone: Phone, token_sha256: str) -> Phone:
    """Let the phone prove itself by another token of its own from now on, for 180 days. The hash that it has already
    changes nothing.

    Raises NotPermitted, DeviceRevoked, TokenTaken.
    """
    if not can_use_phone(actor=actor, unit_id=phone.device.unit_id):
        raise NotPermitted
    locked = Phone.objects.select_for_update(of=("self",)).select_related("device__unit").get(pk=phone.pk)
    if locked.revoked_at is not None:
        raise DeviceRevoked
    if locked.token_sha256 == token_sha256:
        return locked
    locked.previous_sha256, locked.token_sha256 = locked.token_sha256, token_sha256
    locked.expires_at = clock.now() + LASTS
    try:
        with transaction.atomic():
            locked.save(update_fields=["previous_sha256", "token_sha256", "expires_at"])
    except IntegrityError as error:
        raise TokenTaken from error
    record(actor=actor, action="rollcall.renew", about=locked, unit=locked.device.unit)
    return locked


def _again(device_id: int, token_sha256: str) -> tuple[Actor, Phone]:
    known = phone_of_device(device_id)
    if known is None or known.phone.token_sha256 != token_sha256:
        raise CodeUsed
    if known.phone.revoked_at is not None:
        raise DeviceRevoked
    actor = known.user
    if not can_use_phone(actor=actor, unit_id=known.phone.device.unit_id):
        raise NotPermitted
    return actor, known.phone


def _save(device: Device, phone: Phone) -> None:
    try:
        with transaction.atomic():
            device.save()
            phone.device = device
            phone.save(force_insert=True)
    except IntegrityError as error:
        raise TokenTaken from error
