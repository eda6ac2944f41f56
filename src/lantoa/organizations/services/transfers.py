"""Persons go from one cell to another, for good or for a time, by a letter of introduction.

A transfer is an act of the sending unit, and the receiving one takes in: until it has accepted, the sending unit counts
the person. Whoever may edit the persons of both does both at once.
"""

import datetime as dt
import uuid

from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import errors, policies, signals
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import TransferKind, TransferState
from lantoa.organizations.models import Membership, Person, TemporaryMembership, Transfer, Unit, UnitPeriod
from lantoa.organizations.selectors.persons import membership_today
from lantoa.organizations.services.units import check_lasts, lock_units
from lantoa.organizations.transfer_errors import (
    OfferedAlready,
    ReasonMissing,
    SameUnit,
    StayOverlaps,
    TransferBegun,
    TransferClosed,
    TransferOutdated,
)

ONE_DAY = dt.timedelta(days=1)
SHORTEST_REASON = 5


@use_case
def offer_transfer(
    *,
    actor: Actor,
    person: Person,
    to_unit: Unit,
    kind: TransferKind,
    effective_on: dt.date,
    letter_number: str,
    letter_date: dt.date,
    ends_on: dt.date | None = None,
    client_id: uuid.UUID,
) -> Transfer:
    """Send a person to another unit from `effective_on` on: for good, or for a time until `ends_on` included.

    Where the actor may edit the persons of the receiving unit too, it is accepted at once; else it waits there. A
    repeated `client_id` returns the first one's transfer. Raises NotPermitted, NotCounted, SameUnit, UnitNotInForce,
    UnitEnds, PeriodTurned, OfferedAlready, TransferOutdated, StayOverlaps.
    """
    membership = membership_today(person)
    if membership is None:
        raise errors.NotCounted
    if not policies.can_edit_persons(actor=actor, unit=membership.unit):
        raise errors.NotPermitted
    assert actor.user_id is not None, "only a person holds appointments"
    lock_units([membership.unit, to_unit])
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if given := Transfer.objects.filter(client_id=client_id).first():
        return given
    if to_unit == membership.unit:
        raise SameUnit(field="to_unit", unit=to_unit.name)
    if kind == TransferKind.MOVE:
        ends_on = None
    elif ends_on is None or ends_on < effective_on:
        raise errors.PeriodTurned(field="ends_on", first=f"{effective_on:%d/%m/%Y}")
    open_one = Transfer.objects.filter(person=person, kind=kind, state=TransferState.OFFERED).select_related("to_unit")
    if waiting := open_one.first():
        raise OfferedAlready(unit=waiting.to_unit.name, number=waiting.letter_number)
    transfer = Transfer(
        client_id=client_id,
        person=person,
        kind=kind,
        from_unit=membership.unit,
        to_unit=to_unit,
        letter_number=normalise(letter_number),
        letter_date=letter_date,
        effective_on=effective_on,
        ends_on=ends_on,
        offered_by_id=actor.user_id,
    )
    _check(transfer)
    transfer.save()
    _note(actor, transfer, "organizations.offer_transfer", transfer.from_unit)
    if policies.can_edit_persons(actor=actor, unit=to_unit):
        _carry_out(actor, transfer)
    return transfer


@use_case
def accept_transfer(*, actor: Actor, transfer: Transfer) -> Transfer:
    """Take the person in: the old membership ends on the day and the new one begins, or the stay for a time begins.

    Accepting it again changes nothing. Raises NotPermitted, TransferClosed, TransferOutdated, UnitNotInForce, UnitEnds,
    StayOverlaps; then everything stays as it was.
    """
    if not policies.can_edit_persons(actor=actor, unit=transfer.to_unit):
        raise errors.NotPermitted
    locked = _open(transfer, TransferState.ACCEPTED)
    if locked.state == TransferState.OFFERED:
        _check(locked)
        _carry_out(actor, locked)
    return locked


@use_case
def refuse_transfer(*, actor: Actor, transfer: Transfer) -> Transfer:
    """Send the letter back: the sending unit goes on counting the person. Raises NotPermitted, TransferClosed."""
    if not policies.can_edit_persons(actor=actor, unit=transfer.to_unit):
        raise errors.NotPermitted
    locked = _open(transfer, TransferState.REFUSED)
    if locked.state == TransferState.OFFERED:
        _decide(actor, locked, TransferState.REFUSED)
        _note(actor, locked, "organizations.refuse_transfer", locked.to_unit)
    return locked


@use_case
def withdraw_transfer(*, actor: Actor, transfer: Transfer) -> Transfer:
    """Take an offer back before it was accepted. Raises NotPermitted (an act of the sending unit), TransferClosed."""
    if not policies.can_edit_persons(actor=actor, unit=transfer.from_unit):
        raise errors.NotPermitted
    locked = _open(transfer, TransferState.WITHDRAWN)
    if locked.state == TransferState.OFFERED:
        _decide(actor, locked, TransferState.WITHDRAWN)
        _note(actor, locked, "organizations.withdraw_transfer", locked.from_unit)
    return locked


@use_case
def cancel_transfer(*, actor: Actor, transfer: Transfer, reason: str) -> Transfer:
    """Undo what was accepted for a day that has not come: the sending unit goes on counting the person, a stay for a
    time never begins. Either unit may do it, with a reason that the letter keeps.

    Cancelling it again changes nothing. Raises NotPermitted, ReasonMissing, TransferClosed (it was never accepted),
    TransferBegun (it holds already), TransferOutdated (the memberships were changed since).
    """
    if not any(policies.can_edit_persons(actor=actor, unit=unit) for unit in (transfer.from_unit, transfer.to_unit)):
        raise errors.NotPermitted
    stated = normalise(reason)
    if len(stated) < SHORTEST_REASON:
        raise ReasonMissing(field="reason")
    lock_units([transfer.from_unit, transfer.to_unit])
    locked = _locked(transfer)
    if locked.state == TransferState.CANCELLED:
        return locked
    if locked.state != TransferState.ACCEPTED:
        raise TransferClosed(state=locked.get_state_display())
    if locked.effective_on <= clock.today():
        raise TransferBegun(day=f"{locked.effective_on:%d/%m/%Y}")
    if locked.kind == TransferKind.STAY:
        TemporaryMembership.objects.filter(transfer=locked).delete()
    else:
        _join_again(locked)
    locked.state, locked.cancel_reason = TransferState.CANCELLED, stated
    locked.cancelled_by_id, locked.cancelled_at = actor.user_id, clock.now()
    locked.save(update_fields=["state", "cancel_reason", "cancelled_by", "cancelled_at"])
    _note(actor, locked, "organizations.cancel_transfer", locked.from_unit)
    signals.standing_changed.send(sender=Transfer, person_ids=[locked.person_id])
    return locked


@use_case
def end_stay(*, actor: Actor, stay: TemporaryMembership, ends_on: dt.date) -> TemporaryMembership:
    """Let a temporary membership end earlier or later, with `ends_on` as its last day; either unit may say so.

    Raises NotPermitted, PeriodTurned, StayOverlaps.
    """
    units = (stay.unit, stay.transfer.from_unit)
    if not any(policies.can_edit_persons(actor=actor, unit=unit) for unit in units):
        raise errors.NotPermitted
    Person.objects.select_for_update(no_key=True).get(pk=stay.person_id)
    locked = TemporaryMembership.objects.select_for_update(of=("self",)).select_related("unit").get(pk=stay.pk)
    if ends_on < locked.period.lower:
        raise errors.PeriodTurned(field="ends_on", first=f"{locked.period.lower:%d/%m/%Y}")
    period = DateRange(locked.period.lower, ends_on + ONE_DAY)
    _check_stay(person_id=locked.person_id, period=period, field="ends_on", besides=locked.pk)
    locked.period = period
    locked.save(update_fields=["period"])
    facts = {"until": ends_on.isoformat()}
    audit.record(actor=actor, action="organizations.end_stay", about=locked, unit=locked.unit, facts=facts)
    return locked


def _open(transfer: Transfer, wanted: TransferState) -> Transfer:
    """The transfer, locked with its person. Raises TransferClosed where it was decided otherwise than `wanted`."""
    lock_units([transfer.from_unit, transfer.to_unit])
    locked = _locked(transfer)
    if locked.state not in (TransferState.OFFERED, wanted):
        raise TransferClosed(state=locked.get_state_display())
    return locked


def _locked(transfer: Transfer) -> Transfer:
    Person.objects.select_for_update(no_key=True).get(pk=transfer.person_id)
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("person", "from_unit", "to_unit")
    return rows.get(pk=transfer.pk)


def _join_again(transfer: Transfer) -> None:
    """Let the membership that the transfer cut run as long as the one that it began would have, which goes.

    Raises TransferOutdated where they are not the last two, one after the other, as the transfer left them.
    """
    day = transfer.effective_on
    rows = Membership.objects.filter(person=transfer.person_id, period__overlap=DateRange(day - ONE_DAY, None))
    found = list(rows.order_by("period"))
    if [(row.unit_id, day in (row.period.lower, row.period.upper)) for row in found] != [
        (transfer.from_unit_id, True),
        (transfer.to_unit_id, True),
    ]:
        raise TransferOutdated(unit=transfer.from_unit.name, day=f"{day:%d/%m/%Y}")
    old, new = found
    until = new.period.upper
    check_lasts([transfer.from_unit], until=until)
    new.delete()
    old.period = DateRange(old.period.lower, until)
    old.save(update_fields=["period"])


def _check(transfer: Transfer) -> None:
    """Whether the registers of today let the transfer happen."""
    if not UnitPeriod.objects.filter(unit=transfer.to_unit).on(transfer.effective_on).exists():
        raise errors.UnitNotInForce(field="effective_on", unit=transfer.to_unit.name)
    stays = transfer.kind == TransferKind.STAY
    check_lasts([transfer.to_unit], until=_stay_of(transfer).upper if stays else None)
    _membership_to_leave(transfer)
    if stays:
        _check_stay(person_id=transfer.person_id, period=_stay_of(transfer), field="effective_on")


def _membership_to_leave(transfer: Transfer) -> Membership:
    """The membership of the day before, which must be the sending unit's and the last one that is recorded."""
    rows = Membership.objects.filter(person=transfer.person_id, period__overlap=DateRange(transfer.effective_on, None))
    found = list(rows)
    eve = transfer.effective_on - ONE_DAY
    if len(found) != 1 or found[0].unit_id != transfer.from_unit_id or eve not in found[0].period:
        raise TransferOutdated(
            field="effective_on", unit=transfer.from_unit.name, day=f"{transfer.effective_on:%d/%m/%Y}"
        )
    return found[0]


def _check_stay(*, person_id: int, period: DateRange, field: str, besides: int | None = None) -> None:
    others = TemporaryMembership.objects.filter(person=person_id, period__overlap=period).exclude(pk=besides or 0)
    if standing := others.select_related("unit").first():
        raise StayOverlaps(field=field, unit=standing.unit.name)


def _stay_of(transfer: Transfer) -> DateRange:
    assert transfer.ends_on is not None, "a stay for a time has a last day: transfer_for_a_time_has_an_end"
    return DateRange(transfer.effective_on, transfer.ends_on + ONE_DAY)


def _carry_out(actor: Actor, transfer: Transfer) -> None:
    if transfer.kind == TransferKind.STAY:
        TemporaryMembership.objects.create(
            person=transfer.person, unit=transfer.to_unit, transfer=transfer, period=_stay_of(transfer)
        )
    else:
        old = _membership_to_leave(transfer)
        begun, until = old.period.lower, old.period.upper
        old.period = DateRange(begun, transfer.effective_on)
        old.save(update_fields=["period"])
        Membership.objects.create(
            person=transfer.person,
            unit=transfer.to_unit,
            standing=old.standing,
            period=DateRange(transfer.effective_on, until),
        )
    _decide(actor, transfer, TransferState.ACCEPTED)
    _note(actor, transfer, "organizations.accept_transfer", transfer.to_unit)
    signals.standing_changed.send(sender=Transfer, person_ids=[transfer.person_id])


def _decide(actor: Actor, transfer: Transfer, state: TransferState) -> None:
    transfer.state, transfer.decided_by_id, transfer.decided_at = state, actor.user_id, clock.now()
    transfer.save(update_fields=["state", "decided_by", "decided_at"])


def _note(actor: Actor, transfer: Transfer, action: str, unit: Unit) -> None:
    facts = {"person": transfer.person_id, "from": transfer.effective_on.isoformat()}
    audit.record(actor=actor, action=action, about=transfer, unit=unit, facts=facts)
