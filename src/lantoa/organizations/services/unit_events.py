"""Changes of single units that a decision orders."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import errors, policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Tree, UnitEventKind
from lantoa.organizations.models import Unit, UnitEvent, UnitLink, UnitPeriod
from lantoa.organizations.services.today import write_today
from lantoa.organizations.services.units import check_no_namesake, checked_name


@use_case
def rename_unit(
    *,
    actor: Actor,
    unit: Unit,
    name: str,
    short_name: str,
    code: str,
    effective_on: dt.date,
    decision: Decision,
    client_id: uuid.UUID | None = None,
) -> UnitEvent:
    """Give a unit another name, short name or code from `effective_on` on; before that day it keeps what it had.

    A day to come is a planned change, and today's columns follow when it begins. Returns the event; a repeated
    `client_id` returns the first one's. Raises NotPermitted, UnitNameMissing, DecisionMissing, UnitEnded,
    ChangedSince (on that day or later something else is recorded), NothingRenamed, NamesakeUnit.
    """
    if not policies.can_administer(actor=actor, unit=unit):
        raise errors.NotPermitted
    locked = Unit.objects.select_for_update().filter(pk__in=[unit.pk, unit.parent_id]).order_by("pk")
    unit = next(found for found in list(locked) if found == unit)
    if client_id is not None and (known := UnitEvent.objects.filter(client_id=client_id).first()):
        return known
    name, short_name, code = checked_name(name), normalise(short_name), code.strip()
    decision = decision.checked()
    last = changeable(UnitPeriod.objects.filter(unit=unit).select_related("parent"), effective_on)
    if (name, short_name, code) == (last.name, last.short_name, last.code):
        raise errors.NothingRenamed(field="name")
    check_no_namesake(tree=Tree(unit.tree), name=name, parent=last.parent, starts_on=effective_on, besides=[unit])
    UnitPeriod.objects.filter(pk=last.pk).update(period=DateRange(last.period.lower, effective_on))
    UnitPeriod.objects.create(
        unit=unit,
        code=code,
        name=name,
        short_name=short_name,
        kind=last.kind,
        parent=last.parent,
        period=DateRange(effective_on, None),
    )
    event = UnitEvent.objects.create(
        client_id=client_id,
        kind=UnitEventKind.RENAME,
        decision_number=decision.number,
        decision_date=decision.date,
        decision_body=decision.body,
        effective_on=effective_on,
    )
    UnitLink.objects.create(event=event, predecessor=unit, successor=unit)
    write_today(day=clock.today(), unit_ids=[unit.pk])
    facts = {"event": event.pk, "from": effective_on.isoformat()}
    audit.record(actor=actor, action="organizations.rename_unit", about=unit, unit=unit, facts=facts)
    return event


def changeable(periods: Iterable[UnitPeriod], effective_on: dt.date) -> UnitPeriod:
    """The last of a unit's periods, which a change on that day ends. Raises UnitEnded, ChangedSince."""
    last = max(periods, key=lambda period: period.period.lower)
    if last.period.upper is not None:
        raise errors.UnitEnded(name=last.name, day=last.period.upper)
    if effective_on <= last.period.lower:
        raise errors.ChangedSince(field="effective_on", name=last.name, day=last.period.lower)
    return last
