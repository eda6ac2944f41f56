"""Phones and what they send, for tests: a phone that knows nothing of the server's code."""

import base64
import datetime as dt
import hashlib
import hmac
import itertools
import json
import secrets
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection
from django.test import Client

from lantoa.attendance.enums import DeviceKind
from lantoa.attendance.models import Device
from lantoa.kernel import clock
from lantoa.organizations.models import Unit
from lantoa.plans.models import SummonsEntry
from lantoa.rollcall.models import Phone, Provisioning, Roster
from lantoa.rollcall.wire import Batch
from lantoa.study_sessions.models import Site

ROOT = "/api/v1/rollcall"
Json = dict[str, Any]
_letters = "234679CFHJKMNPQRTVX"


def make_code(unit: Unit, user_id: int, *, hours: int = 24) -> str:
    """A code by which a phone is set up for the user at the unit."""
    code = "".join(secrets.choice(_letters) for _ in range(32))
    Provisioning.objects.create(
        unit=unit,
        user_id=user_id,
        code_sha256=hashlib.sha256(code.encode()).hexdigest(),
        expires_at=clock.now() + dt.timedelta(hours=hours),
    )
    return code


def new_token() -> str:
    """A token as a phone draws it."""
    return secrets.token_urlsafe(32)


def sha256_of(token: str) -> str:
    """What the server is told of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def uuid7() -> str:
    """An id that grows with time."""
    stamp = int(time.time() * 1000).to_bytes(6, "big")
    raw = bytearray(stamp + secrets.token_bytes(10))
    raw[6], raw[8] = raw[6] & 0x0F | 0x70, raw[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))


@dataclass
class Handset:
    """A phone with its token, its numbers and its list."""

    phone: Phone
    token: str
    site: Site
    roster_id: uuid.UUID
    client: Client = field(default_factory=Client)
    site_id: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.site_id = self.site.pk

    def event(self, entry: SummonsEntry | int, status: str = "present", **said: Any) -> Json:
        """A tick on the list, with the next number."""
        return {
            "event_id": uuid7(),
            "seq": next(self.numbers),
            "person_id": entry if isinstance(entry, int) else entry.pk,
            "status": status,
            "method": "tick",
            "reason": "",
            "wall_time": clock.now().isoformat(timespec="milliseconds"),
            "monotonic_ms": 1234,
            "roster_id": str(self.roster_id),
            **said,
        }

    def closing(self, **said: Any) -> Json:
        """The closing of the roll, with the next number."""
        return {
            "event_id": uuid7(),
            "seq": next(self.numbers),
            "roster_id": str(self.roster_id),
            "wall_time": clock.now().isoformat(timespec="milliseconds"),
            "counts": {"present": 3, "late": 0, "excused": 0, "absent": 0},
            "states_sha256": "0" * 64,
            "absent_rest": False,
            "guests": 0,
            "guests_note": "",
            **said,
        }

    def batch(self, events: Sequence[Json] = (), closings: Sequence[Json] = (), **said: Any) -> Json:
        """A batch of the site."""
        return {
            "batch_id": str(uuid.uuid4()),
            "sent_at": clock.now().isoformat(),
            "server_epoch": str(uuid.uuid4()),
            "waiting": 7,
            "refused": 1,
            "client": "1.0",
            "session_id": self.site.session_id,
            "site_id": self.site_id,
            "events": list(events),
            "closings": list(closings),
            **said,
        }

    def headers(self) -> dict[str, str]:
        """By what the phone proves itself."""
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """The answer to a body of JSON."""
        return self.client.post(
            f"{ROOT}/{path}",
            body if isinstance(body, (bytes, str)) else json.dumps(body),
            content_type="application/json",
            headers=self.headers() | headers,
        )

    def put(self, path: str, body: Any) -> Any:
        """The answer to a body that is put."""
        return self.client.put(
            f"{ROOT}/{path}", json.dumps(body), content_type="application/json", headers=self.headers()
        )

    def get(self, path: str) -> Any:
        """The answer to a question."""
        return self.client.get(f"{ROOT}/{path}", headers=self.headers())

    def send(self, *events: Json, **said: Any) -> list[Json]:
        """The receipts of a batch of these events."""
        response = self.post("batches", self.batch(events, **said))
        assert response.status_code == 200, response.content
        return cast("list[Json]", response.json()["receipts"])


def make_phone(unit: Unit, user_id: int, *, days: int = 180) -> tuple[Phone, str]:
    """A phone that was set up, and its token."""
    token = new_token()
    device = Device.objects.create(kind=DeviceKind.PHONE, unit=unit, user_id=user_id)
    phone = Phone.objects.create(
        device=device,
        label="Máy của văn thư",
        token_sha256=sha256_of(token),
        expires_at=clock.now() + dt.timedelta(days=days),
    )
    return phone, token


def make_roster(phone: Phone, site: Site, *, expires_at: dt.datetime | None = None) -> Roster:
    """The trace of a list that the phone was given."""
    return Roster.objects.create(
        roster_id=uuid.uuid4(),
        device_id=phone.pk,
        site=site,
        issued_at=clock.now(),
        expires_at=expires_at or site.session.ends_at + dt.timedelta(hours=36),
        people=3,
        entries=list(site.placements.values_list("entry_id", flat=True)),
        sha256="0" * 64,
    )


def make_handset(site: Site, user_id: int | None) -> Handset:
    """A phone of the site's unit that has the site's list."""
    phone, token = make_phone(site.unit, cast("int", user_id))
    return Handset(phone, token, site, make_roster(phone, site).roster_id)


def sealed(maker: Handset, *batches: Json, token: str = "", **said: Any) -> Json:
    """The parcel of a phone."""
    content = {"format": "lantoa-roll-1", "device_id": maker.phone.pk, "made_at": clock.now().isoformat()}
    text = json.dumps(content | {"batches": list(batches)} | said)
    mac = hmac.digest(bytes.fromhex(sha256_of(token or maker.token)), text.encode(), "sha256")
    return {"content": text, "mac": base64.urlsafe_b64encode(mac).decode().rstrip("=")}


def arrived(phone: Phone) -> list[int]:
    """The numbers that the server has heard of the phone, by SQL of our own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generate_series(lower(span), upper(span) - 1)"
            " FROM rollcall_phone, unnest(heard) AS span WHERE device_id = %s ORDER BY 1",
            [phone.pk],
        )
        return [number for (number,) in cursor.fetchall()]


def text_of_card(number: str) -> str:
    """What the card of that number says, by the words of the contract."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lantoa.rollcall.card").derive(
        settings.SECRET_KEY.encode()
    )
    mac = hmac.digest(key, number.encode(), "sha256")[:6]
    return f"LT1:{number}:{base64.b32encode(mac).decode().rstrip('=')}"


def as_batch(said: Json) -> Batch:
    """A batch as the services take it."""
    return msgspec.convert(said, Batch)
