"""Pages of the portal beside those that editors write, and files."""

import mimetypes
import uuid

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import Storage, storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from lantoa.portal.feeds import atom_of
from lantoa.portal.models import Attachment
from lantoa.portal.readers.selectors import addresses_of_questions
from lantoa.portal.reading.sitemaps import SiteMap
from lantoa.portal.selectors import feed_of, found_on, frame_of, page_at, page_of, portal_at, site_of
from lantoa.portal.serving.rules import FILE, PAGE, PICTURE, SHEET, for_everybody

_XML = "application/xml; charset=utf-8"


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
@for_everybody(PAGE, "q", "page")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Where on this site is it said?"""
    portal = portal_at(request)
    text = request.GET.get("q", "")[:200].strip()
    rows = page_of(found_on(portal, text), request) if text else None
    context = {**frame_of(portal), "text": text, "rows": rows}
    return render(request, "portal/search.html", context)


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
def picture(request: HttpRequest, name: str) -> FileResponse:
    """A picture in one size; another size or another picture has another name."""
    kept = storages["portal_pictures"]
    try:
        content = kept.open(name)
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error
    response = FileResponse(content, content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")
    return _stamped(response, kept, name)


@login_not_required
@for_everybody(FILE)
@require_safe
def attachment(request: HttpRequest, key: uuid.UUID) -> FileResponse:
    """A file of an article under its own name; recordings are played, anything else is saved."""
    file = get_object_or_404(Attachment, key=key)
    try:
        content = file.file.open("rb")
    except OSError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=not file.is_sound, filename=file.filename, content_type=file.content_type
    )
    return _stamped(response, file.file.storage, file.file.name)


def _stamped(response: FileResponse, storage: Storage, name: str) -> FileResponse:
    """The file with what tells one state of it from another."""
    changed = storage.get_modified_time(name)
    response["Last-Modified"] = http_date(changed.timestamp())
    response["ETag"] = f'"{changed.timestamp():.6f}-{storage.size(name)}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
