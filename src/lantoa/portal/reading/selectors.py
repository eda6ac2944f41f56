"""What stands around an article for its reader."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest

from lantoa.portal.models import ArticlePage, PortalSite, SectionPage
from lantoa.portal.models.pages import PortalPage
from lantoa.portal.reading.words import minutes_of
from lantoa.portal.selectors import KIND, published_on, site_of
from lantoa.visits.selectors import most_viewed_statement

DAYS, MOST = 30, 5
KEEP_SECONDS = 300
"""So long the order of the most read articles stands; what is withdrawn meanwhile is not shown."""
_JOINED = """
SELECT page.*, article.* FROM ({}) most
JOIN portal_articlepage article ON article.page_ptr_id = most.object_id
JOIN wagtailcore_page page ON page.id = most.object_id
ORDER BY most.views DESC, most.object_id DESC
"""


def surroundings(page: PortalPage, request: HttpRequest) -> dict[str, Any]:
    """The most read articles of the site, and what an article says of itself."""
    portal = site_of(request) or PortalSite.objects.of_page(page)
    if isinstance(page, ArticlePage):
        # What is shown of another site leads back there, for which it asks once already.
        most_read = [] if page.alias_of_id else _most_read(portal, page)
        return {"most_read": most_read, "minutes": minutes_of(page)}
    if isinstance(page, SectionPage):
        return {"most_read": _most_read(portal)}
    return {}


def _most_read(portal: PortalSite | None, beside: ArticlePage | None = None) -> list[ArticlePage]:
    """The articles of a site that were read most in the last 30 days, the most read first (one query)."""
    if portal is None:
        return []
    key = f"portal.most_read.{portal.pk}"
    ids: list[int] | None = cache.get(key)
    if ids is None:
        found = _counted(portal)
        ids = [article.pk for article in found]
        cache.set(key, ids, KEEP_SECONDS)
    else:
        found = list(ArticlePage.objects.live().filter(pk__in=ids))
    others = [article for article in found if beside is None or article.pk != beside.pk]
    return sorted(others, key=lambda article: ids.index(article.pk))[:MOST]


def _counted(portal: PortalSite) -> list[ArticlePage]:
    among = published_on(portal).order_by().values("pk")
    statement, parameters = most_viewed_statement(KIND, days=DAYS, limit=MOST + 1, among=among)
    return list(ArticlePage.objects.raw(_JOINED.format(statement), parameters))
