"""Reminders of what units owe, each an offset from its deadline, and those that somebody above sends by hand.

What is to be sent is worked out from the deadlines as they stand on the day, and what was sent is a row that cannot be
written twice: whoever sends, however often, whenever killed, each receiver gets each reminder once (ADR 30).
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.notifications.telling import Message, tell
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.plans import deadline_errors, errors, policies
from lantoa.plans.enums import CampaignState, Deadline
from lantoa.plans.models import Campaign, Reminder, ReminderRound
from lantoa.plans.notices import ABOUT, CALL, LATE, REMINDER
from lantoa.plans.rules import is_document
from lantoa.plans.selectors.cascade import asked_of, debts_of
from lantoa.plans.selectors.receivers import Receivers, receivers_of
from lantoa.plans.services.campaigns import author_id, lock_campaign

if TYPE_CHECKING:
    from lantoa.plans.selectors.cascade import DebtRow

OFFSETS = (-7, -1, 0, 1)
"""Days after the deadline; from the second day after it on, one every day."""
CHUNK = 200
"""Units in one transaction."""
MOST_BY_HAND = 500
"""Units that one form reminds."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that a unit owes by a day."""

    row: "DebtRow"
    deadline: Deadline
    due_on: dt.date

    def days_left(self, day: dt.date) -> int:
        """How many days are left; negative when late."""
        return (self.due_on - day).days


@dataclass(frozen=True, slots=True)
class Reminded:
    """What became of the units that somebody wanted reminded, by name."""

    reminded: tuple[str, ...]
    today_already: tuple[str, ...] = ()
    owing_nothing: tuple[str, ...] = ()
    nobody_there: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()


def offset_on(days_late: int) -> int | None:
    """The offset whose turn it is so many days after the deadline (before it, where negative); None before the first.

    The last that has come: one that was missed because no worker ran is made up for until the next one comes.
    """
    if days_late > OFFSETS[-1]:
        return days_late
    return max((offset for offset in OFFSETS if offset <= days_late), default=None)


def send_due_reminders(*, actor: Actor = SYSTEM, day: dt.date) -> int:
    """Send what is due on that day in every running campaign; returns how many reminders. Another call sends nothing.

    A campaign is done in parts, each a transaction of its own: what a killed worker had not committed, the next one
    sends.
    """
    sent = 0
    for campaign in Campaign.objects.filter(state=CampaignState.RUNNING).order_by("pk"):
        asked = asked_of(campaign)
        waiting = reduce(or_, (_waiting(deadline, day) for deadline in asked))
        units = list(
            debts_of(campaign, asked=asked).filter(waiting).order_by("unit_id").values_list("unit_id", flat=True)
        )
        for start in range(0, len(units), CHUNK):
            sent += remind_due(actor=actor, campaign=campaign, unit_ids=units[start : start + CHUNK], day=day)
    return sent


@use_case
def remind_due(*, actor: Actor, campaign: Campaign, unit_ids: Sequence[int], day: dt.date) -> int:
    """Send to these units, and to those above them, what is due on that day and was not sent; returns how many.

    Nobody but the clock does this. A deadline is moved before or after it, never meanwhile. Errors: NotPermitted.
    """
    if actor is not SYSTEM:
        raise NotPermitted
    stored = lock_campaign(campaign)
    owed = list(_owed(stored, unit_ids))
    receivers = receivers_of([one.row.unit for one in owed], day, stored)
    wanted: dict[uuid.UUID, list[Message]] = {}
    reminders: list[Reminder] = []
    for one in owed:
        offset = offset_on(-one.days_left(day))
        to = _receivers_at(offset, receivers[one.row.unit_id]) if offset is not None else ()
        if to:
            reminder = _reminder(stored, one, day, offset=offset)
            reminders.append(reminder)
            wanted[reminder.key] = [_due_message(one, reminder, user, day, receivers) for user in to]
    Reminder.objects.bulk_create(reminders, ignore_conflicts=True)
    fresh = Reminder.objects.filter(key__in=wanted).order_by("pk").values_list("key", flat=True)
    messages = [message for key in fresh for message in wanted[key]]
    tell(list({(message.receiver_id, message.occasion): message for message in messages}.values()))
    return len(fresh)


@use_case
def remind_by_hand(*, actor: Actor, campaign: Campaign, client_id: uuid.UUID, unit_ids: Collection[int]) -> Reminded:
    """Remind units below the actor of all that they owe, each once a day at the most.

    Returns who was reminded, and who was not and why; the same `client_id` again reminds nobody and says the same of
    those who were. Errors: NotPermitted (for a single one of them), CampaignNotRunning, NoUnitChosen, TooManyUnits.
    """
    if not unit_ids:
        raise deadline_errors.NoUnitChosen
    if len(unit_ids) > MOST_BY_HAND:
        raise deadline_errors.TooManyUnits(most=MOST_BY_HAND)
    stored = lock_campaign(campaign)
    rows = list(debts_of(stored).filter(unit__in=unit_ids).select_related("unit").order_by("sort_key", "pk"))
    if len(rows) != len(set(unit_ids)) or not all(policies.can_remind(actor=actor, unit=row.unit) for row in rows):
        raise NotPermitted
    if stored.state != CampaignState.RUNNING:
        raise errors.CampaignNotRunning
    this, made = ReminderRound.objects.get_or_create(
        client_id=client_id, defaults={"campaign": stored, "made_by_id": author_id(actor)}
    )
    if not made:
        return _said_before(this, rows, stored)
    return _remind(actor, stored, this, rows)


def _waiting(deadline: Deadline, day: dt.date) -> Q:
    """A row that still owes this by a day, and whose turn on `day` has no reminder yet.

    Before the last day but one that is the first offset, whenever it was sent; from then on every day has its own.
    """
    column = f"{deadline}_left"
    sent = Reminder.objects.filter(
        campaign=OuterRef("campaign"), unit=OuterRef("unit"), deadline=deadline, due_on=OuterRef(column)
    ).exclude(offset=None)
    first, second = (day - dt.timedelta(days=offset) for offset in OFFSETS[:2])
    early = Q(**{f"{column}__gt": second, f"{column}__lte": first}) & ~Q(Exists(sent))
    return early | (Q(**{f"{column}__lte": second}) & ~Q(Exists(sent.filter(sent_on=day))))


def _remind(actor: Actor, campaign: Campaign, this: ReminderRound, rows: "list[DebtRow]") -> Reminded:
    today = clock.today()
    sent = Reminder.objects.to_units().filter(campaign=campaign, sent_on=today)
    before = set(sent.filter(unit__in=[row.unit_id for row in rows]).values_list("unit_id", flat=True))
    receivers = receivers_of([row.unit for row in rows], today)
    owing = [row for row in rows if row.next_due is not None]
    waiting = [row for row in owing if row.unit_id not in before]
    reached = [row for row in waiting if receivers[row.unit_id].own]
    pairs = [(one, _reminder(campaign, one, today, this=this)) for row in reached for one in _owed_by(row)]
    Reminder.objects.bulk_create(reminder for _one, reminder in pairs)
    tell(
        [
            _message(CALL, one, reminder, user, today)
            for one, reminder in pairs
            for user in receivers[one.row.unit_id].own
        ]
    )
    facts = {"units": [row.unit_id for row in reached], "of": len(rows)}
    audit.record(actor=actor, action="plans.remind_by_hand", about=campaign, unit=campaign.owner, facts=facts)
    return Reminded(
        reminded=_names(reached),
        today_already=_names(row for row in owing if row.unit_id in before),
        owing_nothing=_names(row for row in rows if not row.owing),
        undated=_names(row for row in rows if row.owing and row.next_due is None),
        nobody_there=_names(row for row in waiting if not receivers[row.unit_id].own),
    )


def _said_before(this: ReminderRound, rows: "list[DebtRow]", campaign: Campaign) -> Reminded:
    if this.campaign_id != campaign.pk:
        raise errors.FormSentBefore
    done = set(this.reminders.values_list("unit_id", flat=True))
    return Reminded(reminded=_names(row for row in rows if row.unit_id in done))


def _names(rows: "Iterator[DebtRow] | list[DebtRow]") -> tuple[str, ...]:
    return tuple(row.name for row in rows)


def _owed(campaign: Campaign, unit_ids: Collection[int]) -> Iterator[Owed]:
    for row in debts_of(campaign).filter(unit__in=unit_ids).select_related("unit").order_by("unit_id"):
        yield from _owed_by(row)


def _owed_by(row: "DebtRow") -> Iterator[Owed]:
    for deadline in Deadline:
        due_on: dt.date | None = getattr(row, f"{deadline}_left")
        if due_on is not None:
            yield Owed(row, deadline, due_on)


def _receivers_at(offset: int, receivers: Receivers) -> tuple[int, ...]:
    """Until the deadline the unit itself; on the day after it those above as well; then those above alone."""
    if offset < 1:
        return receivers.own
    if offset == 1:
        return tuple(dict.fromkeys(receivers.own + receivers.above))
    return receivers.above or receivers.own


def _reminder(
    campaign: Campaign, one: Owed, day: dt.date, *, offset: int | None = None, this: ReminderRound | None = None
) -> Reminder:
    return Reminder(
        campaign=campaign,
        unit_id=one.row.unit_id,
        deadline=one.deadline,
        due_on=one.due_on,
        offset=offset,
        round=this,
        sent_on=day,
    )


def _due_message(one: Owed, reminder: Reminder, user: int, day: dt.date, receivers: Mapping[int, Receivers]) -> Message:
    """What the clock tells a user: of each unit until the day after its deadline; from then on those above hear once a
    day of all that are late, which the page of the campaign lists."""
    late = reminder.offset is not None and reminder.offset > OFFSETS[-1]
    if not late or user not in receivers[one.row.unit_id].above:
        return _message(REMINDER, one, reminder, user, day)
    return Message(
        receiver_id=user,
        kind=LATE,
        occasion=f"plans.late.{reminder.campaign_id}.{day:%Y%m%d}",
        parameters={"day": day.isoformat()},
        link=f"{reverse('plans:cascade', args=[reminder.campaign_id])}?state=overdue",
        about_type=ABOUT,
        about_id=reminder.campaign_id,
    )


def _message(kind: str, one: Owed, reminder: Reminder, user: int, day: dt.date) -> Message:
    turn = f"{reminder.offset:+d}" if reminder.offset is not None else f"call.{day:%Y%m%d}"
    what = f"{reminder.campaign_id}.{reminder.unit_id}.{one.deadline.value}.{one.due_on:%Y%m%d}.{turn}"
    return Message(
        receiver_id=user,
        kind=kind,
        occasion=f"plans.reminder.{what}",
        parameters={
            "unit": one.row.name,
            "deadline": one.deadline.value,
            "due": one.due_on.isoformat(),
            "days": one.days_left(day),
        },
        link=_link(one, reminder.campaign_id),
        about_type=ABOUT,
        about_id=reminder.campaign_id,
    )


def _link(one: Owed, campaign_id: int) -> str:
    if is_document(one.deadline):
        return reverse("plans:plan_detail", args=[getattr(one.row, f"{one.deadline}_pk")])
    if one.deadline is Deadline.SUMMONS:
        return reverse("plans:summons_unit", args=[campaign_id, one.row.unit_id])
    return reverse("plans:campaign_detail", args=[campaign_id])
