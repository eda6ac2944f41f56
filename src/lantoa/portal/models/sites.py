"""Portal sites: which unit speaks at which address."""

from typing import ClassVar

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, Site

from lantoa.organizations.models import Unit
from lantoa.portal.models.media import Picture
from lantoa.portal.querysets import PortalSiteQuerySet


class PortalSite(models.Model):
    """The portal of one unit: its name, logo and colour, and the groups that are derived from appointments there."""

    unit = models.OneToOneField(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="portal_site")
    site = models.OneToOneField(Site, on_delete=models.PROTECT, related_name="portal")
    name = models.CharField(_("name of the portal"), max_length=120)
    logo = models.ForeignKey(
        Picture, verbose_name=_("logo"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    colour = models.CharField(_("colour"), max_length=7, default="#9b1c1f")
    writers = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="+")
    approvers = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="+")
    collection = models.OneToOneField(Collection, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[PortalSiteQuerySet] = PortalSiteQuerySet.as_manager()  # type: ignore[assignment]

    edition: int | None = None
    """The edition under which a request read it, so that what its pages share may be kept; None elsewhere."""

    class Meta:
        verbose_name = _("portal site")
        verbose_name_plural = _("portal sites")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(colour__regex=r"^#[0-9a-f]{6}$"),
                name="portal_site_colour",
                violation_error_message=_("Write the colour like #9b1c1f."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.unit
