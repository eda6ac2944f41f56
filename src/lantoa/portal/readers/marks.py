"""How a reader is known who votes: by a random number in a cookie, of which a keyed hash is kept and nothing else.

The form of the first vote bears the number that the cookie will hold: pressed twice, it is one vote.
"""

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE, PATH = "lantoa_reader", "/cong/"
KEPT = 365 * 24 * 3600
FIELD = "reader"
"""The name of the hidden field of a form that bears the number."""
_LENGTH = 32
"""The number is so many letters long."""
_SHAPE = re.compile(rf"[\w-]{{{_LENGTH}}}", re.ASCII)


def mark_of(secret: str) -> str:
    """What is kept in place of the number in the cookie; it leads back to no browser."""
    return salted_hmac("portal.readers", secret, algorithm="sha256").hexdigest()


def secret_of(request: HttpRequest) -> str:
    """The number that the browser brings; empty where it has none, or one that we never gave."""
    return _known(request.COOKIES.get(COOKIE, ""))


def secret_of_form(request: HttpRequest) -> str:
    """The number that a form bears which was sent; empty where it bears none, or one that we never gave."""
    return _known(request.POST.get(FIELD, ""))


def secret_for_form(request: HttpRequest) -> str:
    """The number that a form is to bear: none for a browser that brings its own, and in a form that is shown again the
    one that it had."""
    return "" if secret_of(request) else secret_of_form(request) or new_secret()


def _known(secret: str) -> str:
    return secret if _SHAPE.fullmatch(secret) else ""


def new_secret() -> str:
    """A number for a reader who votes for the first time."""
    return secrets.token_urlsafe(_LENGTH * 3 // 4)


def remember(response: HttpResponse, secret: str) -> None:
    """Leave the number with the browser for a year, so that a second vote takes the place of the first."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=KEPT,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
