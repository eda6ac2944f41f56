"""Phones, as they prove themselves."""

import uuid
from dataclasses import dataclass

from lantoa.attendance.enums import DeviceKind
from lantoa.attendance.models import Device
from lantoa.kernel.prepared import fetch
from lantoa.organizations.actors import Actor, rows_of
from lantoa.rollcall.models import Phone

_FIND = """
SELECT phone.device_id, device.unit_id, device.user_id, phone.token_sha256, phone.previous_sha256, phone.label,
       phone.revoked_at, phone.expires_at, epoch.value, given.*
FROM rollcall_phone phone
JOIN attendance_device device ON device.id = phone.device_id
JOIN accounts_user who ON who.id = device.user_id
CROSS JOIN rollcall_epoch epoch
LEFT JOIN LATERAL ({given}) given ON who.is_active
WHERE phone.{column} = %s
"""
_GIVEN = 9
"""The first column of an appointment."""


@dataclass(frozen=True, slots=True)
class KnownPhone:
    """A phone of ours, good or not; its user with the authority of today, none where the account is closed; and the
    server's epoch, which every answer tells."""

    phone: Phone
    user: Actor
    epoch: uuid.UUID


def phone_by_token(token_sha256: str) -> KnownPhone | None:
    """The phone whose token has this hash (one query)."""
    return _find("token_sha256", token_sha256)


def phone_by_previous_token(token_sha256: str) -> KnownPhone | None:
    """The phone whose token before had this hash (one query)."""
    return _find("previous_sha256", token_sha256)


def phone_of_device(device_id: int) -> KnownPhone | None:
    """The phone of a device (one query)."""
    return _find("device_id", device_id)


def _find(column: str, value: str | int) -> KnownPhone | None:
    given, parameters = rows_of("device.user_id")
    rows = fetch(_FIND.format(column=column, given=given), [*parameters, value])
    if not rows:
        return None
    device_id, unit_id, user_id, token, previous, label, revoked_at, expires_at, epoch, *_given = rows[0]
    phone = Phone(
        device=Device(id=device_id, kind=DeviceKind.PHONE, unit_id=unit_id, user_id=user_id),
        label=label,
        token_sha256=token,
        previous_sha256=previous,
        revoked_at=revoked_at,
        expires_at=expires_at,
    )
    appointments = [row[_GIVEN:] for row in rows if row[_GIVEN] is not None]
    return KnownPhone(phone, Actor.of_rows(user_id, appointments), epoch)
