"""What a share link opens, without sign-in: one title, its sizes and its file. Nothing else of the system shows."""

from typing import TypeVar

from allauth.core.internal.ratelimit import get_ip
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lantoa.accounts.limits import Limit, count_try
from lantoa.materials.counting import count_use
from lantoa.materials.selectors import open_link
from lantoa.materials.views.serving import served
from lantoa.materials.weights import offers_of
from lantoa.ui.preferences import has_weak_line
from lantoa.ui.responses import render_page

Response = TypeVar("Response", bound=HttpResponseBase)
BORNE, FORGETS = 120, 1
"""So many requests of one address are borne at once, and one more each second: a village sits behind one address."""


@login_not_required
@never_cache
@require_GET
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """The title, the sizes, the text, and the way to the file."""
    if seconds := _wait(request):
        return _apart(request, _busy(seconds), 429, seconds)
    found = open_link(secret)
    if found is None:
        return _gone(request)
    link, version = found
    count_use(link, fetched=False)
    weak = has_weak_line(request)
    context = {
        "material": link.material,
        "version": version,
        "offers": offers_of(version, weak_line=weak),
        "weak_line": weak,
        "link": link,
        "secret": secret,
    }
    return _quiet(render_page(request, "materials/shared.html", context))


@login_not_required
@never_cache
@require_GET
def shared_fetch(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The file of the version in use, or with `?light=1` its light variant."""
    if seconds := _wait(request):
        return _apart(request, _busy(seconds), 429, seconds)
    found = open_link(secret)
    response = served(found[1], light="light" in request.GET) if found else None
    if found is None or response is None:
        return _gone(request)
    count_use(found[0], fetched=True)
    return _quiet(response)


def _wait(request: HttpRequest) -> int:
    return count_try([Limit.of("shared", get_ip(request), borne=BORNE, forgets=FORGETS)])


def _busy(seconds: int) -> str:
    return _("Too many people open links from this line at once. Try again in %(count)d seconds.") % {"count": seconds}


def _gone(request: HttpRequest) -> HttpResponse:
    text = _("This link leads nowhere, or no more. Ask whoever gave it to you for a new one.")
    return _apart(request, text, 404)


def _apart(request: HttpRequest, text: str, status: int, seconds: int = 0) -> HttpResponse:
    response = _quiet(render_page(request, "materials/shared_gone.html", {"text": text}, status=status))
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


def _quiet(response: Response) -> Response:
    """The address holds a secret: it goes to no other site and into no search engine.

    Our own site learns it, since no form of the page is taken from a browser that does not say whence it comes.
    """
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
