"""Sessions that ran out, and counts of failed sign-ins that nothing waits for."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from lantoa.accounts.models import Session, SignInLimit
from lantoa.privacy.retention.due import Due, in_all, start_of


def due_sessions(before: dt.date) -> list[Due]:
    """Sessions that ran out, in all."""
    return in_all(Session.objects.filter(expire_date__lt=start_of(before)), "expire_date")


def end_sessions(before: dt.date, most: int) -> int:
    """Delete sessions that ran out."""
    return _delete(Session.objects.filter(expire_date__lt=start_of(before)), most)


def due_limits(before: dt.date) -> list[Due]:
    """Counts of failed sign-ins, in all."""
    return in_all(SignInLimit.objects.filter(last_at__lt=start_of(before)), "last_at")


def let_go_limits(before: dt.date, most: int) -> int:
    """Delete counts of failed sign-ins."""
    return _delete(SignInLimit.objects.filter(last_at__lt=start_of(before)), most)


def _delete(rows: "QuerySet[Any]", most: int) -> int:
    chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    return rows.filter(pk__in=chosen).delete()[0]
