"""Who sits at which site."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.plans.models import SummonsEntry
from lantoa.study_sessions.enums import SessionKind
from lantoa.study_sessions.errors import AddedLater, EntryOfAnotherCampaign, NotAFirstSession
from lantoa.study_sessions.models import Placement, Site, StudySession
from lantoa.study_sessions.services.guarding import permit_and_lock
from lantoa.study_sessions.signals import placements_changed, tell_placements_changed

_PLACE_SUMMONED = """
INSERT INTO study_sessions_placement (entry_id, session_id, site_id)
SELECT entry.id, cell.session_id, cell.site_id
FROM study_sessions_siteunit cell
JOIN plans_summonsentry entry ON entry.campaign_id = %(campaign)s AND entry.unit_id = cell.unit_id
WHERE cell.session_id = %(session)s AND (entry.removed_on IS NULL OR entry.removed_on > %(day)s)
  AND (entry.added_on IS NULL OR entry.added_on <= %(day)s)
ORDER BY entry.id
ON CONFLICT (entry_id, session_id) DO NOTHING
RETURNING entry_id
"""
_PLACE_ADDED = """
INSERT INTO study_sessions_placement (entry_id, session_id, site_id)
SELECT entry.id, cell.session_id, cell.site_id
FROM plans_summonsentry entry
JOIN study_sessions_siteunit cell ON cell.unit_id = entry.unit_id
JOIN study_sessions_studysession held ON held.id = cell.session_id AND held.campaign_id = entry.campaign_id
WHERE entry.campaign_id = %(campaign)s AND entry.id = ANY(%(entries)s)
  AND entry.added_on <= (held.starts_at AT TIME ZONE %(zone)s)::date AND entry.removed_on IS NULL
  AND held.kind = 'first' AND held.cancelled_at IS NULL AND held.starts_at > %(now)s
  AND EXISTS (SELECT FROM study_sessions_placement seated WHERE seated.session_id = held.id)
ORDER BY entry.id, cell.session_id
ON CONFLICT (entry_id, session_id) DO NOTHING
RETURNING entry_id
"""


@use_case
def place_summoned(*, actor: Actor, session: StudySession) -> int:
    """Put everybody summoned from the cells of the session's sites on those sites' lists; how many are new there.

    Whoever has a place at the session keeps it, so that it may be called again after a later summons. People removed
    from the summons by the day of the session get none, nor do those added to it later; people with an exemption do
    (they are on the roll, excluded).
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

    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning, EntryOfAnotherCampaign, AddedLater.
    """
    locked = permit_and_lock(actor=actor, session=site.session)
    wanted = {entry.pk: entry for entry in entries}
    if any(entry.campaign_id != locked.campaign_id for entry in wanted.values()):
        raise EntryOfAnotherCampaign
    day = timezone.localdate(locked.starts_at)
    if any(entry.added_on is not None and entry.added_on > day for entry in wanted.values()):
        raise AddedLater
    moving = Placement.objects.filter(session=locked, entry_id__in=wanted).filter(~Q(site=site))
    moved = list(moving.values_list("entry_id", flat=True))
    moving.update(site=site)
    known = set(Placement.objects.filter(session=locked, entry_id__in=wanted).values_list("entry_id", flat=True))
    new = [entry_id for entry_id in wanted if entry_id not in known]
    Placement.objects.bulk_create(Placement(entry_id=entry_id, session=locked, site=site) for entry_id in new)
    _report(actor, locked, "study_sessions.place_entries", [*moved, *new])
    return len(moved) + len(new)


def place_added(*, campaign_id: int, entry_ids: Iterable[int], **_: Any) -> None:
    """Let those added to a list stand on the lists of the sessions to come where their cell goes and people are placed
    already; hears `entries_changed`, in the transaction of the addition."""
    values: dict[str, Any] = {
        "campaign": campaign_id,
        "entries": list(entry_ids),
        "now": clock.now(),
        "zone": settings.TIME_ZONE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLACE_ADDED, values)
        placed = sorted({entry_id for (entry_id,) in cursor.fetchall()})
    if placed:
        placements_changed.send(sender=Placement, campaign_id=campaign_id, entry_ids=placed)


def _report(actor: Actor, session: StudySession, action: str, entry_ids: list[int]) -> None:
    record(actor=actor, action=action, about=session, unit=session.host, facts={"placed": len(entry_ids)})
    tell_placements_changed(session, entry_ids)
