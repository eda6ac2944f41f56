"""What the head of a public page says to programs: its one address, what it is about, the picture of its link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lantoa.directives.models import Directive
from lantoa.portal.documents.selectors import Validity
from lantoa.portal.models import ArticlePage, EnglishPage, PortalSite, PublicDocument
from lantoa.portal.models.pages import PortalPage
from lantoa.portal.reading.cards import Card
from lantoa.portal.reading.structured import Data, article_of, document_of, element_of, way_of
from lantoa.portal.selectors import KIND, address_of

ARTICLE, DOCUMENT, SITE = "bai", "van-ban", "trang"
"""What a picture of a link is of, as its address says it."""


@dataclass(frozen=True)
class Head:
    """What a page says of itself. `canonical` is the one address that does not change with how it was asked for."""

    canonical: str
    title: str
    description: str
    kind: str
    picture: str
    data: SafeString
    locale: str = "vi_VN"


def head_of(portal: PortalSite, context: Mapping[str, Any]) -> Head:
    """The head of the page that is rendered with this context."""
    page = context.get("page")
    if isinstance(page, ArticlePage) and page.pk is not None:  # a draft that was never kept is looked at, too
        return _article(portal, page, context)
    if isinstance(document := context.get("document"), PublicDocument) and "directive" in context:
        return _document(portal, document, context)
    canonical = _whole(portal, context["request"].path) + _number(context)
    if isinstance(page, PortalPage):
        lead = page.search_description or getattr(page, "lead", "")
        found = _plain(portal, canonical, page.title, lead, _steps(portal, page, context))
        return replace(found, locale="en_US") if isinstance(page, EnglishPage) else found
    return _plain(portal, canonical, portal.name, context.get("description", ""), [])


def card_of_article(portal: PortalSite, article: ArticlePage, section: str) -> Card:
    """The picture of an article's link."""
    return Card(portal, ARTICLE, article.pk, article.title, section)


def card_of_document(portal: PortalSite, document: PublicDocument) -> Card:
    """The picture of a document's link."""
    return Card(portal, DOCUMENT, document.pk, document.directive.title, _name(document.directive))


def card_of_site(portal: PortalSite) -> Card:
    """The picture of every other page's link."""
    return Card(portal, SITE, portal.pk, portal.name, "")


def _article(portal: PortalSite, page: ArticlePage, context: Mapping[str, Any]) -> Head:
    origin, way = context.get("origin") if page.alias_of_id else None, context.get("way") or []
    address = str(origin.address) if origin else _whole(portal, address_of(portal, page))
    section = way[-1].title if way else ""
    picture = _address(card_of_article(portal, page, section))
    publisher = origin.portal if origin else portal
    data = [article_of(page, publisher, address, picture, section), way_of(_steps(portal, page, context))]
    return Head(address, page.title, page.search_description or page.lead, KIND, picture, element_of(data))


def _document(portal: PortalSite, document: PublicDocument, context: Mapping[str, Any]) -> Head:
    directive: Directive = context["directive"]
    address = _whole(portal, reverse("portal:document_detail", args=[document.pk]))
    files = [
        (file.name, _whole(portal, reverse("portal:document_file", args=[document.pk, file.pk])))
        for file in context["files"]
    ]
    steps = [
        (_("First page"), _whole(portal, reverse("wagtail_serve", args=[""]))),
        (_("Documents for everybody"), _whole(portal, reverse("portal:document_list"))),
        (_name(directive), address),
    ]
    law = document_of(directive, address, files, holds=context["validity"] is Validity.IN_FORCE)
    data: list[Data] = [*([law] if law else []), way_of(steps)]
    picture = _address(card_of_document(portal, document))
    return Head(address, _name(directive), directive.title, KIND, picture, element_of(data))


def _plain(portal: PortalSite, canonical: str, title: str, lead: str, steps: Sequence[tuple[str, str]]) -> Head:
    said = lead or _("%(portal)s: news and documents for everybody") % {"portal": portal.name}
    data = [way_of(steps)] if len(steps) > 1 else []
    return Head(canonical, title, said, "website", _address(card_of_site(portal)), element_of(data))


def _steps(portal: PortalSite, page: PortalPage, context: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(step.title, _whole(portal, address_of(portal, step))) for step in [*(context.get("way") or []), page]]


def _number(context: Mapping[str, Any]) -> str:
    """The page of a list, in the address of all but the first."""
    number = getattr(context.get("rows"), "number", 1)
    return f"?page={number}" if number > 1 else ""


def _name(directive: Directive) -> str:
    return f"{str(directive.get_kind_display()).capitalize()} {directive.number}"


def _address(card: Card) -> str:
    return _whole(card.portal, reverse("portal:card", args=[card.kind, card.pk, card.mark]))


def _whole(portal: PortalSite, address: str) -> str:
    return f"{portal.site.root_url}{address}" if address.startswith("/") else address
