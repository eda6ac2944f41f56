"""Sites of units that end: whoever takes over the unit closes the rolls that are open (ADR 19)."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.folding.coverage import COUNTS
from lantoa.organizations.succession import OpenWork, Succession, heirs_of
from lantoa.study_sessions.models import Site
from lantoa.study_sessions.querysets import SiteQuerySet

_OPEN_COVERAGE = """
    INSERT INTO attendance_coverage (campaign_id, unit_id, person_group, parent_id, path, {columns})
    SELECT kept.campaign_id, scope.unit_id, kept.person_group, scope.parent_id, scope.path, {zeros}
    FROM plans_campaignunit AS scope
    JOIN attendance_coverage AS kept ON kept.campaign_id = scope.campaign_id AND kept.unit_id = ANY(%(old)s)
    WHERE scope.unit_id = ANY(%(new)s)
    ORDER BY kept.campaign_id, scope.unit_id, kept.person_group
    ON CONFLICT DO NOTHING
"""


class SiteSteward:
    """What becomes of sites and of their rolls."""

    def open_work(self, successions: Sequence[Succession]) -> list[OpenWork]:
        """The sites of the units whose roll is not closed (one query)."""
        heirs = heirs_of(successions)
        return [
            OpenWork(
                key=f"site {site.pk}",
                version=site.version,
                kind=_("site"),
                label=f"{site.name} – {site.session.title}",
                unit_id=site.unit_id,
                heir_id=heirs[site.unit_id],
            )
            for site in _open_sites(heirs).select_related("session")
        ]

    def hand_over(self, successions: Sequence[Succession]) -> int:
        """Let the unit that takes over keep them, and give every successor its empty place in the coverage."""
        gone = 0
        for unit_id, heir in heirs_of(successions).items():
            gone += _open_sites({unit_id: heir}).update(unit=heir, version=F("version") + 1)
        old, new = [one.unit_id for one in successions], [pk for one in successions for pk in one.successors]
        statement = _OPEN_COVERAGE.format(columns=", ".join(COUNTS), zeros=", ".join("0" for _count in COUNTS))
        with connection.cursor() as cursor:
            cursor.execute(statement, {"old": old, "new": new})
        return gone


def _open_sites(heirs: dict[int, int]) -> SiteQuerySet:
    sites = Site.objects.filter(unit__in=list(heirs), closing__isnull=True, session__cancelled_at__isnull=True)
    return sites.order_by("pk")
