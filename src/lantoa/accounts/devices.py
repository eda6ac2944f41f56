"""The device at which somebody signs in, known again by a cookie of its own."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "lantoa_device"
SALT = "accounts.devices"
LASTS = 365 * 24 * 3600
USERS_KEPT = 30
"""An office's machine has several users; the one who signed in longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device, by a number of chance that says nothing about it, and the users who have signed in there."""

    number: str
    users: tuple[int, ...] = ()

    def with_user(self, pk: int) -> "KnownDevice":
        """The device after that user signed in."""
        return KnownDevice(self.number, (*(known for known in self.users if known != pk), pk)[-USERS_KEPT:])


def device_of(request: HttpRequest) -> KnownDevice | None:
    """The device that sent the request; None where it has no cookie of ours, or one that we did not sign."""
    try:
        number, users = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return KnownDevice(number, tuple(users))


def remember(response: HttpResponse, device: KnownDevice | None, user_id: int) -> None:
    """Let the device know itself again as one on which that user has signed in."""
    known = (device or KnownDevice(secrets.token_urlsafe(12))).with_user(user_id)
    response.set_cookie(
        COOKIE,
        signing.dumps((known.number, known.users), salt=SALT),
        max_age=LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
