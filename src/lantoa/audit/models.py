"""The append-only log of what was done, refused, read and exported."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lantoa.audit.enums import Outcome
from lantoa.audit.querysets import EntryQuerySet
from lantoa.kernel import clock


class Entry(models.Model):
    """One act. Nothing points from here to other tables: who and what are plain ids, so that a row outlives them.

    `unit_path` is the path, on that day, of the unit that the act concerns. `facts` hold no name and no contact.
    Triggers refuse UPDATE, DELETE and TRUNCATE.
    """

    at = models.DateTimeField(_("time"), default=clock.now, editable=False)
    actor_id = models.BigIntegerField(_("user"), null=True)
    action = models.CharField(_("act"), max_length=80)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.DONE)
    code = models.CharField(_("reason code"), max_length=60, blank=True)
    object_type = models.CharField(_("kind of object"), max_length=60, blank=True)
    object_id = models.CharField(_("object"), max_length=40, blank=True)
    unit_id = models.BigIntegerField(_("unit"), null=True)
    unit_path = models.CharField(max_length=400, blank=True, db_collation="C")
    facts = models.JSONField(_("facts"), default=dict)

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["unit_path", "-id"], name="audit_entry_unit"),
            models.Index(fields=["actor_id", "-id"], name="audit_entry_actor"),
            models.Index(fields=["object_type", "object_id"], name="audit_entry_object"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"


class RowChange(models.Model):
    """One change of one row of a guarded table, written by a trigger, whoever made it and by whatever way.

    Only the names of the changed columns are kept, never their contents: erasing a person must leave nothing here.
    """

    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)
    actor_id = models.BigIntegerField(_("user"), null=True)
    table = models.CharField(_("table"), max_length=63, db_column="table_name")
    row_id = models.CharField(_("row"), max_length=40)
    operation = models.CharField(_("operation"), max_length=6)
    columns = models.JSONField(_("changed columns"), default=list)

    class Meta:
        verbose_name = _("row change")
        verbose_name_plural = _("row changes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["table", "row_id"], name="audit_rowchange_row")]

    def __str__(self) -> str:
        return f"{self.operation} {self.table} {self.row_id}"
