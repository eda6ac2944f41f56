"""The end of a membership without another: who left, why, and what ends with it (ADR 19).

Lists of a roll-out that are frozen, marks and figures stay as they are; an appointment is ended by the administrator
before, since whoever keeps a list of persons must not be able to take somebody's authority.
"""

import datetime as dt
import uuid
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import errors, policies, signals
from lantoa.organizations.actors import Actor
from lantoa.organizations.departure_errors import (
    DepartureOutlived,
    DiedAhead,
    GoneBefore,
    LeftAlready,
    NotBegunYet,
    OfficeLasts,
    ReasonUnfit,
    TransferAhead,
)
from lantoa.organizations.enums import DepartureReason, Standing, TransferState
from lantoa.organizations.models import Departure, Membership, Person, TemporaryMembership, Transfer, Unit
from lantoa.organizations.selectors.departures import departure_ahead, offices_from
from lantoa.organizations.selectors.persons import membership_today
from lantoa.organizations.services.persons import is_restricted, require_open
from lantoa.organizations.services.units import check_lasts, lock_units

FITS: dict[DepartureReason, frozenset[Standing]] = {
    DepartureReason.RESIGNED: frozenset({Standing.FULL, Standing.PROBATIONARY}),
    DepartureReason.STRUCK_OFF: frozenset({Standing.FULL, Standing.PROBATIONARY}),
    DepartureReason.EXPELLED: frozenset({Standing.FULL}),
    DepartureReason.NO_CADRE: frozenset({Standing.CADRE}),
}
"""Whom a reason can concern, where not everybody: a probationary member is struck off, never expelled."""


@use_case
def end_membership(
    *,
    actor: Actor,
    person: Person,
    reason: DepartureReason,
    effective_on: dt.date,
    decision_number: str = "",
    decision_date: dt.date | None = None,
    client_id: uuid.UUID,
) -> Departure:
    """Let no unit count the person from `effective_on` on.

    Stays for a time end with the membership, letters that wait are withdrawn, and a membership that an event of units
    has prepared for a later day is dropped. A repeated `client_id` returns the first one's departure. Raises
    NotPermitted, NotCounted, LeftAlready, ReasonUnfit, DiedAhead, NotBegunYet, GoneBefore, OfficeLasts, TransferAhead.
    """
    sent = Departure.objects.filter(client_id=client_id, made_by=actor.user_id)
    counted = membership_today(person)
    if given := sent.first():
        return given
    lock_units([_permitted(actor, counted).unit])
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if given := sent.first():
        return given
    membership = _permitted(actor, membership_today(locked))
    assert actor.user_id is not None, "only a person holds appointments"
    _check(membership, reason, effective_on)
    ended = _end(membership, effective_on) | {"stays": _end_stays(locked, effective_on)}
    withdrawn = Transfer.objects.filter(person=locked, state=TransferState.OFFERED).update(
        state=TransferState.WITHDRAWN, decided_by=actor.user_id, decided_at=clock.now()
    )
    departure = Departure.objects.create(
        client_id=client_id,
        person=locked,
        unit=membership.unit,
        reason=reason,
        effective_on=effective_on,
        decision_number=normalise(decision_number),
        decision_date=decision_date,
        ended=ended,
        made_by_id=actor.user_id,
    )
    facts: dict[str, Any] = {"from": effective_on.isoformat(), "stays": len(ended["stays"]), "letters": withdrawn}
    _note(actor, departure, "organizations.end_membership", **facts)
    return departure


@use_case
def take_back_departure(*, actor: Actor, departure: Departure) -> Departure:
    """Let the membership, and what ended with it, go on as if nobody had left; letters that were withdrawn stay so.

    It goes on where it would have ended: where another unit has taken the person in since, there. Taking it back again
    changes nothing. Raises NotPermitted, RestrictedRecord, UnitEnds, DepartureOutlived (something came after).
    """
    unit = _unit_left(departure)
    if not policies.can_edit_persons(actor=actor, unit=unit):
        raise errors.NotPermitted
    require_open(actor=actor, unit=unit, restricted=is_restricted(departure.person_id))
    lock_units([departure.unit, unit])
    person = Person.objects.select_for_update(no_key=True).get(pk=departure.person_id)
    locked = Departure.objects.select_for_update(of=("self",)).select_related("unit").get(pk=departure.pk)
    if locked.taken_back_at is not None:
        return locked
    locked.unit = _unit_left(locked)
    if not policies.can_edit_persons(actor=actor, unit=locked.unit):
        raise errors.NotPermitted
    _go_on(person, locked)
    _let_stays_go_on(locked)
    locked.taken_back_at, locked.taken_back_by_id = clock.now(), actor.user_id
    locked.save(update_fields=["unit", "taken_back_at", "taken_back_by"])
    _note(actor, locked, "organizations.take_back_departure")
    return locked


def _permitted(actor: Actor, membership: Membership | None) -> Membership:
    if membership is None:
        raise errors.NotCounted
    if not policies.can_edit_persons(actor=actor, unit=membership.unit):
        raise errors.NotPermitted
    return membership


def _check(membership: Membership, reason: DepartureReason, day: dt.date) -> None:
    """Whether the person can leave on that day for that reason."""
    standing = Standing(membership.standing)
    if earlier := departure_ahead(membership.person):
        raise LeftAlready(day=f"{earlier.effective_on:%d/%m/%Y}")
    if standing not in FITS.get(reason, frozenset(Standing)):
        raise ReasonUnfit(field="reason", reason=reason.label, standing=standing.label)
    if reason == DepartureReason.DIED and day > clock.today():
        raise DiedAhead(field="effective_on")
    if day <= membership.period.lower:
        raise _not_begun(membership.unit, membership.period.lower)
    if membership.period.upper is not None and membership.period.upper < day:
        raise _gone_before(membership)
    if offices := offices_from(membership.person_id, day):
        held = [_("%(role)s at %(unit)s") % {"role": one.get_role_display(), "unit": one.unit.name} for one in offices]
        raise OfficeLasts(offices=get_text_list(held, ","), day=f"{day:%d/%m/%Y}")
    ahead = Transfer.objects.filter(person=membership.person_id, state=TransferState.ACCEPTED, effective_on__gte=day)
    if letter := ahead.select_related("to_unit").first():
        if letter.effective_on <= clock.today():
            raise _not_begun(letter.to_unit, letter.effective_on)
        first = f"{letter.effective_on:%d/%m/%Y}"
        raise TransferAhead(number=letter.letter_number, unit=letter.to_unit.name, day=first)


def _not_begun(unit: Unit, first: dt.date) -> NotBegunYet:
    return NotBegunYet(field="effective_on", unit=unit.name, first=f"{first:%d/%m/%Y}")


def _gone_before(membership: Membership) -> GoneBefore | LeftAlready:
    """Why nothing would end on a day after the membership's last one."""
    until = membership.period.upper
    later = Membership.objects.filter(person=membership.person_id, period__startswith__gte=until)
    following = later.select_related("unit").order_by("period").first()
    if following is None:
        return LeftAlready(day=f"{until:%d/%m/%Y}")
    first = f"{following.period.lower:%d/%m/%Y}"
    return GoneBefore(field="effective_on", unit=following.unit.name, first=first)


def _end(membership: Membership, day: dt.date) -> dict[str, Any]:
    """Cut the memberships of that day and drop those after it; what they were."""
    rows = Membership.objects.filter(person=membership.person_id, period__overlap=DateRange(day, None))
    later = [row for row in rows.order_by("period") if row.period.lower >= day]
    until = membership.period.upper
    for row in later:
        row.delete()
    if until is None or until > day:
        membership.period = DateRange(membership.period.lower, day)
        membership.save(update_fields=["period"])
    return {
        "until": _text(until),
        "later": [[row.unit_id, row.standing, row.period.lower.isoformat(), _text(row.period.upper)] for row in later],
    }


def _end_stays(person: Person, day: dt.date) -> list[list[Any]]:
    """Let the stays that would hold on that day or later end; which those were, with the first day after them."""
    stays = TemporaryMembership.objects.filter(person=person, period__overlap=DateRange(day, None)).order_by("pk")
    ended = []
    for stay in stays:
        ended.append([stay.pk, _text(stay.period.upper)])
        stay.period = DateRange(stay.period.lower, day)
        stay.save(update_fields=["period"])
    return ended


def _unit_left(departure: Departure) -> Unit:
    """The unit whose membership ends with the departure: the one that recorded it, or one to which the person went
    between that and the day."""
    ends = Membership.objects.filter(person=departure.person_id, period__endswith=departure.effective_on)
    cut = ends.select_related("unit").first()
    return departure.unit if cut is None else cut.unit


def _go_on(person: Person, departure: Departure) -> None:
    """Let the membership run until the day that it had, and those follow that were to follow."""
    day, ended = departure.effective_on, departure.ended
    cut = Membership.objects.filter(person=person, unit=departure.unit, period__endswith=day).first()
    after = Membership.objects.filter(person=person, period__overlap=DateRange(day, None))
    if cut is None or after.exists():
        raise DepartureOutlived(what=str(Membership._meta.verbose_name))
    until = _day(ended["until"])
    check_lasts([departure.unit], until=until)
    cut.period = DateRange(cut.period.lower, until)
    cut.save(update_fields=["period"])
    units = Unit.objects.in_bulk([row[0] for row in ended["later"]])
    for unit_id, standing, first, end in ended["later"]:
        check_lasts([units[unit_id]], until=_day(end))
        Membership.objects.create(
            person=person, unit_id=unit_id, standing=standing, period=DateRange(_day(first), _day(end))
        )


def _let_stays_go_on(departure: Departure) -> None:
    for pk, end in departure.ended["stays"]:
        stay = TemporaryMembership.objects.filter(pk=pk, period__endswith=departure.effective_on).first()
        if stay is None:
            continue
        period = DateRange(stay.period.lower, _day(end))
        others = TemporaryMembership.objects.filter(person=stay.person_id, period__overlap=period).exclude(pk=pk)
        if others.exists():
            raise DepartureOutlived(what=str(TemporaryMembership._meta.verbose_name))
        stay.period = period
        stay.save(update_fields=["period"])


def _text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _note(actor: Actor, departure: Departure, action: str, **facts: int | str) -> None:
    facts = {"person": departure.person_id, **facts}
    audit.record(actor=actor, action=action, about=departure, unit=departure.unit, facts=facts)
    signals.standing_changed.send(sender=Departure, person_ids=[departure.person_id])
