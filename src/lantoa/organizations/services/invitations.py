"""Ways in for those who are appointed: a link by e-mail, or a printed slip with a code."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from lantoa.accounts.codes import secret_of
from lantoa.accounts.enums import InvitationKind
from lantoa.accounts.mail import can_send
from lantoa.accounts.models import Invitation, User
from lantoa.accounts.services_invitations import issue, withdraw_open
from lantoa.accounts.usernames import checked_username, free_usernames
from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.jobs.queue import defer
from lantoa.organizations import errors, policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.invitation_errors import (
    AccountClosed,
    AskedBefore,
    EmailMissing,
    MailServerMissing,
    NobodyExpected,
    OpenedAtOnce,
    TooManySlips,
)
from lantoa.organizations.models import Person, Unit
from lantoa.organizations.selectors.invitations import lasting_units
from lantoa.organizations.services.appointments import checked_email, person_to_sign_in

MOST = 60
"""Slips at once: ten sheets."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What an administrator wishes for a new account."""

    username: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip to be printed, with a code that nobody can read again later."""

    person: Person
    unit: Unit
    invitation: Invitation

    @property
    def code(self) -> str:
        """The code, in groups."""
        return secret_of(self.invitation)


@use_case
def invite_by_mail(
    *, actor: Actor, person: Person, email: str, site: str, client_id: uuid.UUID, username: str = ""
) -> Invitation:
    """Let `person` choose a password through a link that is sent to `email`, whose account is opened where there is
    none. `site` is the address of the installation. An earlier invitation ends. The account keeps the address that it
    has until the link is used.

    Returns the invitation; a repeated `client_id` returns the first one's and sends nothing. Raises NotPermitted (as
    for opening an account), PersonOutOfReach, NobodyExpected, AccountClosed, MailServerMissing, EmailMissing,
    EmailTaken, UsernameInvalid, UsernameTaken, OpenedAtOnce, AskedBefore.
    """
    people, units = _people_to_invite(actor=actor, person_ids=[person.pk])
    if not can_send():
        raise MailServerMissing
    if not email.strip():
        raise EmailMissing(field="email")
    user = _accounts_of(people, {person.pk: SignIn(username)} if username else {})[person.pk]
    email = checked_email(email, besides=user)
    issued = issue(kind=InvitationKind.MAIL, user_ids=[user.pk], client_id=client_id, email=email)
    if not issued.all:
        raise AskedBefore
    for invitation in issued.fresh:
        lock = f"accounts.invitation.{invitation.pk}"
        defer("accounts.send_invitation", lock=lock, invitation_id=invitation.pk, site=site)
        changed = ["email"] if email.lower() != user.email.lower() else None
        facts = {"person": person.pk, "changed": changed}
        audit.record(
            actor=actor, action="organizations.invite_by_mail", about=user, unit=units[person.pk][0], facts=facts
        )
    return issued.all[0]


@use_case
def print_slips(
    *,
    actor: Actor,
    unit: Unit,
    person_ids: Collection[int],
    client_id: uuid.UUID,
    wishes: Mapping[int, SignIn] | None = None,
) -> list[Slip]:
    """Slips for people who are appointed at `unit`, in the order of names; accounts are opened where there are none,
    under the names that `wishes` holds by person. Earlier invitations end.

    A repeated `client_id` gives the same slips, as far as they still hold. Raises TooManySlips, NotPermitted (as for
    opening an account), PersonOutOfReach, NobodyExpected, AccountClosed, UsernameInvalid, UsernameTaken, EmailTaken,
    OpenedAtOnce, AskedBefore.
    """
    if len(person_ids) > MOST:
        raise TooManySlips(most=MOST)
    people, units = _people_to_invite(actor=actor, person_ids=person_ids)
    for person in people:
        if unit.pk not in {one.pk for one in units[person.pk]}:
            raise NobodyExpected(person=person.full_name)
    accounts = _accounts_of(people, wishes or {})
    issued = issue(
        kind=InvitationKind.SLIP, user_ids=[account.pk for account in accounts.values()], client_id=client_id
    )
    if not issued.all:
        raise AskedBefore
    by_user = {invitation.user_id: invitation for invitation in issued.all}
    slips = []
    for person in people:
        account = accounts[person.pk]
        if account.pk in by_user:
            by_user[account.pk].user = account
            slips.append(Slip(person, unit, by_user[account.pk]))
    facts = {"persons": [slip.person.pk for slip in slips]}
    audit.record(actor=actor, action="organizations.print_slips", about=unit, unit=unit, facts=facts)
    return slips


@use_case
def withdraw_invitation(*, actor: Actor, person: Person) -> bool:
    """End the open invitation to the person's account; its link or code opens nothing from now on.

    Returns whether there was one. Raises NotPermitted, PersonOutOfReach, AccountMissing.
    """
    person = person_to_sign_in(actor=actor, person=person)
    if person.user is None:
        raise errors.AccountMissing
    if not withdraw_open([person.user.pk]):
        return False
    unit = next(iter(lasting_units([person.pk]).get(person.pk, [])), None)
    facts = {"person": person.pk}
    audit.record(actor=actor, action="organizations.withdraw_invitation", about=person.user, unit=unit, facts=facts)
    return True


def _people_to_invite(*, actor: Actor, person_ids: Collection[int]) -> tuple[list[Person], dict[int, list[Unit]]]:
    """The people, locked, in the order of names, and where they are appointed; as many queries for many as for one."""
    units = lasting_units(person_ids)
    if not all(policies.can_keep_account(actor=actor, units=units.get(pk, [])) for pk in person_ids):
        raise errors.NotPermitted
    reached = Person.objects.looked_after_by(actor).filter(pk__in=person_ids)
    locked = Person.objects.select_for_update(of=("self",)).select_related("user").filter(pk__in=reached.values("pk"))
    people = sorted(locked.order_by("pk"), key=lambda person: (person.sort_key, person.pk))
    if len(people) != len(set(person_ids)):
        raise errors.PersonOutOfReach
    for person in people:
        if person.pk not in units:
            raise NobodyExpected(person=person.full_name)
        if person.user is not None and not person.user.is_active:
            raise AccountClosed(person=person.full_name)
    return people, units


def _accounts_of(people: list[Person], wishes: Mapping[int, SignIn]) -> dict[int, User]:
    """The account of each person by the person's number; who has none gets one that nobody can sign in to yet."""
    without = [person for person in people if person.user is None]
    try:
        with transaction.atomic():
            users = User.objects.bulk_create(_new_users(without, wishes))
    except IntegrityError as error:
        raise OpenedAtOnce from error
    for person, user in zip(without, users, strict=True):
        person.user = user
    Person.objects.bulk_update(without, ["user"])
    return {person.pk: person.user for person in people if person.user is not None}


def _new_users(people: list[Person], wishes: Mapping[int, SignIn]) -> list[User]:
    unnamed = [person for person in people if person.pk not in wishes]
    names = dict(
        zip((person.pk for person in unnamed), free_usernames(person.full_name for person in unnamed), strict=True)
    )
    return [
        User(
            username=names.get(person.pk) or checked_username(wishes[person.pk].username),
            email=checked_email(wishes[person.pk].email) if person.pk in wishes else "",
            password=make_password(None),
        )
        for person in people
    ]
