"""Applying a conversion table to a whole tree: every unit of a level and of those above it, or nothing."""

import datetime as dt
import gzip
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations import errors, policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.conversion_tables import read_conversion_table
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import KINDS, Tree, UnitKind
from lantoa.organizations.models import (
    Appointment,
    Membership,
    Unit,
    UnitEvent,
    UnitLink,
    UnitPeriod,
    UnitReform,
)
from lantoa.organizations.reform_planning import Key, OldUnit, ReformPlan, plan_reform
from lantoa.organizations.selectors.whereabouts import whereabouts
from lantoa.organizations.services.today import write_today
from lantoa.organizations.services.unit_imports import lock_tree, present_units, write_units
from lantoa.organizations.unit_tables import ListedUnit, read_unit_table


@dataclass(frozen=True, slots=True)
class AppliedReform:
    """What a reform did, or had done before (`is_new` is False): the record of it, which holds the figures and gaps."""

    reform: UnitReform
    is_new: bool


def builtin_conversion() -> bytes:
    """The shipped table of the country's communes at 1 July 2025, as CSV."""
    packed = resources.files("lantoa") / "data" / "vn-communes-2025-07-01-conversion.csv.gz"
    return gzip.decompress(packed.read_bytes())


@use_case
def apply_reform(
    *,
    actor: Actor,
    conversion: bytes,
    new_units: bytes,
    tree: Tree,
    level: UnitKind,
    effective_on: dt.date,
    decision: Decision,
    source: str,
) -> AppliedReform:
    """Turn the units of a tree, down to `level`, into those of the list `new_units` from `effective_on` on.

    `conversion` says which unit of `level` went into which (columns `old_code`, `new_code`, `partial`), the list has
    the columns of an import. A unit that one new unit continues, and nothing else, stays the same unit, whatever its
    code or name become; every other one ends, and its lines of descent say where it went. Units below the level follow
    a superior that went whole; those that the list names by kind and code go where it puts them. A new unit serves the
    administrative unit that those which its predecessors served have become. What the table leaves open stands in the
    reform's report. The same tables for the same day change nothing a second time.

    Raises NotPermitted (only the system keeps whole trees), DecisionMissing, UnitFileRefused with every bad row,
    NothingToReform, UnitsChangeLater, UnitsStillHeld; then nothing has been written.
    """
    if not policies.can_keep_trees(actor=actor):
        raise errors.NotPermitted
    decision = decision.checked()
    rows, listed = read_conversion_table(conversion), read_unit_table(new_units, tree)
    lock_tree(tree)
    digest = hashlib.sha256(conversion + b"\0" + new_units).hexdigest()
    if done := UnitReform.objects.filter(tree=tree, effective_on=effective_on, sha256=digest).first():
        return AppliedReform(done, is_new=False)
    old = _old_units(tree, level, effective_on, listed)
    present = _present(listed, tree, effective_on)
    plan = plan_reform(old=old, new=listed, rows=rows, level=level, standing=frozenset(present))
    _check_no_later_change(old, effective_on)
    ids = _write_units(plan, listed, present, tree=tree, day=effective_on)
    reform = UnitReform.objects.create(
        tree=tree,
        source=source,
        sha256=digest,
        effective_on=effective_on,
        report=_report(plan, founded=len(ids) - len(plan.goes_on) - len(present)),
    )
    _write_events(plan, ids, reform=reform, decision=decision)
    write_today(day=clock.today())
    _write_service(plan, ids, effective_on)
    facts = {"source": source, "from": effective_on.isoformat(), **reform.figures}
    audit.record(actor=actor, action="organizations.apply_reform", about=reform, unit=None, facts=facts)
    return AppliedReform(reform, is_new=True)


def _old_units(tree: Tree, level: UnitKind, day: dt.date, listed: Sequence[ListedUnit]) -> list[OldUnit]:
    """The units of the eve, of that level and of those above it, and those below it that the list names.

    Raises NothingToReform.
    """
    kinds = KINDS[tree][: KINDS[tree].index(level) + 1]
    wanted = Q(kind__in=kinds)
    for kind in KINDS[tree][len(kinds) :]:
        wanted |= Q(kind=kind, code__in=[unit.code for unit in listed if unit.kind == kind])
    periods = UnitPeriod.objects.on(day - dt.timedelta(days=1)).filter(wanted, unit__tree=tree)
    found = [
        OldUnit(pk, UnitKind(kind), code, name, parent)
        for pk, kind, code, name, parent in periods.values_list("unit_id", "kind", "code", "name", "parent_id")
    ]
    if not any(unit.kind == level for unit in found):
        raise errors.NothingToReform(level=level.label, day=day)
    return found


def _present(listed: Sequence[ListedUnit], tree: Tree, day: dt.date) -> dict[Key, int]:
    """The listed units that somebody has recorded already from that very day on."""
    known = present_units(tree, day)
    found = {(unit.kind, unit.code): known.get((unit.kind.value, unit.code, unit.name)) for unit in listed}
    return {key: pk for key, pk in found.items() if pk is not None}


def _check_no_later_change(old: Sequence[OldUnit], day: dt.date) -> None:
    later = UnitPeriod.objects.filter(unit__in=[unit.pk for unit in old], period__startswith__gte=day).first()
    if later is not None:
        raise errors.UnitsChangeLater(name=later.name, day=later.period.lower)


def _write_units(
    plan: ReformPlan, listed: Sequence[ListedUnit], present: Mapping[Key, int], *, tree: Tree, day: dt.date
) -> dict[Key, int]:
    """Write the periods that end and begin on that day; returns the unit of every listed one."""
    ids: dict[Key, int] = {**plan.goes_on, **present}
    known = {
        (unit.kind.value, unit.code, unit.name): ids[key] for unit in listed if (key := (unit.kind, unit.code)) in ids
    }
    missing = [unit for unit in listed if (unit.kind, unit.code) not in ids]
    for unit, pk in zip(missing, write_units(missing, tree=tree, starts_on=day, ids=known), strict=True):
        ids[unit.kind, unit.code] = pk
    followers = _followers(plan, ids, day)
    changed = [unit for unit in listed if (unit.kind, unit.code) in plan.changed]
    begun = [
        UnitPeriod(
            unit_id=ids[unit.kind, unit.code],
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            parent_id=ids[unit.parent.kind, unit.parent.code] if unit.parent else None,
            period=DateRange(day, None),
        )
        for unit in changed
    ]
    _end([*plan.ended, *(period.unit_id for period in (*begun, *followers))], day)
    UnitPeriod.objects.bulk_create([*begun, *followers], batch_size=2000)
    _check_nothing_left(plan.ended, day)
    return ids


def _followers(plan: ReformPlan, ids: Mapping[Key, int], day: dt.date) -> list[UnitPeriod]:
    """The periods, from that day on, of units that stand below the level under a superior that ends and went whole."""
    heirs: dict[int, list[int]] = {}
    for event in plan.events:
        for line in event.lines:
            if line.old is not None and line.new is not None:
                heirs.setdefault(line.old, []).append(ids[line.new])
    whole = {old: new[0] for old, new in heirs.items() if len(new) == 1 and old in plan.ended}
    below = UnitPeriod.objects.on(day).filter(parent__in=list(whole)).exclude(unit__in=list(plan.ended))
    below = below.exclude(unit__in=[plan.goes_on[key] for key in plan.changed])
    return [
        UnitPeriod(
            unit_id=period.unit_id,
            code=period.code,
            name=period.name,
            short_name=period.short_name,
            kind=period.kind,
            parent_id=whole[period.parent_id],
            period=DateRange(day, period.period.upper),
        )
        for period in below
        if period.parent_id is not None
    ]


def _end(units: Sequence[int], day: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organizations_unitperiod SET period = daterange(lower(period), %s) "
            "WHERE unit_id = ANY(%s) AND period @> %s AND lower(period) < %s",
            [day, list(units), day, day],
        )


def _check_nothing_left(ended: frozenset[int], day: dt.date) -> None:
    """Nobody and nothing may stand at a unit that has ended. Raises UnitsStillHeld."""
    after = DateRange(day, None)
    held = [
        *UnitPeriod.objects.filter(parent__in=ended, period__overlap=after).values_list("parent_id", flat=True),
        *Membership.objects.filter(unit__in=ended, period__overlap=after).values_list("unit_id", flat=True),
        *Appointment.objects.filter(unit__in=ended, period__overlap=after).values_list("unit_id", flat=True),
    ]
    if held:
        names = Unit.objects.filter(pk__in=held).order_by("sort_key").values_list("name", flat=True)[:5]
        raise errors.UnitsStillHeld(count=len(held), names=", ".join(names))


def _write_events(plan: ReformPlan, ids: Mapping[Key, int], *, reform: UnitReform, decision: Decision) -> None:
    events = UnitEvent.objects.bulk_create(
        [
            UnitEvent(
                reform=reform,
                kind=event.kind,
                decision_number=decision.number,
                decision_date=decision.date,
                decision_body=decision.body,
                effective_on=reform.effective_on,
            )
            for event in plan.events
        ],
        batch_size=2000,
    )
    links = [
        UnitLink(
            event=event,
            predecessor_id=line.old,
            successor_id=ids[line.new] if line.new else None,
            partial=line.partial,
        )
        for event, planned in zip(events, plan.events, strict=True)
        for line in planned.lines
    ]
    UnitLink.objects.bulk_create(links, batch_size=2000)


def _write_service(plan: ReformPlan, ids: Mapping[Key, int], day: dt.date) -> None:
    """Let each new unit serve the administrative unit that everything went whole into which its predecessors served."""
    forebears: dict[int, list[int]] = {}
    for event in plan.events:
        for line in event.lines:
            if line.old is not None and line.new is not None:
                forebears.setdefault(ids[line.new], []).append(line.old)
    olds = {old for found in forebears.values() for old in found}
    serving = dict(Unit.objects.filter(pk__in=olds, serves__isnull=False).values_list("pk", "serves_id"))
    places = whereabouts(set(serving.values()), since=day - dt.timedelta(days=1))
    changed = []
    for unit, found in forebears.items():
        served = {serving[old] for old in found if old in serving}
        heirs = {heir.pk for pk in served for heir in places[pk].heirs}
        if len(heirs) == 1 and all(places[pk].is_whole for pk in served):
            changed.append(Unit(pk=unit, serves_id=heirs.pop()))
    Unit.objects.bulk_update(changed, ["serves"], batch_size=2000)


def _report(plan: ReformPlan, *, founded: int) -> dict[str, object]:
    lines = [line for event in plan.events for line in event.lines if line.old is not None and line.new is not None]
    return {
        "ended": len(plan.ended),
        "founded": founded,
        "continued": len(plan.goes_on),
        "links": len(lines),
        "partial_links": sum(line.partial for line in lines),
        "gaps": {name: [list(unit) for unit in units] for name, units in plan.gaps.items()},
    }
