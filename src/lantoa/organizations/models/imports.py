"""Imports of persons: read, checked, shown, applied as one batch that can be undone."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantoa.jobs.models import Job
from lantoa.kernel import clock
from lantoa.organizations.enums import ImportState, RowDecision
from lantoa.organizations.models.persons import Membership, Person
from lantoa.organizations.models.units import Unit
from lantoa.organizations.querysets import ImportBatchQuerySet


class ImportBatch(models.Model):
    """One workbook of persons for the cells under a unit."""

    client_id = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="imports", verbose_name=_("unit"))
    file_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    effective_on = models.DateField(_("memberships begin on"))
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.PREVIEWED)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("uploaded at"), default=clock.now, editable=False)
    applied_at = models.DateTimeField(_("applied at"), null=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[ImportBatchQuerySet] = ImportBatchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("import of persons")
        verbose_name_plural = _("imports of persons")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit


class ImportRow(models.Model):
    """One row of the workbook as it was read, what is wrong with it, and what it became."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    values = models.JSONField(_("values"))
    problems = models.JSONField(_("problems"), default=list)
    decision = models.CharField(_("decision"), max_length=10, choices=RowDecision, blank=True)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "number"],
                name="import_row_once",
                violation_error_message=_("This row was read already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"
