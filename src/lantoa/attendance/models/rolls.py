"""Closed rolls."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.models import Unit
from lantoa.study_sessions.models import Site


class RollClosing(models.Model):
    """The closing of a site's roll: the counts at that moment and a hash over the states that gave them.

    `counts` maps each status to a number of persons. `guests` are people who are not on any list: counted, not named.
    Where a phone closed it, `event_id` is the event's, and `reported` is what the phone showed: its `counts` and the
    hash over its states, which differ from the server's where somebody else marked the same people; with the device and
    the number of the event in its queue.
    """

    site = models.OneToOneField(Site, on_delete=models.PROTECT, related_name="closing")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("closed at"), default=clock.now, editable=False)
    counts = models.JSONField(_("counts"))
    guests = models.PositiveIntegerField(_("others present"), default=0)
    guests_note = models.CharField(_("note on the others"), max_length=300, blank=True)
    sha256 = models.CharField(max_length=64)
    event_id = models.UUIDField(null=True, unique=True)
    reported = models.JSONField(_("as the phone reported it"), null=True)

    class Meta:
        verbose_name = _("closing of a roll")
        verbose_name_plural = _("closings of rolls")

    def __str__(self) -> str:
        return f"{self.site} {self.closed_at}"

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.site.unit
