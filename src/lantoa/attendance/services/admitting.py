"""Letting a phone's mark into the log that waited for somebody's decision."""

import uuid
from dataclasses import dataclass

from lantoa.attendance.enums import RANK_OF, DeviceKind, LateDecision, MarkMethod
from lantoa.attendance.folding.dirty import mark_dirty
from lantoa.attendance.models import AttendanceEvent, Device, LateChange
from lantoa.attendance.services.marks import Mark, lock_device
from lantoa.attendance.services.places import Held
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.study_sessions.models import Site


@dataclass(frozen=True, kw_only=True)
class Waited:
    """A mark as its phone made it: `seq` is its number there, `recorder_id` the phone's user."""

    device_id: int
    recorder_id: int
    seq: int
    mark: Mark
    method: MarkMethod
    monotonic_ms: int | None
    roster_id: uuid.UUID | None
    payload_sha256: str


def admit(*, actor: Actor, site: Site, held: Held, waited: Waited) -> AttendanceEvent:
    """Write the mark as what its phone made, under its own number where that is free. It arrives now, and counts at
    once, also after closing, since the actor's decision is the approval; whether the actor may decide is the caller's
    to ask, who also holds the places.

    One that is in the log already comes back; where another mark has its id it gets a new one.
    """
    mark = waited.mark
    known = AttendanceEvent.objects.filter(event_id=mark.event_id).first()
    if known is not None and known.payload_sha256 == waited.payload_sha256:
        return known
    device, seq = _number(actor, site, waited)
    event = AttendanceEvent.objects.create(
        event_id=mark.event_id if known is None else uuid.uuid4(),
        device=device,
        seq=seq,
        session_id=site.session_id,
        site=site,
        entry_id=mark.entry_id,
        status=mark.status,
        method=waited.method,
        rank=RANK_OF[waited.method],
        reason_class=mark.reason_class,
        recorder_id=waited.recorder_id,
        wall_time=mark.wall_time,
        monotonic_ms=waited.monotonic_ms,
        roster_id=waited.roster_id,
        payload_sha256=waited.payload_sha256,
        late=held.is_late(mark.entry_id),
    )
    if event.late:
        LateChange.objects.create(
            event=event, decision=LateDecision.ACCEPTED, decided_by_id=actor.user_id, decided_at=clock.now()
        )
    mark_dirty(campaign_id=site.session.campaign_id, entry_ids=[mark.entry_id])
    return event


def _number(actor: Actor, site: Site, waited: Waited) -> tuple[Device, int]:
    """The phone's own number; where it is taken, the next one of the actor's page."""
    own = Device.objects.select_for_update(no_key=True).get(pk=waited.device_id)
    if not AttendanceEvent.objects.filter(device=own, seq=waited.seq).exists():
        return own, waited.seq
    page = lock_device(actor=actor, unit=site.unit, kind=DeviceKind.WEB)
    page.last_seq += 1
    page.save(update_fields=["last_seq"])
    return page, page.last_seq
