"""What stands between a session and the pages: its idle time, and the one-time password."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lantoa.accounts.models import User
from lantoa.accounts.second_factor.adapter import came_from_provider
from lantoa.accounts.sessions import SessionStore

STAYS_OPEN = frozenset(
    {
        "account_change_password",
        "account_logout",
        "accounts:session_state",
        "accounts:session_stay",
        "ui:preferences",
    }
)
IN_THE_BACKGROUND = {"accounts:session_state", "accounts:session_ended"}
"""Pages that ask by themselves; others that poll send the header `X-Background`."""


def run_in_background(view_name: str) -> None:
    """Let an upper app name a page that others ask by themselves and that knows no header; in `AppConfig.ready`."""
    IN_THE_BACKGROUND.add(view_name)


class IdleMiddleware:
    """Ends a session that has rested longer than the administrator allows, and notes each use of a living one.

    What a page asks by itself is no use: a screen left open would otherwise stay signed in for ever.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, to somebody who is no longer signed in where the session is over."""
        session = request.session
        if not isinstance(session, SessionStore) or not session.signed_in:
            return self.get_response(request)
        if session.remaining.total_seconds() <= 0:
            logout(request)
            messages.info(request, _("You were signed out because nothing was done for a while. Sign in again."))
            return self.get_response(request)
        response = self.get_response(request)
        if not _in_the_background(request):
            session.touch_seldom()
        return response


def _in_the_background(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name in IN_THE_BACKGROUND or "X-Background" in request.headers


class OwnPasswordMiddleware:
    """Sends whoever signed in with a one-time password to choose their own first: an administrator has seen the other,
    and what is done under a name must be that person's doing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: object, keywords: object
    ) -> HttpResponse | None:
        """The way to the password page, for every other page that needs a sign-in."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in STAYS_OPEN or not getattr(view, "login_required", True):
            return None
        user = request.user
        # No administrator has seen what was typed at another system's sign-in.
        if not isinstance(user, User) or not user.must_change_password or came_from_provider(request, user):
            return None
        messages.info(request, _("Choose a password of your own first; the one-time password has done its work."))
        return redirect("account_change_password")
