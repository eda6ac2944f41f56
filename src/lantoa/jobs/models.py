"""Progress of work that takes longer than a page may."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantoa.jobs.enums import JobState
from lantoa.jobs.querysets import JobQuerySet
from lantoa.kernel import clock


class Job(models.Model):
    """One piece of long work that a user asked for: what it is, how far it is, where its result stands."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs")
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    result_url = models.CharField(max_length=300, blank=True)
    message = models.CharField(_("message"), max_length=500, blank=True)
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("asked for at"), default=clock.now, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects: ClassVar[JobQuerySet] = JobQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                name="job_done_within_total",
                condition=models.Q(done__lte=models.F("total")) | models.Q(total=0),
                violation_error_message=_("More is done than there is to do."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_under_way(self) -> bool:
        """Whether the work still waits or runs."""
        return self.state in (JobState.WAITING, JobState.RUNNING)
