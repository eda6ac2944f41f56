"""How many failed sign-ins are borne before the next try has to wait.

A whole office sits behind one address, so that failures are counted by account. A device on which somebody has signed
in before is counted apart for that account: whoever guesses from elsewhere makes everybody wait but them (after
OWASP's device cookies). A device that goes from account to account is counted too, and an address under a ceiling that
no office reaches by mistake. Nothing is closed for good: the longest wait is a quarter of an hour.
"""

import datetime as dt
import math
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from lantoa.accounts.models import SignInLimit
from lantoa.kernel import clock

KEPT = dt.timedelta(days=1)
SHORTEST, LONGEST = 30, 900
"""The first wait and the longest one, in seconds."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One count: whose it is, as it is stored, how many failures make nobody wait, and in how many seconds one of them
    is forgotten."""

    key: str
    borne: int
    forgets: int

    @classmethod
    def of(cls, kind: str, whose: str, *, borne: int, forgets: int) -> "Limit":
        """A count of a kind. What it is counted for is kept as a keyed hash, since it may be a name or an address."""
        digest = salted_hmac(f"accounts.limits.{kind}", whose, algorithm="sha256").hexdigest()
        return cls(f"{kind}:{digest}", borne, forgets)


def limits_of(*, login: str, device: str, is_known: bool, address: str) -> list[Limit]:
    """What a try to sign in is counted for. `login` is the account's, whatever was typed; `device` is empty where it
    has not told itself; `is_known`: somebody has signed in to that account on it."""
    if is_known:
        return [Limit.of("known", f"{device} {login}", borne=5, forgets=720)]
    limits = [
        _of_account(login),
        Limit.of("address", address, borne=300, forgets=3),
    ]
    return [*limits, Limit.of("device", device, borne=15, forgets=240)] if device else limits


def limits_of_codes(*, user_id: int, device: str, is_known: bool) -> list[Limit]:
    """What a try to confirm a sign-in by a second factor is counted for, once the password was right."""
    if is_known:
        return [Limit.of("code-known", f"{device} {user_id}", borne=5, forgets=720)]
    return [_of_codes(user_id)]


def _of_codes(user_id: int) -> Limit:
    return Limit.of("code", str(user_id), borne=5, forgets=720)


def _of_account(login: str) -> Limit:
    return Limit.of("account", login, borne=5, forgets=720)


_COUNT = """
    INSERT INTO accounts_signinlimit AS known (key, level, forgets, last_at)
    SELECT key, 1, forgets, %(now)s FROM unnest(%(keys)s::text[], %(forgets)s::int[]) AS wanted (key, forgets)
     ORDER BY key
    ON CONFLICT (key) DO UPDATE
       SET level = greatest(known.level - extract(epoch FROM %(now)s - known.last_at) / known.forgets, 0) + 1,
           last_at = %(now)s
     WHERE known.wait_until IS NULL OR known.wait_until <= %(now)s
    RETURNING key, level
"""
_WAIT = "UPDATE accounts_signinlimit SET wait_until = %s WHERE key = %s"
_WAITS = "SELECT max(wait_until) FROM accounts_signinlimit WHERE key = ANY(%s)"
_TAKE_BACK = "UPDATE accounts_signinlimit SET level = greatest(level - 1, 0), wait_until = NULL WHERE key = ANY(%s)"
_FORGET = "DELETE FROM accounts_signinlimit WHERE last_at < %s"


def count_try(limits: list[Limit]) -> int:
    """Count a try as failed, before the password is looked at, so that many at once are counted one by one.

    Returns the seconds to wait where one of the counts forbids the try; then none of them counts it.
    """
    now, keys = clock.now(), [limit.key for limit in limits]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT, {"keys": keys, "forgets": [limit.forgets for limit in limits], "now": now})
        levels = dict(cursor.fetchall())
        if len(levels) < len(limits):
            cursor.execute(_WAITS, [keys])
            until: dt.datetime = cursor.fetchone()[0]
            transaction.set_rollback(True)
            return math.ceil((until - now).total_seconds())
        for limit in limits:
            if levels[limit.key] >= limit.borne:
                until = now + dt.timedelta(seconds=wait_after(levels[limit.key] - limit.borne))
                cursor.execute(_WAIT, [until, limit.key])
        cursor.execute(_FORGET, [now - KEPT])
    return 0


def take_back(limits: list[Limit]) -> None:
    """The try was a good one: it is taken out of the counts again. What others failed before stays counted."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, [[limit.key for limit in limits]])


def forgive(user_id: int) -> None:
    """The account has a new password, or no second factor: nobody has to wait for what was guessed before."""
    SignInLimit.objects.filter(pk__in=[_of_account(str(user_id)).key, _of_codes(user_id).key]).delete()


def wait_after(excess: float) -> int:
    """The seconds to wait after so many failures more than are borne: twice as long with each, up to a quarter of an
    hour."""
    return round(min(SHORTEST * 2 ** min(excess, 10), LONGEST))


def sentence(seconds: int) -> str:
    """What is said to whoever has to wait."""
    if seconds < 60:
        text = ngettext(
            "Too many failed sign-ins. Try again in %(count)d second.",
            "Too many failed sign-ins. Try again in %(count)d seconds.",
            seconds,
        )
        return text % {"count": seconds}
    minutes = math.ceil(seconds / 60)
    text = ngettext(
        "Too many failed sign-ins. Try again in %(count)d minute, or ask your administrator.",
        "Too many failed sign-ins. Try again in %(count)d minutes, or ask your administrator.",
        minutes,
    )
    return text % {"count": minutes}
