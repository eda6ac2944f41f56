"""What shows how a running plan goes: figures typed in on a day, and evidence of tasks."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.files.models import StoredFile
from lantoa.kernel import clock
from lantoa.organizations.models import Unit
from lantoa.plans.models.plans import Target, Task


class TargetReading(models.Model):
    """What a target had come to on a day, typed in by hand, in the target's own measure."""

    client_id = models.UUIDField(unique=True, editable=False)
    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="readings", verbose_name=_("target"))
    read_on = models.DateField(_("as of"))
    value = models.DecimalField(_("figure"), max_digits=14, decimal_places=2)
    note = models.CharField(_("note"), max_length=300, blank=True)
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    typed_at = models.DateTimeField(_("time"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("typed figure of a target")
        verbose_name_plural = _("typed figures of targets")
        ordering = ["-read_on", "-id"]

    def __str__(self) -> str:
        return f"{self.target} {self.read_on:%Y-%m-%d}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.target.plan.unit


class TaskEvidence(models.Model):
    """What shows that a task was done: files, or where it can be found, in words."""

    client_id = models.UUIDField(unique=True, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="evidence", verbose_name=_("task"))
    text = models.CharField(_("what it is, or where it is found"), max_length=500)
    files = models.ManyToManyField(StoredFile, related_name="evidence", blank=True, verbose_name=_("files"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("time"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("evidence of a task")
        verbose_name_plural = _("evidence of tasks")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="task_evidence_says_what_it_is",
                condition=~Q(text=""),
                violation_error_message=_("Say what the evidence is, or where it is found."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.task.plan.unit
