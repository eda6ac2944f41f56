"""Two records of one person that became one."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.organizations.models.persons import Person
from lantoa.organizations.models.units import Unit
from lantoa.organizations.querysets import PersonMergeQuerySet


class PersonMerge(models.Model):
    """The record `merged` went into `kept`, with all that is needed to part them again exactly.

    `values` holds the fields of `kept` that changed, each with its text before and after. `moves` names every row that
    referred to `merged`: model, field, number. `memberships` holds the memberships of both, before and after.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    kept = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    merged = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    values = models.JSONField(default=dict)
    moves = models.JSONField(default=list)
    memberships = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar[PersonMergeQuerySet] = PersonMergeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("merger of two records")
        verbose_name_plural = _("mergers of two records")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="person_merged_once",
                violation_error_message=_("This record went into another already."),
            ),
            models.CheckConstraint(
                name="person_merge_of_two",
                condition=~Q(kept=F("merged")),
                violation_error_message=_("A record cannot go into itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"
