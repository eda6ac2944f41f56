"""The secrets of invitations: derived, never stored, and read as people type them.

A link carries 178 random bits, a slip 50. Both are derived with the secret key from what the row holds, so that the
worker can write the mail and a form sent twice shows the same slip, while the table keeps a keyed hash alone.
"""

import math
import re

from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from lantoa.accounts.enums import InvitationKind
from lantoa.accounts.limits import Limit
from lantoa.accounts.models import Invitation

LETTERS = "234679CFHJKMNPQRTVX"
"""What cannot be taken for one another on paper (of 0 O D, 1 I L, 5 S, 8 B, 2 Z and 6 G one at most), and what no
Vietnamese typing method turns into something else: no vowel, no D, no W."""
LENGTHS = {InvitationKind.SLIP: 12, InvitationKind.MAIL: 42}
GROUP = 4
_BETWEEN = re.compile(r"[\s.–—-]+")


def secret_of(invitation: Invitation) -> str:
    """What the reader gets, in groups on a slip. Only this installation can derive it."""
    whose = f"{invitation.kind}:{invitation.user_id}:{invitation.client_id}"
    number = int.from_bytes(salted_hmac("accounts.invitations.secret", whose, algorithm="sha256").digest(), "big")
    letters = ""
    for _position in range(LENGTHS[InvitationKind(invitation.kind)]):
        number, rest = divmod(number, len(LETTERS))
        letters += LETTERS[rest]
    if invitation.kind == InvitationKind.MAIL:
        return letters
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def digest_of(typed: str) -> str:
    """The hash under which an invitation is found, whatever the case and the signs between the groups."""
    return salted_hmac("accounts.invitations.digest", plain(typed), algorithm="sha256").hexdigest()


def plain(typed: str) -> str:
    """The letters of a code; empty where one of them is none of ours."""
    letters = _BETWEEN.sub("", typed).upper()
    return letters if set(letters) <= set(LETTERS) else ""


def limits_of(*, code: str, device: str, address: str) -> list[Limit]:
    """What a try with a code is counted for: the address, behind which an office sits, the code where it could be one,
    and the device where it has told itself."""
    limits = [Limit.of("invited_address", address, borne=60, forgets=20)]
    if letters := plain(code):
        limits.append(Limit.of("invited", letters, borne=5, forgets=720))
    if device:
        limits.append(Limit.of("invited_device", device, borne=10, forgets=240))
    return limits


def sentence(seconds: int) -> str:
    """What is said to whoever has to wait."""
    minutes = math.ceil(seconds / 60)
    text = ngettext(
        "Too many wrong codes. Try again in %(count)d minute, or ask the person who gave you the code.",
        "Too many wrong codes. Try again in %(count)d minutes, or ask the person who gave you the code.",
        minutes,
    )
    return text % {"count": minutes}
