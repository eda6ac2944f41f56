"""The inbox: what was read, and what is silenced for a time."""

import datetime as dt
from typing import cast

from lantoa.audit import services as audit
from lantoa.audit.usecases import SupportsUser, use_case
from lantoa.kernel import clock
from lantoa.notifications import policies
from lantoa.notifications.errors import NotTheReceiver, SilenceOfNothing, SilenceTooLong
from lantoa.notifications.kinds import KINDS
from lantoa.notifications.models import LONGEST_SILENCE, Notification, Silence
from lantoa.notifications.selectors import inbox_of


@use_case
def mark_read(*, actor: SupportsUser, notification: Notification) -> Notification:
    """Note that its receiver has read a notification; a second time changes nothing. Raises NotTheReceiver."""
    if not policies.can_keep(actor=actor, notification=notification):
        raise NotTheReceiver
    Notification.objects.filter(pk=notification.pk, read_at__isnull=True).update(read_at=clock.now())
    return notification


@use_case
def mark_all_read(*, actor: SupportsUser, until: int, kind: str = "", unread: bool = False) -> int:
    """Note that the actor has read what the inbox shows, narrowed by `kind` and `unread`, on all its pages.

    `until` is the number of the last one that was counted there: what came in meanwhile stays unread. Returns how many
    were unread.
    """
    shown = inbox_of(actor, kind=kind, unread=unread).filter(pk__lte=until, read_at__isnull=True)
    return shown.update(read_at=clock.now())


@use_case
def silence(
    *, actor: SupportsUser, days: int, kind: str = "", about_type: str = "", about_id: int | None = None
) -> Silence:
    """Neither count nor mail, from today on for that many days, what is of one kind or about one thing.

    What comes in meanwhile stands in the inbox all the same. A second call begins anew from today. Returns the
    silence. Raises SilenceTooLong beyond 30 days, and SilenceOfNothing for what the actor was never told about.
    """
    if not 1 <= days <= LONGEST_SILENCE:
        raise SilenceTooLong(field="days", most=LONGEST_SILENCE)
    about = Notification.objects.visible_to(actor).filter(about_type=about_type, about_id=about_id)
    if kind not in KINDS if kind else not (about_type and about.exists()):
        raise SilenceOfNothing(field="what")
    today = clock.today()
    wanted, _made = Silence.objects.update_or_create(
        user_id=cast("int", actor.user_id),
        kind=kind,
        about_type="" if kind else about_type,
        about_id=None if kind else about_id,
        defaults={"begins_on": today, "ends_on": today + dt.timedelta(days=days - 1)},
    )
    facts = {"about": str(wanted), "days": days}
    audit.record(actor=actor, action="notifications.silence", about=wanted, unit=None, facts=facts)
    return wanted


@use_case
def end_silence(*, actor: SupportsUser, silence: Silence) -> None:
    """Hear of it again from now on; a second time changes nothing. Raises NotTheReceiver."""
    if not policies.can_end_silence(actor=actor, silence=silence):
        raise NotTheReceiver
    if Silence.objects.filter(pk=silence.pk).delete()[0]:
        audit.record(actor=actor, action="notifications.end_silence", about=silence, unit=None)
