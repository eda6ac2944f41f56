"""The codes by which a phone is set up: nobody can guess them, shown once, kept as a hash."""

import hashlib
import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from lantoa.accounts.codes import LETTERS, plain

LENGTH = 32
"""So many of these letters hold 135 random bits."""
GROUP = 4


def draw() -> str:
    """A new code, without signs between its groups."""
    return "".join(secrets.choice(LETTERS) for _position in range(LENGTH))


def drawn_for(act: str) -> str:
    """The code of an act that may be told twice: it follows from the server's secret and is the same each time."""
    drawn = HKDF(algorithm=SHA256(), length=64, salt=None, info=b"lantoa.rollcall.code:" + act.encode())
    number = int.from_bytes(drawn.derive(settings.SECRET_KEY.encode()), "big")
    return "".join(LETTERS[number // len(LETTERS) ** position % len(LETTERS)] for position in range(LENGTH))


def grouped(code: str) -> str:
    """The code as people type it: groups of four letters."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def digest_of(typed: str) -> str:
    """The SHA-256, as hex, under which a code is found, whatever the case and the signs between the groups."""
    return hashlib.sha256(plain(typed).encode()).hexdigest()
