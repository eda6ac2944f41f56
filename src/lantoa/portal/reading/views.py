"""Pictures of links, codes to scan, and versions of articles that were published before."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lantoa.portal.models import ArticlePage, PortalSite, PublicDocument
from lantoa.portal.reading import heads
from lantoa.portal.reading.cards import Card, picture_of
from lantoa.portal.reading.versions import comparison_of, earlier_version, versions_of
from lantoa.portal.selectors import address_of, frame_of, portal_at, published_on
from lantoa.portal.serving.rules import PAGE, PICTURE, for_everybody
from lantoa.ui.qr import qr_of


@login_not_required
@for_everybody(PICTURE)
@require_safe
def card(request: HttpRequest, kind: str, pk: int, mark: str) -> HttpResponse:
    """The picture of a link; its address changes with what stands on it, and an older one leads to the newest."""
    found = _card(portal_at(request), kind, pk)
    if found.mark != mark:
        return HttpResponseRedirect(reverse("portal:card", args=[kind, pk, found.mark]))
    return HttpResponse(picture_of(found), content_type="image/png")


@login_not_required
@for_everybody(PICTURE)
@require_safe
def article_qr(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of an article as a code to scan."""
    portal = portal_at(request)
    code = qr_of(f"{portal.site.root_url}{address_of(portal, _article(portal, pk))}")
    return HttpResponse(code.svg, content_type="image/svg+xml")


@login_not_required
@for_everybody(PAGE)
@require_safe
def article_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """When did it change, and what did it say before?"""
    portal = portal_at(request)
    article = _article(portal, pk)
    context = {**frame_of(portal, article), "article": article, "versions": versions_of(article)}
    return render(request, "portal/reading/article_versions.html", context)


@login_not_required
@for_everybody(PAGE)
@require_safe
def article_version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What did it say before, and what is other now? Of what was withdrawn only that it was."""
    portal = portal_at(request)
    article = _article(portal, pk)
    earlier = earlier_version(article, number)
    if earlier is None:
        raise Http404
    context = {**frame_of(portal, article), "article": article}
    if earlier.version.withdrawn_at is not None:
        said = {**context, "version": earlier.version}
        return render(request, "portal/reading/version_withdrawn.html", said, status=410)
    context["comparison"] = comparison_of(article, earlier)
    return render(request, "portal/reading/article_version.html", context)


def _article(portal: PortalSite, pk: int) -> ArticlePage:
    found = published_on(portal).prefetch_related(None).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _card(portal: PortalSite, kind: str, pk: int) -> Card:
    if kind == heads.ARTICLE:
        article = _article(portal, pk)
        return heads.card_of_article(portal, article, str(article.get_parent().title))
    if kind == heads.DOCUMENT:
        document = PublicDocument.objects.shown().filter(portal=portal, pk=pk).select_related("directive").first()
        if document is not None:
            return heads.card_of_document(portal, document)
    if kind == heads.SITE and pk == portal.pk:
        return heads.card_of_site(portal)
    raise Http404
