"""What programs read: Atom feeds."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from lantoa.portal.models import ArticlePage, PortalSite
from lantoa.portal.models.pages import PortalPage
from lantoa.portal.selectors import address_of
from lantoa.typesetting.papers import plain


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a feed; its texts are plain, its address begins at the root of the site."""

    address: str
    title: str
    text: str
    author: str
    published_at: dt.datetime | None
    updated_at: dt.datetime | None


def feed(request: HttpRequest, *, address: str, title: str, text: str, entries: Iterable[Entry]) -> str:
    """Atom (RFC 4287). Signs that no XML holds, which come with what is copied from elsewhere, are left out."""
    found = Atom1Feed(
        title=plain(title),
        link=request.build_absolute_uri(address),
        description=plain(text),
        language="vi",
        feed_url=request.build_absolute_uri(request.get_full_path()),
    )
    for entry in entries:
        place = request.build_absolute_uri(entry.address)
        found.add_item(
            title=plain(entry.title),
            link=place,
            description=escape(plain(entry.text)),  # Django calls a summary HTML
            author_name=plain(entry.author),
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
            unique_id=place,
        )
    written: str = found.writeString("utf-8")
    return written


def atom_of(request: HttpRequest, portal: PortalSite, heading: PortalPage, articles: Iterable[ArticlePage]) -> str:
    """The articles of a page as Atom."""
    entries = (
        Entry(
            address=address_of(portal, article),
            title=article.title,
            text=article.lead,
            author=", ".join(article.author_names) or heading.title,
            published_at=article.first_published_at,
            updated_at=article.last_published_at,
        )
        for article in articles
    )
    place, lead = address_of(portal, heading), getattr(heading, "lead", "")
    return feed(request, address=place, title=heading.title, text=lead, entries=entries)
