"""The page that takes a roll where there is no network: the same for everybody, so that a phone can keep it."""

import json
from http import HTTPStatus

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_GET, require_POST

from lantoa.kernel.refusals import Refusal
from lantoa.organizations import authority
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.rollcall import shell
from lantoa.rollcall.services.provisioning import provision

# Nothing but files of ours runs, without a nonce, since the page is kept; the reader of QR codes is WebAssembly.
POLICY = {"script-src": [SELF, "'wasm-unsafe-eval'"], "worker-src": [SELF], "img-src": [SELF, "data:", "blob:"]}


def _tag(_request: HttpRequest) -> str:
    return f'"{shell.version()}"'


# Nothing in page and script is secret, so that their packed sizes tell nobody anything.
@login_not_required
@require_GET
@gzip_page
@csp_replace(POLICY)
@cache_control(no_cache=True)
@condition(etag_func=_tag)
def page(request: HttpRequest) -> HttpResponse:
    """The page; who uses it, and at which site, only the phone knows."""
    return HttpResponse(shell.page())


@login_not_required
@require_GET
@gzip_page
@cache_control(no_cache=True)
@condition(etag_func=_tag)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker's script, which keeps the page on the phone."""
    script = shell.worker(module="module" in request.GET)
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@login_not_required
@require_GET
@cache_control(no_cache=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the page beside its other programs."""
    icon = {"type": "image/png", "purpose": "any"}
    answer = {
        "id": reverse("rollcall_page:page"),
        "start_url": reverse("rollcall_page:page"),
        "scope": reverse("rollcall_page:page"),
        "name": "Lan Tỏa: " + _("Roll"),
        "short_name": _("Roll"),
        "lang": get_language(),
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#9b1c1f",
        "icons": [
            {**icon, "src": static("rollcall/icon-192.png"), "sizes": "192x192"},
            {**icon, "src": static("rollcall/icon-512.png"), "sizes": "512x512"},
            {**icon, "src": static("rollcall/icon-maskable-512.png"), "sizes": "512x512", "purpose": "maskable"},
        ],
    }
    return HttpResponse(json.dumps(answer, ensure_ascii=False), content_type="application/manifest+json")


@require_POST
def set_up(request: ActorRequest) -> HttpResponse:
    """A code for this very browser, whose reader is signed in; without `unit` and with several to choose from, those.

    The answer is JSON: `code`, or `units` as pairs of number and name, or a refusal's `code` and `message`.
    """
    units = Unit.objects.filter(pk__in=request.actor.unit_ids(authority.TAKES_ROLL)).order_by("pk")
    asked = request.POST.get("unit", "")
    chosen = [unit for unit in units if str(unit.pk) == asked] if asked else list(units)
    if not chosen:
        message = _("You take no rolls at this unit. Ask your administrator for an appointment there.")
        return JsonResponse({"refusal": "not_permitted", "message": message}, status=HTTPStatus.FORBIDDEN)
    if len(chosen) > 1:
        return JsonResponse({"units": [[unit.pk, unit.name] for unit in chosen]})
    try:
        _provisioning, code = provision(actor=request.actor, unit=chosen[0])
    except Refusal as refusal:
        return JsonResponse({"refusal": refusal.code, "message": str(refusal)}, status=refusal.status)
    return JsonResponse({"code": code})
