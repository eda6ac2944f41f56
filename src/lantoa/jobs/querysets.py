"""Filters over jobs."""

from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from lantoa.audit.usecases import SupportsUser

if TYPE_CHECKING:
    from lantoa.jobs.models import Job

    JobBase = QuerySet[Job]
else:
    JobBase = QuerySet


class JobQuerySet(JobBase):
    """Jobs: each is seen by its owner and by nobody else."""

    def visible_to(self, actor: SupportsUser) -> Self:
        """Jobs that the actor asked for."""
        return self.filter(owner_id=actor.user_id)
