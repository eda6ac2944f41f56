"""Another system's sign-in, against a provider of OpenID Connect that runs as a process of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import LazySettings
from django.test import Client

from lantoa.accounts.models import User
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment
from tests.accounts.phones import STEP, is_in, set_up, type_code, type_password
from tests.organizations.factories import ALWAYS, make_person, make_unit
from tests.ports import free_ports

PATIENCE = 20
PASSWORD = "Hoa-ban-no-trang-rung-2026"
MADE_UP = ["", "?code=x", "?state=x&code=y", "?error=server_error&state=x", "?code=%00&state=%00"]


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of the other system."""
    (port,) = free_ports(1)
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, "the provider has ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    pytest.fail("the provider does not answer")


def configure(settings: LazySettings, server: str) -> None:
    app = {
        "provider_id": "oidc",
        "name": "Tỉnh ủy",
        "client_id": "lantoa",
        "secret": "secret",
        "settings": {"server_url": server, "oauth_pkce_enabled": True},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user(
        username="lo.thi.mai", password="Hoa-ban-no-trang-rung-2026", email="mai@example.vn"
    )


def known_there(provider: str, subject: str, **claims: Any) -> None:
    """Let the other system know a person."""
    assert requests.put(f"{provider}/users/{subject}", json=claims, timeout=PATIENCE).ok


def begin(client: Client, **extra: str) -> str:
    """The address of the other system to which our form leads."""
    answer = client.post("/accounts/oidc/login/", extra)
    assert answer.status_code == 302
    return str(answer["Location"])


def back_from(address: str, subject: str) -> str:
    """Sign in there as that person; the address to which the other system sends the browser back."""
    answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=PATIENCE)
    assert answer.status_code in {302, 303}
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def sign_in_there(client: Client, subject: str) -> Any:
    return client.get(back_from(begin(client), subject))


def said(client: Client) -> str:
    """What our sign-in page says."""
    return str(client.get("/accounts/login/").content.decode())


def test_who_has_an_account_with_the_verified_address_is_in(
    settings: LazySettings, provider: str, user: User, client: Client
) -> None:
    configure(settings, provider)
    assert "Đăng nhập bằng Tỉnh ủy" in said(client)
    known_there(provider, "mai", email="Mai@example.vn", email_verified=True, name="Lò Thị Mai")
    answer = sign_in_there(client, "mai")
    assert answer["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_nothing_that_the_other_system_tells_is_kept(
    settings: LazySettings, provider: str, user: User, client: Client
) -> None:
    from allauth.socialaccount.models import SocialAccount, SocialToken

    configure(settings, provider)
    known_there(provider, "mai", email="mai@example.vn", email_verified=True)
    sign_in_there(client, "mai")
    assert not SocialAccount.objects.exists()
    assert not SocialToken.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "mai@example.vn", "email_verified": False},
        {"email": "mai@example.vn"},
        {"email": "mai@example.vn", "email_verified": "true"},
        {"email": "somebody@example.vn", "email_verified": True},
        {"email": "", "email_verified": True},
        {},
    ],
)
def test_without_a_verified_address_of_ours_nobody_is_in(
    settings: LazySettings, provider: str, user: User, client: Client, claims: dict[str, Any]
) -> None:
    configure(settings, provider)
    known_there(provider, "stranger", **claims)
    assert sign_in_there(client, "stranger")["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session
    assert "Không có tài khoản nào ở đây" in said(client)
    assert User.objects.count() == 1


def test_two_accounts_with_one_address_let_nobody_in(
    settings: LazySettings, provider: str, user: User, client: Client
) -> None:
    configure(settings, provider)
    User.objects.create_user(username="another", email="MAI@example.vn")
    known_there(provider, "mai", email="mai@example.vn", email_verified=True)
    sign_in_there(client, "mai")
    assert "_auth_user_id" not in client.session


def test_a_closed_account_stays_closed(settings: LazySettings, provider: str, user: User, client: Client) -> None:
    configure(settings, provider)
    User.objects.filter(pk=user.pk).update(is_active=False)
    known_there(provider, "mai", email="mai@example.vn", email_verified=True)
    assert sign_in_there(client, "mai")["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session


def test_a_one_time_password_is_no_matter_to_who_comes_from_there(
    settings: LazySettings, provider: str, user: User, client: Client
) -> None:
    configure(settings, provider)
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    known_there(provider, "mai", email="mai@example.vn", email_verified=True)
    sign_in_there(client, "mai")
    assert client.get("/").status_code == 200


def test_the_question_carries_a_state_and_a_challenge(
    settings: LazySettings, provider: str, user: User, client: Client
) -> None:
    configure(settings, provider)
    asked = parse_qs(urlsplit(begin(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) > 40
    assert len(asked["state"][0]) >= 16


def test_an_answer_to_another_browsers_question_opens_nothing(
    settings: LazySettings, provider: str, user: User, client: Client
) -> None:
    configure(settings, provider)
    known_there(provider, "mai", email="mai@example.vn", email_verified=True)
    back = back_from(begin(client), "mai")
    other = Client()
    assert other.get(back)["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in other.session
    begin(other)
    assert other.get(back)["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in other.session


def test_an_answer_counts_once(settings: LazySettings, provider: str, user: User, client: Client) -> None:
    configure(settings, provider)
    known_there(provider, "mai", email="mai@example.vn", email_verified=True)
    back = back_from(begin(client), "mai")
    client.get(back)
    client.post("/accounts/logout/")
    assert client.get(back)["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session


def test_who_breaks_off_is_led_back_and_told(settings: LazySettings, provider: str, user: User, client: Client) -> None:
    configure(settings, provider)
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    answer = client.get("/accounts/oidc/login/callback/", {"error": "access_denied", "state": state})
    assert answer["Location"] == "/accounts/login/"
    assert "đã bị hủy" in said(client)


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x&code=y", "?error=server_error&state=x", "?code=%00&state=%00"]
)
def test_a_made_up_answer_is_no_server_error(
    settings: LazySettings, provider: str, user: User, client: Client, query: str
) -> None:
    configure(settings, provider)
    assert client.get(f"/accounts/oidc/login/callback/{query}")["Location"] == "/accounts/login/"


def test_a_system_that_does_not_answer_is_told(settings: LazySettings, user: User, client: Client) -> None:
    (port,) = free_ports(1)
    configure(settings, f"http://127.0.0.1:{port}")
    assert client.post("/accounts/oidc/login/")["Location"] == "/accounts/login/"
    assert "không trả lời" in said(client)


def test_where_none_is_configured_there_is_no_button_and_no_page(user: User, client: Client) -> None:
    assert "oidc" not in said(client)
    assert client.post("/accounts/oidc/login/").status_code == 404
    assert client.get("/accounts/oidc/login/callback/").status_code == 404


def test_a_foreign_page_starts_nothing(settings: LazySettings, provider: str, user: User) -> None:
    configure(settings, provider)
    assert Client().get("/accounts/oidc/login/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/accounts/oidc/login/").status_code == 403


@pytest.mark.parametrize(("trusted", "way"), [(True, "/"), (False, "/accounts/second-factor/")])
def test_who_comes_from_there_is_asked_again_unless_that_system_is_trusted_to_have_asked(
    settings: LazySettings, provider: str, user: User, client: Client, trusted: bool, way: str
) -> None:
    configure(settings, provider)
    settings.LANTOA_PROVIDER_ASKS_SECOND_FACTOR = trusted
    owner = Client()
    type_password(owner)
    phone, _ = set_up(owner)
    known_there(provider, "mai", email="mai@example.vn", email_verified=True)
    assert sign_in_there(client, "mai")["Location"] == way
    assert is_in(client) is trusted
    by_password = Client()
    assert type_password(by_password)["Location"] == "/accounts/second-factor/"
    if not trusted:
        with clock.supposing(clock.now() + STEP * 2):
            assert type_code(client, phone.code())["Location"] == "/"


@pytest.mark.parametrize("trusted", [True, False])
def test_who_must_have_a_second_factor_needs_none_here_where_that_system_asks(
    settings: LazySettings, provider: str, user: User, client: Client, trusted: bool
) -> None:
    configure(settings, provider)
    settings.LANTOA_PROVIDER_ASKS_SECOND_FACTOR = trusted
    settings.LANTOA_SECOND_FACTOR_FOR = "administrators"
    appoint_administrator(user)
    known_there(provider, "mai", email="mai@example.vn", email_verified=True)
    sign_in_there(client, "mai")
    assert client.get("/units/").status_code == (200 if trusted else 302)
    by_password = Client()
    type_password(by_password)
    assert by_password.get("/units/")["Location"] == "/second-factor/"


def appoint_administrator(user: User) -> None:
    person, unit = make_person(), make_unit()
    person.user = user
    person.save(update_fields=["user"])
    Appointment.objects.create(person=person, role=Role.ADMINISTRATOR, unit=unit, period=ALWAYS)
