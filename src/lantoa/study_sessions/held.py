"""Which units have held their study, and when each begins it, told to the app of the campaigns."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from lantoa.study_sessions.enums import SessionKind
from lantoa.study_sessions.models import Site, SiteUnit, StudySession


def hosted(moment: dt.datetime, campaign: int | None = None) -> Q:
    """The unit hosted a session of the campaign that was over by then."""
    return _among(StudySession.objects.filter(cancelled_at=None, ends_at__lte=moment), "campaign", "host", campaign)


def kept_site(moment: dt.datetime, campaign: int | None = None) -> Q:
    """The unit kept a site of such a session."""
    return _among(Site.objects.filter(**_over(moment)), "session__campaign", "unit", campaign)


def went_to_site(moment: dt.datetime, campaign: int | None = None) -> Q:
    """The people of the cell went to a site of such a session."""
    return _among(SiteUnit.objects.filter(**_over(moment)), "session__campaign", "unit", campaign)


def _over(moment: dt.datetime) -> dict[str, Any]:
    return {"session__cancelled_at": None, "session__ends_at__lte": moment}


def _among(rows: "QuerySet[Any]", of: str, whose: str, campaign: int | None) -> Q:
    """One of the rows is of the unit: looked for row by row, or, in one campaign, among all that it has."""
    if campaign is not None:
        return Q(unit__in=rows.filter(**{of: campaign}).order_by().values(whose))
    return Q(Exists(rows.filter(**{of: OuterRef("campaign"), whose: OuterRef("unit")})))


def first_days(campaign_id: int, unit_ids: Collection[int]) -> dict[int, dt.date]:
    """By unit, the day of the first session of the campaign that it hosts, keeps a site of or sends its people to, held
    or set up; make-ups and what was called off are none (three queries)."""
    of_campaign = {"campaign": campaign_id, "kind": SessionKind.FIRST, "cancelled_at": None}
    at_sites = {f"session__{name}": value for name, value in of_campaign.items()}
    hosted_at = StudySession.objects.filter(**of_campaign, host__in=unit_ids).order_by().values_list("host")
    found: dict[int, dt.datetime] = dict(hosted_at.annotate(Min("starts_at")))
    for model in (Site, SiteUnit):
        rows = model._default_manager.filter(**at_sites, unit__in=unit_ids).order_by().values_list("unit")
        for unit_id, begins in rows.annotate(Min("session__starts_at")):
            found[unit_id] = min(begins, found.get(unit_id, begins))
    return {unit_id: timezone.localdate(begins) for unit_id, begins in found.items()}
