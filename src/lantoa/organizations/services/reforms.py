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
from lantoa.organizations.decisions import Decision
from lantoa.organizations.enums import Tree, UnitKind
from lantoa.organizations.models import (
    Appointment,
    Membership,
    Person,
    Unit,
    UnitEvent,
    UnitEventDraft,
    UnitLink,
    UnitPeriod,
    UnitReform,
)
from lantoa.organizations.reform_planning import Key, ReformPlan
from lantoa.organizations.selectors.whereabouts import whereabouts
from lantoa.organizations.services.moving import again_from, move_appointments, move_memberships
from lantoa.organizations.services.reform_tables import (
    Placings,
    PlannedReform,
    open_lists,
    placings_of,
    planned_reform,
    still_held,
)
from lantoa.organizations.services.today import write_today
from lantoa.organizations.services.unit_imports import lock_tree, write_units


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
    code or name become; every other one ends, and its lines of descent say where it went. Units below the level,
    members and appointments follow a unit that went whole, and go where a prepared list (`prepare_reform`) places them
    where it went to several; units that the new list names by kind and code go where it puts them. A new unit serves
    the administrative unit that those which its predecessors served have become. What the table leaves open stands in
    the reform's report. The same tables for the same day change nothing a second time.

    Raises NotPermitted (only the system keeps whole trees), DecisionMissing, UnitFileRefused with every bad row,
    NothingToReform, UnitsChangeLater, UnitsStillHeld; then nothing has been written.
    """
    if not policies.can_keep_trees(actor=actor):
        raise errors.NotPermitted
    decision = decision.checked()
    lock_tree(tree)
    digest = hashlib.sha256(conversion + b"\0" + new_units).hexdigest()
    if done := UnitReform.objects.filter(tree=tree, effective_on=effective_on, sha256=digest).first():
        return AppliedReform(done, is_new=False)
    planned = planned_reform(conversion=conversion, new_units=new_units, tree=tree, level=level, day=effective_on)
    plan = planned.plan
    _lock(planned)
    placings = placings_of(planned)
    if placings.left:
        raise still_held(placings)
    ids = _write_units(planned, placings)
    reform = UnitReform.objects.create(
        tree=tree,
        source=source,
        sha256=digest,
        effective_on=effective_on,
        report=_report(plan, founded=len(ids) - len(plan.goes_on) - len(planned.present)),
    )
    _move_people(placings, ids, effective_on)
    UnitEventDraft.objects.filter(pk__in=[draft.pk for draft in placings.drafts]).update(reform=reform)
    _write_events(plan, ids, reform=reform, decision=decision)
    write_today(day=clock.today())
    _write_service(plan, ids, effective_on)
    facts = {"source": source, "from": effective_on.isoformat(), **reform.figures}
    audit.record(actor=actor, action="organizations.apply_reform", about=reform, unit=None, facts=facts)
    return AppliedReform(reform, is_new=True)


def _lock(planned: PlannedReform) -> None:
    """Lock the units that end, the lists on which is placed what stands there and, after these, whoever is counted or
    appointed there, as everybody does."""
    units = list(planned.plan.ended)
    list(Unit.objects.select_for_update().filter(pk__in=units).order_by("pk").values_list("pk"))
    list(open_lists(planned).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    standing = Q(pk__in=Membership.objects.filter(unit__in=units).values("person"))
    standing |= Q(pk__in=Appointment.objects.filter(unit__in=units).values("person"))
    persons = Person.objects.select_for_update(of=("self",), no_key=True).filter(standing)
    list(persons.order_by("pk").values_list("pk"))


def _write_units(planned: PlannedReform, placings: Placings) -> dict[Key, int]:
    """Write the periods that end and begin on that day; returns the unit of every listed one."""
    plan, day = planned.plan, planned.day
    ids: dict[Key, int] = {**plan.goes_on, **planned.present}
    known = {
        (unit.kind.value, unit.code, unit.name): ids[key]
        for unit in planned.listed
        if (key := (unit.kind, unit.code)) in ids
    }
    missing = [unit for unit in planned.listed if (unit.kind, unit.code) not in ids]
    for unit, pk in zip(missing, write_units(missing, tree=planned.tree, starts_on=day, ids=known), strict=True):
        ids[unit.kind, unit.code] = pk
    changed = [unit for unit in planned.listed if (unit.kind, unit.code) in plan.changed]
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
    followers = [_follower(period, ids[key], day) for period, key in placings.units.placed]
    later = [period for period in followers if period.pk]
    _end([*plan.ended, *(period.unit_id for period in (*begun, *followers))], day)
    UnitPeriod.objects.bulk_update(later, ["parent"], batch_size=2000)
    UnitPeriod.objects.bulk_create([*begun, *(one for one in followers if not one.pk)], batch_size=2000)
    return ids


def _follower(period: UnitPeriod, parent: int, day: dt.date) -> UnitPeriod:
    """What a unit below one that ends is from that day on; a period that only begins then or later keeps its row."""
    if period.period.lower >= day:
        period.parent_id = parent
        return period
    return again_from(period, parent_id=parent, period=DateRange(day, period.period.upper))


def _move_people(placings: Placings, ids: Mapping[Key, int], day: dt.date) -> None:
    keys = {key for moves in (placings.members, placings.appointments) for _row, key in moves.placed}
    units = {key: Unit(pk=ids[key]) for key in keys}
    move_memberships([(row, units[key]) for row, key in placings.members.placed], day)
    move_appointments([(row, units[key]) for row, key in placings.appointments.placed], day)


def _end(units: Sequence[int], day: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organizations_unitperiod SET period = daterange(lower(period), %s) "
            "WHERE unit_id = ANY(%s) AND period @> %s AND lower(period) < %s",
            [day, list(units), day, day],
        )


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
