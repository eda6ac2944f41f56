"""Before a reform: what it would leave without a place, and the lists on which that is placed."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.organizations import errors, policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Tree, UnitEventKind, UnitKind
from lantoa.organizations.models import DraftSuccessor, Unit, UnitEventDraft
from lantoa.organizations.services.event_drafts import replace_successors
from lantoa.organizations.services.reform_tables import Placings, PlannedReform, placings_of, planned_reform
from lantoa.organizations.services.unit_imports import lock_tree


@dataclass(frozen=True, slots=True)
class LeftAt:
    """What has no place yet at a unit that a reform ends: how many sub-units, members and appointments. `heirs` are the
    names of the units that take its place; `is_prepared` says whether there is a list to place it on."""

    unit: Unit
    heirs: tuple[str, ...]
    units: int
    members: int
    appointments: int
    is_prepared: bool


@dataclass(frozen=True, slots=True)
class ReformPreview:
    """What a reform would do: how many units end, how much goes along by itself or as placed, what is left."""

    ended: int
    placed: int
    left: tuple[LeftAt, ...]


@use_case
def preview_reform(
    *, actor: Actor, conversion: bytes, new_units: bytes, tree: Tree, level: UnitKind, effective_on: dt.date
) -> ReformPreview:
    """What the reform of `apply_reform` would leave without a place as things stand; nothing is written.

    Raises NotPermitted (only the system keeps whole trees), UnitFileRefused, NothingToReform, UnitsChangeLater.
    """
    if not policies.can_keep_trees(actor=actor):
        raise errors.NotPermitted
    planned = planned_reform(conversion=conversion, new_units=new_units, tree=tree, level=level, day=effective_on)
    return _preview(planned, placings_of(planned))


@use_case
def prepare_reform(
    *,
    actor: Actor,
    conversion: bytes,
    new_units: bytes,
    tree: Tree,
    level: UnitKind,
    effective_on: dt.date,
    decision: Decision,
) -> ReformPreview:
    """Open, for each unit that the reform ends without one successor and at which something stands, the list on which
    its people, appointments and sub-units are placed, as those of a split are.

    A list that is open already follows the tables: what was placed stays at the units that still take over. Returns
    what is left. Raises as `preview_reform` does, and DecisionMissing.
    """
    if not policies.can_keep_trees(actor=actor):
        raise errors.NotPermitted
    decision = decision.checked()
    lock_tree(tree)
    planned = planned_reform(conversion=conversion, new_units=new_units, tree=tree, level=level, day=effective_on)
    placings = placings_of(planned)
    known = {draft.unit_id: draft for draft in placings.drafts}
    wanted = {*known, *placings.left}
    divided = {pk: unit for pk, unit in _units(wanted).items() if len(planned.heirs.get(pk, ())) > 1}
    for pk, unit in divided.items():
        draft = known.get(pk) or UnitEventDraft(client_id=uuid.uuid4(), kind=UnitEventKind.SPLIT, unit=unit)
        draft.effective_on, draft.reform_level = effective_on, level
        draft.decision_number, draft.decision_date, draft.decision_body = decision.number, decision.date, decision.body
        draft.save()
        draft.predecessors.set([unit])
        replace_successors(draft, _successors(planned, unit))
        facts = {"from": effective_on.isoformat()}
        audit.record(actor=actor, action="organizations.prepare_reform", about=draft, unit=unit, facts=facts)
    return _preview(planned, placings_of(planned))


def _units(ids: set[int]) -> dict[int, Unit]:
    return {unit.pk: unit for unit in Unit.objects.filter(pk__in=ids).select_related("parent").order_by("sort_key")}


def _successors(planned: PlannedReform, unit: Unit) -> list[DraftSuccessor]:
    """The units that take the place of one that ends. A new one stands under nobody yet: the reform says under whom."""
    listed = {(new.kind, new.code): new for new in planned.listed}
    return [
        DraftSuccessor(unit_id=planned.present[key])
        if key in planned.present
        else DraftSuccessor(name=listed[key].name, code=key[1], kind=key[0], parent=unit.parent or unit)
        for key in planned.heirs[unit.pk]
    ]


def _preview(planned: PlannedReform, placings: Placings) -> ReformPreview:
    names = {(new.kind, new.code): new.name for new in planned.listed}
    prepared = {draft.unit_id for draft in placings.drafts}
    moves = (placings.units, placings.members, placings.appointments)
    left: Sequence[LeftAt] = [
        LeftAt(
            unit,
            tuple(names[key] for key in planned.heirs.get(pk, ())),
            units=placings.units.left.get(pk, 0),
            members=placings.members.left.get(pk, 0),
            appointments=placings.appointments.left.get(pk, 0),
            is_prepared=pk in prepared,
        )
        for pk, unit in _units(set(placings.left)).items()
    ]
    return ReformPreview(len(planned.plan.ended), sum(len(one.placed) for one in moves), tuple(left))
