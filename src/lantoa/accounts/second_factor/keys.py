"""Passkeys and security keys (WebAuthn). The browser carries question and answer between the key and us; the question
that is open stands in the session of the request."""

import json
import struct
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature
from django.core.exceptions import ValidationError
from fido2.webauthn import RegistrationResponse

from lantoa.accounts.models import User
from lantoa.accounts.second_factor.errors import KeyUnreadable

_NONSENSE = (
    ArithmeticError, AssertionError, AttributeError, InvalidSignature, LookupError, RuntimeError, TypeError,
    ValidationError, ValueError, struct.error,
)  # fmt: skip
"""What the libraries raise at answers that no key gave."""


def question_to_new(user: User) -> dict[str, Any]:
    """What a key is asked in order to be added to the account, as allauth's script wants it."""
    return {"creation_options": auth.begin_registration(user, passwordless=False)}


def question_to_known(user: User) -> dict[str, Any]:
    """What the keys of an account are asked when it signs in."""
    return {"request_options": auth.begin_authentication(user)}


def answer_of_new(text: str) -> dict[str, Any]:
    """What is kept of a new key, after its answer was verified. Raises KeyUnreadable."""
    try:
        answer = _read(text)
        auth.parse_registration_response(answer)
        auth.complete_registration(answer)
        kept: dict[str, Any] = json.loads(json.dumps(dict(_without_extras(answer))))
    except _NONSENSE as error:
        raise KeyUnreadable from error
    return kept


def answer_of_known(user: User, text: str) -> Authenticator:
    """The key of the account that gave the answer. Raises KeyUnreadable."""
    try:
        answer = _read(text)
        auth.parse_authentication_response(answer)
        return auth.complete_authentication(user, answer)
    except _NONSENSE as error:
        raise KeyUnreadable from error


def _read(text: str) -> dict[str, Any]:
    answer = json.loads(text)
    if not isinstance(answer, dict):
        raise TypeError
    return answer


def _without_extras(answer: dict[str, Any]) -> RegistrationResponse:
    """The answer as the library reads it, so that nothing is kept that it did not read."""
    parsed = RegistrationResponse.from_dict(answer)
    return RegistrationResponse(raw_id=parsed.raw_id, response=parsed.response)
