"""What stands between the views and the reader."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from lantoa.kernel.refusals import Refusal
from lantoa.ui.errors import refused


class LanguageMiddleware:
    """Speaks the language that the reader chose, else the organisation's own: what a browser prefers says little about
    a shared office machine."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer in that language, labelled with it."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class RefusalMiddleware:
    """Shows a refusal that no view caught as a page, never as a server error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """What the view answers."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of the refusal; any other exception goes on."""
        return refused(request, exception) if isinstance(exception, Refusal) else None


class PolicyMiddleware(CSPMiddleware):
    """The policy of our pages, but for an answer that says its own: a phone's are many, and no page."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Write the header that the answer lacks."""
        return response if HEADER in response else super().process_response(request, response)
