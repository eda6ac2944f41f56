"""What a batch is about: its site, its rosters, and what was decided about its events before."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from lantoa.kernel.arrays import array_literal
from lantoa.kernel.prepared import fetch
from lantoa.plans.enums import CampaignState
from lantoa.rollcall.enums import QuarantineCode

_TARGET = """
SELECT site.unit_id, held.starts_at, held.ends_at, held.cancelled_at, campaign.id, campaign.state,
       (SELECT last_seq FROM attendance_device WHERE id = %(device)s),
       EXISTS (SELECT FROM rollcall_quarantinedevent WHERE event_id = ANY(%(events)s::uuid[])),
       roster.roster_id, roster.site_id, roster.expires_at
FROM study_sessions_site site
JOIN study_sessions_studysession held ON held.id = site.session_id
JOIN plans_campaign campaign ON campaign.id = held.campaign_id
LEFT JOIN rollcall_roster roster ON roster.roster_id = ANY(%(rosters)s::uuid[])
WHERE site.id = %(site)s AND site.session_id = %(session)s
"""
_KNOWN = """
SELECT event_id, payload_sha256 FROM attendance_attendanceevent WHERE event_id = ANY(%(events)s::uuid[])
UNION ALL
SELECT event_id, reported ->> 'payload_sha256' FROM attendance_rollclosing WHERE event_id = ANY(%(events)s::uuid[])
"""
_DECIDED = """
SELECT event_id, payload_sha256, code, decision FROM rollcall_quarantinedevent
WHERE event_id = ANY(%s::uuid[]) AND decision <> 'pending'
"""


class KnownRoster(NamedTuple):
    """A list that was given to a phone."""

    site_id: int
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Target:
    """A site with its session and campaign; `in_quarantine` says that one of the events asked for was put aside
    before."""

    unit_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    campaign_id: int
    ended: QuarantineCode | None
    last_seq: int
    in_quarantine: bool
    rosters: dict[uuid.UUID, KnownRoster]


def target_of(
    *,
    device_id: int,
    session_id: int,
    site_id: int,
    roster_ids: Collection[uuid.UUID],
    event_ids: Collection[uuid.UUID],
) -> Target | None:
    """The site of the session; None where there is no such site (one query)."""
    wanted: dict[str, Any] = {
        "device": device_id,
        "session": session_id,
        "site": site_id,
        "rosters": array_literal(roster_ids),
        "events": array_literal(event_ids),
    }
    rows = fetch(_TARGET, wanted)
    if not rows:
        return None
    unit_id, starts_at, ends_at, cancelled_at, campaign_id, state, last_seq, in_quarantine, *_roster = rows[0]
    return Target(
        unit_id=unit_id,
        starts_at=starts_at,
        ends_at=ends_at,
        campaign_id=campaign_id,
        ended=_ended(cancelled_at, state),
        last_seq=last_seq,
        in_quarantine=in_quarantine,
        rosters={row[8]: KnownRoster(row[9], row[10]) for row in rows if row[8] is not None},
    )


def known_hashes(event_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The hashes of those events and closings that are recorded (one query)."""
    return dict(fetch(_KNOWN, {"events": array_literal(event_ids)}))


def decisions(event_ids: Collection[uuid.UUID]) -> dict[tuple[uuid.UUID, str], tuple[QuarantineCode, str]]:
    """By id and hash, why each of those events was put aside about which somebody decided, and the decision (one
    query)."""
    return {
        (event_id, sha256): (QuarantineCode(code), decision)
        for event_id, sha256, code, decision in fetch(_DECIDED, [array_literal(event_ids)])
    }


def _ended(cancelled_at: dt.datetime | None, state: str) -> QuarantineCode | None:
    if cancelled_at is not None:
        return QuarantineCode.SESSION_CANCELLED
    return QuarantineCode.CAMPAIGN_FINISHED if state == CampaignState.FINISHED else None
