"""What sites above offer, and what a site has taken."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail.models import Page

from lantoa.portal.models import ArticlePage, PortalSite, SectionPage
from lantoa.portal.models.pages import PortalPage
from lantoa.portal.selectors import address_of, sections_of


@dataclass(frozen=True)
class Shelf:
    """The sites above, the sections of the own site, and where each article stood that was given back (the original
    and the path of its copy)."""

    sites: list[PortalSite]
    sections: list[SectionPage]
    former: dict[int, str]

    def source_of(self, article: ArticlePage) -> str:
        """The name of the site that it comes from; empty where that stands above no more."""
        path = original_of(article).path
        found = [site for site in self.sites if path.startswith(site.site.root_page.path)]
        return max(found, key=_depth).name if found else ""

    def section_for(self, offered: ArticlePage) -> SectionPage | None:
        """Where it would stand: where it stood before, in a section of the same name, or in the first one."""
        stood = self._section_at(self.former.get(offered.pk, ""))
        named = (each for each in self.sections if f"/{each.slug}/" in offered.url_path)
        return stood or next(named, None) or next(iter(self.sections), None)

    def section_of(self, shown: ArticlePage) -> SectionPage | None:
        """Where it stands here; None in a section that was withdrawn."""
        return self._section_at(shown.path)

    def _section_at(self, path: str) -> SectionPage | None:
        return next((each for each in self.sections if path.startswith(each.path)), None)


def original_of(article: ArticlePage) -> Page:
    """The article of the site above, of what is shown here and of what is offered."""
    return article.alias_of or article


@dataclass(frozen=True)
class Origin:
    """The site that an article comes from, and its address there."""

    portal: PortalSite
    address: str


def sites_above(portal: PortalSite) -> list[PortalSite]:
    """The sites of the units above the site's own one (one query)."""
    above = [int(step) for step in portal.unit.path.split(".") if step and int(step) != portal.unit_id]
    return list(PortalSite.objects.filter(unit__in=above).select_related("site__root_page"))


def offered_to(portal: PortalSite, sites: list[PortalSite] | None = None) -> "QuerySet[ArticlePage]":
    """The published articles of sites above that are offered, the newest first."""
    among = Q(pk__in=[])
    for site in sites_above(portal) if sites is None else sites:
        among |= Q(path__startswith=site.site.root_page.path)
    rows: QuerySet[ArticlePage] = ArticlePage.objects.live().filter(among, is_offered=True, alias_of__isnull=True)
    return rows.order_by("-first_published_at", "-pk")


def taken_on(portal: PortalSite) -> "QuerySet[ArticlePage]":
    """The articles of other sites that this one shows, as long as theirs can be read."""
    return copies_on(portal).filter(is_given_back=False)


def copies_on(portal: PortalSite) -> "QuerySet[ArticlePage]":
    """The articles of other sites that this one shows, and those that it gave back."""
    root = portal.site.root_page.path
    rows: QuerySet[ArticlePage] = ArticlePage.objects.filter(path__startswith=root, alias_of__isnull=False)
    return rows


def shelf_of(portal: PortalSite) -> Shelf:
    """What the two lists say beside their articles (three queries)."""
    former = copies_on(portal).filter(is_given_back=True).values_list("alias_of", "path")
    return Shelf(sites_above(portal), sections_of(portal), dict(former))


def not_taken(portal: PortalSite, shelf: Shelf) -> "QuerySet[ArticlePage]":
    """What is offered and not shown yet, the newest first."""
    return offered_to(portal, shelf.sites).exclude(pk__in=taken_on(portal).values("alias_of"))


def _depth(site: PortalSite) -> int:
    return int(site.site.root_page.depth)


def surroundings(page: PortalPage, request: HttpRequest) -> dict[str, Origin | None]:
    """Where an article comes from that another site shares (one query, none for others)."""
    if page.alias_of_id is None:
        return {"origin": None}
    portal = PortalSite.objects.of_page(page.alias_of)
    if portal is None:
        return {"origin": None}
    return {"origin": Origin(portal, f"{portal.site.root_url}{address_of(portal, page.alias_of)}")}
