"""The page on which an editor takes what sites above offer."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from lantoa.organizations.middleware import ActorRequest
from lantoa.portal.models import ArticlePage, SectionPage
from lantoa.portal.selectors import written_by
from lantoa.portal.sharing import services
from lantoa.portal.sharing.selectors import not_taken, original_of, shelf_of, taken_on
from lantoa.ui.responses import redirect_after_post, render_page
from lantoa.ui.tables import Column, Kind, Table

PER_PAGE = 25


@require_safe
def share_list(request: ActorRequest, portal_id: int) -> HttpResponse:
    """What do the sites above offer to this one?"""
    portal = written_by(request.actor, portal_id)
    shelf = shelf_of(portal)
    given: dict[str, Any] = {"request": request, "page_size": PER_PAGE, "extra": {"portal": portal}}
    offered = Table(
        **given,
        columns=_columns(shelf.source_of, shelf.section_for, "portal/sharing/_take_cell.html"),
        rows=not_taken(portal, shelf),
        caption=_("Articles that are offered"),
        empty_title=_("Everything that is offered is shown here."),
    )
    taken = Table(
        **given,
        columns=_columns(shelf.source_of, shelf.section_of, "portal/sharing/_return_cell.html"),
        rows=taken_on(portal).select_related("alias_of").order_by("-first_published_at", "-pk"),
        caption=_("Articles that are shown here"),
        prefix="taken_",
    )
    context = {"portal": portal, "offered": offered, "taken": taken}
    return render_page(request, "portal/sharing/share_list.html", context)


def _columns(
    source: Callable[[ArticlePage], str], section: Callable[[ArticlePage], Any], steps: str
) -> tuple[Column[ArticlePage], ...]:
    return (
        Column(key="title", label=lazy("Article"), value=lambda row: row.title, href=_original, primary=True),
        Column(key="source", label=lazy("Portal"), value=source),
        Column(key="day", label=lazy("Appeared on"), value=lambda row: row.first_published_at, kind=Kind.DATE),
        Column(key="here", label=lazy("Here"), value=section, template=steps),
    )


def _original(article: ArticlePage) -> str:
    """Where it is read on the site that it comes from."""
    original = original_of(article)
    return str(original.full_url or "") if original.live else ""


@require_POST
def share_take(request: ActorRequest, portal_id: int, article_id: int, section_id: int) -> HttpResponse:
    """Show an article of a site above in a section of this one."""
    portal = written_by(request.actor, portal_id)
    article = get_object_or_404(ArticlePage, pk=article_id)
    section = get_object_or_404(SectionPage, pk=section_id)
    shown = services.take_article(actor=request.actor, portal=portal, article=article, section=section)
    message = _("“%(article)s” is shown in “%(section)s” now.") % {"article": shown.title, "section": section.title}
    return redirect_after_post(request, "portal:share_list", portal.pk, message=message)


@require_POST
def share_return(request: ActorRequest, portal_id: int, article_id: int) -> HttpResponse:
    """Show it no longer."""
    portal = written_by(request.actor, portal_id)
    if shown := taken_on(portal).filter(alias_of=article_id).first():
        services.return_article(actor=request.actor, portal=portal, shown=shown)
    return redirect_after_post(request, "portal:share_list", portal.pk, message=_("It is not shown here any more."))
