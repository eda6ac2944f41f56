"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from lantoa.accounts import limits
from lantoa.accounts.devices import device_of, remember
from lantoa.accounts.models import User


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Accounts are opened by the administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always no."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """To the first screen: there is nothing more to do on the page."""
        return reverse(settings.LOGIN_REDIRECT_URL)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user whose password it is; each failure is counted, and too many of them raise ValidationError."""
        counted = _limits(request, credentials)
        if seconds := limits.count_try(counted):
            raise ValidationError(limits.sentence(seconds), code="too_many_login_attempts")
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            limits.take_back(counted)
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: allauth's own count, by address first, is for networks of households."""

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        """The way on, with which the device learns that this user has signed in on it."""
        response: HttpResponse = super().post_login(request, user, **details)
        remember(response, device_of(request), user.pk)
        return response


def _limits(request: HttpRequest, credentials: dict[str, Any]) -> list[limits.Limit]:
    """What a try with these credentials is counted for: by the account that they name, or by what was typed."""
    typed = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    found = (
        User.objects.filter(Q(username__iexact=typed) | Q(email__iexact=typed) & ~Q(email="")).order_by("pk").first()
    )
    device = device_of(request)
    return limits.limits_of(
        login=str(found.pk) if found else typed,
        device=device.number if device else "",
        is_known=device is not None and found is not None and found.pk in device.users,
        address=get_ip(request),
    )
