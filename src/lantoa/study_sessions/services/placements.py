"""Who sits at which site."""

import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.organizations.actors import Actor
from lantoa.plans.models import SummonsEntry
from lantoa.study_sessions.enums import SessionKind
from lantoa.study_sessions.errors import EntryOfAnotherCampaign, NotAFirstSession
from lantoa.study_sessions.models import Placement, Site, StudySession
from lantoa.study_sessions.services.guarding import permit_and_lock
from lantoa.study_sessions.signals import tell_placements_changed

_PLACE_SUMMONED = """
INSERT INTO study_sessions_placement (entry_id, session_id, site_id)
SELECT entry.id, cell.session_id, cell.site_id
FROM study_sessions_siteunit cell
JOIN plans_summonsentry entry ON entry.campaign_id = %(campaign)s AND entry.unit_id = cell.unit_id
WHERE cell.session_id = %(session)s AND (entry.removed_on IS NULL OR entry.removed_on > %(day)s)
ORDER BY entry.id
ON CONFLICT (entry_id, session_id) DO NOTHING
RETURNING entry_id
"""


@use_case
def place_summoned(*, actor: Actor, session: StudySession) -> int:
    """Put everybody summoned from the cells of the session's sites on those sites' lists; how many are new there.

    Whoever has a place at the session keeps it, so that it may be called again after a later summons. People removed
    from the summons by the day of the session get none; people with an exemption do (they are on the roll, excluded).
    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning, NotAFirstSession.
    """
    locked = permit_and_lock(actor=actor, session=session)
    if locked.kind != SessionKind.FIRST:
        raise NotAFirstSession
    values: dict[str, int | dt.date] = {
        "campaign": locked.campaign_id,
        "session": locked.pk,
        "day": timezone.localdate(locked.starts_at),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLACE_SUMMONED, values)
        placed = [entry_id for (entry_id,) in cursor.fetchall()]
    _report(actor, locked, "study_sessions.place_summoned", placed)
    return len(placed)


@use_case
def place_entries(*, actor: Actor, site: Site, entries: Iterable[SummonsEntry]) -> int:
    """Put these people on the site's list; whoever stands on another list of the session moves. How many changed.

    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning, EntryOfAnotherCampaign.
    """
    locked = permit_and_lock(actor=actor, session=site.session)
    wanted = {entry.pk: entry for entry in entries}
    if any(entry.campaign_id != locked.campaign_id for entry in wanted.values()):
        raise EntryOfAnotherCampaign
    moving = Placement.objects.filter(session=locked, entry_id__in=wanted).filter(~Q(site=site))
    moved = list(moving.values_list("entry_id", flat=True))
    moving.update(site=site)
    known = set(Placement.objects.filter(session=locked, entry_id__in=wanted).values_list("entry_id", flat=True))
    new = [entry_id for entry_id in wanted if entry_id not in known]
    Placement.objects.bulk_create(Placement(entry_id=entry_id, session=locked, site=site) for entry_id in new)
    _report(actor, locked, "study_sessions.place_entries", [*moved, *new])
    return len(moved) + len(new)


def _report(actor: Actor, session: StudySession, action: str, entry_ids: list[int]) -> None:
    record(actor=actor, action=action, about=session, unit=session.host, facts={"placed": len(entry_ids)})
    tell_placements_changed(session, entry_ids)
