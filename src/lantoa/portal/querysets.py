"""Which portal sites somebody looks after."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Coalesce

from lantoa.directives.enums import RelationKind
from lantoa.directives.models import DirectiveRelation
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.querysets import counts_scope
from lantoa.portal.enums import ContributionKind, ContributionState

if TYPE_CHECKING:
    from wagtail.models import Page

    from lantoa.portal.models import Contribution, FigureSet, Poll, PortalSite, PublicDocument

    ContributionBase = models.QuerySet[Contribution]
    PollBase = models.QuerySet[Poll]
    PortalSiteBase = models.QuerySet[PortalSite]
    PublicDocumentBase = models.QuerySet[PublicDocument]
    FigureSetBase = models.QuerySet[FigureSet]
else:
    ContributionBase = PollBase = PortalSiteBase = PublicDocumentBase = FigureSetBase = models.QuerySet


class PortalSiteQuerySet(PortalSiteBase):
    """Portal sites."""

    def visible_to(self, actor: Actor) -> Self:
        """The sites that the actor writes for or approves for; what they publish is seen by everybody."""
        return self.filter(unit__in=actor.unit_ids(authority.WRITES_PORTAL | authority.APPROVES_PORTAL))

    def at(self, host: str) -> "PortalSite | None":
        """The site that answers under the name of a host: its own, else the first one of the installation (one query).
        No two sites have the same name."""
        rows = self.filter(models.Q(site__hostname=host) | models.Q(site__is_default_site=True))
        first = models.Case(models.When(site__hostname=host, then=0), default=1)
        return rows.select_related("site__root_page", "logo").order_by(first).first()

    def of_page(self, page: "Page") -> "PortalSite | None":
        """The site whose first page the page is, or stands under."""
        above = self.annotate(root=models.F("site__root_page__path"))
        rows = above.annotate(asked=models.Value(page.path)).filter(asked__startswith=models.F("root"))
        return rows.select_related("unit", "site__root_page", "logo").first()


class PublicDocumentQuerySet(PublicDocumentBase):
    """Documents of the register on portals."""

    def visible_to(self, actor: Actor) -> Self:
        """The documents of the portals that the actor looks after, those withdrawn too."""
        return self.filter(portal__unit__in=actor.unit_ids(authority.WRITES_PORTAL | authority.APPROVES_PORTAL))

    def shown(self) -> Self:
        """What everybody may read."""
        return self.filter(withdrawn_at__isnull=True)

    def in_force_on(self, day: dt.date) -> Self:
        """Documents that hold on that day, by their own dates, and that none which has begun by then replaces."""
        begun = self.annotate(begins=Coalesce("directive__effective_from", "directive__issued_on"))
        holding = begun.filter(
            models.Q(directive__effective_until__isnull=True) | models.Q(directive__effective_until__gte=day),
            begins__lte=day,
        )
        replacing = DirectiveRelation.objects.filter(kind=RelationKind.REPLACES).annotate(
            begins=Coalesce("directive__effective_from", "directive__issued_on")
        )
        return holding.exclude(directive__in=replacing.filter(begins__lte=day).values("other"))


class ContributionQuerySet(ContributionBase):
    """What readers sent in words."""

    def visible_to(self, actor: Actor) -> Self:
        """What came to the portals that the actor looks after; everybody sees what is published of it."""
        return self.filter(portal__unit__in=actor.unit_ids(authority.WRITES_PORTAL | authority.APPROVES_PORTAL))

    def comments(self) -> Self:
        """Comments on articles."""
        return self.filter(kind=ContributionKind.COMMENT)

    def questions(self) -> Self:
        """Questions to the committee."""
        return self.filter(kind=ContributionKind.QUESTION)

    def published(self) -> Self:
        """What everybody may read."""
        return self.filter(state=ContributionState.PUBLISHED)


class PollQuerySet(PollBase):
    """Polls of portals."""

    def visible_to(self, actor: Actor) -> Self:
        """The polls of the portals that the actor looks after."""
        return self.filter(portal__unit__in=actor.unit_ids(authority.WRITES_PORTAL | authority.APPROVES_PORTAL))

    def running_on(self, day: dt.date) -> Self:
        """Polls in which readers may vote on that day."""
        return self.filter(closed_at__isnull=True, begins_on__lte=day, ends_on__gte=day)

    def with_votes(self) -> Self:
        """The same, each with how many votes it has (`many`)."""
        return self.annotate(many=models.Count("votes"))


class FigureSetQuerySet(FigureSetBase):
    """Figures that were given out to portals."""

    def visible_to(self, actor: Actor) -> Self:
        """Those given to the portals that the actor looks after, and those of units whose counts the actor sees."""
        looked_after = actor.unit_ids(authority.WRITES_PORTAL | authority.APPROVES_PORTAL)
        return self.filter(models.Q(portal__unit__in=looked_after) | counts_scope(actor, "unit__"))
