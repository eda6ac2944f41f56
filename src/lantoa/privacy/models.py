"""Requests about one person's data."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.models import Person, Unit
from lantoa.privacy.enums import ErasureState
from lantoa.privacy.querysets import ErasureQuerySet


class Erasure(models.Model):
    """A request to erase a person's data, and what became of it. `unit` is the last that counted the person.

    `result` holds, for each place that was emptied, how many rows were changed.
    """

    client_id = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    state = models.CharField(_("state"), max_length=10, choices=ErasureState, default=ErasureState.REQUESTED)
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked for at"), default=clock.now, editable=False)
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    result = models.JSONField(default=dict)

    objects: ClassVar[ErasureQuerySet] = ErasureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("erasure of personal data")
        verbose_name_plural = _("erasures of personal data")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=~Q(state=ErasureState.REFUSED),
                name="erasure_once",
                violation_error_message=_("An erasure of these data was asked for already."),
            ),
            models.CheckConstraint(
                name="erasure_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                violation_error_message=_("Whoever asked for an erasure cannot decide on it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.get_state_display()}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit
