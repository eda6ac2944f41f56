"""Closing a roll."""

import hashlib
import uuid
from collections.abc import Collection, Iterable
from typing import Any, cast

from django.db.models import QuerySet

from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.errors import PeopleUnmarked, RollIsClosed, SessionNotBegun, SiteWasRemoved
from lantoa.attendance.models import RollClosing
from lantoa.attendance.policies import can_take_roll
from lantoa.attendance.selectors.rolls import Roll, RollLine, roll_of
from lantoa.attendance.services.marks import Mark, record_marks, refuse_ended
from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.study_sessions.models import Site


@use_case
def close_roll(
    *,
    actor: Actor,
    site: Site,
    absent_rest: bool,
    guests: int = 0,
    guests_note: str = "",
    event_id: uuid.UUID | None = None,
    reported: dict[str, Any] | None = None,
    listed: Collection[int] | None = None,
) -> RollClosing:
    """Close the roll of a site with its counts and a hash over the states; what comes later needs an approval.

    `absent_rest` says that whoever has no mark is absent without a reason; excluded persons need no mark. `guests` are
    people on no list: a headcount. A repeated request of the same user gives the first closing back. Where a phone
    closes it, `event_id` is the event's, `reported` what the phone showed, `listed` who stood on its list: of whoever
    else is on the roll by now nothing is said, and they stay without a mark.
    Raises NotPermitted, SessionWasCancelled, CampaignIsFinished, SessionNotBegun, SiteWasRemoved, RollIsClosed,
    PeopleUnmarked.
    """
    if not can_take_roll(actor=actor, unit=site.unit):
        raise NotPermitted
    refuse_ended(site)
    if clock.now() < site.session.starts_at:
        raise SessionNotBegun
    locked = _locked().filter(pk=site.pk).first()
    if locked is None:
        raise SiteWasRemoved
    if known := RollClosing.objects.filter(site=locked).first():
        if known.closed_by_id == actor.user_id:
            return known
        raise RollIsClosed
    roll = roll_of(locked)
    rest = [line for line in roll.unmarked if listed is None or line.entry_id in listed]
    if rest:
        if not absent_rest:
            raise PeopleUnmarked(field="absent_rest", persons=len(rest))
        record_marks(actor=actor, site=locked, marks=_absences(rest))
        roll = roll_of(locked)
    closing = RollClosing.objects.create(
        site=locked,
        closed_by_id=cast("int", actor.user_id),
        counts=_counts(roll),
        guests=guests,
        guests_note=guests_note.strip(),
        sha256=states_digest(roll),
        event_id=event_id,
        reported=reported,
    )
    record(
        actor=actor,
        action="attendance.close_roll",
        about=closing,
        unit=locked.unit,
        facts={**closing.counts, "guests": guests, "sha256": closing.sha256},
    )
    return closing


def states_digest(roll: Roll) -> str:
    """SHA-256, as hex, over one line `entry:status:arrival` for each person on the list, in order of entries."""
    lines = sorted((line.entry_id, line.status or "", line.arrival) for line in roll.lines)
    text = "".join(f"{entry}:{status}:{arrival}\n" for entry, status, arrival in lines)
    return hashlib.sha256(text.encode()).hexdigest()


def _locked() -> "QuerySet[Site]":
    """The site, against marks under way: they hold it in share mode until they are written."""
    return Site.objects.select_for_update(of=("self",)).select_related("session__campaign", "unit")


def _absences(rest: Iterable[RollLine]) -> list[Mark]:
    now = clock.now()
    return [Mark(line.entry_id, MarkStatus.ABSENT, uuid.uuid4(), now) for line in rest]


def _counts(roll: Roll) -> dict[str, int]:
    tally = roll.tally
    return {
        "present": tally.present,
        "late": tally.late,
        "excused": tally.excused,
        "absent": tally.absent,
        "excluded": tally.excluded,
        "visitors": len(roll.visitors),
    }
