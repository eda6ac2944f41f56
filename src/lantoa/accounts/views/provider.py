"""The way to another system's sign-in and back."""

import logging
from collections.abc import Callable

from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from lantoa.accounts.adapter import KnownUsersAdapter

logger = logging.getLogger(__name__)


@login_not_required
@require_POST
def provider_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the sign-in of the other system; only from our own form, so that nobody is sent there by a foreign page."""
    return _reached(openid_connect.login, request, provider_id)


@login_not_required
@require_GET
def provider_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from it, signed in, or to our own sign-in with what went wrong."""
    return _reached(openid_connect.callback, request, provider_id)


def _reached(view: Callable[..., HttpResponse], request: HttpRequest, provider_id: str) -> HttpResponse:
    """What allauth's view answers; a system that cannot be reached, or answers nonsense, is told."""
    try:
        return view(request, provider_id=provider_id)
    except (RequestException, KeyError, ValueError) as error:
        logger.warning("Sign-in by %s failed: %r", provider_id, error)
        return KnownUsersAdapter(request).failed(request)
