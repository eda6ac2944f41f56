"""The summons: who is called to study, frozen on the day the list is made."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.enums import Standing
from lantoa.organizations.models import Person, Unit
from lantoa.plans.enums import AdditionReason, RemovalReason, SummonsReason
from lantoa.plans.models.audiences import AudienceException
from lantoa.plans.models.campaigns import Campaign
from lantoa.plans.querysets import SummonsEntryQuerySet, SummonsQuerySet


class Summons(models.Model):
    """A convening letter of one unit and its frozen list."""

    client_id = models.UUIDField(unique=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="summonses")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="summonses", verbose_name=_("convened by"))
    number = models.CharField(_("number and notation"), max_length=60)
    issued_on = models.DateField(_("date of issue"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(_("frozen at"), default=clock.now, editable=False)

    objects: ClassVar[SummonsQuerySet] = SummonsQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("summons")
        verbose_name_plural = _("summonses")
        ordering = ["-issued_on", "-id"]

    def __str__(self) -> str:
        return self.number

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit


class SummonsEntry(models.Model):
    """One person on the list: the cell that counted them then, their standing, and why they are called.

    `exception` is the one by which somebody is called whom the class of the campaign does not call.

    A person stands on one list of a campaign only, so that each counts once. Whoever came onto the list after it was
    frozen has the day and the decision of that. A removal cites its decision; it excludes from the rate when it was
    decided before the session, as does an addition that was decided after it (ADR 33).
    """

    summons = models.ForeignKey(Summons, on_delete=models.PROTECT, related_name="entries")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="entries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="summons_entries")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="summons_entries", verbose_name=_("cell"))
    standing = models.CharField(_("standing"), max_length=12, choices=Standing)
    reason = models.CharField(_("reason"), max_length=8, choices=SummonsReason)
    exception = models.ForeignKey(
        AudienceException, on_delete=models.PROTECT, null=True, related_name="entries", verbose_name=_("exception")
    )
    added_on = models.DateField(_("added on"), null=True)
    addition_decision = models.CharField(_("decision of the addition"), max_length=60, blank=True)
    addition_reason = models.CharField(_("reason of the addition"), max_length=8, choices=AdditionReason, blank=True)
    removed_on = models.DateField(_("removed on"), null=True)
    removal_decision = models.CharField(_("decision of the removal"), max_length=60, blank=True)
    removal_reason = models.CharField(_("reason of the removal"), max_length=8, choices=RemovalReason, blank=True)

    objects: ClassVar[SummonsEntryQuerySet] = SummonsEntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("person on a summons list")
        verbose_name_plural = _("persons on a summons list")
        indexes = [models.Index(fields=["campaign", "unit"], name="summons_entry_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "person"],
                name="summons_entry_once_a_campaign",
                violation_error_message=_("This person has been summoned in this campaign already."),
            ),
            models.CheckConstraint(
                name="summons_entry_removal_cites_decision",
                condition=Q(removed_on__isnull=True) | ~Q(removal_decision=""),
                violation_error_message=_("Cite the decision of the removal."),
            ),
            models.CheckConstraint(
                name="summons_entry_addition_cites_decision",
                condition=Q(added_on__isnull=True) | (~Q(addition_decision="") & ~Q(addition_reason="")),
                violation_error_message=_("Cite the decision of the addition and its reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.unit}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit
