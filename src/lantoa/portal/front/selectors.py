"""What the first page and the pages around it show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest
from wagtail.models import Page

from lantoa.kernel import clock
from lantoa.portal.documents.selectors import shown_on
from lantoa.portal.enums import BannerPlace
from lantoa.portal.models import (
    ArticlePage,
    Banner,
    EnglishPage,
    Highlight,
    HomePage,
    Officer,
    PortalSite,
    PublicDocument,
    SectionPage,
    SpecialPage,
)
from lantoa.portal.models.front import Pointer
from lantoa.portal.models.pages import PortalPage
from lantoa.portal.selectors import below_first_page, published, site_of
from lantoa.visits.beacons import beacon_of

BANNER, FOLLOWED = "banner", "banner_click"
"""How views and clicks of a banner are counted, under its number."""
MOST_HIGHLIGHTS, NEWEST_DOCUMENTS = 3, 5


@dataclass(frozen=True)
class Branch:
    """A section on the page that shows the way, and the sections within it."""

    section: SectionPage
    within: list["Branch"]


def surroundings(page: PortalPage, request: HttpRequest) -> dict[str, Any]:
    """What stands on a first page beside its articles, on a special page, and on the first page in English."""
    portal = site_of(request) or PortalSite.objects.of_page(page)
    if isinstance(page, HomePage):
        return _first_page(page, portal)
    if isinstance(page, SpecialPage):
        return {"articles": chosen_of(page), "documents": documents_of(portal, page)}
    if isinstance(page, EnglishPage):
        newest = list(shown_on(portal)[:NEWEST_DOCUMENTS]) if portal else []
        return {"officers": officers_of(portal), "documents": newest}
    return {}


def _first_page(page: HomePage, portal: PortalSite | None) -> dict[str, Any]:
    """Two queries, and one for the sizes of all pictures."""
    highlights = _in_time(page.highlights)[:MOST_HIGHLIGHTS]
    banners = _in_time(page.banners)
    specials, english = beside_sections(portal) if portal else ([], None)
    pictures = [each.picture for each in [*highlights, *banners, *specials] if each.picture is not None]
    prefetch_related_objects(pictures, "renditions")
    shown = {
        "highlights": highlights,
        "top_banners": [banner for banner in banners if banner.place == BannerPlace.TOP],
        "side_banners": [banner for banner in banners if banner.place == BannerPlace.SIDE],
        "specials": specials,
        "english": english,
    }
    if portal is None or not page.live:
        return shown
    seen = [(BANNER, banner.pk) for banner in banners if banner.pk]
    return {**shown, "visit": beacon_of(portal.pk, beside=seen)}


def _in_time(rows: Any) -> list[Any]:
    """Highlights or banners of a first page that are shown today, in their order; those of a draft too."""
    found: Iterable[Pointer] = rows.all().select_related("picture", "target")
    return [each for each in found if each.is_shown_on(clock.today())]


def banners_of(portal: PortalSite) -> "QuerySet[Banner]":
    """The banners that stand on a site or will, or have stood until their last day."""
    rows: QuerySet[Banner] = Banner.objects.filter(home=portal.site.root_page_id).select_related("target")
    return rows.order_by("sort_order", "pk")


def highlights_of(portal: PortalSite) -> "QuerySet[Highlight]":
    """The highlights of a site."""
    rows: QuerySet[Highlight] = Highlight.objects.filter(home=portal.site.root_page_id)
    return rows.order_by("sort_order", "pk")


def officers_of(portal: PortalSite | None) -> list[Officer]:
    """Who can be asked, in the order that the editors gave them (one query)."""
    home = portal.site.root_page_id if portal else None
    return list(Officer.objects.filter(home=home).order_by("sort_order", "pk"))


def beside_sections(portal: PortalSite) -> tuple[list[SpecialPage], Page | None]:
    """The special pages of a site, in the order that their editors gave them, and its first page in English."""
    found = below_first_page(portal)
    specials = [page.specialpage for page in found if hasattr(page, "specialpage")]
    return specials, next((page for page in found if hasattr(page, "englishpage")), None)


def chosen_of(page: SpecialPage) -> list[ArticlePage]:
    """The articles of a special page that everybody may read, in their order."""
    ids = [each.article_id for each in page.chosen.all()]
    found = {article.pk: article for article in published().filter(pk__in=ids)}
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


def documents_of(portal: PortalSite | None, page: SpecialPage) -> Sequence[PublicDocument]:
    """The documents of its campaign that the site shows, the latest first."""
    if portal is None or page.campaign_id is None:
        return []
    return list(shown_on(portal).filter(directive__campaigns=page.campaign_id).distinct())


def branches_of(portal: PortalSite) -> list[Branch]:
    """All published sections of a site as a tree (one query)."""
    root = portal.site.root_page
    rows = SectionPage.objects.live().filter(path__startswith=root.path).order_by("path")
    found: dict[str, Branch] = {}
    top: list[Branch] = []
    for section in rows:
        branch = found[section.path] = Branch(section, [])
        above = found.get(section.path[: -section.steplen])
        if above is not None:
            above.within.append(branch)
        elif section.depth == root.depth + 1:
            top.append(branch)
    return top
