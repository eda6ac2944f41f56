"""The factors that an account has. allauth keeps them, a row each; the secrets in them are encrypted."""

from dataclasses import dataclass

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.db.models import OuterRef, Subquery

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What is asked for at a sign-in; recovery codes only stand in for one of them."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What one account has. `codes_left` counts the unused recovery codes."""

    app: Authenticator | None
    keys: tuple[Authenticator, ...]
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether a sign-in with this account asks for a second factor."""
        return self.app is not None or bool(self.keys)


def factors_of(user_id: int) -> Factors:
    """The factors of an account, in one query."""
    rows = list(Authenticator.objects.filter(user_id=user_id).order_by("pk"))
    codes = [row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES]
    return Factors(
        app=next((row for row in rows if row.type == Authenticator.Type.TOTP), None),
        keys=tuple(row for row in rows if row.type == Authenticator.Type.WEBAUTHN),
        codes_left=sum(app_settings.RECOVERY_CODE_COUNT - row.data["used_mask"].bit_count() for row in codes),
    )


def newest_of(user_column: str) -> Subquery:
    """The number of the newest factor of the user of that column, as a column of the same query; NULL without one."""
    own = Authenticator.objects.filter(user_id=OuterRef(user_column), type__in=FACTORS)
    return Subquery(own.order_by("-pk").values("pk")[:1])


def forget(user_id: int) -> int:
    """Remove every factor of an account and its recovery codes. Returns how many rows went."""
    count, _ = Authenticator.objects.filter(user_id=user_id).delete()
    return int(count)


def forget_seen(user_id: int, *, seen: int) -> bool:
    """The same where none of the factors is newer than that of the number `seen`. Returns whether any was removed."""
    numbers = Authenticator.objects.filter(user_id=user_id, type__in=FACTORS).values_list("pk", flat=True)
    return 0 < max(numbers, default=0) <= seen and bool(forget(user_id))
