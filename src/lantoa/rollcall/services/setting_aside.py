"""Putting events aside that cannot be recorded: kept whole until somebody decides."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from lantoa.kernel import clock
from lantoa.kernel.arrays import array_literal
from lantoa.kernel.prepared import fetch
from lantoa.rollcall.enums import QuarantineCode, QuarantineDecision
from lantoa.rollcall.models import Phone, QuarantinedEvent
from lantoa.rollcall.selectors.targets import known_hashes
from lantoa.rollcall.wire import Batch, PhoneClosing, PhoneEvent, Receipt

Key = str
"""What tells an event from every other: its hash, of which its id is a part."""
_HOLD = """
SELECT event_id, payload_sha256, code, decision FROM rollcall_quarantinedevent
WHERE event_id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE
"""
_SETTLE = """
UPDATE rollcall_quarantinedevent SET decision = 'recorded', decided_at = %s
WHERE decision = 'pending' AND (event_id, payload_sha256) IN (SELECT * FROM unnest(%s::uuid[], %s::text[]))
"""

_TELL = """
UPDATE rollcall_quarantinedevent q SET code = offered.code
FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS offered (event_id, payload_sha256, code)
WHERE q.event_id = offered.event_id AND q.payload_sha256 = offered.payload_sha256
  AND q.decision = 'pending' AND q.code = 'device_revoked' AND offered.code <> 'device_revoked'
"""


class SaidMark(NamedTuple):
    """A mark with its hash."""

    event: PhoneEvent
    digest: str

    @property
    def key(self) -> Key:
        """What tells it from every other event."""
        return self.digest


class SaidClosing(NamedTuple):
    """A closing with its hash."""

    event: PhoneClosing
    digest: str

    @property
    def key(self) -> Key:
        """What tells it from every other event."""
        return self.digest


class Doubtful(NamedTuple):
    """An event that was not recorded, and why; None where the log itself did not take it: its id or its number on the
    phone was used before."""

    said: SaidMark | SaidClosing
    code: QuarantineCode | None


class Kept(NamedTuple):
    """What the quarantine holds of what a phone sent: receipts for those events about which somebody decided, which are
    not judged again, and whether another waits."""

    decided: dict[Key, Receipt]
    waits: bool


def hold_kept(said: Sequence[SaidMark | SaidClosing]) -> Kept:
    """What the quarantine holds of these events. Nobody decides about them until the transaction ends (one query)."""
    offered = {each.key for each in said}
    rows = [row for row in fetch(_HOLD, [array_literal(each.event.event_id for each in said)]) if row[1] in offered]
    decided = {
        digest: Receipt(event_id, "duplicate")
        if decision == QuarantineDecision.RECORDED
        else quarantined(event_id, QuarantineCode(code))
        for event_id, digest, code, decision in rows
        if decision != QuarantineDecision.PENDING
    }
    return Kept(decided, waits=len(decided) < len(rows))


def set_aside(*, phone: Phone, batch: Batch, doubts: Sequence[Doubtful], now: dt.datetime) -> dict[Key, Receipt]:
    """A receipt for each: what is recorded with the same content is a duplicate, everything else goes into the
    quarantine, once, in the name of the device that brought it first. Two who bring the same wait for each other, and
    so write in one order. What waited because its phone was not trusted, and comes from one that is, waits for the
    reason that it has now (at most three queries)."""
    if not doubts:
        return {}
    known = known_hashes([doubt.said.event.event_id for doubt in doubts])
    receipts, rows = dict[Key, Receipt](), []
    for said, doubt in doubts:
        code = _code(known.get(said.event.event_id), said.digest, doubt)
        if code is None:
            receipts[said.key] = Receipt(said.event.event_id, "duplicate")
        else:
            receipts[said.key] = quarantined(said.event.event_id, code)
            rows.append(_row(phone, batch, said, code, now))
    if rows:
        rows.sort(key=lambda row: (row.event_id, row.payload_sha256))
        QuarantinedEvent.objects.bulk_create(rows, ignore_conflicts=True)
        reasons = [(row.event_id, row.payload_sha256, row.code) for row in rows]
        with connection.cursor() as cursor:
            cursor.execute(_TELL, [array_literal(column) for column in zip(*reasons, strict=True)])
    return receipts


def settle_recorded(receipts: Iterable[tuple[Key, Receipt]]) -> None:
    """What waited in the quarantine came again and is recorded now: nobody has to look at it any more (one query)."""
    wanted = [(receipt.event_id, digest) for digest, receipt in receipts if receipt.outcome != "quarantined"]
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [clock.now(), [event_id for event_id, _ in wanted], [digest for _, digest in wanted]])


def quarantined(event_id: uuid.UUID, code: QuarantineCode) -> Receipt:
    """The receipt for an event that was put aside."""
    return Receipt(event_id, "quarantined", str(code), str(code.label))


def _code(known: str | None, digest: str, code: QuarantineCode | None) -> QuarantineCode | None:
    if known is not None:
        return None if known == digest else QuarantineCode.HASH_MISMATCH
    return code or QuarantineCode.SEQ_REUSED


def _row(
    phone: Phone, batch: Batch, said: SaidMark | SaidClosing, code: QuarantineCode, now: dt.datetime
) -> QuarantinedEvent:
    payload: dict[str, Any] = msgspec.to_builtins(said.event)
    return QuarantinedEvent(
        device_id=phone.pk,
        event_id=said.event.event_id,
        seq=said.event.seq,
        session_id=batch.session_id,
        site_id=batch.site_id,
        entry_id=said.event.entry_id if isinstance(said, SaidMark) else None,
        payload=payload,
        payload_sha256=said.digest,
        code=code,
        received_at=now,
    )
