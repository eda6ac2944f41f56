"""Marks that tell the folder whose state or standing in the rate may have changed."""

from collections.abc import Iterable

from django.db import connection

from lantoa.attendance.models import DirtyMark


def mark_dirty(*, campaign_id: int, entry_ids: Iterable[int]) -> None:
    """Let the folder look at these people again. Appends only, in the transaction of the change itself."""
    DirtyMark.objects.bulk_create(DirtyMark(campaign_id=campaign_id, entry_id=entry) for entry in entry_ids)


def mark_persons_dirty(person_ids: Iterable[int]) -> None:
    """Let the folder look at these persons again in every campaign that summoned them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO attendance_dirtymark (campaign_id, entry_id) "
            "SELECT campaign_id, id FROM plans_summonsentry WHERE person_id = ANY(%s) ORDER BY campaign_id, id",
            [list(person_ids)],
        )
