"""Lists that name two records of one person."""

from django.utils.text import get_text_list

from lantoa.plans import errors
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import SummonsEntry


def entries_that_stay(kept_id: int, merged_id: int) -> set[int]:
    """The entries of `merged_id` in campaigns that summoned `kept_id` too: those lists stay as they were frozen.

    In a campaign that goes on each person counts once: one of the two must have been taken off by decision before.
    Errors: BothSummoned.
    """
    twice = SummonsEntry.objects.filter(person=merged_id, campaign__entries__person=kept_id)
    going_on = twice.exclude(campaign__state=CampaignState.FINISHED).filter(removed_on__isnull=True)
    counted = SummonsEntry.objects.filter(
        person=kept_id, removed_on__isnull=True, campaign__in=going_on.values("campaign")
    )
    names = list(counted.order_by("campaign__name").values_list("campaign__name", flat=True))
    if names:
        raise errors.BothSummoned(campaigns=get_text_list(names, ","))
    return set(twice.values_list("pk", flat=True))
