"""What programs read: Atom feeds and the map of a site."""

from collections.abc import Iterable
from io import StringIO
from xml.sax.xmlreader import AttributesImpl  # it writes alone

from django.http import HttpRequest
from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from lantoa.portal.models import ArticlePage, PortalSite
from lantoa.portal.models.pages import PortalPage
from lantoa.portal.selectors import address_of

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_PAGES = 50_000
"""How many one map may name (sitemaps.org)."""


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


def sitemap_of(request: HttpRequest, portal: PortalSite, also: Iterable[str] = ()) -> str:
    """Every published page of a site (sitemaps.org) but what it shows of other sites, where the original stands; and
    the addresses in `also`."""
    written = StringIO()
    xml = SimplerXMLGenerator(written, "utf-8")
    xml.startDocument()
    xml.startElement("urlset", AttributesImpl({"xmlns": _NAMESPACE}))
    root = portal.site.root_page
    for page in root.get_descendants(inclusive=True).live().filter(alias_of__isnull=True).order_by("path")[:MOST_PAGES]:
        xml.startElement("url", AttributesImpl({}))
        xml.addQuickElement("loc", request.build_absolute_uri(address_of(portal, page)))
        if page.last_published_at:
            xml.addQuickElement("lastmod", page.last_published_at.isoformat(timespec="seconds"))
        xml.endElement("url")
    for place in also:
        xml.startElement("url", AttributesImpl({}))
        xml.addQuickElement("loc", request.build_absolute_uri(place))
        xml.endElement("url")
    xml.endElement("urlset")
    xml.endDocument()
    return written.getvalue()
