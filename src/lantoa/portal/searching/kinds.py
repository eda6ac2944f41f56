"""What can be found on a portal: each kind, how it is called, and how its rows become results."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import pgettext_lazy

from lantoa.directives.enums import DirectiveKind
from lantoa.organizations.enums import SpokenLanguage
from lantoa.portal.documents.indexing import KIND as DOCUMENT
from lantoa.portal.enums import CODES
from lantoa.portal.models import ArticlePage, PortalSite, PublicDocument
from lantoa.portal.selectors import KIND as ARTICLE
from lantoa.portal.selectors import address_under


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
    rows = ArticlePage.objects.live().filter(path__startswith=portal.site.root_page.path, pk__in=numbers)
    said = rows.values_list("pk", "url_path", "title", "lead", "language")
    return {pk: _article(address_under(portal, path), *words) for pk, path, *words in said}


def _article(address: str, title: str, lead: str, language: str) -> Described:
    return Described(address=address, title=title, name=title, texts=[lead], lang=CODES[SpokenLanguage(language)])


def _documents(portal: PortalSite, numbers: Sequence[int]) -> dict[int, Described]:
    rows = PublicDocument.objects.shown().filter(portal=portal, pk__in=numbers)
    columns = (f"directive__{name}" for name in ("kind", "number", "title", "body", "abstract"))
    return {pk: _document(pk, *said) for pk, *said in rows.values_list("pk", *columns)}


def _document(pk: int, kind: str, number: str, title: str, body: str, abstract: str) -> Described:
    called = capfirst(str(DirectiveKind(kind).label))
    return Described(
        address=reverse("portal:document_detail", args=[pk]),
        title=title,
        name=f"{called} {number} {title}",
        number=number,
        texts=[abstract],
        facts=[called, body],
    )


_ARTICLE = pgettext_lazy("a kind of result", "Article")
_DOCUMENT = pgettext_lazy("a kind of result", "Document")
_SHOWN = (
    Kind(ARTICLE, pgettext_lazy("a kind of result", "Articles"), _ARTICLE, _articles),
    Kind(DOCUMENT, pgettext_lazy("a kind of result", "Documents"), _DOCUMENT, _documents),
)
KINDS = {kind.name: kind for kind in _SHOWN}
"""In the order in which they are offered."""
