"""Terms of appointments: the next one by a new decision."""

import datetime as dt
import uuid

from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.organizations import errors, policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.models import Appointment, Person
from lantoa.organizations.services.appointments import check_term
from lantoa.organizations.services.units import check_lasts, lock_units
from lantoa.organizations.signals import appointments_changed


@use_case
def renew_appointment(
    *,
    actor: Actor,
    appointment: Appointment,
    starts_on: dt.date,
    decision: Decision,
    term_ends_on: dt.date | None = None,
    client_id: uuid.UUID | None = None,
) -> Appointment:
    """Let the same person hold the same role for another term, by a new decision, from `starts_on` on.

    The appointment of the old term ends on that day, so that no day is without authority and none has two. Returns the
    new appointment; a repeated `client_id` returns the first one's. Raises NotPermitted, DecisionMissing, PeriodEmpty
    (the new term would begin before the old one lasted a day), AppointmentEnded (the old one ends earlier; appoint
    anew), TermTurned, UnitEnds, AppointmentOverlap (a later one is recorded already).
    """
    if not policies.can_administer(actor=actor, unit=appointment.unit):
        raise errors.NotPermitted
    lock_units([appointment.unit])
    person = Person.objects.select_for_update(of=("self",)).get(pk=appointment.person_id)
    if client_id is not None and (given := Appointment.objects.filter(client_id=client_id).first()):
        return given
    decision = decision.checked()
    old = Appointment.objects.select_for_update(of=("self",)).select_related("unit").get(pk=appointment.pk)
    if starts_on <= old.period.lower:
        raise errors.PeriodEmpty(field="starts_on", first=f"{old.period.lower + dt.timedelta(days=1):%d/%m/%Y}")
    if old.period.upper is not None and old.period.upper < starts_on:
        raise errors.AppointmentEnded(field="starts_on", ended=f"{old.period.upper:%d/%m/%Y}")
    check_term(starts_on=starts_on, term_ends_on=term_ends_on)
    check_lasts([old.unit])
    period = DateRange(starts_on, None)
    same = Appointment.objects.filter(person=person, role=old.role, unit=old.unit, period__overlap=period)
    if same.exclude(pk=old.pk).exists():
        raise errors.AppointmentOverlap(field="starts_on", person=person.full_name)
    old.period = DateRange(old.period.lower, starts_on)
    old.save(update_fields=["period"])
    renewed = Appointment.objects.create(
        client_id=client_id,
        person=person,
        role=old.role,
        unit=old.unit,
        title=old.title,
        decision_number=decision.number,
        decision_date=decision.date,
        decision_body=decision.body,
        term_ends_on=term_ends_on,
        period=period,
    )
    facts = {"role": renewed.role, "from": starts_on.isoformat()}
    audit.record(actor=actor, action="organizations.renew_appointment", about=renewed, unit=old.unit, facts=facts)
    appointments_changed.send(sender=Appointment, person_ids=[person.pk])
    return renewed
