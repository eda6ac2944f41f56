"""Appointments: the only source of authority."""

from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.enums import Role
from lantoa.organizations.models.persons import Person
from lantoa.organizations.models.units import Unit
from lantoa.organizations.querysets import AppointmentQuerySet


class Appointment(models.Model):
    """A person holds a role at a unit from a date to a date, by a decision. Ending it ends the access at once.

    `term_ends_on` is the last day of the term that the decision names: a reminder to renew, for whoever was elected
    serves on until the next decision. Authority ends with `period` alone.
    """

    client_id = models.UUIDField(unique=True, null=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(_("role"), max_length=14, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("unit"))
    title = models.CharField(_("position"), max_length=120, blank=True)
    decision_number = models.CharField(_("decision number"), max_length=60, blank=True)
    decision_date = models.DateField(_("decision date"), null=True)
    decision_body = models.CharField(_("deciding body"), max_length=200, blank=True)
    term_ends_on = models.DateField(_("the term ends on"), null=True)
    period = DateRangeField(_("period"))

    objects: ClassVar[AppointmentQuerySet] = AppointmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["unit", "role", "id"]
        indexes = [models.Index(fields=["unit", "role"], name="appointment_unit_role")]
        constraints = [
            models.CheckConstraint(
                name="appointment_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message=_("An appointment must last at least one day."),
            ),
            models.CheckConstraint(
                name="appointment_term_not_turned",
                condition=Q(term_ends_on__isnull=True) | Q(period__startswith__lte=F("term_ends_on")),
                violation_error_message=_("A term cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()} {self.unit}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit
