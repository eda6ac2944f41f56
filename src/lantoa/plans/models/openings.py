"""A campaign that began with its pilot units is opened to the rest."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.files.models import StoredFile
from lantoa.kernel import clock
from lantoa.organizations.models import Unit
from lantoa.plans.models.campaigns import Campaign


class Opening(models.Model):
    """What the pilots taught, and the day from which the campaign holds for all units of its owner.

    The rest's units, plans and due dates are made on that day (`Campaign.opened_at` says when that was done).
    """

    client_id = models.UUIDField(unique=True, editable=False)
    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="opening")
    experience = models.TextField(_("experience of the pilot units"), max_length=10_000)
    files = models.ManyToManyField(StoredFile, related_name="openings", blank=True, verbose_name=_("files"))
    holds_from = models.DateField(_("holds for all from"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("time"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("opening of a campaign to all units")
        verbose_name_plural = _("openings of campaigns to all units")
        constraints = [
            models.CheckConstraint(
                name="opening_says_something",
                condition=~Q(experience=""),
                violation_error_message=_("Write what the pilot units taught."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.holds_from:%Y-%m-%d}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.campaign.owner
