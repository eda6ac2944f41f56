"""People whom no unit counts any more: who left, why, and what ended with it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.enums import DepartureReason
from lantoa.organizations.models.persons import Person
from lantoa.organizations.models.units import Unit
from lantoa.organizations.querysets import DepartureQuerySet


class Departure(models.Model):
    """The end of a membership without another: from `effective_on` on no unit counts the person.

    `ended` is what ended on that day and would hold again if the departure was taken back: the day until which the
    membership ran (`until`), memberships that were to follow (`later`: unit, standing, first day, first day after) and
    stays for a time (`stays`: number, first day after).
    """

    client_id = models.UUIDField(unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="departures")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="departures", verbose_name=_("unit"))
    reason = models.CharField(_("reason"), max_length=10, choices=DepartureReason)
    effective_on = models.DateField(_("not counted from"))
    decision_number = models.CharField(_("decision number"), max_length=60, blank=True)
    decision_date = models.DateField(_("decision date"), null=True)
    ended = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    objects: ClassVar[DepartureQuerySet] = DepartureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("end of a membership")
        verbose_name_plural = _("ends of memberships")
        ordering = ["-effective_on", "-id"]
        indexes = [models.Index(fields=["unit", "effective_on"], name="departure_unit")]

    def __str__(self) -> str:
        return f"{self.person} {self.effective_on}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit
