"""A phone with an authenticator app, and what somebody does with it on our pages. The codes are computed here, after
RFC 4226 and RFC 6238, and by nothing that the pages use."""

import base64
import datetime as dt
import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass
from typing import Any

from django.test import Client

from lantoa.accounts.models import User
from lantoa.kernel import clock

PASSWORD = "Hoa-ban-no-trang-rung-2026"
LOGIN, ASK, PAGE = "/accounts/login/", "/accounts/second-factor/", "/second-factor/"
STEP = dt.timedelta(seconds=30)


@dataclass(frozen=True)
class Phone:
    """An app with one secret."""

    secret: str

    def code(self, *, steps: int = 0) -> str:
        """The code of now, or of that many steps later."""
        counter = int(clock.now().timestamp()) // 30 + steps
        key = base64.b32decode(self.secret)
        digest = hmac.digest(key, counter.to_bytes(8, "big"), hashlib.sha1)
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"


def make_owner(username: str = "lo.thi.mai") -> User:
    """An account with a password."""
    return User.objects.create_user(username=username, password=PASSWORD, email=f"{username}@example.vn")


def type_password(client: Client, username: str = "lo.thi.mai") -> Any:
    return client.post(LOGIN, {"login": username, "password": PASSWORD})


def type_code(client: Client, code: str) -> Any:
    return client.post(ASK, {"code": code})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def scan(client: Client) -> Phone:
    """Scan the picture of the page."""
    page = client.get(PAGE).content.decode()
    return Phone(page.split('class="second-factor-secret"')[1].split(">")[1].split("<")[0].replace(" ", ""))


def set_up(client: Client, phone: Phone | None = None, *, client_id: uuid.UUID | None = None) -> tuple[Phone, Any]:
    """Set up the app; the phone, and the answer with the recovery codes."""
    phone = phone or scan(client)
    return phone, client.post(f"{PAGE}app/", {"code": phone.code(), "client_id": client_id or uuid.uuid4()})


def codes_on(answer: Any) -> list[str]:
    """The recovery codes that an answer shows."""
    return re.findall(r"<li>(\d{8})</li>", answer.content.decode())
