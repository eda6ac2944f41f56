"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Accounts are opened by the administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always no."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """To the first screen: there is nothing more to do on the page."""
        return reverse(settings.LOGIN_REDIRECT_URL)
