"""What stands between the pages and whoever must have a second factor and has none."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.accounts.models import User
from lantoa.accounts.second_factor.adapter import vouched_for
from lantoa.ui.responses import wants_fragment

STAYS_OPEN = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "accounts:second_factor",
        "accounts:app_add",
        "accounts:key_add",
        "accounts:session_state",
        "accounts:session_stay",
        "ui:preferences",
    }
)
PASSWORD = "account_change_password"  # noqa: S105 the name of a page


class SecondFactorMiddleware:
    """Leads whoever must have a second factor and has none to the page that sets it up; nothing else opens.

    Whether one is due came with the session's own row.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: object, keywords: object
    ) -> HttpResponse | None:
        """The way to that page, for every other page that needs a sign-in; a refusal for what a script asks."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in STAYS_OPEN or not getattr(view, "login_required", True) or not _is_due(request):
            return None
        user = request.user
        if name == PASSWORD and isinstance(user, User) and user.must_change_password:
            return None
        text = _("Your office needs a second factor at the sign-in. Set it up here first; then everything opens.")
        if _asked_by_script(request):
            return JsonResponse({"code": "second_factor_due", "message": text}, status=403)
        if wants_fragment(request):
            return HttpResponse(headers={"HX-Redirect": reverse("accounts:second_factor")})
        messages.info(request, text)
        return redirect("accounts:second_factor")


def _is_due(request: HttpRequest) -> bool:
    due = request.user.is_authenticated and getattr(request.session, "second_factor_due", False)
    return due and not vouched_for(request, request.user)


def _asked_by_script(request: HttpRequest) -> bool:
    """Whether JSON is sent or wanted, or a page asks by itself: nobody would see where a redirect leads."""
    return (
        request.content_type == "application/json"
        or "application/json" in request.headers.get("Accept", "")
        or "X-Background" in request.headers
    )
