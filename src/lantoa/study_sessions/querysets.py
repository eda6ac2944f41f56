"""Filters over sessions, sites and placements."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from lantoa.organizations.actors import Actor
from lantoa.organizations.authority import TAKES_ROLL
from lantoa.organizations.querysets import counts_scope, names_scope

if TYPE_CHECKING:
    from lantoa.study_sessions.models import Activity, Headcount, Placement, Site, SiteCheck, SiteUnit, StudySession

    SessionBase = QuerySet[StudySession]
    SiteBase = QuerySet[Site]
    SiteCheckBase = QuerySet[SiteCheck]
    HeadcountBase = QuerySet[Headcount]
    SiteUnitBase = QuerySet[SiteUnit]
    PlacementBase = QuerySet[Placement]
    ActivityBase = QuerySet[Activity]
else:
    SessionBase = SiteBase = SiteCheckBase = HeadcountBase = SiteUnitBase = PlacementBase = ActivityBase = QuerySet


class StudySessionQuerySet(SessionBase):
    """Sessions."""

    def visible_to(self, actor: Actor) -> Self:
        """Sessions hosted by units whose counts one sees, with a site at such a unit, or where its people go."""
        every = self.model.objects
        sites = every.filter(counts_scope(actor, "sites__unit__")).order_by().values("pk")
        cells = every.filter(counts_scope(actor, "site_units__unit__")).order_by().values("pk")
        return self.filter(counts_scope(actor, "host__") | Q(pk__in=sites) | Q(pk__in=cells))

    def held(self) -> Self:
        """Sessions that were not cancelled."""
        return self.filter(cancelled_at__isnull=True)


class SiteQuerySet(SiteBase):
    """Sites."""

    def visible_to(self, actor: Actor) -> Self:
        """Sites at the units whose counts the actor may see."""
        return self.filter(counts_scope(actor, "unit__"))

    def taken_by(self, actor: Actor) -> Self:
        """Sites of the actor's own units, where they may take the roll."""
        return self.filter(unit_id__in=actor.unit_ids(TAKES_ROLL))


class SiteCheckQuerySet(SiteCheckBase):
    """Checks of sites."""

    def visible_to(self, actor: Actor) -> Self:
        """Checks of sites at the units whose counts the actor may see."""
        return self.filter(counts_scope(actor, "site__unit__"))


class HeadcountQuerySet(HeadcountBase):
    """Headcounts."""

    def visible_to(self, actor: Actor) -> Self:
        """Headcounts of sites at the units whose counts the actor may see."""
        return self.filter(counts_scope(actor, "site__unit__"))


class SiteUnitQuerySet(SiteUnitBase):
    """Which cells go to which site."""

    def visible_to(self, actor: Actor) -> Self:
        """Cells whose counts the actor may see."""
        return self.filter(counts_scope(actor, "unit__"))


class PlacementQuerySet(PlacementBase):
    """Who sits at which site."""

    def visible_to(self, actor: Actor) -> Self:
        """Placements of people whose names the actor may see."""
        return self.filter(names_scope(actor, "entry__unit__"))


class ActivityQuerySet(ActivityBase):
    """Activities besides conferences."""

    def visible_to(self, actor: Actor) -> Self:
        """Activities of the units whose counts the actor may see: nobody is named in them."""
        return self.filter(counts_scope(actor, "unit__"))

    def counted(self) -> Self:
        """Those that were not taken back."""
        return self.filter(taken_back_at__isnull=True)
