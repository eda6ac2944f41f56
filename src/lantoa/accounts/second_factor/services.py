"""What the owner of an account does about its second factor, and what confirms a sign-in."""

import uuid
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn

from lantoa.accounts import limits
from lantoa.accounts.devices import KnownDevice
from lantoa.accounts.models import User
from lantoa.accounts.owners import Owner
from lantoa.accounts.second_factor import codes, errors, keys
from lantoa.accounts.second_factor.factors import FACTORS, Factors, factors_of
from lantoa.audit import services as audit
from lantoa.audit.usecases import SupportsUser, use_case

KEYS_MOST = 10
CLIENT = "client_id"
"""Where a row keeps the form that made it, so that the same form sent twice shows the same recovery codes."""

Codes = tuple[str, ...]


@use_case
def add_app(*, actor: SupportsUser, secret: str, code: str, kept: str, client_id: uuid.UUID) -> Codes:
    """Set up an app that makes codes from `secret`, proved by a `code` of it.

    Returns the recovery codes to be shown, none where the account has some already. With the first factor every other
    session of the account than that of the key `kept` ends: they were opened by the password alone. Raises AppExists,
    CodeWrong.
    """
    user = _own(actor)
    if (shown := _made_by(user, client_id)) is not None:
        return shown
    before = factors_of(user.pk)
    if before.app is not None:
        raise errors.AppExists
    step = codes.step_of(secret, code) if secret else None
    if step is None:
        raise errors.CodeWrong(field="code")
    factor = TOTP.activate(user, secret).instance
    _write(factor, {codes.LAST_STEP: step, CLIENT: str(client_id)})
    return _follow_up(actor, user, factor, before=before, kept=kept, client_id=client_id)


@use_case
def add_key(*, actor: SupportsUser, name: str, answer: str, kept: str, client_id: uuid.UUID) -> Codes:
    """Add a passkey or security key by its `answer` to the question that is open in the request's session.

    Returns, and ends, what `add_app` does. Raises KeyUnreadable, KeysFull.
    """
    user = _own(actor)
    if (shown := _made_by(user, client_id)) is not None:
        return shown
    before = factors_of(user.pk)
    if len(before.keys) >= KEYS_MOST:
        raise errors.KeysFull(most=KEYS_MOST)
    factor = WebAuthn.add(user, name, keys.answer_of_new(answer)).instance
    _write(factor, {CLIENT: str(client_id)})
    return _follow_up(actor, user, factor, before=before, kept=kept, client_id=client_id)


@use_case
def remove_factor(*, actor: SupportsUser, number: int) -> bool:
    """Remove the app or the key of that number from the actor's own account; with the last one go the recovery codes.

    Returns whether it was there.
    """
    user = _own(actor)
    factor = Authenticator.objects.filter(user=user, type__in=FACTORS, pk=number).first()
    if factor is None:
        return False
    kind = factor.type
    factor.delete()
    if not factors_of(user.pk).any:
        Authenticator.objects.filter(user=user).delete()
    _record(actor, "accounts.remove_factor", user, kind=kind)
    return True


@use_case
def renew_recovery_codes(*, actor: SupportsUser, client_id: uuid.UUID) -> Codes:
    """Make new recovery codes; the old ones are void. Returns them. Raises NothingToRecover."""
    user = _own(actor)
    if not factors_of(user.pk).any:
        raise errors.NothingToRecover
    if shown := _made_by(user, client_id):
        return shown
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    made = _make_codes(user, client_id)
    _record(actor, "accounts.renew_recovery_codes", user)
    return made


def confirm_by_code(*, user: User, device: KnownDevice | None, code: str) -> Authenticator:
    """Confirm the sign-in of `user`, whose password was right, by a code of the app or a recovery code.

    Returns the factor. The try is counted before it is looked at, outside of what a refusal undoes. Raises CodeWrong,
    CodesTooMany.
    """
    counted = _limits(user, device)
    wait = limits.count_try(counted)
    factor = _confirm_by_code(actor=Owner.of(user), user=user, code=code, wait=wait)
    limits.take_back(counted)
    return factor


def confirm_by_key(*, user: User, device: KnownDevice | None, answer: str) -> Authenticator:
    """The same by a key's answer to the question that is open in the request's session. Raises KeyUnreadable,
    CodesTooMany."""
    counted = _limits(user, device)
    wait = limits.count_try(counted)
    factor = _confirm_by_key(actor=Owner.of(user), user=user, answer=answer, wait=wait)
    limits.take_back(counted)
    return factor


@use_case
def _confirm_by_code(*, actor: SupportsUser, user: User, code: str, wait: int) -> Authenticator:
    _check_wait(wait)
    factor = codes.spend(user_id=user.pk, code=code)
    if factor is None:
        raise errors.CodeWrong(field="code")
    if factor.type == Authenticator.Type.RECOVERY_CODES:
        _record(actor, "accounts.use_recovery_code", user, left=factors_of(user.pk).codes_left)
    return factor


@use_case
def _confirm_by_key(*, actor: SupportsUser, user: User, answer: str, wait: int) -> Authenticator:
    _check_wait(wait)
    return keys.answer_of_known(user, answer)


def _check_wait(seconds: int) -> None:
    if seconds:
        raise errors.CodesTooMany(sentence=limits.sentence(seconds))


def _limits(user: User, device: KnownDevice | None) -> list[limits.Limit]:
    return limits.limits_of_codes(
        user_id=user.pk,
        device=device.number if device else "",
        is_known=device is not None and user.pk in device.users,
    )


def _own(actor: SupportsUser) -> User:
    """The actor's account, locked."""
    return User.objects.select_for_update().get(pk=actor.user_id or 0)


def _made_by(user: User, client_id: uuid.UUID) -> Codes | None:
    """The recovery codes that the same form made before, none where it made only a factor; None for a new form."""
    made = list(Authenticator.objects.filter(user=user, data__client_id=str(client_id)))
    if not made:
        return None
    shown = [RecoveryCodes(row).get_unused_codes() for row in made if row.type == Authenticator.Type.RECOVERY_CODES]
    return tuple(code for unused in shown for code in unused)


def _follow_up(
    actor: SupportsUser, user: User, factor: Authenticator, *, before: Factors, kept: str, client_id: uuid.UUID
) -> Codes:
    ended = 0
    if not before.any:
        ended, _ = user.sessions.exclude(pk=kept).delete()
    _record(actor, "accounts.add_factor", user, kind=factor.type, sessions_ended=ended)
    return () if before.any else _make_codes(user, client_id)


def _make_codes(user: User, client_id: uuid.UUID) -> Codes:
    made = RecoveryCodes.activate(user)
    _write(made.instance, {CLIENT: str(client_id)})
    return tuple(made.generate_codes())


def _write(factor: Authenticator, more: dict[str, Any]) -> None:
    factor.data |= more
    factor.save(update_fields=["data"])


def _record(actor: SupportsUser, action: str, user: User, **facts: Any) -> None:
    audit.record(actor=actor, action=action, about=user, unit=None, facts=facts)
