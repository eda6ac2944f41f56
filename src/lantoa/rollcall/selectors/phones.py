"""Phones, as they prove themselves."""

import uuid
from dataclasses import dataclass

from lantoa.attendance.enums import DeviceKind
from lantoa.attendance.models import Device
from lantoa.kernel.prepared import fetch
from lantoa.organizations.actors import Actor
from lantoa.rollcall.models import Phone

_FIND = """
SELECT phone.device_id, device.unit_id, device.user_id, phone.token_sha256, phone.previous_sha256, phone.label,
       phone.revoked_at, phone.expires_at, who.is_active, epoch.value
FROM rollcall_phone phone
JOIN attendance_device device ON device.id = phone.device_id
JOIN accounts_user who ON who.id = device.user_id
CROSS JOIN rollcall_epoch epoch
WHERE phone.{column} = %s
"""


@dataclass(frozen=True, slots=True)
class KnownPhone:
    """A phone of ours, good or not, whether its user's account is open, and the server's epoch, which every answer
    tells."""

    phone: Phone
    user_is_active: bool
    epoch: uuid.UUID

    def actor(self) -> Actor:
        """Its user with the authority of today (one query); with none where the account is closed."""
        return user_of(self.phone, is_active=self.user_is_active)


def user_of(phone: Phone, *, is_active: bool) -> Actor:
    """The user of a phone with the authority of today (one query); with none where the account is closed."""
    user_id = phone.device.user_id
    if not is_active:
        return Actor(user_id=user_id, person_id=None)
    return Actor.of_account(user_id)


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
    rows = fetch(_FIND.format(column=column), [value])
    if not rows:
        return None
    device_id, unit_id, user_id, token, previous, label, revoked_at, expires_at, is_active, epoch = rows[0]
    phone = Phone(
        device=Device(id=device_id, kind=DeviceKind.PHONE, unit_id=unit_id, user_id=user_id),
        label=label,
        token_sha256=token,
        previous_sha256=previous,
        revoked_at=revoked_at,
        expires_at=expires_at,
    )
    return KnownPhone(phone, is_active, epoch)
