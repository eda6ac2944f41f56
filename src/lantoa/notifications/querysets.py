"""Filters over notifications and silences."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from lantoa.audit.usecases import SupportsUser

if TYPE_CHECKING:
    from lantoa.notifications.models import Notification, Silence

    NotificationBase = QuerySet[Notification]
    SilenceBase = QuerySet[Silence]
else:
    NotificationBase = SilenceBase = QuerySet


class NotificationQuerySet(NotificationBase):
    """Notifications: each is seen by its receiver and by nobody else."""

    def visible_to(self, actor: SupportsUser) -> Self:
        """What the actor was told."""
        return self.filter(receiver_id=actor.user_id)

    def unread(self) -> Self:
        """What asks for attention: neither read nor silenced when it was made."""
        return self.filter(read_at__isnull=True, quiet=False)


class SilenceQuerySet(SilenceBase):
    """Silences: each is seen by whoever wanted it and by nobody else."""

    def visible_to(self, actor: SupportsUser) -> Self:
        """What the actor silenced."""
        return self.filter(user_id=actor.user_id)

    def in_force_on(self, day: dt.date) -> Self:
        """Silences that hold on that day."""
        return self.filter(ends_on__gte=day)
