"""How far the chosen campaign has come, for the first screen: kept rows only, as many as it shows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, F, IntegerField, Value, When
from django.urls import reverse

from lantoa.attendance.coverage_states import carried_url, child_chart, pilots_chart, rate_state
from lantoa.attendance.enums import Group
from lantoa.attendance.rates import Counts
from lantoa.attendance.selectors import coverage
from lantoa.attendance.selectors.carried import tops_today
from lantoa.attendance.selectors.pilots import Beside, groups_and_pilots, with_pilots
from lantoa.organizations.actors import Actor
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Campaign, CampaignUnit
from lantoa.ui.states import State
from lantoa.ui.svg import BarChart

if TYPE_CHECKING:
    from lantoa.attendance.selectors.coverage import ChildRow
    from lantoa.attendance.selectors.pilots import PilotedCampaign

SHOWN = 10
"""How many child units the first screen shows, the furthest behind first; the coverage page has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One campaign as seen from the reader's top unit, whose coverage page is at `url`.

    `others` are names and addresses of further top units. `more`: further units below are on the coverage page.
    `beside` are the pilot units beside the rest, where there are any.
    """

    campaign: Campaign
    unit_id: int
    unit_name: str
    url: str
    others: tuple[tuple[str, str], ...]
    groups: dict[Group, Counts]
    state: State
    chart: BarChart
    more: bool
    beside: Beside | None = None

    @property
    def pilots_chart(self) -> BarChart | None:
        """A bar for the pilot units and one for the rest."""
        return pilots_chart(self.beside, self.campaign.target_rate) if self.beside else None

    @property
    def counts(self) -> Counts:
        """Everybody's counts."""
        return self.groups.get(Group.ALL, Counts())


def campaigns_of(actor: Actor) -> "list[PilotedCampaign]":
    """The campaigns that the reader may look at once they have started: running ones first, the newest first."""
    first = Case(When(state=CampaignState.RUNNING, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = Campaign.objects.visible_to(actor).exclude(state=CampaignState.DRAFT)
    return list(with_pilots(found.select_related("owner")).order_by(first, "-starts_on", "-pk")[:50])


def chosen(campaigns: "list[PilotedCampaign]", asked: str) -> "PilotedCampaign | None":
    """The campaign that the address asks for, else the first; None where there is none."""
    wanted = (campaign for campaign in campaigns if str(campaign.pk) == asked)
    return next(wanted, campaigns[0] if campaigns else None)


def overview_of(campaign: "PilotedCampaign", actor: Actor) -> Overview | None:
    """The campaign from where the reader's sight begins; None where it shows no unit of theirs.

    Three queries; of a unit that began after the campaign five, for the sums of what was carried there.
    """
    tops = coverage.top_units(campaign, actor)
    if not tops:
        return _carried_overview(campaign, actor)
    unit, *others = tops
    groups, beside = groups_and_pilots(campaign, unit, actor)
    below = coverage.children(campaign, unit.unit_id, Group.ALL, actor)
    behind = below.order_by(F("share").asc(nulls_last=True), "unit_order", "pk")
    rows: list[ChildRow] = list(behind[: SHOWN + 1])
    return Overview(
        campaign=campaign,
        unit_id=unit.unit_id,
        unit_name=unit.name,
        url=_url(unit),
        others=tuple((other.name, _url(other)) for other in others),
        groups=groups,
        state=rate_state(groups.get(Group.ALL, Counts()).coverage, campaign.target_rate),
        chart=child_chart(rows[:SHOWN], campaign.target_rate),
        more=len(rows) > SHOWN,
        beside=beside,
    )


def _carried_overview(campaign: Campaign, actor: Actor) -> Overview | None:
    """The sums of what was carried into the reader's own unit; what they are made of is on its coverage page."""
    tops = tops_today(campaign, actor)
    if not tops:
        return None
    (unit, groups), *others = tops
    return Overview(
        campaign=campaign,
        unit_id=unit.pk,
        unit_name=unit.name,
        url=carried_url(campaign.pk, unit.pk),
        others=tuple((other.name, carried_url(campaign.pk, other.pk)) for other, _groups in others),
        groups=groups,
        state=rate_state(groups[Group.ALL].coverage, campaign.target_rate),
        chart=child_chart((), campaign.target_rate),
        more=False,
    )


def _url(unit: CampaignUnit) -> str:
    return reverse("attendance:coverage_unit", args=[unit.campaign_id, unit.unit_id])
