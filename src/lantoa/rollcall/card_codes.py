"""What a member's card says: `LT1:<number>:<mac>`, a number by chance and proof that this server drew it."""

import hashlib
import hmac
import re
import secrets
from base64 import b32encode
from functools import cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PREFIX = "LT1"
NUMBER_BYTES, MAC_BYTES = 10, 6
_NUMBER, _MAC = 16, 10
"""Their lengths in base32, without padding."""
_BETWEEN = re.compile(r"[\s:.\-\u2010-\u2015\u2212]+")
_READ = re.compile(rf"(?:{PREFIX})?([A-Z2-7]{{{_NUMBER}}})([A-Z2-7]{{{_MAC}}})")
_TAKEN_FOR = str.maketrans("018", "OIB")
"""Digits that base32 does without, and the letters they are typed for."""
_LONGEST = 80


def new_number() -> str:
    """The number of a new card: 80 bits by chance, in base32."""
    return _base32(secrets.token_bytes(NUMBER_BYTES))


def card_text(number: str) -> str:
    """What the QR code of the card with this number says."""
    return f"{PREFIX}:{number}:{_mac(number)}"


def typed_text(number: str) -> str:
    """The same for the eye and for typing: groups of four, as `read_card` takes them. The prefix is left out, since it
    is the same on every card."""
    said = number + _mac(number)
    return " ".join(said[begin : begin + 4] for begin in range(0, len(said), 4))


def read_card(text: str) -> str | None:
    """The number of the card that says so; None where this server never made one like it.

    Takes it as it is typed too: in any case, with blanks or hyphens anywhere, without the prefix, 0 for O. That the
    card was made does not mean that it is good: it may be replaced.
    """
    if len(text) > _LONGEST:
        return None
    plain = _BETWEEN.sub("", text).upper()
    prefix = plain[: len(PREFIX)] if plain.startswith(PREFIX) else ""
    read = _READ.fullmatch(prefix + plain[len(prefix) :].translate(_TAKEN_FOR))
    if read is None or not hmac.compare_digest(read[2], _mac(read[1])):
        return None
    return read[1]


def _mac(number: str) -> str:
    return _base32(hmac.digest(_key(settings.SECRET_KEY), number.encode(), hashlib.sha256)[:MAC_BYTES])


@cache
def _key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lantoa.rollcall.card").derive(secret.encode())


def _base32(content: bytes) -> str:
    return b32encode(content).decode("ascii").rstrip("=")
