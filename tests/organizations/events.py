"""Events of units for tests: prepared by an administrator of the whole tree, and applied as they stand."""

import datetime as dt
import uuid
from typing import Any

from django.db import connection

from lantoa.organizations.actors import Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import UnitKind
from lantoa.organizations.models import Unit, UnitEvent, UnitEventDraft, UnitPeriod
from lantoa.organizations.selectors.courses import course_of
from lantoa.organizations.services.applying import apply_event
from lantoa.organizations.services.event_drafts import (
    NewUnit,
    prepare_dissolution,
    prepare_merger,
    prepare_split,
    prepare_transfer,
)

DECISION = Decision("12-QĐ/ĐU", dt.date(2024, 2, 20), "Ban Thường vụ Đảng ủy")
TURN = dt.date(2024, 3, 1)


def new(name: str, parent: Unit, kind: UnitKind = UnitKind.CELL) -> NewUnit:
    """A unit that an event founds."""
    return NewUnit(name=name, kind=kind, parent=parent)


def order(actor: Actor, day: dt.date, client_id: uuid.UUID | None = None) -> dict[str, Any]:
    """What every event is prepared with."""
    return {"actor": actor, "client_id": client_id or uuid.uuid4(), "effective_on": day, "decision": DECISION}


def applied(actor: Actor, draft: UnitEventDraft) -> UnitEvent:
    """The event, applied as its preview would show it now, with the database's own look at the tree."""
    event = apply_event(actor=actor, draft=draft, digest=course_of(draft).digest)
    connection.check_constraints()
    return event


def transfer(actor: Actor, unit: Unit, parent: Unit, day: dt.date = TURN) -> UnitEvent:
    """`unit` belongs to `parent` from that day on."""
    return applied(actor, prepare_transfer(**order(actor, day), unit=unit, parent=parent))


def merge(actor: Actor, units: list[Unit], successor: Unit | NewUnit, day: dt.date = TURN) -> UnitEvent:
    """`units` become one from that day on."""
    return applied(actor, prepare_merger(**order(actor, day), units=units, successor=successor))


def split(actor: Actor, unit: Unit, successors: list[Unit | NewUnit], day: dt.date = TURN) -> UnitEventDraft:
    """The draft of a split, with nothing placed."""
    return prepare_split(**order(actor, day), unit=unit, successors=successors)


def dissolve(actor: Actor, unit: Unit, heir: Unit | None, day: dt.date = TURN) -> UnitEvent:
    """`unit` ends on that day."""
    return applied(actor, prepare_dissolution(**order(actor, day), unit=unit, heir=heir))


def parents(unit: Unit) -> list[tuple[str, dt.date, dt.date | None]]:
    """Under whom the unit stood, from when to when."""
    periods = UnitPeriod.objects.filter(unit=unit).order_by("period").select_related("parent")
    return [
        (period.parent.name if period.parent else "", period.period.lower, period.period.upper) for period in periods
    ]
