"""A campaign that begins with its pilot units: the days of the rest (ADR 35)."""

import datetime as dt

from django.utils import timezone

from lantoa.plans.models import Campaign


def shifted(campaign: Campaign, due: dt.date, holds_from: dt.date) -> dt.date:
    """The deadline of the rest, which has as many days as the pilots had: later by the days between the start of the
    campaign and the day from which it holds for all, and never after its end."""
    began = timezone.localdate(campaign.started_at)
    return max(due, min(due + (holds_from - began), campaign.ends_on))
