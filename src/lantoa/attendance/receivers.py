"""Changes of lower apps that move a rate: each leaves marks for the folder, in the transaction of the change."""

from collections.abc import Iterable
from typing import Any

from lantoa.attendance.folding import mark_dirty, mark_persons_dirty
from lantoa.attendance.services.reflections import exempt_the_old
from lantoa.organizations.signals import standing_changed
from lantoa.plans.signals import entries_changed
from lantoa.study_sessions.signals import placements_changed


def connect() -> None:
    """Listen to the lower apps; called once, when the apps are ready."""
    standing_changed.connect(_mark_persons, dispatch_uid="attendance.standing")
    entries_changed.connect(_mark_entries, dispatch_uid="attendance.entries")
    entries_changed.connect(exempt_the_old, dispatch_uid="attendance.exempt_the_old")
    placements_changed.connect(_mark_entries, dispatch_uid="attendance.placements")


def _mark_persons(*, person_ids: Iterable[int], **_: Any) -> None:
    mark_persons_dirty(person_ids)


def _mark_entries(*, campaign_id: int, entry_ids: Iterable[int], **_: Any) -> None:
    mark_dirty(campaign_id=campaign_id, entry_ids=entry_ids)
