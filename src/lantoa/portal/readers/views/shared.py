"""What the pages have in common on which readers send something: they are kept by nobody and found by no search."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lantoa.organizations.actors import Actor
from lantoa.portal.readers import marks
from lantoa.portal.selectors import frame_of, portal_at
from lantoa.portal.serving.rules import NO_STORE, for_one_reader

READER = Actor(user_id=None, person_id=None)
"""Whoever sends: who they are is written down nowhere, signed in or not."""
View = Callable[..., HttpResponse]


def for_readers(view: View) -> View:
    """A page for everybody that no browser and no proxy keeps."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = NO_STORE
        response["X-Robots-Tag"] = "noindex"
        return response

    return for_one_reader(login_not_required(answer))


def shown(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200, part: str = ""
) -> HttpResponse:
    """The page in the frame of the site, or its `part` alone where the address asks for it (`?part=1`)."""
    if part and "part" in request.GET:
        return render(request, part, context, status=status)
    return render(request, template, {**frame_of(portal_at(request)), "visit": "", **context}, status=status)


def busy(request: HttpRequest, template: str, context: dict[str, Any], seconds: int) -> HttpResponse:
    """The same page with what was typed, and a word that too much comes from this line at once."""
    said = _("Too much comes from this line at once. Send it again in %(count)d seconds: what you typed is still here.")
    response = shown(request, template, {**context, "said": said % {"count": seconds}}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def voter_of(request: HttpRequest) -> tuple[str, str]:
    """The number of the reader, for whoever votes for the first time the one that the form bears, and the mark that is
    kept of it."""
    secret = marks.secret_of(request) or marks.secret_of_form(request) or marks.new_secret()
    return secret, marks.mark_of(secret)
