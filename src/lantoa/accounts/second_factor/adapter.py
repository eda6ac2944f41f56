"""How allauth's second factor behaves here."""

import base64
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from lantoa.accounts.models import User
from lantoa.ui.qr import qr_of

SALT = "accounts.second_factor.secrets"
ISSUER = "Lan Tỏa"


class SecretsAdapter(DefaultMFAAdapter):
    """Encrypts what a stolen copy of the database must not tell, and names this installation to apps and keys."""

    def encrypt(self, text: str) -> str:
        """The text, for the table."""
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The text again. Raises InvalidToken where it was encrypted under a key that this installation has no more."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """What the app shows above the code."""
        return ISSUER

    def get_totp_label(self, user: User) -> str:
        """What it shows below."""
        return user.username

    def build_totp_svg(self, url: str) -> str:
        """The picture that the app scans."""
        return qr_of(url).svg

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a key knows this installation by: its host."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": ISSUER}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """The account, as a key knows it: by its number and its sign-in name, never by a person's."""
        return {"id": str(user.pk).encode("ascii"), "display_name": user.username, "name": user.username}


class AskStage(AuthenticateStage):
    """The step of signing in at which the second factor is asked for, where the account has one and no other system
    has asked already."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not vouched_for(request, self.login.user) and bool(super()._should_handle(request))


def vouched_for(request: HttpRequest, user: Any) -> bool:
    """Whether another system's sign-in opened the session that this installation trusts to ask for a second factor."""
    return settings.LANTOA_PROVIDER_ASKS_SECOND_FACTOR and came_from_provider(request, user)


def came_from_provider(request: HttpRequest, user: Any) -> bool:
    """Whether another system's sign-in opened the session."""
    return any(record["method"] == "socialaccount" for record in get_authentication_records(request, user))


def _cipher() -> MultiFernet:
    """From the signing key; what an earlier one encrypted can be read as long as it stands among the fallbacks."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac(SALT, "fernet", secret=key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
