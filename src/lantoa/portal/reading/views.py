"""Codes to scan, and versions of articles that were published before."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from lantoa.portal.models import ArticlePage, PortalSite
from lantoa.portal.reading.versions import comparison_of, versions_of
from lantoa.portal.selectors import address_of, frame_of, portal_at, published_on
from lantoa.ui.qr import qr_of

_A_DAY = "public, max-age=86400"


@login_not_required
@require_safe
def article_qr(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of an article as a code to scan."""
    portal = portal_at(request)
    code = qr_of(f"{portal.site.root_url}{address_of(portal, _article(portal, pk))}")
    return HttpResponse(code.svg, content_type="image/svg+xml", headers={"Cache-Control": _A_DAY})


@login_not_required
@require_GET
def article_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """When did it change, and what did it say before?"""
    portal = portal_at(request)
    article = _article(portal, pk)
    context = {**frame_of(portal, article), "article": article, "versions": versions_of(article)}
    return render(request, "portal/reading/article_versions.html", context)


@login_not_required
@require_GET
def article_version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What did it say before, and what is other now?"""
    portal = portal_at(request)
    article = _article(portal, pk)
    comparison = comparison_of(article, number)
    if comparison is None:
        raise Http404
    context = {**frame_of(portal, article), "article": article, "comparison": comparison}
    return render(request, "portal/reading/article_version.html", context)


def _article(portal: PortalSite, pk: int) -> ArticlePage:
    found = published_on(portal).prefetch_related(None).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
