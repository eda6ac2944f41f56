"""What an event in the quarantine says, read from the very object that its phone sent (docs/roll-call.md)."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime

from lantoa.attendance.enums import MarkMethod, MarkStatus
from lantoa.attendance.services.admitting import Waited
from lantoa.attendance.services.marks import Mark
from lantoa.organizations.enums import ReasonClass
from lantoa.rollcall.models import QuarantinedEvent


@dataclass(frozen=True, slots=True)
class SaidClosing:
    """The closing of a roll as a phone asked for it, with the list that it held; `reported` is what it showed then."""

    roster_id: uuid.UUID
    absent_rest: bool
    guests: int
    guests_note: str
    reported: dict[str, Any]


def is_closing(event: QuarantinedEvent) -> bool:
    """Whether the event closes a roll, rather than marks somebody."""
    return "counts" in event.payload


def marked_at(event: QuarantinedEvent) -> dt.datetime:
    """The phone's clock when the event was made."""
    moment = parse_datetime(event.payload["wall_time"])
    assert moment is not None
    return moment


def reason_of(event: QuarantinedEvent) -> str:
    """The class of the reason where it goes with the mark; empty otherwise."""
    reason = event.payload.get("reason", "")
    goes = event.payload["status"] == MarkStatus.EXCUSED and reason in ReasonClass
    return reason if goes else ""


def waited(event: QuarantinedEvent) -> Waited:
    """The mark, without a reason that does not go with it."""
    payload = event.payload
    assert event.entry_id is not None
    return Waited(
        device_id=event.device_id,
        recorder_id=event.device.user_id,
        seq=event.seq,
        mark=Mark(event.entry_id, MarkStatus(payload["status"]), event.event_id, marked_at(event), reason_of(event)),
        method=MarkMethod(payload["method"]),
        monotonic_ms=payload.get("monotonic_ms"),
        roster_id=uuid.UUID(payload["roster_id"]),
        payload_sha256=event.payload_sha256,
    )


def said_closing(event: QuarantinedEvent) -> SaidClosing:
    """The closing."""
    payload = event.payload
    return SaidClosing(
        roster_id=uuid.UUID(payload["roster_id"]),
        absent_rest=payload["absent_rest"],
        guests=payload.get("guests", 0),
        guests_note=payload.get("guests_note", ""),
        reported={
            "counts": payload["counts"],
            "states_sha256": payload["states_sha256"],
            "payload_sha256": event.payload_sha256,
            "device_id": event.device_id,
            "seq": event.seq,
        },
    )
