"""The pages that say what went wrong and what to do next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from lantoa.kernel.refusals import Refusal


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _page(request, 404)


def server_error(_request: HttpRequest) -> HttpResponse:
    """500, drawn without the request, the session or the database: any of them may be what failed."""
    return HttpResponse(get_template("500.html").render(), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose page was open too long or whose cookies are blocked (`CSRF_FAILURE_VIEW`)."""
    return _page(request, 403, template="403_csrf.html")


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page for a refusal that a view did not answer itself, with the refusal's own status and message."""
    status = refusal.status if refusal.status in (403, 404, 409) else 409
    return _page(request, status, refusal=refusal)


def _page(request: HttpRequest, status: int, *, template: str = "", refusal: Refusal | None = None) -> HttpResponse:
    context: dict[str, Any] = {"refusal_message": str(refusal) if refusal else "", "status_code": status}
    return render(request, template or f"{status}.html", context, status=status)
