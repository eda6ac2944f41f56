"""Preparing an event of units, changing what was prepared, giving it up: nothing of it holds before it is applied."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import errors, policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import UnitEventKind, UnitKind
from lantoa.organizations.models import DraftSuccessor, Unit, UnitEvent, UnitEventDraft
from lantoa.organizations.selectors.courses import course_of, stamp_of, terms_stamp
from lantoa.organizations.services.event_checks import check_units
from lantoa.organizations.services.units import checked_name
from lantoa.organizations.unit_event_errors import DraftChanged, EventClosed


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnit:
    """A unit that an event would found."""

    name: str
    kind: UnitKind
    parent: Unit
    short_name: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Changing:
    """A prepared event that another preparation replaces; `seen` is the stamp of its terms (`stamp_of`) as the form
    showed them."""

    draft: UnitEventDraft
    seen: str


@use_case
def prepare_transfer(
    *,
    actor: Actor,
    client_id: uuid.UUID,
    unit: Unit,
    parent: Unit,
    effective_on: dt.date,
    decision: Decision,
    corrects: UnitEvent | None = None,
    changing: Changing | None = None,
) -> UnitEventDraft:
    """Prepare that `unit`, with everything below it, belongs to `parent` from that day on.

    Returns the draft; a repeated `client_id` returns the first one's. With `changing` that draft is changed instead:
    what was placed in it stays at the units that still take over. The same change twice changes nothing more. Raises
    NotPermitted (an administrator of both units), DecisionMissing, for a change EventClosed and DraftChanged, and what
    `check_units` raises.
    """
    order = _Order(actor, client_id, UnitEventKind.TRANSFER, [unit], effective_on, decision, corrects, changing)
    return _prepare(order, [parent], [DraftSuccessor(unit=unit, parent=parent)])


@use_case
def prepare_merger(
    *,
    actor: Actor,
    client_id: uuid.UUID,
    units: Sequence[Unit],
    successor: Unit | NewUnit,
    effective_on: dt.date,
    decision: Decision,
    corrects: UnitEvent | None = None,
    changing: Changing | None = None,
) -> UnitEventDraft:
    """Prepare that `units` become one: a new unit, or one of them that goes on.

    Returns the draft; a repeated `client_id` returns the first one's. Raises NotPermitted (an administrator of all of
    them and of the superior of the new one), DecisionMissing, UnitNameMissing and what `check_units` raises; `changing`
    as in `prepare_transfer`.
    """
    order = _Order(actor, client_id, UnitEventKind.MERGE, units, effective_on, decision, corrects, changing)
    return _prepare(order, _places([successor]), [_successor(successor)])


@use_case
def prepare_split(
    *,
    actor: Actor,
    client_id: uuid.UUID,
    unit: Unit,
    successors: Sequence[Unit | NewUnit],
    effective_on: dt.date,
    decision: Decision,
    corrects: UnitEvent | None = None,
    changing: Changing | None = None,
) -> UnitEventDraft:
    """Prepare that `unit` is split among `successors`, new units or existing ones; it goes on where it is one of them.

    The first takes over the open work. Who and what goes where is said afterwards, on the draft. Returns the draft; a
    repeated `client_id` returns the first one's. Raises NotPermitted (an administrator of all of them and of the
    superiors of new ones), DecisionMissing, UnitNameMissing and what `check_units` raises; `changing`
    as in `prepare_transfer`.
    """
    order = _Order(actor, client_id, UnitEventKind.SPLIT, [unit], effective_on, decision, corrects, changing)
    return _prepare(order, _places(successors), [_successor(successor) for successor in successors])


@use_case
def prepare_dissolution(
    *,
    actor: Actor,
    client_id: uuid.UUID,
    unit: Unit,
    heir: Unit | None,
    effective_on: dt.date,
    decision: Decision,
    corrects: UnitEvent | None = None,
    changing: Changing | None = None,
) -> UnitEventDraft:
    """Prepare that `unit` ends; what stands there goes to `heir`, without whom it must be empty by that day.

    Returns the draft; a repeated `client_id` returns the first one's. Raises NotPermitted (an administrator of both),
    DecisionMissing and what `check_units` raises; `changing` as in `prepare_transfer`.
    """
    order = _Order(actor, client_id, UnitEventKind.DISSOLVE, [unit], effective_on, decision, corrects, changing)
    return _prepare(order, [heir] if heir else [], [DraftSuccessor(unit=heir)] if heir else [])


@use_case
def give_up_event(*, actor: Actor, draft: UnitEventDraft) -> UnitEventDraft:
    """Give up a prepared event; doing so twice changes nothing. Returns it. Raises NotPermitted, EventClosed."""
    if not policies.can_change_units(actor=actor, units=draft.predecessors.all()):
        raise errors.NotPermitted
    locked = UnitEventDraft.objects.select_for_update(of=("self",)).select_related("unit").get(pk=draft.pk)
    if locked.event_id is not None:
        raise EventClosed
    if locked.given_up_at is None:
        locked.given_up_at = clock.now()
        locked.save(update_fields=["given_up_at"])
        audit.record(actor=actor, action="organizations.give_up_event", about=locked, unit=locked.unit)
    return locked


@dataclass(frozen=True, slots=True)
class _Order:
    """What every event is prepared with."""

    actor: Actor
    client_id: uuid.UUID
    kind: UnitEventKind
    units: Sequence[Unit]
    effective_on: dt.date
    decision: Decision
    corrects: UnitEvent | None
    changing: Changing | None


def _prepare(order: _Order, places: Sequence[Unit], successors: Sequence[DraftSuccessor]) -> UnitEventDraft:
    units = {unit.pk: unit for unit in order.units}
    if not policies.can_change_units(actor=order.actor, units=[*units.values(), *places]):
        raise errors.NotPermitted
    if order.changing is not None:
        return _change(order, order.changing, successors)
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=units).order_by("pk"))  # one form sent twice at once
    if known := UnitEventDraft.objects.filter(client_id=order.client_id).first():
        return known
    decision = order.decision.checked()
    draft = UnitEventDraft.objects.create(
        client_id=order.client_id,
        kind=order.kind,
        unit=order.units[0],
        corrects=order.corrects,
        decision_number=decision.number,
        decision_date=decision.date,
        decision_body=decision.body,
        effective_on=order.effective_on,
        created_by_id=cast(int, order.actor.user_id),
    )
    draft.predecessors.set(units.values())
    for successor in successors:
        successor.draft = draft
        successor.save()
    check_units(course_of(draft))
    facts = {"kind": draft.kind, "from": draft.effective_on.isoformat()}
    audit.record(actor=order.actor, action="organizations.prepare_event", about=draft, unit=draft.unit, facts=facts)
    return draft


def _change(order: _Order, changing: Changing, successors: Sequence[DraftSuccessor]) -> UnitEventDraft:
    """The draft with other terms; it keeps its kind and the unit on whose page it was begun."""
    draft = UnitEventDraft.objects.select_for_update(of=("self",)).select_related("unit").get(pk=changing.draft.pk)
    if not draft.is_open or draft.reform_level or (draft.kind, draft.unit) != (order.kind, order.units[0]):
        raise EventClosed
    if not policies.can_change_units(actor=order.actor, units=draft.predecessors.all()):
        raise errors.NotPermitted
    known = stamp_of(draft)
    decision = order.decision.checked()
    draft.corrects = order.corrects
    draft.decision_number, draft.decision_date, draft.decision_body = decision.number, decision.date, decision.body
    draft.effective_on = order.effective_on
    if terms_stamp(draft, {unit.pk for unit in order.units}, successors) == known:
        return draft
    if changing.seen != known:
        raise DraftChanged
    draft.save()
    draft.predecessors.set(order.units)
    replace_successors(draft, successors)
    check_units(course_of(draft))
    facts = {"kind": draft.kind, "from": draft.effective_on.isoformat()}
    audit.record(actor=order.actor, action="organizations.change_event", about=draft, unit=draft.unit, facts=facts)
    return draft


def replace_successors(draft: UnitEventDraft, successors: Sequence[DraftSuccessor]) -> None:
    """Let others take over, in their order; what was placed at one that still does goes along, the rest loses its
    place."""
    before = list(draft.successors.all())
    for successor in successors:
        successor.draft = draft
        successor.save()
    after = {_identity(successor): successor for successor in successors}
    for old in before:
        if (again := after.get(_identity(old))) is not None:
            old.placements.update(successor=again)
        old.delete()


def _identity(successor: DraftSuccessor) -> int | tuple[str, str]:
    return successor.unit_id or (successor.name, successor.code)


def _successor(given: Unit | NewUnit) -> DraftSuccessor:
    if isinstance(given, Unit):
        return DraftSuccessor(unit=given)
    return DraftSuccessor(
        name=checked_name(given.name),
        short_name=normalise(given.short_name),
        code=given.code.strip(),
        kind=given.kind,
        parent=given.parent,
    )


def _places(successors: Sequence[Unit | NewUnit]) -> list[Unit]:
    """The existing units that successors are, or stand under."""
    return [given if isinstance(given, Unit) else given.parent for given in successors]
