"""Retention: what has been kept long enough is let go in batches, each whole; a run that was cut off is resumed."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from lantoa.audit import services as audit
from lantoa.audit.usecases import name_actor, use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.privacy import errors, policies
from lantoa.privacy.models import RetentionRun
from lantoa.privacy.retention import STEPS, Due, Step, periods

BATCH = 500
LOCK = 770_027
"""The number of the lock that one run at a time holds in the database; a backup holds it too, so that no file goes
while it is copied."""


def due_by_step(day: dt.date | None = None) -> list[tuple[Step, list[Due]]]:
    """What a run of that day (today) would let go, by step and unit; nothing is changed."""
    return [(step, list(step.due(_before(step, day or clock.today())))) for step in STEPS]


def apply_retention(*, actor: Actor) -> RetentionRun:
    """Let go what is due, and write the run down as one act. A run that was cut off is resumed, with its day.

    Raises NotPermitted (the system alone) or RetentionRuns (somebody else's run has not ended).
    """
    with _alone():
        run = begin_retention(actor=actor)
        for _progress in batches(run):
            pass
        return finish_retention(actor=actor, run=run)


@use_case
def begin_retention(*, actor: Actor) -> RetentionRun:
    """The run that was cut off, or a new one. Raises NotPermitted."""
    if not policies.can_apply_retention(actor=actor):
        raise errors.NotPermitted
    return RetentionRun.objects.filter(ended_at__isnull=True).first() or RetentionRun.objects.create(day=clock.today())


def batches(run: RetentionRun) -> Iterator[tuple[str, int]]:
    """Carry out one batch after the other, each in a transaction of its own together with what is told of it.

    Yields the step and how many rows of it went so far.
    """
    for step in STEPS:
        while _one_batch(run, step):
            yield step.key, run.result[step.key]


@use_case
def finish_retention(*, actor: Actor, run: RetentionRun) -> RetentionRun:
    """The run has ended: one line in the log, with how many rows of each kind went. Raises NotPermitted."""
    if not policies.can_apply_retention(actor=actor):
        raise errors.NotPermitted
    run.ended_at = clock.now()
    run.save(update_fields=["ended_at"])
    audit.record(actor=actor, action="privacy.finish_retention", about=run, unit=None, facts=run.result)
    return run


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of the database for the length of a run. Raises RetentionRuns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise errors.RetentionRuns
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _one_batch(run: RetentionRun, step: Step) -> bool:
    """Whether anything of the step went."""
    with transaction.atomic():
        name_actor(None)
        count = step.let_go(_before(step, run.day), BATCH)
        result = {**run.result, step.key: run.result.get(step.key, 0) + count}
        if count:
            RetentionRun.objects.filter(pk=run.pk).update(result=result)
    if count:
        run.result = result
    return bool(count)


def _before(step: Step, day: dt.date) -> dt.date:
    return day - dt.timedelta(days=periods()[step.key])
