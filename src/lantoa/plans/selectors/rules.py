"""The rules of a stored campaign, and what their days depend on."""

from django.db.models import Max

from lantoa.plans.models import Campaign
from lantoa.plans.rules import Frame, RuleBook


def frame_for(campaign: Campaign) -> Frame:
    """What the days of its rules depend on (one query)."""
    issued = campaign.directives.aggregate(newest=Max("issued_on"))["newest"]
    return Frame(campaign.starts_on, campaign.ends_on, issued, tuple(campaign.days_off))


def book_of(campaign: Campaign) -> RuleBook:
    """Its rules (one query)."""
    return RuleBook(campaign.rules.all())
