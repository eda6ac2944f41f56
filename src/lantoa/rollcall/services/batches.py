"""Recording what a phone sends: a receipt for each event, and nothing dropped."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext

from lantoa.attendance.enums import RANK_OF, Flag
from lantoa.attendance.errors import SiteWasRemoved
from lantoa.attendance.services.bulk import NewEvent, Origin, append_all
from lantoa.attendance.services.marks import payload_digest, refusal_of
from lantoa.attendance.services.places import Held, hold_places
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.kernel.prepared import fetch
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.rollcall.enums import QuarantineCode
from lantoa.rollcall.errors import DeviceRevoked, OtherUnit, UnknownRoster, WrongRoster
from lantoa.rollcall.models import Phone
from lantoa.rollcall.policies import can_use_phone
from lantoa.rollcall.selectors.cards import wrong_cards
from lantoa.rollcall.selectors.targets import Target, target_of
from lantoa.rollcall.services.closings import close_by_phone, closing_digest
from lantoa.rollcall.services.setting_aside import (
    Doubtful,
    Key,
    SaidClosing,
    SaidMark,
    decided_before,
    set_aside,
    settle_recorded,
)
from lantoa.rollcall.wire import Batch, PhoneEvent, Receipt

SKEW = dt.timedelta(minutes=5)
BEFORE, AFTER = dt.timedelta(hours=2), dt.timedelta(hours=12)
"""The hours around a session in which its roll is taken."""
_SEE = """
UPDATE rollcall_phone SET last_seen_at = %s, client = %s, waiting = %s, refused = %s
WHERE device_id = %s AND revoked_at IS NULL RETURNING device_id
"""
_HOLD = "SELECT device_id FROM rollcall_phone WHERE device_id = %s FOR NO KEY UPDATE"
_CODES = {
    "not_on_the_list": QuarantineCode.UNKNOWN_MEMBER,
    "on_another_list": QuarantineCode.ON_ANOTHER_LIST,
    "wrong_reason": QuarantineCode.WRONG_REASON,
}
_RANKS = {str(method): int(rank) for method, rank in RANK_OF.items()}
_CLOCK, _WINDOW, _ROSTER = map(int, (Flag.CLOCK, Flag.WINDOW, Flag.ROSTER))


class Circumstances(NamedTuple):
    """What the events of a batch are judged by. `behind` is how much the phone's clock is behind ours; `last_seq` is
    the highest number of the batch."""

    target: Target
    behind: dt.timedelta
    clock_is_off: bool
    last_seq: int


@use_case
def record_batch(*, actor: Actor, phone: Phone, batch: Batch) -> list[Receipt]:
    """Record what a phone sends, in one transaction: a receipt for each event, then for each closing, in their order.

    An event that is known with the same content is a duplicate. What cannot be recorded is put aside whole. Whatever
    follows a closing of the same batch came after it. The number of queries does not depend on the number of events.
    Raises NotPermitted, DeviceRevoked, OtherUnit, UnknownRoster, WrongRoster.
    """
    if not can_use_phone(actor=actor, unit_id=phone.device.unit_id):
        raise NotPermitted
    now = clock.now()
    if not fetch(_SEE, [now, batch.client, batch.waiting, batch.refused, phone.pk]):
        raise DeviceRevoked
    return _record(actor, phone, batch, now=now, behind=now - batch.sent_at, carried=False)


@use_case
def record_carried(*, actor: Actor, phone: Phone, batch: Batch, is_trusted: bool) -> list[Receipt]:
    """Record a batch of a parcel, in the name of `phone` and of its user, who is the actor: it lay somewhere since it
    was made, so that only a clock that is ahead shows. Where the phone is no longer trusted everything new is put aside
    as `device_revoked`. A list that a restored server has forgotten is borne, since its phone is not here to tell it.

    Raises OtherUnit, WrongRoster.
    """
    now = clock.now()
    fetch(_HOLD, [phone.pk])
    if not is_trusted:
        return _put_aside(phone, batch, QuarantineCode.DEVICE_REVOKED, now)
    behind = min(now - batch.sent_at, dt.timedelta())
    return _record(actor, phone, batch, now=now, behind=behind, carried=True)


def _record(
    actor: Actor, phone: Phone, batch: Batch, *, now: dt.datetime, behind: dt.timedelta, carried: bool
) -> list[Receipt]:
    marks, closings = _said(batch)
    said: list[SaidMark | SaidClosing] = [*marks, *closings]
    roster_ids = {each.event.roster_id for each in said}
    target = target_of(
        device_id=phone.pk,
        session_id=batch.session_id,
        site_id=batch.site_id,
        roster_ids=roster_ids,
        event_ids=[each.event.event_id for each in said],
    )
    if target is None:
        return _put_aside(phone, batch, QuarantineCode.SITE_REMOVED, now)
    if target.unit_id != phone.device.unit_id:
        raise OtherUnit
    _check_rosters(target, batch.site_id, roster_ids, carried=carried)
    if not said:
        return []
    about = Circumstances(target, behind, abs(behind) > SKEW, max(each.event.seq for each in said))
    decided = decided_before(said) if target.in_quarantine else {}
    try:
        receipts = decided | _take(
            actor,
            phone,
            batch,
            [each for each in marks if each.key not in decided],
            [each for each in closings if each.key not in decided],
            about,
            now,
        )
    except SiteWasRemoved:
        return _put_aside(phone, batch, QuarantineCode.SITE_REMOVED, now)
    if target.in_quarantine:
        settle_recorded(item for item in receipts.items() if item[1].outcome == "accepted")
    return [receipts[each.key] for each in said]


def _take(
    actor: Actor,
    phone: Phone,
    batch: Batch,
    marks: Sequence[SaidMark],
    closings: Sequence[SaidClosing],
    about: Circumstances,
    now: dt.datetime,
) -> dict[Key, Receipt]:
    """The marks, and the closings where they stand among them."""
    held = _hold(batch, marks, to_close=bool(closings))
    if not closings:
        return _append(phone, batch, marks, held, about, now)
    first = min(each.event.seq for each in closings)
    receipts = _append(phone, batch, [each for each in marks if each.event.seq < first], held, about, now)
    for closing in sorted(closings, key=lambda each: each.event.seq):
        receipts |= close_by_phone(actor=actor, phone=phone, batch=batch, said=closing, now=now)
    after = [each for each in marks if each.event.seq >= first]
    return receipts | _append(phone, batch, after, _hold(batch, marks, to_close=True), about, now)


def _append(
    phone: Phone, batch: Batch, marks: Sequence[SaidMark], held: Held, about: Circumstances, now: dt.datetime
) -> dict[Key, Receipt]:
    cards = wrong_cards([each.event for each in marks])
    sound, doubts = dict[uuid.UUID, SaidMark](), []
    for each in marks:
        code = _doubt(each.event, held, about, cards)
        if code is not None or sound.setdefault(each.event.event_id, each).digest != each.digest:
            doubts.append(Doubtful(each, code))
    written = set[uuid.UUID]()
    if sound:
        origin = Origin(
            phone.pk, phone.device.user_id, batch.session_id, batch.site_id, about.target.campaign_id, about.last_seq
        )
        events = [_new_event(each, held, about) for each in sound.values()]
        written = append_all(origin=origin, events=events, now=now)
    receipts = dict[Key, Receipt]()
    for event_id, each in sound.items():
        if event_id in written:
            receipts[each.key] = _accepted(event_id, late=held.is_late(each.event.entry_id))
        else:
            doubts.append(Doubtful(each, None))
    return receipts | set_aside(phone=phone, batch=batch, doubts=doubts, last_seq=about.last_seq, now=now)


def _said(batch: Batch) -> tuple[list[SaidMark], list[SaidClosing]]:
    session_id, site_id = batch.session_id, batch.site_id
    marks = [
        SaidMark(event, payload_digest(session_id=session_id, site_id=site_id, mark=event, method=event.method))
        for event in batch.events
    ]
    return marks, [SaidClosing(closing, closing_digest(batch, closing)) for closing in batch.closings]


def _put_aside(phone: Phone, batch: Batch, code: QuarantineCode, now: dt.datetime) -> list[Receipt]:
    marks, closings = _said(batch)
    said: list[SaidMark | SaidClosing] = [*marks, *closings]
    receipts = decided_before(said)
    doubts = [Doubtful(each, code) for each in said if each.key not in receipts]
    last_seq = max((each.event.seq for each in said), default=0)
    receipts |= set_aside(phone=phone, batch=batch, doubts=doubts, last_seq=last_seq, now=now)
    return [receipts[each.key] for each in said]


def _check_rosters(target: Target, site_id: int, roster_ids: set[uuid.UUID], *, carried: bool) -> None:
    for roster_id in roster_ids:
        known = target.rosters.get(roster_id)
        if known is None and not carried:
            raise UnknownRoster
        if known is not None and known.site_id != site_id:
            raise WrongRoster


def _hold(batch: Batch, marks: Sequence[SaidMark], *, to_close: bool) -> Held:
    entry_ids = {each.event.entry_id for each in marks}
    return hold_places(session_id=batch.session_id, site_id=batch.site_id, entry_ids=entry_ids, to_close=to_close)


def _doubt(
    event: PhoneEvent, held: Held, about: Circumstances, cards: dict[uuid.UUID, QuarantineCode]
) -> QuarantineCode | None:
    if about.target.ended is not None:
        return about.target.ended
    refusal = refusal_of(event, held)
    if refusal is not None:
        return _CODES[refusal.code]
    return cards.get(event.event_id) if cards else None


def _new_event(said: SaidMark, held: Held, about: Circumstances) -> NewEvent:
    event = said.event
    return NewEvent(
        event.event_id,
        event.seq,
        event.entry_id,
        event.status,
        event.method,
        _RANKS[event.method],
        event.reason_class,
        event.wall_time,
        event.monotonic_ms,
        event.roster_id,
        said.digest,
        held.is_late(event.entry_id),
        _flags(event, about),
    )


def _flags(event: PhoneEvent, about: Circumstances) -> int:
    target = about.target
    moment = _corrected(event.wall_time, about.behind)
    roster = target.rosters.get(event.roster_id)
    flags = _CLOCK if about.clock_is_off else 0
    if not target.starts_at - BEFORE <= moment <= target.ends_at + AFTER:
        flags |= _WINDOW
    if roster is not None and moment > roster.expires_at:
        flags |= _ROSTER
    return flags


def _corrected(moment: dt.datetime, behind: dt.timedelta) -> dt.datetime:
    try:
        return moment + behind
    except OverflowError:
        return moment


def _accepted(event_id: uuid.UUID, *, late: bool) -> Receipt:
    if late:
        return Receipt(event_id, "accepted", "late", gettext("The roll is closed: this mark waits for an approval."))
    return Receipt(event_id, "accepted")
