"""Who is responsible for units in a campaign, and who follows them: those named for it, else by appointment."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import capfirst

from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Unit
from lantoa.organizations.restricting import MASK, marked
from lantoa.plans.enums import Part
from lantoa.plans.models import Campaign, Charge

AT_THE_UNIT = frozenset({Role.SECRETARY, Role.APPROVER, Role.OFFICER, Role.CLERK})
"""Who can be named as responsible: such appointees of the very unit."""
WHO_FOLLOWS = frozenset({Role.FOLLOWER, Role.SECRETARY, Role.APPROVER, Role.OFFICER})
"""Who can be named to follow a unit: such appointees of units above it, and followers of the unit itself."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody as a page calls them: position, name, and whether they were named for this campaign."""

    title: str
    name: str
    named: bool


@dataclass(frozen=True, slots=True)
class InCharge:
    """Who answers for a unit in a campaign, and who follows it there."""

    responsible: tuple[Holder, ...]
    following: tuple[Holder, ...]


def in_charge(campaign: Campaign, units: Iterable[Unit], day: dt.date) -> dict[int, InCharge]:
    """By unit, on that day; the names of those whose processing is restricted are masked (two queries)."""
    chains = {unit.pk: _chain(unit) for unit in units}
    named: defaultdict[tuple[int, str], list[Holder]] = defaultdict(list)
    charges: Any = marked(
        Charge.objects.in_force_on(day).filter(campaign=campaign, unit__in=list(chains)), "appointment__person_id"
    )
    for charge in charges.select_related("appointment__person"):
        named[charge.unit_id, charge.part].append(_holder(charge.appointment, restricted=charge.restricted, named=True))
    usual = _usual({pk for chain in chains.values() for pk in chain}, day)
    return {
        unit_id: InCharge(
            tuple(named[unit_id, Part.RESPONSIBLE] or usual[unit_id, Role.SECRETARY]),
            tuple(named[unit_id, Part.FOLLOWER] or _nearest(chain, usual)),
        )
        for unit_id, chain in chains.items()
    }


def eligible(part: Part, unit: Unit, day: dt.date) -> QuerySet[Appointment]:
    """The appointments of that day from which somebody can be named for the unit."""
    held = Appointment.objects.in_force_on(day).filter(unit__in_force=True).select_related("person", "unit")
    if part is Part.RESPONSIBLE:
        return held.filter(unit=unit, role__in=AT_THE_UNIT).order_by("person__sort_key", "pk")
    above = Q(unit__in=_chain(unit)[1:], role__in=WHO_FOLLOWS) | Q(unit=unit, role=Role.FOLLOWER)
    return held.filter(above).order_by("unit__path", "person__sort_key", "pk")


def following_users(campaign: Campaign, unit_ids: Collection[int], day: dt.date) -> dict[int, int]:
    """By unit, the user of whoever was named to follow it in the campaign and can sign in (one query)."""
    rows = Charge.objects.in_force_on(day).filter(
        campaign=campaign, unit__in=unit_ids, part=Part.FOLLOWER, appointment__person__user__is_active=True
    )
    return dict(rows.values_list("unit_id", "appointment__person__user_id"))


def _chain(unit: Unit) -> list[int]:
    """The unit and those above it, from below."""
    return [int(part) for part in unit.path.split(".") if part][::-1]


def _usual(unit_ids: Collection[int], day: dt.date) -> "defaultdict[tuple[int, str], list[Holder]]":
    held = Appointment.objects.in_force_on(day).filter(unit__in=unit_ids, role__in=(Role.SECRETARY, Role.FOLLOWER))
    rows: Any = marked(held).select_related("person").order_by("person__sort_key", "pk")
    found: defaultdict[tuple[int, str], list[Holder]] = defaultdict(list)
    for row in rows:
        found[row.unit_id, row.role].append(_holder(row, restricted=row.restricted, named=False))
    return found


def _nearest(chain: list[int], usual: "defaultdict[tuple[int, str], list[Holder]]") -> list[Holder]:
    return next((holders for unit_id in chain if (holders := usual[unit_id, Role.FOLLOWER])), [])


def _holder(appointment: Appointment, *, restricted: bool, named: bool) -> Holder:
    title = appointment.title or capfirst(appointment.get_role_display())
    return Holder(title, str(MASK) if restricted else appointment.person.full_name, named)
