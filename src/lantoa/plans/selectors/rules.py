"""The rules of a stored campaign, and what their days depend on."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Max
from django.utils import timezone

from lantoa.plans.enums import Anchor, Wave
from lantoa.plans.models import Campaign, CampaignRule, Opening
from lantoa.plans.rules import Frame, RuleBook


def frame_for(campaign: Campaign, rules: Iterable[CampaignRule]) -> Frame:
    """What the days of these rules depend on (one query where one counts from the directives, else none)."""
    issued = None
    if any(rule.anchor == Anchor.DIRECTIVE for rule in rules):
        issued = campaign.directives.aggregate(newest=Max("issued_on"))["newest"]
    return Frame(campaign.starts_on, campaign.ends_on, issued, tuple(campaign.days_off))


def rest_of(campaign: Campaign, frame: Frame, holds_from: dt.date) -> Frame:
    """What the days of the units depend on that a campaign is opened to from that day on (ADR 35)."""
    return frame.of_rest(holds_from, holds_from - timezone.localdate(campaign.started_at))


def frames_of(campaign: Campaign, frame: Frame) -> dict[Wave, Frame]:
    """What the days of those who take part depend on, by wave (one query where it was opened after its pilots)."""
    frames = {Wave.FIRST: frame}
    if campaign.pilots_first and campaign.opened_at is not None:
        frames[Wave.REST] = rest_of(campaign, frame, Opening.objects.get(campaign=campaign).holds_from)
    return frames


def rules_of(campaign: Campaign) -> tuple[RuleBook, Frame]:
    """Its rules, and what their days depend on (at most two queries)."""
    rules = list(campaign.rules.all())
    return RuleBook(rules), frame_for(campaign, rules)
