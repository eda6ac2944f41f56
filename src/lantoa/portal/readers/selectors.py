"""What the public pages read of what readers sent."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

from lantoa.portal.models import ArticlePage, CommentClosing, Contribution, HomePage, PortalSite, Rating
from lantoa.portal.models.pages import PortalPage
from lantoa.portal.querysets import ContributionQuerySet
from lantoa.portal.readers.polls import current_on
from lantoa.portal.selectors import published_on, site_of

PER_PAGE = 20
"""So many comments stand on a page."""


@dataclass(frozen=True)
class Voices:
    """What readers gave an article: the sum of their points, how many of them gave some, how many comments are
    published, and whether more are taken."""

    points: int
    votes: int
    comments: int
    is_closed: bool


class CountedPaginator(Paginator[Contribution]):
    """Pages of rows whose number is known already."""

    def __init__(self, rows: "QuerySet[Contribution]", count: int) -> None:
        super().__init__(rows, PER_PAGE)
        self._known = count

    @cached_property
    def count(self) -> int:
        """How many rows there are in all."""
        return self._known


def voices_of(portal: PortalSite | None, article: ArticlePage) -> Voices:
    """One query."""
    rated = Rating.objects.filter(article=OuterRef("pk")).order_by().values("article")
    said = Contribution.objects.comments().published().filter(article=OuterRef("pk")).order_by().values("article")
    closed = CommentClosing.objects.filter(Q(article=OuterRef("pk")) | Q(article__isnull=True), portal=portal)
    found = (
        ArticlePage.objects.filter(pk=article.pk)
        .order_by()
        .values_list(
            _of(rated.annotate(found=Sum("points"))),
            _of(rated.annotate(found=Count("pk"))),
            _of(said.annotate(found=Count("pk"))),
            Exists(closed),
        )
    )
    points, votes, comments, is_closed = next(iter(found), (0, 0, 0, True))
    return Voices(points, votes, comments, is_closed)


def _of(rows: "QuerySet[Any]") -> Coalesce:
    return Coalesce(Subquery(rows.values("found"), output_field=IntegerField()), 0)


def comments_on(article: ArticlePage, count: int, number: str | None) -> "Page[Contribution] | None":
    """The published comments, the oldest first, page by page (one query); None where there are none."""
    if not count:
        return None
    rows = Contribution.objects.comments().published().filter(article=article).order_by("sent_at", "pk")
    return CountedPaginator(rows, count).get_page(number)


def around(page: PortalPage, request: HttpRequest) -> dict[str, Any]:
    """What stands of readers on a page that editors wrote: ratings and comments of an article (two queries), a poll on
    the first page (one)."""
    if isinstance(page, HomePage):
        portal = site_of(request)
        return {"poll": current_on(portal) if portal else None}
    if not isinstance(page, ArticlePage) or not page.live or page.pk is None:
        return {}
    voices = voices_of(site_of(request), page)
    return {"voices": voices, "comments": comments_on(page, voices.comments, request.GET.get("page"))}


def article_on(portal: PortalSite, pk: int) -> ArticlePage | None:
    """A published article of the site (one query)."""
    return published_on(portal).prefetch_related(None).filter(pk=pk).first()


def points_of(article: ArticlePage, reader: str) -> int | None:
    """The points that the reader gave last."""
    return Rating.objects.filter(article=article, reader=reader).values_list("points", flat=True).first()


def answered_on(portal: PortalSite) -> ContributionQuerySet:
    """The published questions of a portal with their answers, the latest first."""
    rows = Contribution.objects.questions().published().filter(portal=portal)
    return rows.select_related("answer").order_by("-decided_at", "-pk")


def addresses_of_questions(portal: PortalSite) -> list[str]:
    """Where the published questions are read (one query)."""
    numbers = answered_on(portal).values_list("pk", flat=True)
    return [reverse("portal:question_list"), *(reverse("portal:question_detail", args=[pk]) for pk in numbers)]
