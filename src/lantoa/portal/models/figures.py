"""Figures of the work as they were given out to a portal: frozen at a moment, never changed."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign
from lantoa.portal.models.sites import PortalSite
from lantoa.portal.querysets import FigureSetQuerySet
from lantoa.study_sessions.models import StudySession

BLOCK = "figures"
"""The name of the block of an article that shows them."""


class FigureSet(models.Model):
    """What an officer gave out at one moment: the figures of a unit in a campaign, or those of a session.

    `article_id` is the draft that began with them; it may be gone. Both tables only grow.
    """

    client_id = models.UUIDField(unique=True)
    portal = models.ForeignKey(PortalSite, on_delete=models.PROTECT, related_name="figure_sets")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(StudySession, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(_("source"), max_length=700)
    taken_at = models.DateTimeField(_("taken at"), default=clock.now)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    article_id = models.BigIntegerField(_("article"))

    objects: ClassVar[FigureSetQuerySet] = FigureSetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("figures for a portal")
        verbose_name_plural = _("figures for portals")
        ordering = ["-taken_at", "-id"]

    def __str__(self) -> str:
        return self.source

    @property
    def audited_unit(self) -> Unit:
        """The unit under which acts on this object are logged."""
        return self.portal.unit

    def get_absolute_url(self) -> str:
        """Where who looks after the portal, or may see the unit's counts, traces them."""
        return reverse("portal:figures_detail", args=[self.pk])


class Figure(models.Model):
    """One figure as it was given out, in words; `address` opens its rows, for who may see them."""

    figures = models.ForeignKey(FigureSet, on_delete=models.PROTECT, related_name="rows")
    key = models.CharField(max_length=20, db_collation="C")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(_("label"), max_length=200)
    value = models.CharField(_("value"), max_length=60)
    measure = models.CharField(_("unit of measure"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200)

    objects: ClassVar[models.Manager["Figure"]]

    class Meta:
        verbose_name = _("figure for a portal")
        verbose_name_plural = _("figures for portals, one by one")
        ordering = ["figures", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["figures", "key"],
                name="portal_figure_once",
                violation_error_message=_("A figure is given out once in a set."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


def check_figures(page: Any) -> None:
    """Raises ValidationError where figures stand in the body of a page that were given to another portal; what that one
    shares comes with its own."""
    if page.alias_of_id:
        return
    named = {block.value["origin"] for block in page.body if block.block_type == BLOCK}
    if not named:
        return
    portal = PortalSite.objects.of_page(page) if page.path else None
    given = FigureSet.objects.filter(portal=portal, client_id__in=named).count() if portal else 0
    if given != len(named):
        raise ValidationError({"body": _("These figures were given to another portal. Take the block out.")})
