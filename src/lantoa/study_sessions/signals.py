"""What this app tells upper apps, inside the transaction of the change."""

from collections.abc import Iterable

from django.dispatch import Signal

from lantoa.study_sessions.models import StudySession

placements_changed = Signal()
"""People got, changed or lost their place, or the day of their session moved. Gives `campaign_id`, `entry_ids`."""


def tell_placements_changed(session: StudySession, entry_ids: Iterable[int]) -> None:
    """Send the signal, unless it concerns nobody."""
    if concerned := list(entry_ids):
        placements_changed.send(sender=StudySession, campaign_id=session.campaign_id, entry_ids=concerned)
