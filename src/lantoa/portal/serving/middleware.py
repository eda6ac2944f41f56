"""Hands out the pages for everybody: from memory where there is a copy, with what others may keep of them."""

import hashlib
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, get_resolver
from django.utils.cache import get_conditional_response

from lantoa.portal.serving import copies
from lantoa.portal.serving.rules import MAY_BE_EDITOR, NO_STORE, PAGE, Rule, rule_of

PLACES = ("/cong/", "/robots.txt")
_GONE = frozenset({404, 410})
_Answer = Callable[[HttpRequest], HttpResponseBase]


class NotForEverybodyError(Exception):
    """A page that was said to be for everybody sets a cookie or is another one for another reader."""


class PublicMiddleware:
    """Asks a view for everybody without cookies: whoever is signed in gets what everybody gets, by construction.

    An answer that nobody said anything about may not be kept.
    """

    def __init__(self, get_response: _Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer. Raises NotForEverybodyError."""
        if not request.path_info.startswith(PLACES):
            return self.get_response(request)
        rule = _rule_for(request)
        if rule is None:
            response = self.get_response(request)
            response.headers.setdefault("Cache-Control", NO_STORE)
            return response
        _forget_reader(request, rule)
        response = self._answer(request, rule)
        return _conditional(request, response)

    def _answer(self, request: HttpRequest, rule: Rule) -> HttpResponseBase:
        if not rule.is_kept:
            return _marked(request, rule, self.get_response(request))
        name = copies.name_of(request)
        kept = copies.copy_of(name)
        if kept is not None:
            return kept
        response = _marked(request, rule, self.get_response(request))
        if response.status_code == 200 and isinstance(response, HttpResponse):
            copies.keep(name, response)
        return response


def _rule_for(request: HttpRequest) -> Rule | None:
    """The rule of the view that answers; a draft that an editor looks at (a request that Wagtail makes up) has none."""
    if request.method not in ("GET", "HEAD") or getattr(request, "is_dummy", False):
        return None
    try:
        return rule_of(get_resolver("lantoa.portal.urls").resolve(request.path_info).func)
    except Resolver404:
        return None


def _forget_reader(request: HttpRequest, rule: Rule) -> None:
    """Take from a request what tells readers apart, and the parameters that the page knows nothing of: links that were
    shared bear some. What is left stands in one order."""
    request.META[MAY_BE_EDITOR] = settings.SESSION_COOKIE_NAME in request.COOKIES
    request.META.pop("HTTP_COOKIE", None)
    request.__dict__["COOKIES"] = {}
    known = [(name, value) for name in sorted(rule.parameters) for value in request.GET.getlist(name)]
    request.META["QUERY_STRING"] = urlencode(known)
    request.__dict__.pop("GET", None)


def _marked(request: HttpRequest, rule: Rule, response: HttpResponseBase) -> HttpResponseBase:
    """The answer with what others may keep of it."""
    # No cookie reached the view: that the session was looked at makes no difference.
    if response.headers.get("Vary") == "Cookie":
        del response.headers["Vary"]
    if response.status_code in _GONE and "If-None-Match" in request.headers and not response.cookies:
        # Who asks has a copy, which shall not be shown once more when the server does not answer.
        response.headers["Cache-Control"] = PAGE.header
    elif response.status_code != 200:
        response.headers["Cache-Control"] = NO_STORE
    else:
        _check(request, response)
        response.headers["Cache-Control"] = rule.header
        if isinstance(response, HttpResponse):
            response.headers["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    return response


def _check(request: HttpRequest, response: HttpResponseBase) -> None:
    if response.cookies or "Vary" in response.headers or hasattr(request, "_csp_nonce"):
        message = f"{request.path_info} is said to be for everybody, but sets a cookie, varies, or has a nonce."
        raise NotForEverybodyError(message)


def _conditional(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer, or that the copy of who asks is still right."""
    if response.status_code != 200:
        return response
    whole = cast("HttpResponse", response)  # the stubs know nothing of files
    answer = cast("HttpResponseBase", get_conditional_response(request, etag=whole.headers.get("ETag"), response=whole))
    if answer is not response:
        # The file that is not sent is closed all the same.
        answer._resource_closers.extend(response._resource_closers)  # type: ignore[attr-defined]
    return answer
