"""What the page of a unit's campaigns reads: one kept row for each campaign, and the plans of the nearest units."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q

from lantoa.attendance.enums import Group
from lantoa.attendance.models import Coverage
from lantoa.attendance.rates import Counts
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.organizations.querysets import counts_scope
from lantoa.plans.campaign_states import state_of
from lantoa.plans.enums import CampaignState, Document
from lantoa.plans.models import Campaign, CampaignUnit
from lantoa.ui.states import State


@dataclass(frozen=True, slots=True)
class PlansInTime:
    """Of the first study plans of a unit and of those directly below it: how many were issued in time, of how many that
    are issued or should have been by now."""

    in_time: int = 0
    due: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One campaign in a unit's course: the `number` that the drawing gives it, and how the unit stands in it."""

    number: int
    campaign: Campaign
    unit_id: int
    counts: Counts
    plans: PlansInTime

    @property
    def state(self) -> State:
        """The badge of the campaign."""
        return state_of(self.campaign)


def steps_of(unit: Unit, actor: Actor, day: dt.date) -> tuple[Step, ...]:
    """The campaigns that the unit was in from their start on and that the actor sees, the oldest first (three queries).

    The figures are those of the tree of each campaign's day, whatever has become of the units below since.
    """
    started = Campaign.objects.visible_to(actor).exclude(state=CampaignState.DRAFT)
    rows = CampaignUnit.objects.visible_to(actor).filter(unit=unit, campaign__in=started).select_related("campaign")
    campaigns = [row.campaign for row in rows.order_by("campaign__starts_on", "campaign_id")]
    kept = Coverage.objects.filter(campaign__in=campaigns, unit=unit, group=Group.ALL)
    counts = {row.campaign_id: Counts.of(row) for row in kept}
    plans = _plans_in_time(campaigns, unit, actor, day)
    return tuple(
        Step(
            number=number,
            campaign=campaign,
            unit_id=unit.pk,
            counts=counts.get(campaign.pk, Counts()),
            plans=plans.get(campaign.pk, PlansInTime()),
        )
        for number, campaign in enumerate(campaigns, start=1)
    )


def forerunners(unit: Unit, actor: Actor) -> list[Unit]:
    """The units that went into this one and whose counts the actor sees: their campaigns stand on their own pages."""
    gone = Unit.objects.filter(counts_scope(actor), successor_links__successor=unit).exclude(pk=unit.pk)
    return list(gone.distinct().order_by("sort_key", "pk"))


def _plans_in_time(campaigns: Iterable[Campaign], unit: Unit, actor: Actor, day: dt.date) -> dict[int, PlansInTime]:
    near = CampaignUnit.objects.visible_to(actor).filter(Q(unit=unit) | Q(parent=unit), campaign__in=list(campaigns))
    owing = near.filter(
        unit__plans__campaign=F("campaign"),
        unit__plans__document=Document.PLAN,
        unit__plans__edition=1,
        unit__plans__due_on__isnull=False,
    ).order_by()
    is_due = Q(unit__plans__issued_on__isnull=False) | Q(unit__plans__due_on__lt=day)
    was_in_time = Q(unit__plans__issued_on__lte=F("unit__plans__due_on"))
    counted = owing.values("campaign_id").annotate(
        in_time=Count("pk", filter=was_in_time), due=Count("pk", filter=is_due)
    )
    return {row["campaign_id"]: PlansInTime(row["in_time"], row["due"]) for row in counted}
