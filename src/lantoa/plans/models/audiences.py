"""Exceptions from the class that decides who is called in a campaign."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.models import Sector, Unit
from lantoa.plans.enums import Effect, PersonClass
from lantoa.plans.models.campaigns import Campaign


class ExceptionsInForce(models.Manager["AudienceException"]):
    """Those that were not withdrawn."""

    def get_queryset(self) -> models.QuerySet["AudienceException"]:
        """In the order in which they were made."""
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class AudienceException(models.Model):
    """A class of persons, everywhere or at one unit and below it, who are called beside the audience or not at all.

    Whoever is called by one class and excluded by another is not called. A withdrawn one is kept (`every`): lists that
    were frozen by it refer to it.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="exceptions")
    effect = models.CharField(_("effect"), max_length=7, choices=Effect)
    persons = models.CharField(_("who"), max_length=12, choices=PersonClass)
    sector = models.ForeignKey(
        Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sector")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("time"), default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)

    objects: ClassVar[ExceptionsInForce] = ExceptionsInForce()
    every: ClassVar[models.Manager["AudienceException"]] = models.Manager()

    class Meta:
        verbose_name = _("exception from an audience")
        verbose_name_plural = _("exceptions from an audience")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="audience_exception_sector_fits_class",
                condition=Q(persons="sector", sector__isnull=False) | (~Q(persons="sector") & Q(sector__isnull=True)),
                violation_error_message=_("Name the sector where an exception is about a sector, and nowhere else."),
            ),
            models.CheckConstraint(
                name="audience_exception_leaves_somebody",
                condition=~Q(effect="exclude", persons="all", unit__isnull=True),
                violation_error_message=_("This would call nobody at all. Name a unit, or a narrower class."),
            ),
        ]

    def __str__(self) -> str:
        return f"{capfirst(self.get_effect_display())}: {self.whom}"

    @property
    def whom(self) -> str:
        """The class and the unit in words."""
        persons = self.get_persons_display()
        if self.sector is not None:
            persons = f"{persons} ({self.sector.name})"
        if self.unit is None:
            return persons
        return gettext("%(persons)s of %(unit)s and the units below it") % {"persons": persons, "unit": self.unit.name}

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.campaign.owner
