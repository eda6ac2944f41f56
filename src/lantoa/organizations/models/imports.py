"""Imports of persons: read, checked, shown, applied as one batch that can be undone."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantoa.jobs.models import Job
from lantoa.kernel import clock
from lantoa.organizations.enums import ImportKind, ImportState, RowDecision, RowKind
from lantoa.organizations.models.persons import Membership, Person
from lantoa.organizations.models.units import Unit
from lantoa.organizations.querysets import ImportBatchQuerySet


class ImportBatch(models.Model):
    """One workbook of persons for the cells under a unit. `basis` is what its rows were read by, as a digest."""

    client_id = models.UUIDField(unique=True)
    kind = models.CharField(_("what the list is for"), max_length=8, choices=ImportKind, default=ImportKind.REGISTER)
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
    sheet = models.PositiveSmallIntegerField(_("sheet"), default=0)
    layout = models.JSONField(_("columns"), default=dict)
    unit_choices = models.JSONField(_("chosen cells"), default=dict)
    basis = models.CharField(max_length=64, blank=True, editable=False)

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

    @property
    def sheet_rows(self) -> "models.QuerySet[ImportRow]":
        """The rows of the sheet that is taken."""
        return self.rows.filter(sheet=self.sheet)

    @property
    def person_rows(self) -> "models.QuerySet[ImportRow]":
        """Those of them that are persons."""
        return self.sheet_rows.filter(kind=RowKind.PERSON)


class ImportRow(models.Model):
    """One row of the workbook as it was read, what is wrong with it, and what it became.

    `cells` are kept for as long as the import may be read in another way: what was applied keeps persons alone, and of
    them the values. `record` is the person that the row would become, where it says one clearly, until the import is
    applied. `before` is what a row that updated a person replaced. `differences` are those of a row that is compared,
    by field: what is recorded (`old`), what the file has (`new`), and whether that is taken (`take`).
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    sheet = models.PositiveSmallIntegerField(_("sheet"), default=0)
    number = models.PositiveIntegerField(_("row"))
    kind = models.CharField(_("kind"), max_length=10, choices=RowKind, default=RowKind.PERSON, blank=True)
    cells = models.JSONField(_("cells"), default=list)
    values = models.JSONField(_("values"), default=dict)
    record = models.JSONField(_("record to be written"), null=True)
    problems = models.JSONField(_("problems"), default=list)
    decision = models.CharField(_("decision"), max_length=10, choices=RowDecision, blank=True)
    is_open = models.BooleanField(_("to put right or decide"), default=False)
    before = models.JSONField(_("values before the update"), null=True)
    differences = models.JSONField(_("differences from the record"), null=True)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "sheet", "number"],
                name="import_row_once",
                violation_error_message=_("This row was read already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"


class RememberedLayout(models.Model):
    """What the columns of a list mean to a unit: the next file with the same titles needs no choice."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+", verbose_name=_("unit"))
    signature = models.CharField(max_length=64)
    columns = models.JSONField(_("columns"))
    standing = models.CharField(_("standing"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "signature"],
                name="remembered_layout_once",
                violation_error_message=_("These columns are remembered already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}:{self.signature[:8]}"
