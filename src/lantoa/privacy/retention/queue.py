"""Long work and background tasks that have ended; their titles may hold the name of a file."""

import datetime as dt

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from lantoa.jobs.models import Job
from lantoa.privacy.retention.due import Due, in_all, start_of

_ENDED = """
FROM procrastinate_jobs job
CROSS JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events WHERE job_id = job.id) last
WHERE job.status IN ('succeeded', 'failed', 'cancelled', 'aborted') AND last.at < %s
"""


def due_jobs(before: dt.date) -> list[Due]:
    """Long work, in all."""
    return in_all(_jobs(before), "ended_at")


def let_go_jobs(before: dt.date, most: int) -> int:
    """Delete long work."""
    chosen = list(_jobs(before).order_by("pk").values_list("pk", flat=True)[:most])
    Job.objects.filter(pk__in=chosen).delete()
    return len(chosen)


def due_tasks(before: dt.date) -> list[Due]:
    """Background tasks, in all."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), min(last.at) {_ENDED}", [start_of(before)])
        count, oldest = cursor.fetchone()
    return [Due("", count, timezone.localdate(oldest))] if count else []


def let_go_tasks(before: dt.date, most: int) -> int:
    """Delete background tasks with their events."""
    chosen = f"SELECT job.id {_ENDED} ORDER BY job.id LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM procrastinate_jobs WHERE id IN ({chosen})", [start_of(before), most])  # noqa: S608
        return int(cursor.rowcount)


def _jobs(before: dt.date) -> "QuerySet[Job]":
    return Job.objects.filter(ended_at__lt=start_of(before))
