"""Phones and what they sent, for tests."""

import datetime as dt
import itertools
import uuid
from typing import Any, cast

from lantoa.attendance.enums import DeviceKind
from lantoa.attendance.models import Device
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.plans.models import SummonsEntry
from lantoa.rollcall.enums import QuarantineCode
from lantoa.rollcall.models import Phone, QuarantinedEvent
from lantoa.study_sessions.models import Site

_tokens = itertools.count(1)


def make_phone(unit: Unit, user: Actor, *, label: str = "Máy của chi bộ", **fields: Any) -> Phone:
    """A phone that takes the roll of the unit in the user's name, good for half a year."""
    device = Device.objects.create(kind=DeviceKind.PHONE, unit=unit, user_id=cast("int", user.user_id))
    values = {
        "expires_at": clock.now() + dt.timedelta(days=180),
        "last_seen_at": clock.now(),
        "token_sha256": f"{next(_tokens):064x}",
        **fields,
    }
    return Phone.objects.create(device=device, label=label, **values)


def event_of(entry_id: int, status: str = "present", *, seq: int = 1, **changes: Any) -> dict[str, Any]:
    """An event as a phone writes it."""
    return {
        "event_id": str(uuid.uuid4()),
        "seq": seq,
        "person_id": entry_id,
        "status": status,
        "method": "tick",
        "reason": "",
        "wall_time": clock.now().isoformat(),
        "monotonic_ms": 1200,
        "roster_id": str(uuid.uuid4()),
        **changes,
    }


def closing_of(*, seq: int = 1, **changes: Any) -> dict[str, Any]:
    """The closing of a roll as a phone writes it."""
    return {
        "event_id": str(uuid.uuid4()),
        "seq": seq,
        "roster_id": str(uuid.uuid4()),
        "wall_time": clock.now().isoformat(),
        "counts": {"present": 2, "late": 0, "excused": 0, "absent": 0},
        "states_sha256": "a" * 64,
        "absent_rest": False,
        "guests": 4,
        "guests_note": "Trưởng bản",
        **changes,
    }


def quarantine(phone: Phone, site: Site, payload: dict[str, Any], code: QuarantineCode) -> QuarantinedEvent:
    """The row in which the server keeps what it could not record."""
    person = payload.get("person_id")
    return QuarantinedEvent.objects.create(
        device=phone.device,
        event_id=uuid.UUID(payload["event_id"]),
        seq=payload["seq"],
        session_id=site.session_id,
        site_id=site.pk,
        entry_id=person,
        payload=payload,
        payload_sha256=uuid.uuid4().hex * 2,
        code=code,
    )


def quarantine_mark(
    phone: Phone,
    site: Site,
    entry: SummonsEntry,
    status: str = "present",
    code: QuarantineCode = QuarantineCode.CARD_REPLACED,
    **changes: Any,
) -> QuarantinedEvent:
    """A mark in the quarantine."""
    return quarantine(phone, site, event_of(entry.pk, status, **changes), code)
