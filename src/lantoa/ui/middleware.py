"""What stands between the views and the reader."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lantoa.kernel.refusals import Refusal
from lantoa.ui.errors import refused


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
