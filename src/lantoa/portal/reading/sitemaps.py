"""The map of a site for search engines (sitemaps.org): its pages and its documents, in parts where they are many."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from math import ceil
from typing import Any
from xml.sax.xmlreader import AttributesImpl  # it writes alone

from django.http import HttpRequest
from django.urls import reverse
from django.utils.xmlutils import SimplerXMLGenerator

from lantoa.portal.models import PortalSite, PublicDocument
from lantoa.portal.selectors import address_of

MOST = 50_000
"""How many addresses one map may name."""
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NOTHING = AttributesImpl({})
Entry = tuple[str, dt.datetime | None]


@dataclass(frozen=True)
class SiteMap:
    """The map of a portal: its pages but those that it shows of other sites, documents, and the addresses in `also`.
    Each part names at most `most` of them."""

    request: HttpRequest
    portal: PortalSite
    also: Sequence[str] = ()
    most: int = MOST

    @cached_property
    def parts(self) -> int:
        """How many there are, at least one (two queries)."""
        number: int = self._pages.count() + self._documents.count() + len(self.also)
        return max(1, ceil(number / self.most))

    def whole(self) -> str:
        """All addresses, or where they are too many the map of the parts."""
        if self.parts == 1:
            return self.part(1)
        places = (reverse("portal:sitemap_part", args=[number]) for number in range(1, self.parts + 1))
        return self._written("sitemapindex", "sitemap", [(place, None) for place in places])

    def part(self, number: int) -> str:
        """The addresses of one part, counted from 1."""
        return self._written("urlset", "url", self._entries((number - 1) * self.most, number * self.most))

    @property
    def _pages(self) -> Any:
        rows = self.portal.site.root_page.get_descendants(inclusive=True).live()
        return rows.filter(alias_of__isnull=True).order_by("path")

    @property
    def _documents(self) -> Any:
        return PublicDocument.objects.shown().filter(portal=self.portal).order_by("pk")

    def _entries(self, first: int, end: int) -> Iterator[Entry]:
        """Pages by their paths, then documents by their numbers, then the rest."""
        for page in self._pages[first:end]:
            yield address_of(self.portal, page), page.last_published_at
        before = self._pages.count()
        rows = self._documents[max(first - before, 0) : max(end - before, 0)].values_list("pk", "published_at")
        for pk, published_at in rows:
            yield reverse("portal:document_detail", args=[pk]), published_at
        before += self._documents.count()
        yield from ((place, None) for place in self.also[max(first - before, 0) : max(end - before, 0)])

    def _written(self, root: str, element: str, entries: Iterator[Entry] | Sequence[Entry]) -> str:
        written = StringIO()
        xml = SimplerXMLGenerator(written, "utf-8")
        xml.startDocument()
        xml.startElement(root, AttributesImpl({"xmlns": _NAMESPACE}))
        for address, changed_at in entries:
            xml.startElement(element, _NOTHING)
            xml.addQuickElement("loc", self.request.build_absolute_uri(address))
            if changed_at:
                xml.addQuickElement("lastmod", changed_at.isoformat(timespec="seconds"))
            xml.endElement(element)
        xml.endElement(root)
        xml.endDocument()
        return written.getvalue()
