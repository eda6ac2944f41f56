"""Deciding about late changes, and settling conflicts."""

import uuid
from typing import cast

from lantoa.attendance.enums import ATTENDED, MISSED, RANK_OF, DeviceKind, LateDecision, MarkMethod, MarkStatus, Rank
from lantoa.attendance.errors import AlreadyDecided, NoConflict, WrongState
from lantoa.attendance.folding.dirty import mark_dirty
from lantoa.attendance.folding.states import fold_states
from lantoa.attendance.models import AttendanceEvent, LateChange
from lantoa.attendance.policies import can_review
from lantoa.attendance.services.marks import Mark, append, lock_device, payload_digest, refuse_ended
from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.plans.models import SummonsEntry
from lantoa.study_sessions.models import Placement, Site, StudySession


@use_case
def accept_late(*, actor: Actor, change: LateChange) -> LateChange:
    """Let a late mark count from now on. Accepting twice changes nothing.

    Raises NotPermitted, AlreadyDecided, SessionWasCancelled, CampaignIsFinished.
    """
    return _decide(actor, change, LateDecision.ACCEPTED)


@use_case
def reject_late(*, actor: Actor, change: LateChange) -> LateChange:
    """Let a late mark never count; it stays in the log. Rejecting twice changes nothing.

    Raises NotPermitted, AlreadyDecided, SessionWasCancelled, CampaignIsFinished.
    """
    return _decide(actor, change, LateDecision.REJECTED)


@use_case
def settle_conflict(*, actor: Actor, session: StudySession, entry: SummonsEntry, status: MarkStatus) -> AttendanceEvent:
    """Decide between recorders who disagree about a person, by a mark above all others. It counts at once, also after
    closing, since deciding it is the approval. Settling the same way again gives the first mark back.

    Raises NotPermitted, WrongState, NoConflict, SessionWasCancelled, CampaignIsFinished.
    """
    if status not in (*ATTENDED, *MISSED):
        raise WrongState(field="status")
    site = _site_of(session, entry)
    spoken = AttendanceEvent.objects.filter(session=session, entry=entry)
    marks = spoken.exclude(method=MarkMethod.SETTLED).select_related("entry__person")
    recorders = {mark.said_by for mark in marks}
    if not can_review(actor=actor, unit=site.unit, recorders=recorders):
        raise NotPermitted
    refuse_ended(site)
    Placement.objects.select_for_update().get(session=session, entry=entry)
    state = fold_states(session.pk, [entry.pk]).get(entry.pk)
    if state is None or not state.conflict:
        if settled := spoken.filter(rank=Rank.SETTLED, status=status, recorder_id=actor.user_id).last():
            return settled
        raise NoConflict
    event = _settlement(actor, site, entry, status)
    record(
        actor=actor,
        action="attendance.settle_conflict",
        about=event,
        unit=site.unit,
        facts={"entry": entry.pk, "status": str(status)},
    )
    return event


def _decide(actor: Actor, change: LateChange, decision: LateDecision) -> LateChange:
    event = change.event
    if not can_review(actor=actor, unit=event.site.unit, recorders={event.said_by}):
        raise NotPermitted
    refuse_ended(event.site)
    locked = LateChange.objects.select_for_update().get(pk=change.pk)
    if locked.decision == decision:
        return locked
    if locked.decision != LateDecision.PENDING:
        raise AlreadyDecided
    locked.decision, locked.decided_by_id, locked.decided_at = decision, actor.user_id, clock.now()
    locked.save(update_fields=["decision", "decided_by", "decided_at"])
    record(
        actor=actor,
        action=f"attendance.late_{decision}",
        about=locked,
        unit=event.site.unit,
        facts={"entry": event.entry_id, "status": event.status},
    )
    mark_dirty(campaign_id=event.session.campaign_id, entry_ids=[event.entry_id])
    return locked


def _site_of(session: StudySession, entry: SummonsEntry) -> Site:
    placement = (
        Placement.objects.filter(session=session, entry=entry)
        .select_related("site__unit", "site__session__campaign")
        .first()
    )
    if placement is None:
        raise NoConflict
    return placement.site


def _settlement(actor: Actor, site: Site, entry: SummonsEntry, status: MarkStatus) -> AttendanceEvent:
    device = lock_device(actor=actor, unit=site.unit, kind=DeviceKind.WEB)
    mark = Mark(entry.pk, status, uuid.uuid4(), clock.now())
    event = AttendanceEvent(
        event_id=mark.event_id,
        device=device,
        session_id=site.session_id,
        site=site,
        entry=entry,
        status=status,
        method=MarkMethod.SETTLED,
        rank=RANK_OF[MarkMethod.SETTLED],
        recorder_id=cast("int", actor.user_id),
        wall_time=mark.wall_time,
        payload_sha256=payload_digest(
            session_id=site.session_id, site_id=site.pk, mark=mark, method=MarkMethod.SETTLED
        ),
    )
    append(device=device, events=[event], campaign_id=site.session.campaign_id)
    return event
