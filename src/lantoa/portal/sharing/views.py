"""The page on which an editor takes what sites above offer."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lantoa.organizations.middleware import ActorRequest
from lantoa.portal.models import ArticlePage, SectionPage
from lantoa.portal.selectors import written_by
from lantoa.portal.sharing import services
from lantoa.portal.sharing.selectors import offers_to, taken_on
from lantoa.ui.responses import redirect_after_post, render_page


@require_safe
def share_list(request: ActorRequest, portal_id: int) -> HttpResponse:
    """What do the sites above offer to this one?"""
    portal = written_by(request.actor, portal_id)
    return render_page(request, "portal/sharing/share_list.html", {"portal": portal, "offers": offers_to(portal)})


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
