"""The rules of a stored campaign, and what their days depend on."""

from collections.abc import Iterable

from django.db.models import Max

from lantoa.plans.enums import Anchor
from lantoa.plans.models import Campaign, CampaignRule
from lantoa.plans.rules import Frame, RuleBook


def frame_for(campaign: Campaign, rules: Iterable[CampaignRule]) -> Frame:
    """What the days of these rules depend on (one query where one counts from the directives, else none)."""
    issued = None
    if any(rule.anchor == Anchor.DIRECTIVE for rule in rules):
        issued = campaign.directives.aggregate(newest=Max("issued_on"))["newest"]
    return Frame(campaign.starts_on, campaign.ends_on, issued, tuple(campaign.days_off))


def rules_of(campaign: Campaign) -> tuple[RuleBook, Frame]:
    """Its rules, and what their days depend on (at most two queries)."""
    rules = list(campaign.rules.all())
    return RuleBook(rules), frame_for(campaign, rules)
