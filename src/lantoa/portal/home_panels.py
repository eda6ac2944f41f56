"""What the first page of the editors shows beside Wagtail's own lists: drafts that the work began, and the clock."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from wagtail.admin.ui.components import Component

from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.portal.models import ArticlePage, FigureSet, PortalSite

MOST = 10


@dataclass(frozen=True, slots=True)
class Due:
    """An article, when it appears and when it goes. `waits`: it is not approved, and its time has come already."""

    article: ArticlePage
    appears: dt.datetime | None
    goes: dt.datetime | None
    waits: bool


class WorkPanel(Component):
    """Drafts with figures of the work that nobody sent in yet, and what appears or goes at a set time."""

    name = "portal_work"
    template_name = "portal/home_panel.html"
    order = 205

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the template shows (some queries)."""
        actor: Actor = parent_context["request"].actor
        articles = articles_of(actor)
        return {"figures": waiting_figures(actor, articles), "due": due(articles), "zone": settings.TIME_ZONE}


def articles_of(actor: Actor) -> "QuerySet[ArticlePage]":
    """The articles of the portals that the actor looks after, drafts too."""
    under = Q(pk__in=[])
    for path in PortalSite.objects.visible_to(actor).values_list("site__root_page__path", flat=True):
        under |= Q(path__startswith=path)
    rows: QuerySet[ArticlePage] = ArticlePage.objects.filter(under)
    return rows


def waiting_figures(actor: Actor, articles: "QuerySet[ArticlePage]") -> list[tuple[FigureSet, ArticlePage]]:
    """What was given to these portals and has neither been published nor sent in, the latest first."""
    given = list(FigureSet.objects.filter(portal__in=PortalSite.objects.visible_to(actor))[: 5 * MOST])
    drafts = articles.filter(pk__in=[one.article_id for one in given], first_published_at=None).in_bulk()
    open_ones = {pk for pk, page in drafts.items() if page.current_workflow_state is None}
    return [(one, drafts[one.article_id]) for one in given if one.article_id in open_ones][:MOST]


def due(articles: "QuerySet[ArticlePage]") -> list[Due]:
    """What appears or goes at a set time, the next first: approved and waiting for its hour, or live until an hour."""
    now = clock.now()
    rows = articles.filter(~Q(latest_revision__content__go_live_at=None) | Q(expire_at__gt=now))
    found = []
    for page in rows.select_related("latest_revision").order_by("-latest_revision_created_at", "pk")[: 5 * MOST]:
        latest = page.get_latest_revision_as_object()
        appears = latest.go_live_at if latest.go_live_at and not (page.live and latest.go_live_at <= now) else None
        goes = latest.expire_at if latest.expire_at and latest.expire_at > now else None
        if appears or goes:
            scheduled = page.scheduled_revision is not None
            found.append(Due(page, appears, goes, waits=bool(appears and appears <= now and not scheduled)))
    return sorted(found, key=lambda one: (one.appears or one.goes or now, one.article.pk))[:MOST]
