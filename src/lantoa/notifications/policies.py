"""Who may do what with notifications."""

from lantoa.audit.usecases import SupportsUser
from lantoa.notifications.models import Notification, Silence


def can_keep(*, actor: SupportsUser, notification: Notification) -> bool:
    """Mark a notification as read: its receiver."""
    return actor.user_id is not None and notification.receiver_id == actor.user_id


def can_end_silence(*, actor: SupportsUser, silence: Silence) -> bool:
    """End a silence: whoever wanted it."""
    return actor.user_id is not None and silence.user_id == actor.user_id
