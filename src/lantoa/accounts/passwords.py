"""What follows when somebody sets their own password."""

from typing import Any

from lantoa.accounts import limits
from lantoa.accounts.models import User
from lantoa.accounts.services_invitations import withdraw_open


def keep_own_password(*, user: User, **_signal: Any) -> None:
    """The account no longer has a one-time password nor an open invitation, and old failures to sign in are forgiven (a
    receiver of allauth's signals)."""
    limits.forgive(user.pk)
    withdraw_open([user.pk])
    if user.must_change_password:
        user.must_change_password = False
        user.save(update_fields=["must_change_password"])
