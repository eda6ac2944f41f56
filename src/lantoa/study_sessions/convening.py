"""What a convening letter says of the sessions: when they are and where the people of a unit sit."""

from django.db.models import Q

from lantoa.organizations.models import Unit
from lantoa.organizations.querysets import path_range
from lantoa.plans.convening import Sitting
from lantoa.plans.models import Campaign
from lantoa.study_sessions.enums import SessionKind
from lantoa.study_sessions.models import Site, StudySession


def sittings_of(campaign: Campaign, unit: Unit) -> list[Sitting]:
    """The first sessions of the campaign that the unit hosts or that have a site kept by it or below it, with those
    sites (two queries). A cancelled one calls nobody, and a make-up is set up after the letter."""
    sites = Site.objects.filter(path_range(unit.path, "unit__path"), session__campaign=campaign).order_by("pk")
    found = (
        StudySession.objects.filter(Q(host=unit) | Q(pk__in=sites.order_by().values("session")), campaign=campaign)
        .filter(kind=SessionKind.FIRST, cancelled_at__isnull=True)
        .order_by("starts_at", "pk")
    )
    places: dict[int, list[str]] = {}
    for site in sites:
        places.setdefault(site.session_id, []).append(f"{site.name} ({site.address})" if site.address else site.name)
    return [Sitting(row.title, row.starts_at, row.ends_at, places.get(row.pk, ())) for row in found]
