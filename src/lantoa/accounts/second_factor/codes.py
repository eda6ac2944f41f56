"""Codes that are typed: of an app (RFC 6238), each good once, and recovery codes."""

import logging

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from cryptography.fernet import InvalidToken

from lantoa.kernel import clock

STEP = 30
TOLERANCE = 1
"""Steps before and after the present one that count too: the clocks of old phones are wrong by some seconds."""
LAST_STEP = "last_step"
"""Where the row keeps the step whose code was used last; neither that one nor an earlier one is good again."""

logger = logging.getLogger(__name__)


def step_of(secret: str, code: str, *, after: int = 0) -> int | None:
    """The step whose code that is, where it is near the present one and later than `after`."""
    present = int(clock.now().timestamp()) // STEP
    for step in range(max(present - TOLERANCE, after + 1), present + TOLERANCE + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def spend(*, user_id: int, code: str) -> Authenticator | None:
    """Use a code of the app or a recovery code; None where it is none that is good now. Within a transaction."""
    typed = Authenticator.objects.select_for_update().filter(user_id=user_id).exclude(type=Authenticator.Type.WEBAUTHN)
    for factor in typed.order_by("-type"):
        try:
            good = _is_good(factor, code)
        except InvalidToken:
            logger.warning("The secret of factor %s was encrypted under another key.", factor.pk)
            continue
        if good:
            Authenticator.objects.filter(pk=factor.pk).update(last_used_at=clock.now())
            return factor
    return None


def _is_good(factor: Authenticator, code: str) -> bool:
    if factor.type != Authenticator.Type.TOTP:
        return bool(RecoveryCodes(factor).validate_code(code))
    step = step_of(decrypt(factor.data["secret"]), code, after=factor.data.get(LAST_STEP, 0))
    if step is None:
        return False
    factor.data[LAST_STEP] = step
    factor.save(update_fields=["data"])
    return True
