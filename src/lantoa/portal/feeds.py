"""What programs read: Atom feeds."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.feedgenerator import Atom1Feed

from lantoa.portal.models import ArticlePage, PortalSite
from lantoa.portal.models.pages import PortalPage
from lantoa.portal.selectors import address_of


def atom_of(request: HttpRequest, portal: PortalSite, heading: PortalPage, articles: Iterable[ArticlePage]) -> str:
    """The articles as Atom (RFC 4287)."""
    feed = Atom1Feed(
        title=heading.title,
        link=request.build_absolute_uri(address_of(portal, heading)),
        description=getattr(heading, "lead", ""),
        language="vi",
        feed_url=request.build_absolute_uri(request.path),
    )
    for article in articles:
        address = request.build_absolute_uri(address_of(portal, article))
        feed.add_item(
            title=article.title,
            link=address,
            description=article.lead,
            author_name=", ".join(article.author_names) or heading.title,
            pubdate=article.first_published_at,
            updateddate=article.last_published_at,
            unique_id=address,
        )
    text: str = feed.writeString("utf-8")
    return text
