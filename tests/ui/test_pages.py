"""The gallery, the pages of an error, and allauth's pages in our look."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import reverse

from lantoa.ui import errors
from lantoa.ui.gallery import LONG_NAME

pytestmark = pytest.mark.django_db


def test_the_gallery_is_closed_to_strangers(client: Client) -> None:
    response = client.get("/gallery/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/gallery/"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_gallery_shows_every_component(signed_in: Client, language: str, theme: str) -> None:
    signed_in.post("/preferences/", {"language": language, "theme": theme})
    page = signed_in.get("/gallery/").content.decode()
    assert f'<html lang="{language}" data-bs-theme="{theme}">' in page
    assert page.count(LONG_NAME) > 3
    for part in ("stat", "notice", "table-data", "bars", "timeline", "definitions", "confirm", "conflict", "empty"):
        assert f'class="{part}' in page


def test_the_gallery_has_a_workbook(signed_in: Client) -> None:
    assert signed_in.get("/gallery/?format=xlsx")["Content-Type"].endswith("sheet")


def test_the_sample_form_shows_its_problems_and_keeps_nothing(signed_in: Client) -> None:
    page = signed_in.post("/gallery/form/", {"title": "Kế hoạch số 1"})
    assert page.status_code == 422
    assert 'value="Kế hoạch số 1"' in page.content.decode()


def test_the_sample_form_thanks_for_a_correct_one(signed_in: Client) -> None:
    answers = {
        "client_id": "8f3c6d7e-1c1b-4c40-9b1c-0d6d3f0a7a11",
        "version": "0",
        "title": "Kế hoạch",
        "starts": "1/9/2026",
        "body": "btv",
        "mode": "study",
        "declared": "on",
    }
    assert signed_in.post("/gallery/form/", answers).status_code == 303
    assert "notice-success" in signed_in.get("/gallery/").content.decode()


@pytest.mark.parametrize(
    ("handler", "failure", "status"),
    [
        (errors.bad_request, SuspiciousOperation(), 400),
        (errors.forbidden, PermissionDenied(), 403),
        (errors.not_found, Http404(), 404),
    ],
)
def test_an_error_page_says_what_to_do_next(
    rf: RequestFactory, handler: object, failure: Exception, status: int
) -> None:
    assert callable(handler)
    response = handler(rf.get("/x/"), exception=failure)
    assert response.status_code == status
    assert '<a class="button button-secondary" href="/"' in response.content.decode()


def test_the_page_of_a_server_error_needs_no_request(rf: RequestFactory) -> None:
    response = errors.server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Máy chủ gặp lỗi" in response.content.decode()


def test_an_expired_form_is_explained() -> None:
    response = Client(enforce_csrf_checks=True).post("/preferences/", {"theme": "dark"})
    assert response.status_code == 403
    assert "Biểu mẫu đã hết hiệu lực" in response.content.decode()


def test_a_missing_page_is_ours(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "bare-card" in response.content.decode()


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_signup", "account_inactive", "account_reset_password", "account_reset_password_done",
     "account_email_verification_sent", "account_reset_password_from_key_done"],
)  # fmt: skip
def test_pages_before_signing_in_have_our_look(client: Client, name: str) -> None:
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert 'class="bare-card"' in page.content.decode()


@pytest.mark.parametrize(
    "name", ["account_logout", "account_email", "account_reauthenticate", "account_change_password"]
)
def test_pages_of_the_account_have_our_look(signed_in: Client, name: str) -> None:
    page = signed_in.get(reverse(name))
    assert page.status_code == 200
    assert 'class="bare-card"' in page.content.decode()


def test_a_wrong_password_is_answered_beside_the_form(client: Client) -> None:
    page = client.post("/accounts/login/", {"login": "mai", "password": "wrong"}).content.decode()
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in page
    assert 'value="mai"' in page
