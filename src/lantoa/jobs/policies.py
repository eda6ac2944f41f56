"""Who may do what with long work."""

from lantoa.audit.usecases import SupportsUser
from lantoa.jobs.models import Job


def can_cancel(*, actor: SupportsUser, job: Job) -> bool:
    """Cancel a job: whoever asked for it."""
    return actor.user_id is not None and job.owner_id == actor.user_id
