"""Invitations: made for an account, handed to the mail server, used once, withdrawn."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lantoa.accounts import limits
from lantoa.accounts.addresses import is_taken
from lantoa.accounts.codes import digest_of, plain, secret_of
from lantoa.accounts.enums import InvitationKind, MailFailure
from lantoa.accounts.errors import EmailTakenSince, InvitationEnded, PasswordWeak, UsernameTaken
from lantoa.accounts.guests import Guest, guest_of
from lantoa.accounts.mail import MailNotTaken, hand_over
from lantoa.accounts.models import Invitation, Session, User
from lantoa.accounts.usernames import checked_username
from lantoa.audit import services as audit
from lantoa.audit.usecases import SupportsUser, use_case
from lantoa.kernel import clock

LASTS = {InvitationKind.MAIL: dt.timedelta(days=3), InvitationKind.SLIP: dt.timedelta(days=14)}
"""A mail is read within days; a slip may wait for the next meeting of the cell."""


@dataclass(frozen=True, slots=True)
class Issued:
    """The invitations that a form asked for: those that it made, and those that an earlier copy of it made and that
    still hold."""

    fresh: list[Invitation]
    repeated: list[Invitation]

    @property
    def all(self) -> list[Invitation]:
        """Both."""
        return [*self.fresh, *self.repeated]


def issue(*, kind: InvitationKind, user_ids: Collection[int], client_id: uuid.UUID, email: str = "") -> Issued:
    """One invitation of that kind to each of the accounts, which ends the one before; a mail goes to `email`.

    For a use case that has locked whoever stands behind the accounts. A `client_id` that was seen before makes nothing
    anew.
    """
    ids = {pk: uuid.uuid5(client_id, f"{kind}:{pk}") for pk in user_ids}
    given = list(Invitation.objects.filter(client_id__in=ids.values()).select_related("user"))
    waiting = sorted(ids.keys() - {invitation.user_id for invitation in given})
    withdraw_open(waiting)
    now = clock.now()
    fresh = [
        Invitation(client_id=ids[pk], user_id=pk, kind=kind, email=email, made_at=now, expires_at=now + LASTS[kind])
        for pk in waiting
    ]
    for invitation in fresh:
        invitation.digest = digest_of(secret_of(invitation))
    Invitation.objects.bulk_create(fresh)
    return Issued(fresh, [invitation for invitation in given if invitation.is_open])


def withdraw_open(user_ids: Collection[int]) -> int:
    """End the open invitations to these accounts; returns how many there were."""
    return Invitation.objects.unended().filter(user_id__in=user_ids).update(withdrawn_at=clock.now())


def find_invitation(secret: str) -> Invitation | None:
    """The invitation that this secret opens now; None for every other text, whatever is wrong with it."""
    if not plain(secret):
        return None
    found: Invitation | None = (
        Invitation.objects.unended().select_related("user").filter(digest=digest_of(secret)).first()
    )
    return found if found is not None and _welcome(found) else None


@use_case
def accept_invitation(*, actor: SupportsUser, invitation: Invitation, username: str, password: str) -> User:
    """Let the owner of the account, who holds the secret, choose a password; `username` is theirs to change until the
    first sign-in.

    The address to which the secret was mailed becomes the account's, and an earlier one leads to the account no more.
    Whoever is signed in with the account is signed out. Of two at once one wins. Returns the account. Raises
    InvitationEnded, UsernameInvalid, UsernameTaken, EmailTakenSince, PasswordWeak.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=invitation.user_id)
    # The turn of the address before the row of the invitation, as for whoever invites anew.
    changed = ["email"] if _takes_address(user, invitation.email) else None
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("user").get(pk=invitation.pk)
    if _welcome(locked) is None:
        raise InvitationEnded
    if user.last_login is None:
        user.username = checked_username(username, besides=user)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordWeak(field="password", reasons=" ".join(error.messages)) from error
    user.set_password(password)
    user.must_change_password = False
    try:
        with transaction.atomic():
            user.save(update_fields=["username", "email", "password", "must_change_password"])
    except IntegrityError as error:
        raise UsernameTaken(field="username", username=user.username) from error
    locked.used_at = clock.now()
    locked.save(update_fields=["used_at"])
    if changed:
        EmailAddress.objects.filter(user=user).delete()
    Session.objects.filter(user=user).delete()
    limits.forgive(user.pk)
    facts = {"kind": locked.kind, "changed": changed}
    audit.record(actor=actor, action="accounts.accept_invitation", about=user, unit=None, facts=facts)
    return user


def deliver(*, invitation_id: int, site: str) -> None:
    """Hand the mail of an invitation over to the mail server, unless that was done or the invitation is dead.

    `site` is the address of the installation. A worker that dies after the hand-over leads to a second mail with the
    same link, never to none. Raises MailNotTaken where it is worth trying again.
    """
    invitation = Invitation.objects.select_related("user").filter(pk=invitation_id, delivered_at=None).first()
    guest = _welcome(invitation) if invitation is not None else None
    if invitation is None or guest is None:
        return
    failure = _hand_over(invitation, guest, site)
    delivered_at = None if failure else clock.now()
    Invitation.objects.filter(pk=invitation.pk).update(delivered_at=delivered_at, failure=failure or "")
    if failure not in (None, MailFailure.NO_SUCH_ADDRESS):
        raise MailNotTaken(failure)


def link_of(invitation: Invitation, site: str) -> str:
    """The address that opens an invitation, in a mail or as a QR code on a slip."""
    return f"{site.rstrip('/')}{reverse('accounts:invitation')}?code={plain(secret_of(invitation))}"


def is_unused(user: User) -> bool:
    """Whether nobody has ever had a password for the account."""
    return user.last_login is None and not user.has_usable_password()


def _takes_address(user: User, email: str) -> bool:
    """Give the account that address; whether it had none or another. Raises EmailTakenSince."""
    if not email or email.lower() == user.email.lower():
        return False
    if is_taken(email, besides=user):
        raise EmailTakenSince(email=email)
    user.email = email
    return True


def _welcome(invitation: Invitation) -> Guest | None:
    """The guest, where the invitation holds and its owner is still expected."""
    return guest_of(invitation.user_id) if invitation.is_open and invitation.user.is_active else None


def _hand_over(invitation: Invitation, guest: Guest, site: str) -> MailFailure | None:
    host = urlsplit(site).hostname or "localhost"
    context = {"invitation": invitation, "guest": guest, "link": link_of(invitation, site)}
    with translation.override(settings.LANGUAGE_CODE):
        return hand_over(
            to=invitation.email,
            subject=_("Your account of Lan Tỏa"),
            text=render_to_string("accounts/invitation_mail.txt", context),
            message_id=f"<invitation.{invitation.client_id}@{host}>",
        )
