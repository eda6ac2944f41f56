"""What becomes of the marks of a batch: which are sound, and why others are not."""

import datetime as dt
import uuid
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from lantoa.attendance.enums import RANK_OF, Flag
from lantoa.attendance.services.bulk import NewEvent, Origin
from lantoa.attendance.services.marks import payload_digest, refusal_of
from lantoa.attendance.services.places import Held
from lantoa.rollcall.enums import QuarantineCode
from lantoa.rollcall.errors import UnknownRoster, WrongRoster
from lantoa.rollcall.models import Phone
from lantoa.rollcall.selectors.cards import wrong_cards
from lantoa.rollcall.selectors.targets import Said, Target
from lantoa.rollcall.services.closings import closing_digest
from lantoa.rollcall.services.setting_aside import Doubtful, Key, SaidClosing, SaidMark
from lantoa.rollcall.wire import Batch, PhoneEvent

SKEW = dt.timedelta(minutes=5)
BEFORE, AFTER = dt.timedelta(hours=2), dt.timedelta(hours=12)
"""The hours around a session in which its roll is taken."""
_CODES = {
    "not_on_the_list": QuarantineCode.UNKNOWN_MEMBER,
    "on_another_list": QuarantineCode.ON_ANOTHER_LIST,
    "wrong_reason": QuarantineCode.WRONG_REASON,
}
_RANKS = {str(method): int(rank) for method, rank in RANK_OF.items()}
_CLOCK, _WINDOW, _ROSTER = map(int, (Flag.CLOCK, Flag.WINDOW, Flag.ROSTER))


class Contents(NamedTuple):
    """The marks and the closings of a batch, each with its hash."""

    marks: Sequence[SaidMark]
    closings: Sequence[SaidClosing]

    @classmethod
    def of(cls, batch: Batch) -> "Contents":
        """What stands in the batch, in its order."""
        session_id, site_id = batch.session_id, batch.site_id
        marks = [
            SaidMark(event, payload_digest(session_id=session_id, site_id=site_id, mark=event, method=event.method))
            for event in batch.events
        ]
        return cls(marks, [SaidClosing(closing, closing_digest(batch, closing)) for closing in batch.closings])

    @property
    def all(self) -> list[SaidMark | SaidClosing]:
        """The marks, then the closings."""
        return [*self.marks, *self.closings]

    def without(self, keys: Container[Key]) -> "Contents":
        """The same but for what has one of these keys."""
        marks = [each for each in self.marks if each.key not in keys]
        return Contents(marks, [each for each in self.closings if each.key not in keys])

    @property
    def roster_ids(self) -> set[uuid.UUID]:
        """The lists that its marks and closings name."""
        return {each.event.roster_id for each in self.all}

    def said(self, batch: Batch) -> Said:
        """What the batch is about."""
        return Said(batch.session_id, batch.site_id, self.roster_ids, [each.event.event_id for each in self.all])


class Circumstances(NamedTuple):
    """What the events of a batch are judged by. `behind` is how much the phone's clock is behind ours."""

    target: Target
    behind: dt.timedelta

    @property
    def clock_is_off(self) -> bool:
        """Whether the phone's clock is off by more than is borne in silence."""
        return abs(self.behind) > SKEW


def check_rosters(target: Target, *, site_id: int, roster_ids: Iterable[uuid.UUID], carried: bool) -> None:
    """Raises WrongRoster where a list is of another site, and UnknownRoster where one is not known and that is not
    borne."""
    for roster_id in roster_ids:
        known = target.rosters.get(roster_id)
        if known is None and not carried:
            raise UnknownRoster
        if known is not None and known.site_id != site_id:
            raise WrongRoster


def judged(
    marks: Sequence[SaidMark], held: Held, about: Circumstances
) -> tuple[dict[uuid.UUID, SaidMark], list[Doubtful]]:
    """The marks that can be written, by their id, and those that are doubtful (one query where cards were scanned)."""
    cards = wrong_cards([each.event for each in marks])
    sound, doubts = dict[uuid.UUID, SaidMark](), []
    for each in marks:
        code = _doubt(each.event, held, about, cards)
        if code is not None or sound.setdefault(each.event.event_id, each).digest != each.digest:
            doubts.append(Doubtful(each, code))
    return sound, doubts


def written_as(
    phone: Phone, batch: Batch, marks: Iterable[SaidMark], held: Held, about: Circumstances
) -> tuple[Origin, list[NewEvent]]:
    """Sound marks as the log takes them."""
    origin = Origin(phone.pk, phone.device.user_id, batch.session_id, batch.site_id, about.target.campaign_id)
    clock = _CLOCK if about.clock_is_off else 0
    return origin, [_new_event(each, held, about, clock) for each in marks]


def _doubt(
    event: PhoneEvent, held: Held, about: Circumstances, cards: dict[uuid.UUID, QuarantineCode]
) -> QuarantineCode | None:
    if about.target.ended is not None:
        return about.target.ended
    refusal = refusal_of(event, held)
    if refusal is not None:
        return _CODES[refusal.code]
    return cards.get(event.event_id) if cards else None


def _new_event(said: SaidMark, held: Held, about: Circumstances, clock: int) -> NewEvent:
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
        clock | _flags(event, about),
    )


def _flags(event: PhoneEvent, about: Circumstances) -> int:
    target = about.target
    moment = _corrected(event.wall_time, about.behind)
    roster = target.rosters.get(event.roster_id)
    flags = 0 if target.starts_at - BEFORE <= moment <= target.ends_at + AFTER else _WINDOW
    if roster is not None and moment > roster.expires_at:
        flags |= _ROSTER
    return flags


def _corrected(moment: dt.datetime, behind: dt.timedelta) -> dt.datetime:
    try:
        return moment + behind
    except OverflowError:
        return moment
