"""Pages of the portal beside those that editors write, and files."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

from lantoa.portal.feeds import atom_of
from lantoa.portal.models import Attachment, Picture, PictureRendition
from lantoa.portal.readers.selectors import addresses_of_questions
from lantoa.portal.reading.sitemaps import SiteMap
from lantoa.portal.selectors import feed_of, page_at, portal_at, site_of
from lantoa.portal.serving.rules import FILE, MAY_BE_EDITOR, PAGE, PICTURE, SHEET, for_everybody
from lantoa.portal.serving.sending import sent_file, sent_picture
from lantoa.portal.uses import is_shown

_XML = "application/xml; charset=utf-8"


class EditingWords(JavaScriptCatalog):
    """The words of Wagtail's scripts, with ours for those that it has not in Vietnamese."""

    packages = ["wagtail.admin"]

    def get_paths(self, packages: list[str]) -> list[str]:
        """Where catalogues stand; of two translations the last one's holds."""
        return [*super().get_paths(packages), *map(str, settings.LOCALE_PATHS)]


@login_not_required
@for_everybody(PAGE, "page")
@require_safe
def page(request: HttpRequest, path: str) -> HttpResponse:
    """The page that editors wrote at this address."""
    found = page_at(portal_at(request), path)
    if found is None:
        raise Http404
    response: HttpResponse = found.serve(request)
    return response


@login_not_required
@for_everybody(PAGE)
@require_safe
def feed(request: HttpRequest, path: str) -> HttpResponse:
    """The newest articles of a section, or of the site, for a feed reader (Atom, RFC 4287)."""
    portal = portal_at(request)
    found = feed_of(portal, path)
    if found is None:
        raise Http404
    heading, articles = found
    return HttpResponse(atom_of(request, portal, heading, articles), content_type="application/atom+xml; charset=utf-8")


@login_not_required
@for_everybody(PAGE)
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """All pages and documents of this site for search engines, or where they are many the list of the parts."""
    return HttpResponse(_map(request).whole(), content_type=_XML)


@login_not_required
@for_everybody(PAGE)
@require_safe
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    """A part of the map of a large site."""
    found = _map(request)
    if not 1 <= number <= found.parts:
        raise Http404
    return HttpResponse(found.part(number), content_type=_XML)


def _map(request: HttpRequest) -> SiteMap:
    portal = portal_at(request)
    return SiteMap(request, portal, addresses_of_questions(portal))


@login_not_required
@for_everybody(PAGE)
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What robots may read: the portal, and nothing that asks for a sign-in."""
    lines = ["User-agent: *", "Allow: /cong/", "Disallow: /"]
    if site_of(request) is not None:
        lines += [f"Sitemap: {request.build_absolute_uri('/cong/sitemap.xml')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@for_everybody(SHEET)
@require_safe
def colours(request: HttpRequest) -> HttpResponse:
    """The colour of this site as a style sheet: no page of ours holds styles of its own."""
    sheet = f":root {{ --portal-colour: {portal_at(request).colour}; }}\n"
    return HttpResponse(sheet, content_type="text/css; charset=utf-8")


@login_not_required
@for_everybody(PICTURE)
@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture in one size, while a page shows it; another size or another picture has another name."""
    if not PictureRendition.objects.filter(file=name, image__in=Picture.objects.filter(is_shown(Picture))).exists():
        return _to_editors(request, "portal_draft_picture", name)
    return sent_picture(name)


@login_not_required
@for_everybody(FILE)
@require_safe
def attachment(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """A file of an article under its own name, while a page shows it."""
    file = Attachment.objects.filter(is_shown(Attachment), key=key).first()
    return sent_file(file) if file else _to_editors(request, "portal_draft_file", key)


def _to_editors(request: HttpRequest, name: str, *args: Any) -> HttpResponse:
    """Where editors get what no page shows yet. Raises Http404 for everybody else."""
    if not request.META[MAY_BE_EDITOR]:
        raise Http404
    return redirect(name, *args)
