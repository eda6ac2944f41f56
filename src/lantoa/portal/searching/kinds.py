"""What can be found on a portal: each kind, how it is called, and how its rows become results."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import pgettext_lazy

from lantoa.portal.documents.indexing import KIND as DOCUMENT
from lantoa.portal.documents.selectors import shown_on
from lantoa.portal.models import ArticlePage, PortalSite, PublicDocument
from lantoa.portal.selectors import KIND as ARTICLE
from lantoa.portal.selectors import address_of, published_on


@dataclass(frozen=True, kw_only=True)
class Described:
    """An object as a result shows it, and how it is called in one line.

    `texts` are what an excerpt is taken from, the best first; `lang` is their language.
    """

    address: str
    title: str
    name: str
    number: str = ""
    texts: Sequence[str] = ()
    facts: Sequence[str] = field(default_factory=list)
    lang: str = "vi"


@dataclass(frozen=True)
class Kind:
    """One kind: `label` names all, `one` one of them.

    `described` reads some of its objects, by their numbers, as far as the portal shows them.
    """

    name: str
    label: str | Promise
    one: str | Promise
    described: Callable[[PortalSite, Sequence[int]], Mapping[int, Described]]


def _articles(portal: PortalSite, numbers: Sequence[int]) -> dict[int, Described]:
    rows: Any = published_on(portal).select_related(None).prefetch_related(None).filter(pk__in=numbers)
    return {article.pk: _article(portal, article) for article in rows}


def _article(portal: PortalSite, article: ArticlePage) -> Described:
    return Described(
        address=address_of(portal, article),
        title=article.title,
        name=article.title,
        texts=[article.lead],
        lang=article.lang,
    )


def _documents(portal: PortalSite, numbers: Sequence[int]) -> dict[int, Described]:
    return {document.pk: _document(document) for document in shown_on(portal).filter(pk__in=numbers)}


def _document(document: PublicDocument) -> Described:
    directive = document.directive
    kind = capfirst(directive.get_kind_display())
    return Described(
        address=reverse("portal:document_detail", args=[document.pk]),
        title=directive.title,
        name=f"{kind} {directive.number} {directive.title}",
        number=directive.number,
        texts=[directive.abstract],
        facts=[kind, directive.body],
    )


_ARTICLE = pgettext_lazy("a kind of result", "Article")
_DOCUMENT = pgettext_lazy("a kind of result", "Document")
_SHOWN = (
    Kind(ARTICLE, pgettext_lazy("a kind of result", "Articles"), _ARTICLE, _articles),
    Kind(DOCUMENT, pgettext_lazy("a kind of result", "Documents"), _DOCUMENT, _documents),
)
KINDS = {kind.name: kind for kind in _SHOWN}
"""In the order in which they are offered."""
