"""Appointments, the only source of authority, and the accounts of those who hold them."""

import base64
import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.crypto import salted_hmac

from lantoa.accounts import limits
from lantoa.accounts.addresses import is_taken
from lantoa.accounts.models import User
from lantoa.accounts.second_factor import factors
from lantoa.accounts.services_invitations import withdraw_open
from lantoa.accounts.usernames import checked_username
from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import errors, policies
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import FactorResetReason, Role
from lantoa.organizations.models import Appointment, Person, Unit, UnitPeriod
from lantoa.organizations.services.units import check_lasts, lock_units
from lantoa.organizations.signals import appointments_changed


@use_case
def appoint(
    *,
    actor: Actor,
    person: Person,
    role: Role,
    unit: Unit,
    starts_on: dt.date,
    decision: Decision,
    ends_on: dt.date | None = None,
    term_ends_on: dt.date | None = None,
    title: str = "",
    client_id: uuid.UUID | None = None,
) -> Appointment:
    """Give `person` the role at `unit` from `starts_on` until the day before `ends_on` (half open; None: until ended).

    `term_ends_on`, the last day of the term as the decision has it, reminds of the renewal and ends nothing. The
    authority holds from the first request of the first day on. Returns the appointment; a repeated `client_id` returns
    the first one's. Raises NotPermitted (an administrator at the unit or above), PersonOutOfReach, DecisionMissing,
    PeriodEmpty, UnitNotInForce, UnitEnds, TermTurned, AppointmentOverlap.
    """
    if not policies.can_administer(actor=actor, unit=unit):
        raise errors.NotPermitted
    if not Person.objects.looked_after_by(actor).filter(pk=person.pk).exists():
        raise errors.PersonOutOfReach(field="member_code")
    lock_units([unit])
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if client_id is not None and (given := Appointment.objects.filter(client_id=client_id).first()):
        return given
    decision = decision.checked()
    check_lasts([unit], until=ends_on)
    _check_period(unit=unit, starts_on=starts_on, ends_on=ends_on)
    check_term(starts_on=starts_on, term_ends_on=term_ends_on)
    period = DateRange(starts_on, ends_on)
    if Appointment.objects.filter(person=person, role=role, unit=unit, period__overlap=period).exists():
        raise errors.AppointmentOverlap(field="starts_on", person=person.full_name)
    appointment = Appointment.objects.create(
        client_id=client_id,
        person=person,
        role=role,
        unit=unit,
        title=normalise(title),
        decision_number=decision.number,
        decision_date=decision.date,
        decision_body=decision.body,
        term_ends_on=term_ends_on,
        period=period,
    )
    facts = {"role": role.value, "from": starts_on.isoformat(), "until": ends_on.isoformat() if ends_on else None}
    audit.record(actor=actor, action="organizations.appoint", about=appointment, unit=unit, facts=facts)
    appointments_changed.send(sender=Appointment, person_ids=[person.pk])
    return appointment


@use_case
def end_appointment(*, actor: Actor, appointment: Appointment, ends_on: dt.date) -> Appointment:
    """Let the appointment end: `ends_on` is the first day without it; today's date ends the access at the next request.

    Ended on its own first day it is withdrawn: the row goes, the log keeps it. Ending it on the same day again changes
    nothing. Returns the appointment. Raises NotPermitted, PeriodEmpty (it would end before it began), AppointmentEnded
    (it ends earlier already).
    """
    if not policies.can_administer(actor=actor, unit=appointment.unit):
        raise errors.NotPermitted
    locked = Appointment.objects.select_for_update(of=("self",)).filter(pk=appointment.pk).first()
    if locked is None or locked.period.upper == ends_on:
        return locked or appointment
    period = locked.period
    if ends_on < period.lower:
        raise errors.PeriodEmpty(field="ends_on", first=f"{period.lower:%d/%m/%Y}")
    if period.upper is not None and period.upper < ends_on:
        raise errors.AppointmentEnded(field="ends_on", ended=f"{period.upper:%d/%m/%Y}")
    facts = {"role": locked.role, "person": locked.person_id, "until": ends_on.isoformat()}
    audit.record(actor=actor, action="organizations.end_appointment", about=locked, unit=appointment.unit, facts=facts)
    if ends_on == period.lower:
        locked.delete()
    else:
        locked.period = DateRange(period.lower, ends_on)
        locked.save(update_fields=["period"])
    appointments_changed.send(sender=Appointment, person_ids=[locked.person_id])
    _uninvite(locked.person)
    return appointment if ends_on == period.lower else locked


def _uninvite(person: Person) -> None:
    """End an open invitation to somebody who holds nothing any more."""
    if person.user_id is not None and not units_of_appointments(person):
        withdraw_open([person.user_id])


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """A sign-in and the password that was set for it, which nobody can read again later."""

    user: User
    password: str


@use_case
def open_account(
    *,
    actor: Actor,
    person: Person,
    username: str,
    password: str | None = None,
    email: str = "",
    client_id: uuid.UUID | None = None,
) -> OpenedAccount:
    """Let `person` sign in as `username`. Without `password` a one-time password is made, to be changed at first use.

    A repeated `client_id` gives the same account and the same one-time password as long as that still holds. Raises
    NotPermitted (all appointments of the person must lie under the administrator), PersonOutOfReach, AccountExists,
    UsernameInvalid, UsernameTaken, EmailTaken, PasswordWeak.
    """
    person = person_to_sign_in(actor=actor, person=person)
    chosen = password if password is not None else _one_time_password(person, client_id or uuid.uuid4())
    if person.user is not None:
        if password is None and client_id is not None and person.user.check_password(chosen):
            return OpenedAccount(person.user, chosen)
        raise errors.AccountExists(field="username", username=person.user.username)
    opened = _open(person=person, username=username, password=chosen, email=email, provisional=password is None)
    _record(actor=actor, action="organizations.open_account", person=person, user=opened.user)
    return opened


@use_case
def renew_password(*, actor: Actor, person: Person, client_id: uuid.UUID | None = None) -> OpenedAccount:
    """Set a new one-time password for the person's account; every session of that account ends, and an open invitation.

    A repeated `client_id` gives the same password as long as it still holds. Raises NotPermitted, PersonOutOfReach,
    AccountMissing.
    """
    person = person_to_sign_in(actor=actor, person=person)
    if person.user is None:
        raise errors.AccountMissing
    password = _one_time_password(person, client_id or uuid.uuid4())
    if not person.user.check_password(password):
        person.user.set_password(password)
        person.user.must_change_password = True
        person.user.save(update_fields=["password", "must_change_password"])
        _end_sessions(person.user)
        limits.forgive(person.user.pk)
        withdraw_open([person.user.pk])
        _record(actor=actor, action="organizations.renew_password", person=person, user=person.user)
    return OpenedAccount(person.user, password)


@use_case
def set_account_active(*, actor: Actor, person: Person, active: bool) -> User:
    """Close the person's account, or open it again; a closed one is signed out at its next request.

    Returns the account. Raises NotPermitted, PersonOutOfReach, AccountMissing.
    """
    person = person_to_sign_in(actor=actor, person=person)
    if person.user is None:
        raise errors.AccountMissing
    if person.user.is_active != active:
        person.user.is_active = active
        person.user.save(update_fields=["is_active"])
        _end_sessions(person.user)
        withdraw_open([person.user.pk])
        _record(
            actor=actor,
            action="organizations.set_account_active",
            person=person,
            user=person.user,
            facts={"active": active},
        )
    return person.user


@use_case
def end_account_sessions(*, actor: Actor, person: Person) -> int:
    """Sign out the person's account in every browser; the password stays.

    Returns how many sessions ended. Raises NotPermitted, PersonOutOfReach, AccountMissing.
    """
    person = person_to_sign_in(actor=actor, person=person)
    if person.user is None:
        raise errors.AccountMissing
    count = _end_sessions(person.user)
    if count:
        _record(actor=actor, action="organizations.end_account_sessions", person=person, user=person.user)
    return count


@use_case
def reset_second_factor(*, actor: Actor, person: Person, reason: FactorResetReason, seen: int) -> bool:
    """Take the second factor of the person's account away, as when the phone is lost; every session of it ends.

    The factors whose number is greater than `seen`, the newest one that the administrator was shown, were set up since:
    then nothing is done, so that a form sent again takes away no new one. The owner is told at the next sign-in.
    Returns whether it was done. Raises NotPermitted, PersonOutOfReach, AccountMissing.
    """
    person = person_to_sign_in(actor=actor, person=person)
    if person.user is None:
        raise errors.AccountMissing
    User.objects.select_for_update(no_key=True).get(pk=person.user.pk)
    if not factors.forget_seen(person.user.pk, seen=seen):
        return False
    person.user.second_factor_reset_at = clock.now()
    person.user.save(update_fields=["second_factor_reset_at"])
    _end_sessions(person.user)
    limits.forgive(person.user.pk)
    facts = {"reason": reason.value}
    _record(actor=actor, action="organizations.reset_second_factor", person=person, user=person.user, facts=facts)
    return True


def bootstrap_administrator(
    *, username: str, password: str | None, full_name: str, unit: Unit, code: str = ""
) -> OpenedAccount:
    """The first administrator, at `unit`: a person, an account and the appointment, from today on.

    With a member `code` the administrator can be appointed to a further role like everybody else.

    For the command line only, where whoever runs it holds the database anyway. Without `password` a one-time password
    is made. Raises NameMissing, CodeTaken, UsernameInvalid, UsernameTaken, PasswordWeak, UnitNotInForce.
    """
    return _bootstrap_administrator(
        actor=SYSTEM, username=username, password=password, full_name=full_name, unit=unit, code=code.strip()
    )


@use_case
def _bootstrap_administrator(
    *, actor: Actor, username: str, password: str | None, full_name: str, unit: Unit, code: str
) -> OpenedAccount:
    if not normalise(full_name):
        raise errors.NameMissing(field="full_name")
    if code and Person.objects.filter(code=code).exists():
        raise errors.CodeTaken(field="code", member_code=code)
    _check_period(unit=unit, starts_on=clock.today(), ends_on=None)
    person = Person(client_id=uuid.uuid4(), full_name=full_name, code=code)
    person.set_texts()
    person.save()
    chosen = password if password is not None else _one_time_password(person, uuid.uuid4())
    opened = _open(person=person, username=username, password=chosen, email="", provisional=password is None)
    appointment = Appointment.objects.create(
        person=person, role=Role.ADMINISTRATOR, unit=unit, period=DateRange(clock.today(), None)
    )
    audit.record(actor=actor, action="organizations.bootstrap_administrator", about=appointment, unit=unit)
    return opened


def check_term(*, starts_on: dt.date, term_ends_on: dt.date | None) -> None:
    """Raises TermTurned where the term would end before it begins."""
    if term_ends_on is not None and term_ends_on < starts_on:
        raise errors.TermTurned(field="term_ends_on", first=f"{starts_on:%d/%m/%Y}")


def checked_email(email: str, *, besides: User | None = None) -> str:
    """The address as it is stored. Raises EmailTaken (by another account than `besides`)."""
    email = email.strip()
    if email and is_taken(email, besides=besides):
        raise errors.EmailTaken(field="email", email=email)
    return email


def _end_sessions(user: User) -> int:
    count, _ = user.sessions.all().delete()
    return count


def _check_period(*, unit: Unit, starts_on: dt.date, ends_on: dt.date | None) -> None:
    if ends_on is not None and ends_on <= starts_on:
        raise errors.PeriodEmpty(field="ends_on", first=f"{starts_on + dt.timedelta(days=1):%d/%m/%Y}")
    if not UnitPeriod.objects.filter(unit=unit).on(starts_on).exists():
        raise errors.UnitNotInForce(field="starts_on", unit=unit.name)


def person_to_sign_in(*, actor: Actor, person: Person) -> Person:
    """The person, locked, where the actor may keep the account."""
    if not policies.can_keep_account(actor=actor, units=units_of_appointments(person)):
        raise errors.NotPermitted
    if not Person.objects.looked_after_by(actor).filter(pk=person.pk).exists():
        raise errors.PersonOutOfReach
    Person.objects.select_for_update().get(pk=person.pk)
    return Person.objects.select_related("user").get(pk=person.pk)


def units_of_appointments(person: Person) -> list[Unit]:
    """Where the person holds authority now, or will."""
    lasting = Appointment.objects.filter(person=person, period__overlap=DateRange(clock.today(), None))
    return list(Unit.objects.filter(appointments__in=lasting).distinct())


def _record(*, actor: Actor, action: str, person: Person, user: User, facts: dict[str, Any] | None = None) -> None:
    """Log an act on an account under the first unit where its person holds authority, if any."""
    unit = next(iter(units_of_appointments(person)), None)
    audit.record(actor=actor, action=action, about=user, unit=unit, facts={"person": person.pk, **(facts or {})})


def _open(*, person: Person, username: str, password: str, email: str, provisional: bool) -> OpenedAccount:
    username, email = checked_username(username), checked_email(email)
    try:
        validate_password(password, User(username=username, email=email))
    except ValidationError as error:
        raise errors.PasswordWeak(field="password", reasons=" ".join(error.messages)) from error
    user = User.objects.create_user(username=username, password=password, email=email)
    if provisional:
        user.must_change_password = True
        user.save(update_fields=["must_change_password"])
    person.user = user
    person.save(update_fields=["user"])
    return OpenedAccount(user, password)


def _one_time_password(person: Person, client_id: uuid.UUID) -> str:
    """80 bits that only this installation can derive from the form's id: a form sent twice shows one password."""
    digest = salted_hmac("lantoa.one_time_password", f"{person.pk}:{client_id}", algorithm="sha256").digest()
    letters = base64.b32encode(digest[:10]).decode("ascii").lower()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))
