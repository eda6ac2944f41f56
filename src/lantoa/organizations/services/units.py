"""Founding and correcting units, and keeping today's columns true to their periods."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import errors, policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import KINDS, Tree, UnitEventKind, UnitKind
from lantoa.organizations.models import Unit, UnitEvent, UnitLink, UnitPeriod
from lantoa.organizations.services.today import write_today
from lantoa.organizations.unit_event_errors import UnitEnds


@use_case
def found_unit(
    *,
    actor: Actor,
    tree: Tree,
    name: str,
    kind: UnitKind,
    parent: Unit | None,
    starts_on: dt.date,
    code: str = "",
    short_name: str = "",
    serves: Unit | None = None,
    decision: Decision | None = None,
    client_id: uuid.UUID | None = None,
) -> Unit:
    """Found a unit under `parent` from `starts_on` on. Returns it; a repeated `client_id` returns the first one's.

    `serves` is the administrative unit that a unit of another tree works for. A `decision` makes the founding an event
    of the unit; without one, as where a whole tree is set up, the unit simply is there. Raises NotPermitted (an
    administrator at `parent` or above; a root of a tree is founded only by the system), UnitNameMissing,
    KindOfAnotherTree, ParentOfAnotherTree, ParentNotInForce, NamesakeUnit, UnfitServes, DecisionMissing.
    """
    if not policies.can_found(actor=actor, parent=parent):
        raise errors.NotPermitted
    if parent is not None:
        parent = Unit.objects.select_for_update().get(pk=parent.pk)
    if client_id is not None and (founded := Unit.objects.filter(client_id=client_id).first()):
        return founded
    name = checked_name(name)
    _check_place(tree=tree, kind=kind, parent=parent, starts_on=starts_on)
    check_no_namesake(tree=tree, name=name, parent=parent, starts_on=starts_on)
    _check_serves(tree=tree, serves=serves)
    unit = Unit.objects.create(client_id=client_id, tree=tree, name=name, kind=kind, parent=parent, serves=serves)
    UnitPeriod.objects.create(
        unit=unit,
        code=code.strip(),
        name=name,
        short_name=normalise(short_name),
        kind=kind,
        parent=parent,
        period=DateRange(starts_on, None),
    )
    if decision is not None:
        _write_founding(unit, decision.checked(), starts_on)
    write_today(day=clock.today(), unit_ids=[unit.pk])
    unit.refresh_from_db()
    audit.record(
        actor=actor, action="organizations.found_unit", about=unit, unit=unit, facts={"from": starts_on.isoformat()}
    )
    return unit


@use_case
def correct_unit(*, actor: Actor, unit: Unit, version: int, short_name: str, serves: Unit | None) -> Unit:
    """Correct the short name of a unit, in the period in force, and which administrative unit it serves.

    A change of name, kind or parent is an event with a decision, never a correction. Raises NotPermitted, Stale,
    UnfitServes. Returns the corrected unit.
    """
    if not policies.can_administer(actor=actor, unit=unit):
        raise errors.NotPermitted
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.version != version:
        raise errors.Stale
    _check_serves(tree=Tree(unit.tree), serves=serves)
    current = UnitPeriod.objects.filter(unit=unit).standing_on(clock.today())
    current.short_name = normalise(short_name)
    current.save(update_fields=["short_name"])
    unit.serves = serves
    unit.version += 1
    unit.save(update_fields=["serves", "version"])
    write_today(day=clock.today(), unit_ids=[unit.pk])
    unit.refresh_from_db()
    audit.record(actor=actor, action="organizations.correct_unit", about=unit, unit=unit)
    return unit


@use_case
def refresh_today(*, actor: Actor) -> int:
    """Make today's columns of every unit agree with the period in force; only the system does it, when a day begins.

    Returns how many units changed. Raises NotPermitted.
    """
    if not policies.can_keep_trees(actor=actor):
        raise errors.NotPermitted
    return write_today(day=clock.today())


def checked_name(name: str) -> str:
    """The name without needless spaces. Raises UnitNameMissing."""
    name = normalise(name)
    if not name:
        raise errors.UnitNameMissing(field="name")
    return name


def lock_units(units: Iterable[Unit]) -> None:
    """Lock units at which something is entered, always in the same order and before any person: an event that ends one
    of them waits."""
    rows = Unit.objects.select_for_update(no_key=True).filter(pk__in=[unit.pk for unit in units])
    list(rows.order_by("pk").values_list("pk"))


def check_lasts(units: Iterable[Unit], until: dt.date | None = None) -> None:
    """Whether the units exist up to that day, or for good: what is entered there would otherwise stand at a unit that
    has ended. Raises UnitEnds."""
    ids = [unit.pk for unit in units]
    lasts = Q(period__endswith__isnull=True)
    if until is not None:
        lasts |= Q(period__endswith__gte=until)
    lasting = UnitPeriod.objects.filter(lasts, unit__in=ids).values("unit")
    last = UnitPeriod.objects.filter(unit__in=ids).exclude(unit__in=lasting).order_by("-period").first()
    if last is not None:
        raise UnitEnds(field="starts_on", name=last.name, day=last.period.upper)


def _write_founding(unit: Unit, decision: Decision, day: dt.date) -> None:
    event = UnitEvent.objects.create(
        kind=UnitEventKind.FOUND,
        decision_number=decision.number,
        decision_date=decision.date,
        decision_body=decision.body,
        effective_on=day,
    )
    UnitLink.objects.create(event=event, successor=unit)


def _check_place(*, tree: Tree, kind: UnitKind, parent: Unit | None, starts_on: dt.date) -> None:
    if kind not in KINDS[tree]:
        raise errors.KindOfAnotherTree(field="kind", kind=kind.label, tree=tree.label)
    if parent is None:
        return
    if parent.tree != tree:
        raise errors.ParentOfAnotherTree(field="parent")
    first = UnitPeriod.objects.filter(unit=parent).order_by("period").first()
    last_open = UnitPeriod.objects.filter(unit=parent, period__endswith__isnull=True).exists()
    if first is None or starts_on < first.period.lower or not last_open:
        raise errors.ParentNotInForce(field="starts_on", parent=parent.name)


def check_no_namesake(
    *, tree: Tree, name: str, parent: Unit | None, starts_on: dt.date, besides: Iterable[Unit] = ()
) -> None:
    """Raises NamesakeUnit where from that day on a unit other than `besides` has the name under the same parent."""
    namesakes = UnitPeriod.objects.filter(
        unit__tree=tree, parent=parent, name=name, period__overlap=DateRange(starts_on, None)
    )
    if namesakes.exclude(unit__in=list(besides)).exists():
        raise errors.NamesakeUnit(field="name", name=name)


def _check_serves(*, tree: Tree, serves: Unit | None) -> None:
    if serves is not None and (tree == Tree.ADMINISTRATIVE or serves.tree != Tree.ADMINISTRATIVE):
        raise errors.UnfitServes(field="serves")
