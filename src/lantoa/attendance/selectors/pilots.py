"""The pilot units of a campaign beside the rest of a unit: kept rows only, one for each pilot."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypedDict, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from lantoa.attendance.enums import Group
from lantoa.attendance.models import Coverage
from lantoa.attendance.rates import Counts
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.organizations.policies import can_see_counts
from lantoa.plans.models import Campaign, CampaignUnit

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class Pilots(TypedDict):
        """The numbers of the campaign's pilot units."""

        pilot_ids: list[int]

    PilotedCampaign = WithAnnotations[Campaign, Pilots]
else:
    PilotedCampaign = Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The counts of the `units` pilot units below a unit, and of everybody else there."""

    units: int
    pilots: Counts
    rest: Counts


def with_pilots(campaigns: "QuerySet[Campaign]") -> "QuerySet[PilotedCampaign]":
    """The campaigns, each with `pilot_ids`, the numbers of its pilot units: no query of its own."""
    pilots = Unit.objects.filter(pilot_campaigns=OuterRef("pk")).order_by("pk").values("pk")
    return cast("QuerySet[PilotedCampaign]", campaigns.annotate(pilot_ids=ArraySubquery(pilots)))


def groups_and_pilots(
    campaign: "PilotedCampaign", unit: CampaignUnit, actor: Actor
) -> tuple[dict[Group, Counts], Beside | None]:
    """The kept counts of a unit for each group, and its pilot units beside the rest of it (one query).

    A pilot below another one is in it already. There is nothing to compare where no pilot with people on a list stands
    below the unit, where the unit itself is a pilot or lies below one, and where the actor may not see one of them: the
    difference would tell what it counts.
    """
    rows = Coverage.objects.filter(campaign=campaign, unit_id__in={unit.unit_id, *campaign.pilot_ids})
    own, below = {}, []
    for row in rows.select_related("unit").order_by("path"):
        if row.unit_id == unit.unit_id:
            own[Group(row.group)] = Counts.of(row)
        elif row.group == Group.ALL and row.path.startswith(unit.path):
            below.append(row)
    groups = {group: own[group] for group in Group if group in own}
    if any(int(above) in campaign.pilot_ids for above in unit.path.split(".") if above):
        return groups, None
    return groups, _beside(groups.get(Group.ALL, Counts()), below, actor)


def _beside(whole: Counts, below: list[Coverage], actor: Actor) -> Beside | None:
    tops: list[Coverage] = []
    for row in below:
        if not (tops and row.path.startswith(tops[-1].path)):
            tops.append(row)
    pilots = Counts.total(Counts.of(row) for row in tops)
    if not pilots.summoned or not all(can_see_counts(actor=actor, unit=row.unit) for row in tops):
        return None
    return Beside(units=len(tops), pilots=pilots, rest=_less(whole, pilots))


def _less(whole: Counts, part: Counts) -> Counts:
    return Counts(**{field.name: getattr(whole, field.name) - getattr(part, field.name) for field in fields(Counts)})
