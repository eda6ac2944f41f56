"""The pages about one's own session."""

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from lantoa.accounts.sessions import SessionStore
from lantoa.ui.responses import render_page


@login_not_required
@never_cache
@require_GET
def session_state(request: HttpRequest) -> JsonResponse:
    """How many seconds the session lasts if nothing is done, as JSON; 0 where nobody is signed in."""
    return JsonResponse({"remaining": _seconds(request)})


@never_cache
@require_POST
def session_stay(request: HttpRequest) -> JsonResponse:
    """Begin the idle time anew; the same JSON."""
    cast(SessionStore, request.session).touch()
    return JsonResponse({"remaining": _seconds(request)})


@login_not_required
@never_cache
@require_GET
def session_ended(request: HttpRequest) -> HttpResponse:
    """Where a page without scripts is led after the idle time: to the sign-in and back to that page, or, where the
    session was used elsewhere meanwhile, to a page that says so."""
    there = request.GET.get("next", "")
    if not (there.startswith("/") and url_has_allowed_host_and_scheme(there, allowed_hosts=None)):
        there = "/"
    if not request.user.is_authenticated:
        return redirect_to_login(there, settings.LOGIN_URL)
    return render_page(request, "accounts/session_ended.html", {"there": there})


def _seconds(request: HttpRequest) -> int:
    session = request.session
    if not isinstance(session, SessionStore) or not request.user.is_authenticated:
        return 0
    return max(0, int(session.remaining.total_seconds()))
