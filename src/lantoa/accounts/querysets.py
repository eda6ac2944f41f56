"""Composable filters."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from lantoa.kernel import clock


class SessionQuerySet(QuerySet[Any]):
    """Sessions."""

    def living(self, idle_limit: dt.timedelta) -> "SessionQuerySet":
        """Those that have neither expired nor rested longer than `idle_limit`."""
        now = clock.now()
        return self.filter(expire_date__gt=now, last_seen_at__gt=now - idle_limit)


class InvitationQuerySet(QuerySet[Any]):
    """Invitations."""

    def unended(self) -> "InvitationQuerySet":
        """Those that were neither used nor withdrawn; some may be too old."""
        return self.filter(used_at__isnull=True, withdrawn_at__isnull=True)
