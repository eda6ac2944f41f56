"""What sites above offer, and what a site has taken."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from lantoa.portal.models import ArticlePage, PortalSite, SectionPage
from lantoa.portal.models.pages import PortalPage
from lantoa.portal.selectors import address_of, sections_of

MOST = 60


@dataclass(frozen=True)
class Offer:
    """An article of a site above, whose it is, its address there, and where it stands on the own site, if it does."""

    article: ArticlePage
    source: PortalSite
    address: str
    taken: ArticlePage | None
    section: SectionPage | None


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


def offers_to(portal: PortalSite) -> list[Offer]:
    """The newest offers, each with the section in which it stands or would stand: one of the same name, else the
    first one (four queries)."""
    sites = sites_above(portal)
    articles = list(offered_to(portal, sites)[:MOST])
    taken = {each.alias_of_id: each for each in taken_on(portal).filter(alias_of__in=[each.pk for each in articles])}
    sections = sections_of(portal)
    return [_offer(article, sites, taken.get(article.pk), sections) for article in articles]


def _offer(
    article: ArticlePage, sites: list[PortalSite], taken: ArticlePage | None, sections: list[SectionPage]
) -> Offer:
    source = max((site for site in sites if article.path.startswith(site.site.root_page.path)), key=_depth)
    if taken is not None:
        fitting = (each for each in sections if taken.path.startswith(each.path))
    else:
        fitting = (each for each in sections if f"/{each.slug}/" in article.url_path)
    section = next(fitting, None) or next(iter(sections), None)
    return Offer(article, source, str(article.full_url or ""), taken, section)


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
