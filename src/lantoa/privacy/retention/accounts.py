"""Sessions that ran out, invitations that ended, and counts of failed sign-ins that nothing waits for."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from lantoa.accounts.models import Invitation, Session, SignInLimit
from lantoa.privacy.retention.due import Due, in_all, start_of


def due_sessions(before: dt.date) -> list[Due]:
    """Sessions that ran out, in all."""
    return in_all(Session.objects.filter(expire_date__lt=start_of(before)), "expire_date")


def end_sessions(before: dt.date, most: int) -> int:
    """Delete sessions that ran out."""
    return _delete(Session.objects.filter(expire_date__lt=start_of(before)), most)


def due_invitations(before: dt.date) -> list[Due]:
    """Invitations that opened their last door, in all."""
    return in_all(_invitations(before), "expires_at")


def let_go_invitations(before: dt.date, most: int) -> int:
    """Delete them; the last one of an account stays, which its page tells of, and loses its address."""
    rows = dict(_invitations(before).order_by("pk").values_list("pk", "followed")[:most])
    Invitation.objects.filter(pk__in=[pk for pk, followed in rows.items() if not followed]).update(email="")
    Invitation.objects.filter(pk__in=[pk for pk, followed in rows.items() if followed]).delete()
    return len(rows)


def _invitations(before: dt.date) -> "QuerySet[Any]":
    """Each with `followed`: whether the account has a later one."""
    later = Invitation.objects.filter(user=OuterRef("user"), pk__gt=OuterRef("pk"))
    ended: QuerySet[Any] = Invitation.objects.filter(expires_at__lt=start_of(before)).annotate(followed=Exists(later))
    return ended.exclude(followed=False, email="")


def due_limits(before: dt.date) -> list[Due]:
    """Counts of failed sign-ins, in all."""
    return in_all(SignInLimit.objects.filter(last_at__lt=start_of(before)), "last_at")


def let_go_limits(before: dt.date, most: int) -> int:
    """Delete counts of failed sign-ins."""
    return _delete(SignInLimit.objects.filter(last_at__lt=start_of(before)), most)


def _delete(rows: "QuerySet[Any]", most: int) -> int:
    chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    return rows.filter(pk__in=chosen).delete()[0]
