"""Recording marks: events of the append-only log."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from django.db import IntegrityError, connection, transaction

from lantoa.attendance.enums import MISSED, RANK_OF, DeviceKind, MarkMethod, MarkStatus
from lantoa.attendance.errors import (
    CampaignIsFinished,
    HashMismatch,
    NotOnTheList,
    OnAnotherList,
    SessionWasCancelled,
    SiteWasRemoved,
    WrongReason,
)
from lantoa.attendance.folding.dirty import mark_dirty
from lantoa.attendance.models import AttendanceEvent, Device, LateChange, RollClosing
from lantoa.attendance.policies import can_take_roll
from lantoa.audit.enums import Outcome
from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import ReasonClass
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState
from lantoa.study_sessions.models import Placement, Site


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
    places = _lock_rolls(site, marks)
    device = lock_device(actor=actor, unit=site.unit, kind=kind)
    closed = set(RollClosing.objects.filter(site__in={site.pk, *places.values()}).values_list("site_id", flat=True))
    known = dict(
        AttendanceEvent.objects.filter(event_id__in=[mark.event_id for mark in marks]).values_list(
            "event_id", "payload_sha256"
        )
    )
    events: dict[uuid.UUID, AttendanceEvent] = {}
    receipts = []
    for mark in marks:
        digest = payload_digest(site, mark, method)
        refusal = _refusal(site, mark, digest, places, known)
        if refusal is not None:
            receipts.append(_refused(actor, site, mark, refusal))
        elif mark.event_id in known:
            receipts.append(Receipt(mark.event_id, Outcomes.DUPLICATE))
        else:
            late = bool(closed & {site.pk, places[mark.entry_id]})
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


def payload_digest(site: Site, mark: Mark, method: MarkMethod) -> str:
    """SHA-256 of what the event says, as hex: equal for every retry of the same event."""
    content = [
        str(mark.event_id),
        site.session_id,
        site.pk,
        mark.entry_id,
        str(mark.status),
        str(method),
        str(mark.reason_class),
        mark.wall_time.astimezone(dt.UTC).isoformat(timespec="milliseconds"),
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _lock_rolls(site: Site, marks: Sequence[Mark]) -> dict[int, int]:
    """Where each person is placed at the session. Those sites stay as they are, open or closed, until the end.

    Whoever changes a list holds its site meanwhile, so the places are read again once the sites are held here.
    """
    entry_ids = {mark.entry_id for mark in marks}
    held: set[int] = set()
    places = _places(site, entry_ids)
    while not (wanted := {site.pk, *places.values()}) <= held:
        if site.pk not in _hold(wanted):
            raise SiteWasRemoved
        held |= wanted
        places = _places(site, entry_ids)
    return places


def _places(site: Site, entry_ids: set[int]) -> dict[int, int]:
    found = Placement.objects.filter(session_id=site.session_id, entry_id__in=entry_ids)
    return dict(found.values_list("entry_id", "site_id"))


def _hold(site_ids: set[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM study_sessions_site WHERE id = ANY(%s) ORDER BY id FOR SHARE", [sorted(site_ids)]
        )
        return {site_id for (site_id,) in cursor.fetchall()}


def _refusal(
    site: Site, mark: Mark, digest: str, places: dict[int, int], known: dict[uuid.UUID, str]
) -> Refusal | None:
    if mark.event_id in known:
        return None if known[mark.event_id] == digest else HashMismatch()
    if mark.entry_id not in places:
        return NotOnTheList()
    if places[mark.entry_id] != site.pk and mark.status in MISSED:
        return OnAnotherList()
    if mark.reason_class and (mark.status != MarkStatus.EXCUSED or mark.reason_class not in ReasonClass):
        return WrongReason()
    return None


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
