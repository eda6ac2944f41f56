"""Reflections (bài thu hoạch): what a campaign asks for, and what each person handed in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.enums import OwedBy, ReflectionExemption, ReflectionState
from lantoa.attendance.querysets import ReflectionCallQuerySet, ReflectionQuerySet
from lantoa.files.models import StoredFile
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign, SummonsEntry


class ReflectionCall(models.Model):
    """That a campaign asks for reflections: on which questions, from whom, by when.

    Whoever was born in `exempt_born_until` or earlier owes none.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT, related_name="reflection_call")
    questions = models.TextField(_("questions"), max_length=4000)
    due_on = models.DateField(_("due on"))
    owed_by = models.CharField(_("owed by"), max_length=8, choices=OwedBy)
    exempt_born_until = models.PositiveSmallIntegerField(_("exempt: born in or before"), null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[ReflectionCallQuerySet] = ReflectionCallQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("call for reflections")
        verbose_name_plural = _("calls for reflections")

    def __str__(self) -> str:
        return str(self.campaign)

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.campaign.owner


class Reflection(models.Model):
    """One person's paper, or their exemption from it. Its text and scans are for the cell alone, and for the person."""

    entry = models.OneToOneField(SummonsEntry, on_delete=models.PROTECT, related_name="reflection")
    state = models.CharField(_("state"), max_length=9, choices=ReflectionState)
    exemption_reason = models.CharField(_("reason"), max_length=6, choices=ReflectionExemption, blank=True)
    text = models.TextField(_("text"), max_length=20_000, blank=True)
    scans = models.ManyToManyField(StoredFile, related_name="reflections", verbose_name=_("scans"))
    handed_in_on = models.DateField(_("handed in on"), null=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    assessed_at = models.DateTimeField(_("assessed at"), null=True)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[ReflectionQuerySet] = ReflectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("reflection")
        verbose_name_plural = _("reflections")
        constraints = [
            models.CheckConstraint(
                name="reflection_exemption_says_why",
                condition=Q(state="exempt", exemption_reason__gt="") | (~Q(state="exempt") & Q(exemption_reason="")),
                violation_error_message=_("Say why the person is exempt."),
            ),
            models.CheckConstraint(
                name="reflection_is_no_missing_one",
                condition=~Q(state="missing"),
                violation_error_message=_("What is missing has no row."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.state}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.entry.unit
