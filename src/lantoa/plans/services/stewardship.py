"""Roll-outs and plans of units that end: what is open goes to the unit that takes over (ADR 19).

Summons lists, and the units of a roll-out as they stood when it began, stay what they are.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.models import Unit
from lantoa.organizations.succession import OpenWork, Succession, heirs_of
from lantoa.plans.enums import WORKING_STATES, CampaignState, PlanState
from lantoa.plans.models import Campaign, CampaignUnit, Plan
from lantoa.plans.querysets import CampaignQuerySet

_OPEN_PLANS = (*WORKING_STATES, PlanState.ISSUED, PlanState.RUNNING)
_OPEN_CAMPAIGNS = (CampaignState.DRAFT, CampaignState.RUNNING)


@dataclass
class _Meeting:
    """The open documents of one kind and one roll-out that would all go to one unit; `taken` where it has one there."""

    campaign_id: int
    heir: int
    document: str
    taken: bool = False
    plans: list[Plan] = field(default_factory=list)

    @property
    def moves(self) -> bool:
        """Whether the plan goes on as that of the unit: never two plans of one unit in one roll-out."""
        return not self.taken and len({plan.unit_id for plan in self.plans}) == 1

    @property
    def remark(self) -> str:
        """Why the plans stay; empty where the plan moves."""
        if self.moves:
            return ""
        if self.taken:
            return str(_("stays: the unit that takes over has a plan of its own"))
        return str(_("stays: several plans meet, and the unit that takes over begins one of its own"))


class PlanSteward:
    """What becomes of roll-outs and plans."""

    def open_work(self, successions: Sequence[Succession]) -> list[OpenWork]:
        """The roll-outs that the units lead and the plans that they work on (two queries)."""
        heirs = heirs_of(successions)
        campaigns = _campaigns(heirs)
        led = [
            OpenWork(
                key=f"campaign {campaign.pk}",
                version=campaign.version,
                kind=_("roll-out"),
                label=campaign.name,
                unit_id=campaign.owner_id,
                heir_id=heirs[campaign.owner_id],
            )
            for campaign in campaigns
        ]
        return led + [
            OpenWork(
                key=f"plan {plan.pk}",
                version=plan.version,
                kind=_("plan"),
                label=plan.title,
                unit_id=plan.unit_id,
                heir_id=meeting.heir if meeting.moves else None,
                remark=meeting.remark,
            )
            for meeting in _meetings(heirs)
            for plan in meeting.plans
        ]

    def hand_over(self, successions: Sequence[Succession]) -> int:
        """Let roll-outs and plans go to the unit that takes over, and every successor join the running roll-outs."""
        heirs = heirs_of(successions)
        gone = 0
        for campaign in _campaigns(heirs).select_for_update(of=("self",), no_key=True):
            campaign.owner_id = heirs[campaign.owner_id]
            campaign.version += 1
            campaign.save(update_fields=["owner", "version"])
            gone += 1
        _join_campaigns(successions)
        for meeting in _meetings(heirs):
            gone += _settle(meeting)
        return gone


def _campaigns(heirs: dict[int, int]) -> CampaignQuerySet:
    return Campaign.objects.filter(owner__in=list(heirs), state__in=_OPEN_CAMPAIGNS).order_by("pk")


def _meetings(heirs: dict[int, int]) -> list[_Meeting]:
    """The open plans of running roll-outs, by roll-out and by the unit that they would go to (one query)."""
    taking = set(heirs.values())
    concerned = Q(unit__in=list(heirs), state__in=_OPEN_PLANS) | Q(unit__in=taking)
    meetings: dict[tuple[int, int, str], _Meeting] = {}
    taken: set[tuple[int, int, str]] = set()
    plans = Plan.objects.filter(concerned, campaign__state=CampaignState.RUNNING)
    for plan in plans.order_by("campaign_id", "unit_id", "edition"):
        if plan.unit_id in heirs:
            key = (plan.campaign_id, heirs[plan.unit_id], plan.document)
            meetings.setdefault(key, _Meeting(*key)).plans.append(plan)
        else:
            taken.add((plan.campaign_id, plan.unit_id, plan.document))
    for key in taken & set(meetings):
        meetings[key].taken = True
    return list(meetings.values())


def _settle(meeting: _Meeting) -> int:
    """Let the plan go on under its new unit, all of its editions together; else leave the plans, and let those below
    look up to the plan of the unit that takes over."""
    if meeting.moves:
        editions = Plan.objects.filter(
            campaign=meeting.campaign_id, unit=meeting.plans[0].unit_id, document=meeting.document
        )
        editions.update(unit=meeting.heir, version=F("version") + 1)
        return len(meeting.plans)
    if not meeting.taken:
        first = meeting.plans[0]
        Plan.objects.create(
            campaign_id=meeting.campaign_id,
            unit_id=meeting.heir,
            document=meeting.document,
            parent=first.parent,
            title=first.title,
            due_on=max((plan.due_on for plan in meeting.plans if plan.due_on), default=None),
            due_by_hand=any(plan.due_by_hand for plan in meeting.plans),
        )
    own = Plan.objects.filter(campaign=meeting.campaign_id, unit=meeting.heir, document=meeting.document)
    above = own.order_by("edition")[:1].get()
    Plan.objects.filter(parent__in=meeting.plans).exclude(pk=above.pk).update(parent=above)
    CampaignUnit.objects.filter(plan_above__in=meeting.plans).update(plan_above=above)
    return 0


def _join_campaigns(successions: Sequence[Succession]) -> None:
    """Put every successor into the running roll-outs of its predecessor, beside it: its people can be called there."""
    every = {pk for one in successions for pk in one.successors}
    units = Unit.objects.in_bulk(every)
    scopes: dict[int, list[CampaignUnit]] = defaultdict(list)
    for scope in CampaignUnit.objects.filter(
        unit__in=[one.unit_id for one in successions], campaign__state=CampaignState.RUNNING
    ).order_by("campaign", "unit"):
        scopes[scope.unit_id].append(scope)
    joining = [
        CampaignUnit(
            campaign_id=scope.campaign_id,
            unit=units[pk],
            parent_id=scope.parent_id,
            path=f"{scope.path.removesuffix(f'{scope.unit_id}.')}{pk}.",
            name=units[pk].name,
            kind=units[pk].kind,
            sort_key=units[pk].sort_key,
            level=scope.level,
            plan_above_id=scope.plan_above_id,
            owes_summons=scope.owes_summons,
            summons_due_on=scope.summons_due_on,
            owes_study=scope.owes_study,
            study_due_on=scope.study_due_on,
            wave=scope.wave,
        )
        for one in successions
        for scope in scopes[one.unit_id]
        for pk in one.successors
    ]
    CampaignUnit.objects.bulk_create(joining, ignore_conflicts=True)
    _join_pilots(successions)


def _join_pilots(successions: Sequence[Succession]) -> None:
    """Let the successors of a pilot unit be pilot units of what is prepared or running."""
    for one in successions:
        led = Q(pilots=one.unit_id, state__in=_OPEN_CAMPAIGNS)
        for campaign in Campaign.objects.filter(led).order_by("pk"):
            campaign.pilots.add(*one.successors)
            if campaign.state == CampaignState.DRAFT and one.unit_id not in one.successors:
                campaign.pilots.remove(one.unit_id)
