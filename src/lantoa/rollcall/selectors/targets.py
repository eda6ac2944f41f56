"""What a batch is about: its site, its rosters, and what was decided about its events before."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from lantoa.kernel.arrays import array_literal
from lantoa.kernel.prepared import fetch
from lantoa.plans.enums import CampaignState
from lantoa.rollcall.enums import QuarantineCode

_TARGETS = """
SELECT asked.place, site.unit_id, held.starts_at, held.ends_at, held.cancelled_at, campaign.id, campaign.state,
       EXISTS (
         SELECT FROM unnest(%(bringers)s::bigint[], %(events)s::uuid[]) AS brought (place, event_id)
         JOIN rollcall_quarantinedevent USING (event_id) WHERE brought.place = asked.place
       ),
       roster.roster_id, roster.site_id, roster.expires_at
FROM unnest(%(sessions)s::bigint[], %(sites)s::bigint[]) WITH ORDINALITY AS asked (session_id, site_id, place)
JOIN study_sessions_site site ON site.id = asked.site_id AND site.session_id = asked.session_id
JOIN study_sessions_studysession held ON held.id = site.session_id
JOIN plans_campaign campaign ON campaign.id = held.campaign_id
LEFT JOIN (
  unnest(%(places)s::bigint[], %(rosters)s::uuid[]) AS named (place, roster_id)
  JOIN rollcall_roster roster USING (roster_id)
) ON named.place = asked.place
"""
_KNOWN = """
SELECT event_id, payload_sha256 FROM attendance_attendanceevent WHERE event_id = ANY(%(events)s::uuid[])
UNION ALL
SELECT event_id, reported ->> 'payload_sha256' FROM attendance_rollclosing WHERE event_id = ANY(%(events)s::uuid[])
"""


class KnownRoster(NamedTuple):
    """A list that was given to a phone."""

    site_id: int
    expires_at: dt.datetime


class Said(NamedTuple):
    """What a batch says that it is about."""

    session_id: int
    site_id: int
    roster_ids: Collection[uuid.UUID]
    event_ids: Collection[uuid.UUID]


@dataclass(frozen=True, slots=True)
class Target:
    """A site with its session and campaign; `in_quarantine` says that one of the events asked for was put aside
    before."""

    unit_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    campaign_id: int
    ended: QuarantineCode | None
    in_quarantine: bool
    rosters: dict[uuid.UUID, KnownRoster]


def targets_of(batches: Sequence[Said]) -> list[Target | None]:
    """The site of each batch in its session; None where there is no such site (one query)."""
    listed = [(place, roster_id) for place, said in enumerate(batches, start=1) for roster_id in said.roster_ids]
    brought = [(place, event_id) for place, said in enumerate(batches, start=1) for event_id in said.event_ids]
    wanted: dict[str, Any] = {
        "sessions": array_literal(said.session_id for said in batches),
        "sites": array_literal(said.site_id for said in batches),
        "places": array_literal(place for place, _roster_id in listed),
        "rosters": array_literal(roster_id for _place, roster_id in listed),
        "bringers": array_literal(place for place, _event_id in brought),
        "events": array_literal(event_id for _place, event_id in brought),
    }
    found = dict[int, Target]()
    for place, *about, roster_id, roster_site_id, expires_at in fetch(_TARGETS, wanted):
        target = found.setdefault(place, _target(*about))
        if roster_id is not None:
            target.rosters[roster_id] = KnownRoster(roster_site_id, expires_at)
    return [found.get(place) for place in range(1, len(batches) + 1)]


def known_hashes(event_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The hashes of those events and closings that are recorded (one query)."""
    return dict(fetch(_KNOWN, {"events": array_literal(event_ids)}))


def _target(
    unit_id: int,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    cancelled_at: dt.datetime | None,
    campaign_id: int,
    state: str,
    in_quarantine: bool,  # noqa: FBT001 a column of a row
) -> Target:
    return Target(unit_id, starts_at, ends_at, campaign_id, _ended(cancelled_at, state), in_quarantine, {})


def _ended(cancelled_at: dt.datetime | None, state: str) -> QuarantineCode | None:
    if cancelled_at is not None:
        return QuarantineCode.SESSION_CANCELLED
    return QuarantineCode.CAMPAIGN_FINISHED if state == CampaignState.FINISHED else None
