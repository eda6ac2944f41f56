"""How allauth behaves here."""

import logging
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import get_ip
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.base.constants import AuthError
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.accounts import limits
from lantoa.accounts.devices import device_of, remember
from lantoa.accounts.models import User
from lantoa.ui.numbers import day

logger = logging.getLogger(__name__)


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
        _tell_of_reset(request, user)
        remember(response, device_of(request), user.pk)
        return response

    def get_login_stages(self) -> list[str]:
        """The one step between the password and the pages: the second factor."""
        return ["lantoa.accounts.second_factor.adapter.AskStage"]

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """By the password alone: one way, known to everybody."""
        if not isinstance(user, User) or not user.has_usable_password():
            return []
        return [{"id": "reauthenticate", "description": _("Password"), "url": reverse("account_reauthenticate")}]

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Not of those who have signed in within the last minutes, nor of those who have no password here."""
        user = self.request.user
        if not super().is_reauthentication_required(app=app, **details) or not user.has_usable_password():
            return False
        records = get_authentication_records(self.request, user)
        latest = max((record["at"] for record in records), default=0.0)
        return bool(time.time() - latest > app_settings.REAUTHENTICATION_TIMEOUT)


class KnownUsersAdapter(DefaultSocialAccountAdapter):
    """Lets in by another system's sign-in who has an account here, and nobody else.

    The account is the one with the e-mail address that the other system has verified. Nothing of what it tells is kept.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Always no."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account; without exactly one the reader is led back and told."""
        verified = [address.email for address in sociallogin.email_addresses if address.verified is True]
        users = list(User.objects.filter(email__iexact=verified[0]).order_by("pk")[:2]) if len(verified) == 1 else []
        if len(users) != 1:
            refusal = _("No account here has the verified e-mail address of that sign-in. Ask your administrator.")
            raise ImmediateHttpResponse(self.back(request, refusal))
        sociallogin.user = users[0]

    def on_authentication_error(self, request: HttpRequest, provider: Provider, **details: Any) -> None:
        """Lead the reader back, told whether they broke off or something failed; what failed goes to the log."""
        if details.get("error") == AuthError.CANCELLED:
            raise ImmediateHttpResponse(self.back(request, _("The sign-in with the other system was broken off.")))
        logger.warning("Sign-in by %s failed: %r", provider.name, details.get("exception"))
        raise ImmediateHttpResponse(self.failed(request))

    def failed(self, request: HttpRequest) -> HttpResponse:
        """Back to the sign-in, told that the other system cannot be used now."""
        text = _("The other system does not answer as it should. Sign in with your password, or try again later.")
        return self.back(request, text)

    @staticmethod
    def back(request: HttpRequest, text: str) -> HttpResponse:
        """To our own sign-in, with that text."""
        messages.error(request, text)
        return redirect(settings.LOGIN_URL)


def _tell_of_reset(request: HttpRequest, user: User) -> None:
    """Say once that an administrator has taken the second factor away."""
    if user.second_factor_reset_at is None:
        return
    text = _(
        "An administrator took your second factor away on %(day)s. If you did not ask for it, tell the administrator "
        "at once and change your password."
    )
    messages.warning(request, text % {"day": day(timezone.localdate(user.second_factor_reset_at))})
    user.second_factor_reset_at = None
    user.save(update_fields=["second_factor_reset_at"])


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
