"""What those who decide about readers' words read: what waits, what was decided, and where comments are closed."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from lantoa.kernel.vietnamese import fold
from lantoa.organizations.actors import Actor
from lantoa.portal.enums import ContributionState
from lantoa.portal.models import ArticlePage, CommentClosing, Contribution, PortalSite
from lantoa.portal.querysets import ContributionQuerySet
from lantoa.portal.selectors import below_sites_of, published

WAITING = (ContributionState.PENDING, ContributionState.ANSWERED)


@dataclass(frozen=True)
class SiteSwitch:
    """A portal, and whether it takes comments at all."""

    portal: PortalSite
    is_closed: bool


def sent_to(actor: Actor) -> ContributionQuerySet:
    """What came to the actor's portals, with what a list shows of it."""
    rows = Contribution.objects.visible_to(actor).select_related("article", "portal", "decided_by", "answer")
    return rows.annotate(is_closed=Exists(CommentClosing.objects.filter(article=OuterRef("article"))))


def in_state(rows: ContributionQuerySet, state: ContributionState) -> ContributionQuerySet:
    """Those in one state: what waits, the oldest first, what is decided, the latest first."""
    order = ("sent_at", "pk") if state in WAITING else ("-decided_at", "-pk")
    return rows.filter(state=state).order_by(*order)


def found_in(rows: ContributionQuerySet, text: str) -> ContributionQuerySet:
    """Those that contain the words, with and without diacritics."""
    for word in fold(text).split():
        rows = rows.filter(folded__contains=word)
    return rows


def counts_of(actor: Actor) -> dict[str, int]:
    """How many there are in each state (one query)."""
    rows = Contribution.objects.visible_to(actor).order_by()
    return dict(rows.values("state").annotate(many=Count("pk")).values_list("state", "many"))


def open_questions(actor: Actor, numbers: list[int]) -> int:
    """How many of them are questions that nobody has decided about (one query)."""
    return Contribution.objects.visible_to(actor).questions().filter(pk__in=numbers, state__in=WAITING).count()


def switches_of(actor: Actor) -> list[SiteSwitch]:
    """The actor's portals (one query)."""
    closed = CommentClosing.objects.filter(portal=OuterRef("pk"), article__isnull=True)
    portals = list(PortalSite.objects.visible_to(actor).annotate(closed=Exists(closed)))
    return [SiteSwitch(portal, bool(getattr(portal, "closed", False))) for portal in portals]


def articles_of(actor: Actor) -> "QuerySet[Any]":
    """The published articles of the actor's portals, how many comments each has, and whether it takes more."""
    said = Count("comments_received", filter=Q(comments_received__state=ContributionState.PUBLISHED))
    closed = Exists(CommentClosing.objects.filter(article=OuterRef("pk")))
    rows = published().select_related(None).prefetch_related(None).filter(below_sites_of(actor))
    listed: QuerySet[Any] = rows.annotate(many=said, is_closed=closed).defer("body")
    return listed


def article_of(actor: Actor, pk: int) -> ArticlePage | None:
    """One of them (two queries)."""
    found: ArticlePage | None = articles_of(actor).filter(pk=pk).first()
    return found
