"""Persons: registered, corrected, exempted; every look at a record and every export of names is on record."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.usecases import use_case
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import policies, signals
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import ReasonClass, Standing
from lantoa.organizations.errors import (
    CodeTaken,
    ExemptionOverlaps,
    NameMissing,
    NotCounted,
    NotPermitted,
    PeriodTurned,
    Stale,
    YearImplausible,
)
from lantoa.organizations.models import ActivityExemption, Membership, Person, Sector, Unit
from lantoa.organizations.new_persons import FIRST_YEAR, NewPerson, is_name, latest_birth_year
from lantoa.organizations.querysets import MembershipQuerySet
from lantoa.organizations.restricting import RestrictedRecord, restricted_among, unrestricted
from lantoa.organizations.selectors.persons import PersonRecord, counted_in, membership_today, record_of
from lantoa.organizations.services.copying import copy_rows
from lantoa.organizations.services.exports import stated_purpose
from lantoa.organizations.services.units import check_lasts, lock_units

__all__ = [
    "NewPerson",
    "correct_person",
    "end_exemption",
    "exempt_person",
    "export_names",
    "is_restricted",
    "open_record",
    "register_persons",
    "require_open",
    "write_persons",
]


@use_case
def register_persons(*, actor: Actor, rows: Sequence[NewPerson], starts_on: dt.date) -> list[Person]:
    """Register persons and count them in their units from `starts_on` on; the queries don't grow with the rows.

    Returns the persons in the order of `rows`; a row whose `client_id` is known already gives the person of that time.
    Raises NotPermitted, UnitEnds, NameMissing, YearImplausible or CodeTaken, and then nobody is registered.
    """
    units = {row.unit.pk: row.unit for row in rows}
    for unit in units.values():
        if not policies.can_edit_persons(actor=actor, unit=unit):
            raise NotPermitted
    lock_units(units.values())  # one form sent twice at once
    known = Person.objects.in_bulk([row.client_id for row in rows if row.client_id], field_name="client_id")
    fresh = [row for row in rows if row.client_id not in known]
    written = iter(write_persons(rows=fresh, starts_on=starts_on))
    if fresh:
        _note_registration(actor, fresh)
    return [known[row.client_id] if row.client_id in known else next(written) for row in rows]


def write_persons(*, rows: Sequence[NewPerson], starts_on: dt.date) -> list[Person]:
    """Check and insert, for a use case that has decided on the permission and writes the log itself.

    Raises UnitEnds, NameMissing, YearImplausible, CodeTaken.
    """
    units = {row.unit.pk: row.unit for row in rows}
    lock_units(units.values())
    check_lasts(units.values())
    codes = [row.code for row in rows if row.code]
    _check_codes(codes)
    persons = [_new_person(row) for row in rows]
    with _codes_kept(codes):
        copy_rows(persons, numbered=True)
    period = DateRange(starts_on, None)
    memberships = [
        Membership(person=person, unit=row.unit, standing=row.standing, period=period)
        for person, row in zip(persons, rows, strict=True)
    ]
    copy_rows(memberships, numbered=False)
    return persons


@use_case
def correct_person(
    *,
    actor: Actor,
    person: Person,
    version: int,
    full_name: str,
    birth_year: int | None,
    village: str,
    code: str,
    is_manager: bool,
    sector: Sector | None,
    standing: Standing,
) -> Person:
    """Correct what was recorded wrongly, the standing of today's membership included.

    `version` is the one that the editor saw; a repeated submit that would change nothing gives the person as it is.
    Raises NotPermitted, NotCounted, Stale, NameMissing, YearImplausible or CodeTaken.
    """
    membership = _counted_where_permitted(actor, person)
    locked = Person.objects.select_for_update().get(pk=person.pk)
    values: dict[str, Any] = {
        "full_name": normalise(full_name),
        "birth_year": birth_year,
        "village": normalise(village),
        "code": code.strip(),
        "is_manager": is_manager,
        "sector": sector,
    }
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    if not changed and membership.standing == standing:
        return locked
    if locked.version != version:
        raise Stale
    _check_name(full_name)
    _check_year(birth_year)
    codes = [values["code"]] if "code" in changed and values["code"] else []
    _check_codes(codes)
    for name in changed:
        setattr(locked, name, values[name])
    locked.set_texts()
    locked.version = version + 1
    with _codes_kept(codes):
        locked.save(update_fields=[*changed, "folded_name", "sort_key", "version"])
    if membership.standing != standing:
        _correct_standing(membership, standing)
        changed.append("standing")
    audit.record(
        actor=actor,
        action="organizations.correct_person",
        about=locked,
        unit=membership.unit,
        facts={"changed": sorted(changed)},
    )
    return locked


@use_case
def exempt_person(
    *,
    actor: Actor,
    person: Person,
    reason_class: ReasonClass,
    decision_number: str,
    decision_date: dt.date,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
) -> ActivityExemption:
    """Exempt a person from activities by a decision, from `starts_on` to `ends_on`, both included.

    The same decision with the same first day again gives the exemption that it gave before. Raises NotPermitted,
    NotCounted, PeriodTurned or ExemptionOverlaps.
    """
    membership = _counted_where_permitted(actor, person)
    if ends_on is not None and ends_on < starts_on:
        raise PeriodTurned(field="ends_on", first=f"{starts_on:%d/%m/%Y}")
    Person.objects.select_for_update().get(pk=person.pk)
    number = normalise(decision_number)
    period = DateRange(starts_on, _day_after(ends_on))
    standing = list(ActivityExemption.objects.filter(person=person, period__overlap=period))
    for one in standing:
        if (one.decision_number, one.decision_date, one.period.lower) == (number, decision_date, starts_on):
            return one
    if standing:
        raise ExemptionOverlaps(field="starts_on")
    exemption = ActivityExemption.objects.create(
        person=person, reason_class=reason_class, decision_number=number, decision_date=decision_date, period=period
    )
    _note_exemption(actor, exemption, membership.unit, "organizations.exempt_person")
    return exemption


@use_case
def end_exemption(*, actor: Actor, exemption: ActivityExemption, ends_on: dt.date) -> ActivityExemption:
    """Let an exemption end with `ends_on` as its last day. Raises NotPermitted, NotCounted or PeriodTurned."""
    membership = _counted_where_permitted(actor, exemption.person)
    locked = ActivityExemption.objects.select_for_update().select_related("person").get(pk=exemption.pk)
    if ends_on < locked.period.lower:
        raise PeriodTurned(field="ends_on", first=f"{locked.period.lower:%d/%m/%Y}")
    locked.period = DateRange(locked.period.lower, _day_after(ends_on))
    others = ActivityExemption.objects.filter(person=locked.person_id, period__overlap=locked.period)
    if others.exclude(pk=locked.pk).exists():
        raise ExemptionOverlaps(field="ends_on")
    locked.save(update_fields=["period"])
    _note_exemption(actor, locked, membership.unit, "organizations.end_exemption")
    return locked


@use_case
def open_record(*, actor: Actor, person: Person) -> PersonRecord:
    """The record of a person, and a line in the log that it was read.

    Raises NotPermitted, NotCounted or RestrictedRecord (for all but those who decide on restrictions).
    """
    membership = _membership(person)
    if not policies.can_see_names(actor=actor, unit=membership.unit):
        raise NotPermitted
    record = record_of(actor=actor, person=person, membership=membership)
    require_open(actor=actor, unit=record.unit, restricted=record.restricted)
    audit.record(
        actor=actor, action="organizations.open_record", about=person, unit=membership.unit, outcome=Outcome.READ
    )
    return record


@use_case
def export_names(*, actor: Actor, unit: Unit, purpose: str) -> MembershipQuerySet:
    """The memberships of today at a unit, to be taken out of the system by name for a stated purpose; those whose
    processing is restricted stay.

    The purpose and the number of names stay in the log. Raises NotPermitted, PurposeMissing or PurposeNamesSomebody.
    """
    if not policies.can_export_names(actor=actor, unit=unit):
        raise NotPermitted
    rows = unrestricted(counted_in(unit).visible_to(actor))
    stated = stated_purpose(purpose, rows.values_list("person__full_name", flat=True))
    audit.record(
        actor=actor,
        action="organizations.export_names",
        about=unit,
        unit=unit,
        outcome=Outcome.EXPORTED,
        facts={"purpose": stated, "count": rows.count()},
    )
    return rows


def require_open(*, actor: Actor, unit: Unit, restricted: bool) -> None:
    """Raises RestrictedRecord where the processing is `restricted`, and the actor does not decide on restrictions
    there."""
    if restricted and not policies.can_open_restricted(actor=actor, unit=unit):
        raise RestrictedRecord


def is_restricted(person_id: int) -> bool:
    """Whether the processing of a person is restricted (one query)."""
    return bool(restricted_among([person_id]))


def _membership(person: Person) -> Membership:
    membership = membership_today(person)
    if membership is None:
        raise NotCounted
    return membership


def _counted_where_permitted(actor: Actor, person: Person) -> Membership:
    membership = _membership(person)
    if not policies.can_edit_persons(actor=actor, unit=membership.unit):
        raise NotPermitted
    return membership


def _check_name(full_name: str) -> None:
    if not is_name(normalise(full_name)):
        raise NameMissing(field="full_name")


def _check_year(year: int | None) -> None:
    latest = latest_birth_year()
    if year is not None and not FIRST_YEAR <= year <= latest:
        raise YearImplausible(field="birth_year", latest=latest)


def _check_codes(codes: Sequence[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise CodeTaken(field="code", member_code=code)
        seen.add(code)
    taken = Person.objects.filter(code__in=codes).values_list("code", flat=True).first() if codes else None
    if taken is not None:
        raise CodeTaken(field="code", member_code=taken)


@contextmanager
def _codes_kept(codes: Sequence[str]) -> Iterator[None]:
    """Write persons with these codes. Raises CodeTaken where somebody else took one after the look at them."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        _check_codes(codes)
        raise


def _new_person(row: NewPerson) -> Person:
    _check_name(row.full_name)
    _check_year(row.birth_year)
    person = Person(
        client_id=row.client_id or uuid.uuid4(),
        full_name=row.full_name,
        birth_year=row.birth_year,
        village=normalise(row.village),
        code=row.code.strip(),
        is_manager=row.is_manager,
        sector=row.sector,
    )
    person.set_texts()
    return person


def _note_registration(actor: Actor, rows: Sequence[NewPerson]) -> None:
    units = {row.unit.pk: row.unit for row in rows}
    unit = common_unit(list(units.values()))
    audit.record(
        actor=actor,
        action="organizations.register_persons",
        about=unit,
        unit=unit,
        facts={"persons": len(rows), "units": len(units)},
    )


def common_unit(units: Sequence[Unit]) -> Unit:
    """The lowest unit above all of `units`; the first of them where they stand in different trees."""
    if len(units) == 1:
        return units[0]
    steps = zip(*(unit.path.rstrip(".").split(".") for unit in units), strict=False)
    shared = [step[0] for step in steps if len(set(step)) == 1]
    return Unit.objects.get(pk=int(shared[-1])) if shared else units[0]


def _correct_standing(membership: Membership, standing: Standing) -> None:
    Membership.objects.filter(pk=membership.pk).update(standing=standing)
    signals.standing_changed.send(sender=Membership, person_ids=[membership.person_id])


def _note_exemption(actor: Actor, exemption: ActivityExemption, unit: Unit, action: str) -> None:
    audit.record(actor=actor, action=action, about=exemption, unit=unit)
    signals.standing_changed.send(sender=ActivityExemption, person_ids=[exemption.person_id])


def _day_after(day: dt.date | None) -> dt.date | None:
    return None if day is None else day + dt.timedelta(days=1)
