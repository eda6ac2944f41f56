"""What the inbox holds about a person whose data are erased."""

from lantoa.notifications.models import Mail, Notification, Silence


def forget_inbox(user_id: int) -> int:
    """Take away all that a user was told, is to be sent, and has silenced. Returns how many rows went."""
    rows = Notification.objects.filter(receiver=user_id).delete()[0]
    rows += Mail.objects.filter(receiver=user_id).delete()[0]
    return rows + Silence.objects.filter(user=user_id).delete()[0]
