"""Which portal sites somebody looks after."""

from typing import TYPE_CHECKING, Self

from django.db import models

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor

if TYPE_CHECKING:
    from wagtail.models import Page

    from lantoa.portal.models import PortalSite

    PortalSiteBase = models.QuerySet[PortalSite]
else:
    PortalSiteBase = models.QuerySet


class PortalSiteQuerySet(PortalSiteBase):
    """Portal sites."""

    def visible_to(self, actor: Actor) -> Self:
        """The sites that the actor writes for or approves for; what they publish is seen by everybody."""
        return self.filter(unit__in=actor.unit_ids(authority.WRITES_PORTAL | authority.APPROVES_PORTAL))

    def of_page(self, page: "Page") -> "PortalSite | None":
        """The site whose first page the page is, or stands under."""
        above = self.annotate(root=models.F("site__root_page__path"))
        rows = above.annotate(asked=models.Value(page.path)).filter(asked__startswith=models.F("root"))
        return rows.select_related("unit", "site", "logo").first()
