"""Recording what a phone sends: a receipt for each event, and nothing dropped."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext

from lantoa.attendance.errors import SiteWasRemoved
from lantoa.attendance.services.bulk import append_all
from lantoa.attendance.services.places import Held, hold_places
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.rollcall.enums import QuarantineCode
from lantoa.rollcall.errors import DeviceRevoked, OtherUnit
from lantoa.rollcall.models import Phone
from lantoa.rollcall.policies import can_use_phone
from lantoa.rollcall.selectors.targets import targets_of
from lantoa.rollcall.services.closings import close_by_phone
from lantoa.rollcall.services.hearing import hear, hear_by_others
from lantoa.rollcall.services.judging import Circumstances, Contents, check_rosters, judged, written_as
from lantoa.rollcall.services.setting_aside import (
    Doubtful,
    Key,
    SaidMark,
    hold_kept,
    set_aside,
    settle_recorded,
)
from lantoa.rollcall.wire import Batch, Receipt

_NOT_TRUSTED = QuarantineCode.DEVICE_REVOKED


@use_case
def record_batch(*, actor: Actor, phone: Phone, batch: Batch) -> list[Receipt]:
    """Record what a phone sends, in one transaction: a receipt for each event, then for each closing, in their order.

    An event that is known with the same content is a duplicate. What cannot be recorded is put aside whole. Whatever
    follows a closing of the same batch came after it. The number of queries does not depend on the number of events.
    Raises NotPermitted, DeviceRevoked, OtherUnit, UnknownRoster, WrongRoster.
    """
    if not can_use_phone(actor=actor, unit_id=phone.device.unit_id):
        raise NotPermitted
    now, contents = clock.now(), Contents.of(batch)
    if not hear([(phone, batch, contents)], now=now):
        raise DeviceRevoked
    return _record(actor, phone, batch, contents, now=now, behind=now - batch.sent_at)


@use_case
def record_carried(*, actor: Actor, phone: Phone, batch: Batch) -> list[Receipt]:
    """Record a batch of a parcel, in the name of `phone` and of its user, who is the actor: it lay somewhere since it
    was made, so that only a clock that is ahead shows. Where the phone was revoked or has expired, or its user takes
    the roll no longer, everything new is put aside as `device_revoked`. A list that a restored server has forgotten is
    borne, since its phone is not here to tell it.

    Raises OtherUnit, WrongRoster.
    """
    now, contents = clock.now(), Contents.of(batch)
    is_good = hear_by_others(phone, contents, now=now)
    doubt = None if is_good and can_use_phone(actor=actor, unit_id=phone.device.unit_id) else _NOT_TRUSTED
    behind = min(now - batch.sent_at, dt.timedelta())
    return _record(actor, phone, batch, contents, now=now, behind=behind, carried=True, doubt=doubt)


def _record(
    actor: Actor,
    phone: Phone,
    batch: Batch,
    contents: Contents,
    *,
    now: dt.datetime,
    behind: dt.timedelta,
    carried: bool = False,
    doubt: QuarantineCode | None = None,
) -> list[Receipt]:
    """With a doubt about the phone itself nothing of it is judged."""
    (target,) = targets_of([contents.said(batch)])
    if target is None:
        return _put_aside(phone, batch, contents, QuarantineCode.SITE_REMOVED, now)
    if target.unit_id != phone.device.unit_id:
        raise OtherUnit
    check_rosters(target, site_id=batch.site_id, roster_ids=contents.roster_ids, carried=carried)
    if not contents.all:
        return []
    try:
        if doubt is not None:
            _hold(batch, (), to_close=True)
            return _put_aside(phone, batch, contents, doubt, now)
        receipts = _take(actor, phone, batch, contents, Circumstances(target, behind), now)
    except SiteWasRemoved:
        return _put_aside(phone, batch, contents, QuarantineCode.SITE_REMOVED, now)
    return [receipts[each.key] for each in contents.all]


def _take(
    actor: Actor, phone: Phone, batch: Batch, contents: Contents, about: Circumstances, now: dt.datetime
) -> dict[Key, Receipt]:
    """The quarantine is asked once the sites are held: whoever puts the same aside unseen holds the site against us."""
    held = _hold(batch, contents.marks, to_close=bool(contents.closings))
    kept = hold_kept(contents.all)
    receipts = kept.decided | _judge(actor, phone, batch, contents.without(kept.decided), held, about, now)
    if kept.waits:
        settle_recorded(receipts.items())
    return receipts


def _judge(
    actor: Actor, phone: Phone, batch: Batch, contents: Contents, held: Held, about: Circumstances, now: dt.datetime
) -> dict[Key, Receipt]:
    """The marks, and the closings where they stand among them."""
    marks, closings = contents
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
    sound, doubts = judged(marks, held, about)
    written = append_all([written_as(phone, batch, sound.values(), held, about)], now=now) if sound else set()
    receipts = dict[Key, Receipt]()
    for event_id, each in sound.items():
        if event_id in written:
            receipts[each.key] = _accepted(each, late=held.is_late(each.event.entry_id))
        else:
            doubts.append(Doubtful(each, None))
    return receipts | set_aside(phone=phone, batch=batch, doubts=doubts, now=now)


def _put_aside(phone: Phone, batch: Batch, contents: Contents, code: QuarantineCode, now: dt.datetime) -> list[Receipt]:
    receipts = hold_kept(contents.all).decided
    doubts = [Doubtful(each, code) for each in contents.without(receipts).all]
    receipts |= set_aside(phone=phone, batch=batch, doubts=doubts, now=now)
    return [receipts[each.key] for each in contents.all]


def _hold(batch: Batch, marks: Sequence[SaidMark], *, to_close: bool) -> Held:
    entry_ids = {each.event.entry_id for each in marks}
    return hold_places(session_id=batch.session_id, site_id=batch.site_id, entry_ids=entry_ids, to_close=to_close)


def _accepted(said: SaidMark, *, late: bool) -> Receipt:
    event_id = said.event.event_id
    if late:
        return Receipt(event_id, "accepted", "late", gettext("The roll is closed: this mark waits for an approval."))
    return Receipt(event_id, "accepted")
