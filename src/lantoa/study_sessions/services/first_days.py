"""Deadlines that count from a unit's first study session: whoever changes sessions and sites moves them too."""

from django.db.models import Q

from lantoa.organizations.querysets import path_range
from lantoa.plans.enums import Anchor
from lantoa.plans.models import CampaignUnit
from lantoa.plans.services.anchors import hold, settle
from lantoa.study_sessions.models import SiteUnit, StudySession


def follow(session: StudySession) -> None:
    """Fix or move what counts from the first session of the units under the host of `session`, after a change of it,
    of its sites or of who goes there; so for units elsewhere to which a former host gave a site. The caller holds the
    campaign, where it counts anything from sessions."""
    campaign = hold(session.campaign_id, Anchor.SESSION)
    if campaign is None:
        return
    host = CampaignUnit.objects.get(campaign=campaign, unit=session.host_id)
    kept, gone_to = session.sites.values("unit"), SiteUnit.objects.filter(session=session).values("unit")
    concerned = path_range(host.path) | Q(unit__in=kept) | Q(unit__in=gone_to)
    settle(campaign, Anchor.SESSION, units=concerned)
