"""To which portals figures can be given, and which were."""

from collections.abc import Sequence

from django.db.models import F, Value

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign, CampaignUnit
from lantoa.portal.models import FigureSet, PortalSite, SectionPage
from lantoa.study_sessions.models import StudySession


def portals_for(actor: Actor, unit: Unit) -> list[PortalSite]:
    """The portals to which the actor may give figures of the unit (one query where they are an officer)."""
    own = actor.unit_ids(authority.OFFERS_FIGURES)
    if not own:
        return []
    rows = PortalSite.objects.filter(unit__in=own).annotate(asked=Value(unit.path))
    return list(rows.filter(asked__startswith=F("unit__path")).select_related("unit", "site__root_page"))


def unit_for(actor: Actor, campaign: Campaign) -> Unit | None:
    """The unit of a portal of the actor's in a campaign (one query where they are an officer)."""
    own = actor.unit_ids(authority.OFFERS_FIGURES)
    if not own:
        return None
    rows = CampaignUnit.objects.visible_to(actor).filter(campaign=campaign, unit__in=own)
    found = rows.filter(unit__portal_site__isnull=False).select_related("unit").order_by("path").first()
    return found.unit if found else None


def sections_for(portals: Sequence[PortalSite]) -> list[tuple[PortalSite, SectionPage]]:
    """The sections of portals, each portal's together."""
    found = []
    for portal in portals:
        sections = SectionPage.objects.live().filter(path__startswith=portal.site.root_page.path).order_by("path")
        found += [(portal, section) for section in sections]
    return found


def given_of(actor: Actor, *, campaign: Campaign | None = None, session: StudySession | None = None) -> list[FigureSet]:
    """What was given out of a campaign as a whole, or of a session, the latest first (one query)."""
    rows = FigureSet.objects.visible_to(actor).select_related("portal", "unit")
    rows = rows.filter(session=session) if session else rows.filter(campaign=campaign, session__isnull=True)
    return list(rows[:10])
