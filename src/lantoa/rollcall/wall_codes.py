"""The codes of a wall: six digits that follow from its key and the time, half a minute each."""

import datetime as dt
import hashlib
import hmac
import secrets

STEP = 30
"""Seconds."""
MARGIN = 1
"""So many steps before and after the present one are good too: people walk up, and clocks differ."""
DIGITS = 6
KEY_BYTES = 32


def new_key() -> str:
    """A key by chance, as hex."""
    return secrets.token_hex(KEY_BYTES)


def step_of(moment: dt.datetime) -> int:
    """The number of the half minute since 1970."""
    return int(moment.timestamp()) // STEP


def code_of(key: str, step: int) -> str:
    """The code of a step: the first 32 bits of HMAC-SHA-256 over its number (8 bytes, the highest first), modulo a
    million. The page on the wall computes the same."""
    digest = hmac.digest(bytes.fromhex(key), step.to_bytes(8, "big"), hashlib.sha256)
    return f"{int.from_bytes(digest[:4], 'big') % 10**DIGITS:0{DIGITS}}"


def is_code(key: str, code: str, *, now: dt.datetime, step: int | None = None) -> bool:
    """Whether `code` is good at that moment; where `step` is given, it must be the code of that very step."""
    present = step_of(now)
    steps = range(present - MARGIN, present + MARGIN + 1)
    good = [hmac.compare_digest(code_of(key, one).encode(), code.encode()) for one in steps if step in (None, one)]
    return any(good)
