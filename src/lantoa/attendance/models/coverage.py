"""Coverage, kept for each unit of a campaign."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.enums import Group
from lantoa.attendance.querysets import CoverageQuerySet
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign, SummonsEntry


class Coverage(models.Model):
    """Who was reached, for one unit with everything below it and one group of persons.

    Whoever is excluded is in no other count. `present` does not include `late`; both were there. `not_reported` is
    whoever has no mark at the first session. `made_up` missed the first session, or has no mark there, and attended a
    make-up. `cells_total` are the cells that owe a report (somebody summoned and not excluded); in `cells_reported`
    nobody is not reported; `reported_denominator` and `reported_attended` sum over those cells alone. `parent` and
    `path` are those of the campaign's day. Written by the folder and by nothing else.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="coverage")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="coverage")
    group = models.CharField(_("group"), max_length=6, choices=Group, db_column="person_group")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=400, db_collation="C")
    summoned = models.IntegerField(_("summoned"), default=0)
    excluded = models.IntegerField(_("excluded"), default=0)
    present = models.IntegerField(_("present"), default=0)
    late = models.IntegerField(_("late"), default=0)
    excused = models.IntegerField(_("excused"), default=0)
    absent = models.IntegerField(_("absent"), default=0)
    not_reported = models.IntegerField(_("not reported"), default=0)
    made_up = models.IntegerField(_("made up"), default=0)
    cells_total = models.IntegerField(_("cells"), default=0)
    cells_reported = models.IntegerField(_("cells reported"), default=0)
    reported_denominator = models.IntegerField(default=0)
    reported_attended = models.IntegerField(default=0)

    objects: ClassVar[CoverageQuerySet] = CoverageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverage")
        indexes = [models.Index(fields=["campaign", "parent", "group"], name="coverage_children")]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit", "group"],
                name="coverage_one_row",
                violation_error_message=_("This unit has its coverage in this campaign already."),
            ),
            models.CheckConstraint(
                name="coverage_adds_up",
                condition=Q(
                    summoned=F("excluded") + F("present") + F("late") + F("excused") + F("absent") + F("not_reported")
                ),
                violation_error_message=_("The counts of a unit must add up to those summoned."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.unit_id} {self.group}"


class DirtyMark(models.Model):
    """A person whose state or standing in the rate may have changed; the folder takes it and recomputes.

    Appended in the transaction of the change itself.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    entry = models.ForeignKey(
        SummonsEntry, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        verbose_name = _("mark to fold")
        verbose_name_plural = _("marks to fold")
        indexes = [models.Index(fields=["campaign", "id"], name="dirty_mark_turn")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.entry_id}"
