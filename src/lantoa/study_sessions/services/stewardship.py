"""Sessions of units that end: one that is still to come is hosted by the unit that takes over (ADR 19)."""

from collections.abc import Sequence

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.succession import OpenWork, Succession, heirs_of
from lantoa.plans.enums import Anchor
from lantoa.plans.services.anchors import hold
from lantoa.study_sessions.models import SiteUnit, StudySession
from lantoa.study_sessions.querysets import StudySessionQuerySet
from lantoa.study_sessions.services.first_days import follow


class SessionSteward:
    """What becomes of sessions."""

    def open_work(self, successions: Sequence[Succession]) -> list[OpenWork]:
        """The sessions to come that the units host (one query)."""
        heirs = heirs_of(successions)
        return [
            OpenWork(
                key=f"session {session.pk}",
                version=session.version,
                kind=_("study session"),
                label=session.title,
                unit_id=session.host_id,
                heir_id=heirs[session.host_id],
            )
            for session in _hosted(heirs)
        ]

    def hand_over(self, successions: Sequence[Succession]) -> int:
        """Let them be hosted by the unit that takes over; every successor goes where its predecessor's people go."""
        heirs = heirs_of(successions)
        gone = 0
        concerned = list(_hosted(heirs))
        for campaign_id in sorted({session.campaign_id for session in concerned}):
            hold(campaign_id, Anchor.SESSION)
        for unit_id, heir in heirs.items():
            gone += _hosted({unit_id: heir}).update(host=heir, version=F("version") + 1)
        _join_sites(successions)
        for session in concerned:
            session.refresh_from_db(fields=["host"])
            follow(session)
        return gone


def _hosted(heirs: dict[int, int]) -> StudySessionQuerySet:
    return StudySession.objects.held().filter(host__in=list(heirs), ends_at__gte=clock.now()).order_by("pk")


def _join_sites(successions: Sequence[Succession]) -> None:
    """Whoever is called later at a successor goes to the site of the predecessor; a list that stands is left alone."""
    for one in successions:
        places = SiteUnit.objects.filter(
            unit=one.unit_id, session__ends_at__gte=clock.now(), session__cancelled_at__isnull=True
        )
        joining = [
            SiteUnit(session_id=place.session_id, site_id=place.site_id, unit_id=pk)
            for place in places.order_by("pk")
            for pk in one.successors
        ]
        SiteUnit.objects.bulk_create(joining, ignore_conflicts=True)
