"""Long work: asked for, begun, ended, cancelled. How far it is, `progress` writes down."""

from django.db import transaction

from lantoa.audit.usecases import SupportsUser, use_case
from lantoa.jobs import policies
from lantoa.jobs.enums import JobState
from lantoa.jobs.errors import NobodySignedIn, NotTheOwner
from lantoa.jobs.models import Job
from lantoa.kernel import clock


@use_case
def start_job(*, actor: SupportsUser, title: str, total: int = 0) -> Job:
    """A new job of the actor's, waiting for a worker; enqueue the task in the same transaction.

    Raises NobodySignedIn.
    """
    if actor.user_id is None:
        raise NobodySignedIn
    return Job.objects.create(owner_id=actor.user_id, title=title[:200], total=total)


@transaction.atomic
def begin_job(*, job_id: int) -> bool:
    """Mark the job as running. False where there is nothing left to do: it has ended, or was cancelled while waiting.

    A job that a dead worker left running begins again.
    """
    job = Job.objects.select_for_update().get(pk=job_id)
    if not job.is_under_way:
        return False
    if job.cancel_requested:
        _end(job, JobState.CANCELLED)
        return False
    job.state = JobState.RUNNING
    job.done = 0
    job.save(update_fields=["state", "done"])
    return True


@transaction.atomic
def finish_job(*, job_id: int, message: str = "", result_url: str = "") -> None:
    """Mark the job as done, with the address of its result; call it in the transaction of the work."""
    job = Job.objects.select_for_update().get(pk=job_id)
    job.done = job.total
    job.result_url = result_url
    job.message = message[:500]
    job.save(update_fields=["done", "result_url", "message"])
    _end(job, JobState.DONE)


@transaction.atomic
def fail_job(*, job_id: int, message: str, result_url: str = "") -> None:
    """Mark the job as failed; `message` tells its owner what to do next, perhaps at `result_url`."""
    job = Job.objects.select_for_update().get(pk=job_id)
    job.message = message[:500]
    job.result_url = result_url
    job.save(update_fields=["message", "result_url"])
    _end(job, JobState.FAILED)


@transaction.atomic
def stop_job(*, job_id: int) -> None:
    """Mark the job as cancelled, after its work was rolled back at the owner's request."""
    _end(Job.objects.select_for_update().get(pk=job_id), JobState.CANCELLED)


@use_case
def cancel_job(*, actor: SupportsUser, job: Job) -> Job:
    """Cancel a job: at once where it waits, at its next step where it runs; one that has ended stays as it is.

    Raises NotTheOwner.
    """
    if not policies.can_cancel(actor=actor, job=job):
        raise NotTheOwner
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if not locked.is_under_way:
        return locked
    locked.cancel_requested = True
    locked.save(update_fields=["cancel_requested"])
    if locked.state == JobState.WAITING:
        _end(locked, JobState.CANCELLED)
    return locked


def _end(job: Job, state: JobState) -> None:
    job.state = state
    job.ended_at = clock.now()
    job.save(update_fields=["state", "ended_at"])
