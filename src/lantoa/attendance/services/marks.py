"""Recording marks: events of the append-only log."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from json.encoder import encode_basestring_ascii
from typing import Protocol, cast

from django.db import IntegrityError, transaction

from lantoa.attendance.enums import MISSED, RANK_OF, DeviceKind, MarkMethod, MarkStatus
from lantoa.attendance.errors import (
    CampaignIsFinished,
    HashMismatch,
    NotOnTheList,
    OnAnotherList,
    SessionWasCancelled,
    WrongReason,
)
from lantoa.attendance.folding.dirty import mark_dirty
from lantoa.attendance.models import AttendanceEvent, Device, LateChange
from lantoa.attendance.policies import can_take_roll
from lantoa.attendance.services.places import Held, hold_places
from lantoa.audit.enums import Outcome
from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import ReasonClass
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState
from lantoa.study_sessions.models import Site


class Outcomes(StrEnum):
    """What became of one event."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    LATE = "late"
    REFUSED = "refused"


@dataclass(frozen=True)
class Mark:
    """One mark as a device offers it. `event_id` is drawn by the device before it shows the mark to anybody;
    `wall_time` is the device's clock, kept and never used to decide."""

    entry_id: int
    status: MarkStatus
    event_id: uuid.UUID
    wall_time: dt.datetime
    reason_class: ReasonClass | str = ""


class SaysMark(Protocol):
    """A mark, from whatever device: status and reason are words of `MarkStatus` and `ReasonClass`, or are refused."""

    @property
    def event_id(self) -> uuid.UUID:
        """What the device drew."""
        ...

    @property
    def entry_id(self) -> int:
        """The person on the summons."""
        ...

    @property
    def status(self) -> str:
        """What is said of the person."""
        ...

    @property
    def reason_class(self) -> str:
        """Why an absence is excused; empty without a reason."""
        ...

    @property
    def wall_time(self) -> dt.datetime:
        """The device's clock."""
        ...


@dataclass(frozen=True)
class Receipt:
    """The answer to one event; `code` and `message` say why one was refused."""

    event_id: uuid.UUID
    outcome: Outcomes
    code: str = ""
    message: str = ""


@use_case
def record_marks(
    *,
    actor: Actor,
    site: Site,
    marks: Sequence[Mark],
    kind: DeviceKind = DeviceKind.WEB,
    method: MarkMethod = MarkMethod.TICK,
) -> list[Receipt]:
    """Append the marks to the log in one statement; a receipt for each, in their order.

    An event id that is known with the same content is a duplicate, with another content refused. The person must be
    placed at the session, at this site or at another; of somebody on another list, only that they are here is recorded.
    Where the roll of this site or of the person's own is closed, the mark waits as a late change. The log is itself the
    record of the act: no audit entry doubles it. Sites are locked before the device, as closing does it.
    Raises NotPermitted, SessionWasCancelled, CampaignIsFinished, SiteWasRemoved.
    """
    if not can_take_roll(actor=actor, unit=site.unit):
        raise NotPermitted
    refuse_ended(site)
    held = hold_places(session_id=site.session_id, site_id=site.pk, entry_ids={mark.entry_id for mark in marks})
    device = lock_device(actor=actor, unit=site.unit, kind=kind)
    known = dict(
        AttendanceEvent.objects.filter(event_id__in=[mark.event_id for mark in marks]).values_list(
            "event_id", "payload_sha256"
        )
    )
    events: dict[uuid.UUID, AttendanceEvent] = {}
    receipts = []
    for mark in marks:
        digest = payload_digest(session_id=site.session_id, site_id=site.pk, mark=mark, method=method)
        refusal = _refusal(mark, digest, held, known)
        if refusal is not None:
            receipts.append(_refused(actor, site, mark, refusal))
        elif mark.event_id in known:
            receipts.append(Receipt(mark.event_id, Outcomes.DUPLICATE))
        else:
            late = held.is_late(mark.entry_id)
            known[mark.event_id] = digest
            events[mark.event_id] = _event(actor, site, mark, method, device, digest, late=late)
            receipts.append(Receipt(mark.event_id, Outcomes.LATE if late else Outcomes.ACCEPTED))
    append(device=device, events=list(events.values()), campaign_id=site.session.campaign_id)
    return receipts


def refuse_ended(site: Site) -> None:
    """Raise SessionWasCancelled or CampaignIsFinished where nothing more is recorded at the site."""
    if site.session.cancelled_at is not None:
        raise SessionWasCancelled
    if site.session.campaign.state == CampaignState.FINISHED:
        raise CampaignIsFinished


def lock_device(*, actor: Actor, unit: Unit, kind: DeviceKind) -> Device:
    """The user's virtual device at the unit, locked, so that its numbers have no gaps."""
    device, _ = Device.objects.get_or_create(kind=kind, unit=unit, user_id=cast("int", actor.user_id))
    return Device.objects.select_for_update().get(pk=device.pk)


def append(*, device: Device, events: Sequence[AttendanceEvent], campaign_id: int) -> None:
    """Number the events, write them in one statement, and leave a mark for the folder in the same transaction.

    Raises HashMismatch where another device took one of the ids a moment ago.
    """
    if not events:
        return
    for number, event in enumerate(events, start=device.last_seq + 1):
        event.seq = number
    try:
        with transaction.atomic():
            AttendanceEvent.objects.bulk_create(events)
    except IntegrityError as error:
        if "event_id" in str(error):
            raise HashMismatch from error
        raise
    device.last_seq += len(events)
    device.save(update_fields=["last_seq"])
    LateChange.objects.bulk_create(LateChange(event=event) for event in events if event.late)
    mark_dirty(campaign_id=campaign_id, entry_ids={event.entry_id for event in events})


def payload_digest(*, session_id: int, site_id: int, mark: SaysMark, method: str) -> str:
    """SHA-256 of what the event says, as hex: equal for every retry of the same event.

    It is of a JSON array, put together here in the very bytes of `json.dumps`, at little more than half its price.
    """
    words = ", ".join(map(encode_basestring_ascii, (mark.status, method, mark.reason_class)))
    moment = mark.wall_time.astimezone(dt.UTC).isoformat(timespec="milliseconds")
    content = f'["{mark.event_id}", {session_id}, {site_id}, {mark.entry_id}, {words}, "{moment}"]'
    return hashlib.sha256(content.encode()).hexdigest()


def refusal_of(mark: SaysMark, held: Held) -> Refusal | None:
    """Why the mark cannot be recorded at the site whose places are held; None where it can."""
    at = held.places.get(mark.entry_id)
    if at is None:
        return NotOnTheList()
    if at != held.site_id and mark.status in MISSED:
        return OnAnotherList()
    if mark.reason_class and (mark.status != MarkStatus.EXCUSED or mark.reason_class not in ReasonClass):
        return WrongReason()
    return None


def _refusal(mark: Mark, digest: str, held: Held, known: dict[uuid.UUID, str]) -> Refusal | None:
    if mark.event_id in known:
        return None if known[mark.event_id] == digest else HashMismatch()
    return refusal_of(mark, held)


def _refused(actor: Actor, site: Site, mark: Mark, refusal: Refusal) -> Receipt:
    record(
        actor=actor,
        action="attendance.record_marks",
        about=site,
        unit=site.unit,
        outcome=Outcome.REFUSED,
        code=refusal.code,
        facts={"event": str(mark.event_id)},
    )
    return Receipt(mark.event_id, Outcomes.REFUSED, refusal.code, str(refusal))


def _event(
    actor: Actor, site: Site, mark: Mark, method: MarkMethod, device: Device, digest: str, *, late: bool
) -> AttendanceEvent:
    return AttendanceEvent(
        event_id=mark.event_id,
        device=device,
        session_id=site.session_id,
        site=site,
        entry_id=mark.entry_id,
        status=mark.status,
        method=method,
        rank=RANK_OF[method],
        reason_class=mark.reason_class,
        recorder_id=cast("int", actor.user_id),
        wall_time=mark.wall_time,
        payload_sha256=digest,
        late=late,
    )
