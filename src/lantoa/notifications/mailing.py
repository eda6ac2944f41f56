"""Mails: handed over once they are committed, and the weekly one."""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.accounts.enums import MailFailure
from lantoa.accounts.guests import guest_of
from lantoa.accounts.mail import MailNotTaken, can_send, hand_over
from lantoa.accounts.models import User
from lantoa.kernel import clock
from lantoa.notifications.models import Mail, Notification
from lantoa.notifications.selectors import told
from lantoa.notifications.telling import send_later

WEEKLY_AT = dt.time(7)
"""On Mondays, where the organisation works."""
SHOWN = 50
"""So many lines stand in one mail; the rest stands in the inbox."""


def deliver(*, mail_id: int) -> None:
    """Hand one mail over, unless that was done, nothing of it is unread any more, or nobody is behind the account.

    Whoever lost their last appointment since, or whose data were erased, gets nothing. A worker that dies after the
    hand-over leads to a second mail with the same Message-ID, never to none. Raises MailNotTaken where it is worth
    trying again.
    """
    mail = Mail.objects.select_related("receiver").filter(pk=mail_id, delivered_at=None).first()
    if mail is None or not mail.receiver.email or not mail.receiver.is_active or guest_of(mail.receiver_id) is None:
        return
    carried = _carried(mail)
    if not carried:
        return
    with translation.override(settings.LANGUAGE_CODE):
        failure = _hand_over(mail, carried)
    delivered_at = None if failure else clock.now()
    Mail.objects.filter(pk=mail.pk).update(delivered_at=delivered_at, failure=failure or "")
    if failure not in (None, MailFailure.NO_SUCH_ADDRESS):
        raise MailNotTaken(failure)


def post_weekly(*, now: dt.datetime) -> int:
    """Put this week's mail into the post for everybody with an address who had something unread on Monday morning.

    Returns how many. Once a week for each receiver, however often and by however many workers it is called.
    """
    monday = _monday(now)
    if not can_send() or now < _morning(monday):
        return 0
    unread = Notification.objects.filter(receiver=OuterRef("pk")).unread().filter(made_at__lt=_morning(monday))
    posted = Mail.objects.filter(receiver=OuterRef("pk"), week=monday)
    receivers = User.objects.filter(Exists(unread), ~Exists(posted), is_active=True).exclude(email="")
    with transaction.atomic():
        made = [Mail(receiver_id=pk, week=monday) for pk in receivers.values_list("pk", flat=True)]
        Mail.objects.bulk_create(made, ignore_conflicts=True)
        mine = list(Mail.objects.filter(client_id__in=[mail.client_id for mail in made]))
        send_later(mine)
    return len(mine)


def _hand_over(mail: Mail, carried: list[Notification]) -> MailFailure | None:
    site = settings.LANTOA_SITE.rstrip("/")
    context = {
        "weekly": mail.week is not None,
        "lines": told(carried[:SHOWN]),
        "more": max(len(carried) - SHOWN, 0),
        "site": site,
        "inbox": site + reverse("notifications:inbox"),
    }
    return hand_over(
        to=mail.receiver.email,
        subject=_subject(mail, len(carried)),
        text=render_to_string("notifications/mail.txt", context),
        message_id=f"<notification.{mail.client_id}@{urlsplit(site).hostname or 'localhost'}>",
    )


def _carried(mail: Mail) -> list[Notification]:
    """What is still unread of what the mail was made for."""
    unread = Notification.objects.filter(receiver=mail.receiver_id).unread()
    if mail.week is None:
        return list(unread.filter(mail=mail).order_by("pk"))
    return list(unread.filter(made_at__lt=_morning(mail.week)))


def _subject(mail: Mail, count: int) -> str:
    if mail.week is not None:
        return ngettext("Lan Tỏa: %(count)d unread notification", "Lan Tỏa: %(count)d unread notifications", count) % {
            "count": count
        }
    return _("Lan Tỏa: what waits for you")


def _monday(now: dt.datetime) -> dt.date:
    day = timezone.localdate(now)
    return day - dt.timedelta(days=day.weekday())


def _morning(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, WEEKLY_AT))
