"""What the pages of a portal show."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page as PageOfRows
from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Q, QuerySet, Window, prefetch_related_objects
from django.db.models.functions import RowNumber, Substr
from django.http import Http404, HttpRequest
from django.http.request import split_domain_port
from django.shortcuts import get_object_or_404
from django.urls import reverse
from wagtail.models import Page

from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.portal.models import ArticleAuthor, ArticlePage, EnglishPage, HomePage, PortalSite, SectionPage
from lantoa.portal.models.pages import PortalPage
from lantoa.portal.policies import can_write
from lantoa.portal.serving import editions
from lantoa.visits.beacons import beacon_of
from lantoa.visits.selectors import site_counts, views_of_row

KIND = "article"
NEWEST, PER_PAGE, FEED = 5, 12, 30
_FINISHED = "-first_published_at", "-pk"
_KINDS = "articlepage", "sectionpage", "homepage", "specialpage", "englishpage"
_WITH = (
    "articlepage__picture",
    "articlepage__recording",
    "sectionpage",
    "homepage",
    "specialpage__picture",
    "englishpage",
)
_BELOW = "_below_first_page"
_KNOWN = "_portal_of_request"
"""Where the portal of a request stays."""


@dataclass(frozen=True)
class SectionOnHome:
    """A section and its newest articles."""

    section: SectionPage
    articles: list[ArticlePage]


def site_of(request: HttpRequest) -> PortalSite | None:
    """The portal that answers at the address of the request, read once for a request and an edition."""
    known: PortalSite | None = getattr(request, _KNOWN, None)
    if known is None:
        host, edition = split_domain_port(request.get_host())[0], editions.of_request(request)
        known = editions.kept(f"site.{host}", edition, lambda: PortalSite.objects.at(host))
        setattr(request, _KNOWN, known)
        if known is not None:
            known.edition = edition
            request._wagtail_site = known.site  # type: ignore[attr-defined]  # so that Wagtail does not ask again
    return known


def portal_at(request: HttpRequest) -> PortalSite:
    """The same; Http404 where none answers."""
    found = site_of(request)
    if found is None:
        raise Http404
    return found


def written_by(actor: Actor, pk: int) -> PortalSite:
    """A portal that the actor writes for; Http404 where they look after none of that number. Raises NotPermitted."""
    rows = PortalSite.objects.visible_to(actor).select_related("unit", "site__root_page")
    portal = get_object_or_404(rows, pk=pk)
    if not can_write(actor=actor, unit=portal.unit):
        raise NotPermitted
    return portal


def below_sites_of(actor: Actor) -> Q:
    """The pages of the sites that the actor looks after (one query)."""
    below = Q(pk__in=[])
    for path in PortalSite.objects.visible_to(actor).values_list("site__root_page__path", flat=True):
        below |= Q(path__startswith=path)
    return below


def published() -> "QuerySet[ArticlePage]":
    """Articles that everybody may read, the newest first, with what a list shows of them."""
    rows: QuerySet[ArticlePage] = ArticlePage.objects.live().select_related("picture").order_by(*_FINISHED)
    return rows.prefetch_related("picture__renditions")


def published_on(portal: PortalSite) -> "QuerySet[ArticlePage]":
    """Those of one site."""
    return published().filter(path__startswith=portal.site.root_page.path)


def sections_of(portal: PortalSite) -> list[SectionPage]:
    """The sections right under the first page, in the order that their editors gave them."""
    return [page.sectionpage for page in below_first_page(portal) if hasattr(page, "sectionpage")]


def below_first_page(portal: PortalSite) -> list[Page]:
    """The published pages right under the first page, each with what it is; read once for a request and an edition."""
    known: list[Page] | None = getattr(portal, _BELOW, None)
    if known is None:
        edition = portal.edition
        known = (
            _below(portal) if edition is None else editions.kept(f"below.{portal.pk}", edition, lambda: _below(portal))
        )
        setattr(portal, _BELOW, known)
    return known


def _below(portal: PortalSite) -> list[Page]:
    root = portal.site.root_page
    rows = Page.objects.live().filter(path__startswith=root.path, depth=root.depth + 1).order_by("path")
    return list(rows.select_related("sectionpage", "specialpage__picture", "englishpage"))


def surroundings(page: PortalPage, request: HttpRequest) -> dict[str, Any]:
    """What stands on a page beside its own words: the frame, and lists by its kind."""
    portal = site_of(request) or PortalSite.objects.of_page(page)
    context = frame_of(portal, page)
    if isinstance(page, HomePage):
        return {**context, "groups": _newest_by_section(context["sections"])}
    if isinstance(page, SectionPage):
        return {**context, **_articles_of(page, request)}
    if isinstance(page, ArticlePage | EnglishPage):
        _fetch_sizes(page)
    if isinstance(page, ArticlePage):
        counted = {"views": page.views}
        beacon = {"visit": beacon_of(portal.pk, KIND, page.pk)} if portal and page.live and page.pk else {}
        if getattr(request, "is_preview", False):
            beacon = {"visit": ""}
        return {**context, **_beside(page), **counted, **beacon}
    return context


def frame_of(portal: PortalSite | None, page: PortalPage | None = None) -> dict[str, Any]:
    """The name of the site, its sections and counters, the way to this page, and nothing that was searched for."""
    sections = sections_of(portal) if portal else []
    way = _way_to(page, portal, sections) if portal and page is not None else []
    here = {step.pk for step in way} | ({page.pk} if page is not None else set())
    counted = (
        {"counts": site_counts(portal.pk), "counted_at": clock.now(), "visit": beacon_of(portal.pk)} if portal else {}
    )
    return {"portal": portal, "sections": sections, "way": way, "here": here, "text": "", **counted}


def _way_to(page: PortalPage, portal: PortalSite, sections: list[SectionPage]) -> list[Page]:
    """The pages above this one, from the first page down; those that every page loads anyway are not read again."""
    root = portal.site.root_page
    if not page.path or page.depth <= root.depth:
        return []
    top = [section for section in sections if page.path.startswith(section.path) and page.pk != section.pk]
    deeper = page.depth > root.depth + 2
    rest = list(page.get_ancestors().filter(depth__gt=root.depth + 1).live().order_by("path")) if deeper else []
    return [root, *top, *rest]


def address_of(portal: PortalSite | None, page: Page) -> str:
    """Where a page is read: on its own site without the name of the host, else with it."""
    if portal is None or not page.url_path.startswith(portal.site.root_page.url_path):
        return str(page.full_url or "")
    return address_under(portal, page.url_path)


def address_under(portal: PortalSite, url_path: str) -> str:
    """Where a page of the site is read that stands at this path of Wagtail's."""
    return reverse("wagtail_serve", args=[url_path[len(portal.site.root_page.url_path) :]])


def page_at(portal: PortalSite, path: str) -> PortalPage | None:
    """The published page at this address under the first page; of an article its authors and how often it was read too
    (one query)."""
    wanted = f"{portal.site.root_page.url_path}{path}"
    rows = Page.objects.live().filter(url_path=wanted).select_related("alias_of", *_WITH)
    authors = ArticleAuthor.objects.filter(article=OuterRef("pk")).order_by("sort_order").values("name")
    found = rows.annotate(views=views_of_row(KIND), authors=ArraySubquery(authors)).first()
    known: PortalPage | None = next((page for kind in _KINDS if (page := getattr(found, kind, None))), None)
    if found and isinstance(known, ArticlePage):
        known.views, known.alias_of, known.author_names = found.views, found.alias_of, found.authors
    return known or (found.specific if found else None)


def _newest_by_section(sections: list[SectionPage]) -> list[SectionOnHome]:
    """One query: the newest of each section are found by their paths."""
    if not sections:
        return []
    length = len(sections[0].path)
    found: dict[str, list[ArticlePage]] = {section.path: [] for section in sections}
    rows = published().annotate(top=Substr("path", 1, length)).filter(top__in=found)
    newest = rows.filter(pk__in=_first_of_each(rows))
    for article in newest:
        found[article.top].append(article)
    return [SectionOnHome(section, found[section.path]) for section in sections if found[section.path]]


def _first_of_each(rows: "QuerySet[ArticlePage]") -> "QuerySet[Any]":
    order = [F("first_published_at").desc(), F("pk").desc()]
    ranked = rows.order_by().annotate(place=Window(RowNumber(), partition_by=[F("top")], order_by=order))
    first: QuerySet[Any] = ranked.filter(place__lte=NEWEST).values("pk")
    return first


def articles_under(section: PortalPage) -> "QuerySet[ArticlePage]":
    """The articles of a section and of those within it."""
    return published().filter(path__startswith=section.path)


def _articles_of(section: SectionPage, request: HttpRequest) -> dict[str, Any]:
    within = SectionPage.objects.live().child_of(section).order_by("path")
    return {"rows": page_of(articles_under(section), request), "within": list(within)}


def page_of(rows: Any, request: HttpRequest) -> "PageOfRows[ArticlePage]":
    """The page that the address names; the nearest one where it names none that there is."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def _fetch_sizes(page: ArticlePage | EnglishPage) -> None:
    """Read the sizes of all pictures of a page at once (a query, and one for the pictures of its body)."""
    blocks = [block.value["picture"] for block in page.body if block.block_type == "picture"]
    pictures = [getattr(page, "picture", None), *blocks]
    prefetch_related_objects([picture for picture in pictures if picture], "renditions")


def _beside(article: ArticlePage) -> dict[str, Any]:
    """The articles before and after it in its section, in the order of its list (one query)."""
    moment = article.first_published_at
    if moment is None:
        return {"earlier": None, "later": None}
    parent = article.path[: -article.steplen]
    others = ArticlePage.objects.live().filter(path__startswith=parent, depth=article.depth).exclude(pk=article.pk)
    older = Q(first_published_at__lt=moment) | Q(first_published_at=moment, pk__lt=article.pk)
    newer = Q(first_published_at__gt=moment) | Q(first_published_at=moment, pk__gt=article.pk)
    before = others.filter(older).order_by("-first_published_at", "-pk")[:1]
    after = others.filter(newer).order_by("first_published_at", "pk")[:1]
    beside = list(before.union(after))
    here = (moment, article.pk)
    earlier = next((each for each in beside if (each.first_published_at, each.pk) < here), None)
    later = next((each for each in beside if (each.first_published_at, each.pk) > here), None)
    return {"earlier": earlier, "later": later}


def feed_of(portal: PortalSite, path: str) -> tuple[PortalPage, list[ArticlePage]] | None:
    """A section by its address under the first page (empty: the site), and its newest articles."""
    root = portal.site.root_page
    if not path:
        return root.specific, list(published_on(portal).prefetch_related("authors")[:FEED])
    section = SectionPage.objects.live().filter(url_path=f"{root.url_path}{path}").first()
    return (section, list(articles_under(section).prefetch_related("authors")[:FEED])) if section else None
