"""Who is responsible for a unit in one campaign, and who follows it there."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.models import Appointment, Unit
from lantoa.plans.enums import Part
from lantoa.plans.models.campaigns import Campaign
from lantoa.plans.querysets import ChargeQuerySet


class Charge(models.Model):
    """An appointee named for a unit in one campaign, in place of the secretary or of who follows the unit anyway.

    It gives no authority: that comes from appointments alone. It holds as long as the appointment does; afterwards the
    default comes back.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="charges")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    part = models.CharField(_("part in the campaign"), max_length=11, choices=Part)
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="+")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(_("time"), default=clock.now, editable=False)

    objects: ClassVar[ChargeQuerySet] = ChargeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("person named for a unit in a campaign")
        verbose_name_plural = _("persons named for units in a campaign")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit", "part"],
                name="charge_once_a_part",
                violation_error_message=_("Somebody is named for this already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.part}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit
