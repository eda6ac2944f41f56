"""What stands between a one-time password and the pages."""

from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lantoa.accounts.models import User

STAYS_OPEN = frozenset({"account_change_password", "account_logout", "ui:preferences"})


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
        if not isinstance(user, User) or not user.must_change_password or _vouched_for(request):
            return None
        messages.info(request, _("Choose a password of your own first; the one-time password has done its work."))
        return redirect("account_change_password")


def _vouched_for(request: HttpRequest) -> bool:
    """Whether another system's sign-in opened the session: no administrator has seen what was typed there."""
    return any(record["method"] == "socialaccount" for record in get_authentication_records(request, request.user))
