"""What signing in adds to the frame of every page."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from lantoa.accounts.sessions import WARNING, SessionStore


def idle_refresh(request: HttpRequest, _subject: Any) -> str:
    """Takes a page without scripts away when the session is over."""
    session = _signed_in_session(request)
    if session is None:
        return ""
    after = int(session.remaining.total_seconds()) + 5
    return render_to_string("accounts/_idle_refresh.html", {"after": after}, request=request)


def idle_dialog(request: HttpRequest, _subject: Any) -> str:
    """The dialog that counts down, closed."""
    session = _signed_in_session(request)
    if session is None:
        return ""
    context = {"remaining": int(session.remaining.total_seconds()), "warning": int(WARNING.total_seconds())}
    return render_to_string("accounts/_idle_dialog.html", context, request=request)


def account_links(request: HttpRequest, _subject: Any) -> str:
    """The ways to what is kept about one's own sign-in."""
    return render_to_string("accounts/_account_links.html", request=request)


def invitation_link(request: HttpRequest, _subject: Any) -> str:
    """The way in with a code, below the sign-in form."""
    return render_to_string("accounts/_invitation_link.html", request=request)


def _signed_in_session(request: HttpRequest) -> SessionStore | None:
    session = getattr(request, "session", None)
    return session if isinstance(session, SessionStore) and request.user.is_authenticated else None
