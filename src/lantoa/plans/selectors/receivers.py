"""Who is told what a unit owes: its officers and secretaries, and later those above it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Unit
from lantoa.plans.models import Campaign
from lantoa.plans.selectors.charges import following_users

OWN = frozenset({Role.OFFICER, Role.SECRETARY})
ABOVE = frozenset({Role.FOLLOWER, Role.OFFICER})


@dataclass(frozen=True, slots=True)
class Receivers:
    """The users who answer for a unit, and those above it: who follows it, else the officers of the nearest unit
    above that has any."""

    own: tuple[int, ...]
    above: tuple[int, ...]


def receivers_of(units: Iterable[Unit], day: dt.date, campaign: Campaign | None = None) -> dict[int, Receivers]:
    """By unit, who holds an appointment on that day and can sign in; whoever was named to follow a unit in `campaign`
    stands in for those above it (one query, two with a campaign, whatever the number of units)."""
    chains = {unit.pk: [int(part) for part in unit.path.split(".") if part][::-1] for unit in units}
    holders = _holders({pk for chain in chains.values() for pk in chain}, day)
    named = following_users(campaign, list(chains), day) if campaign is not None else {}
    found = {}
    for unit_id, chain in chains.items():
        own = {user for role in OWN for user in holders[unit_id, role]}
        following = _nearest(chain, Role.FOLLOWER, holders)
        above = {named[unit_id]} if unit_id in named else following or _nearest(chain[1:], Role.OFFICER, holders)
        found[unit_id] = Receivers(tuple(sorted(own)), tuple(sorted(above)))
    return found


def _nearest(chain: list[int], role: Role, holders: "defaultdict[tuple[int, Role], set[int]]") -> set[int]:
    """Who holds the role at the first unit of the chain that has anybody."""
    return next((users for unit_id in chain if (users := holders[unit_id, role])), set())


def _holders(unit_ids: Collection[int], day: dt.date) -> "defaultdict[tuple[int, Role], set[int]]":
    rows = (
        Appointment.objects.in_force_on(day)
        .filter(unit__in=unit_ids, role__in=OWN | ABOVE, person__user__is_active=True)
        .order_by()
        .values_list("unit_id", "role", "person__user_id")
    )
    found: defaultdict[tuple[int, Role], set[int]] = defaultdict(set)
    for unit_id, role, user_id in rows:
        found[unit_id, Role(role)].add(user_id)
    return found
