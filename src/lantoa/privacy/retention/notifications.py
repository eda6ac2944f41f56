"""What people were told a long time ago, and the mails and silences that are over."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from lantoa.notifications.models import Mail, Notification, Silence
from lantoa.privacy.retention.due import Due, in_all, start_of


def due(before: dt.date) -> list[Due]:
    """Notifications, mails and silences, in all."""
    return [
        *in_all(_notifications(before), "made_at"),
        *in_all(_mails(before), "made_at"),
        *in_all(_silences(before), "ends_on"),
    ]


def let_go(before: dt.date, most: int) -> int:
    """Delete them: notifications first, then the mails that carried them."""
    for rows in (_notifications(before), _mails(before), _silences(before)):
        chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
        if chosen:
            rows.filter(pk__in=chosen).delete()
            return len(chosen)
    return 0


def _notifications(before: dt.date) -> "QuerySet[Any]":
    return Notification.objects.filter(made_at__lt=start_of(before))


def _mails(before: dt.date) -> "QuerySet[Any]":
    return Mail.objects.filter(made_at__lt=start_of(before))


def _silences(before: dt.date) -> "QuerySet[Any]":
    return Silence.objects.filter(ends_on__lt=before)
