"""The answers that views give."""

from typing import ClassVar

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.forms import CharField, Form
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from lantoa.kernel.refusals import Refusal
from lantoa.ui.middleware import RefusalMiddleware
from lantoa.ui.preferences import has_weak_line
from lantoa.ui.responses import (
    add_refusal,
    redirect_after_post,
    render_invalid,
    render_page,
    render_stale,
    wants_fragment,
)


class TooLate(Refusal):
    code: ClassVar[str] = "too_late"
    message = "The deadline has passed. Ask the officer."


class Forbidden(TooLate):
    status: ClassVar[int] = 403


class TitleForm(Form):
    title = CharField()


def posted(rf: RequestFactory, *, htmx: bool = False) -> HttpRequest:
    request = rf.post("/x/", headers={"HX-Request": "true"} if htmx else {})
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def test_a_post_ends_in_a_redirect_with_a_message(rf: RequestFactory) -> None:
    request = posted(rf)
    response = redirect_after_post(request, "ui:gallery", message="Saved.")
    assert (response.status_code, response["Location"]) == (303, "/gallery/")
    assert [str(message) for message in get_messages(request)] == ["Saved."]


def test_htmx_is_told_where_to_go(rf: RequestFactory) -> None:
    response = redirect_after_post(posted(rf, htmx=True), "/gallery/")
    assert (response.status_code, response["HX-Redirect"]) == (200, "/gallery/")


def test_a_restored_page_is_never_a_fragment(rf: RequestFactory) -> None:
    restoring = rf.get("/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert not wants_fragment(restoring)


def test_htmx_gets_the_fragment_and_caches_know(rf: RequestFactory) -> None:
    whole = render_page(rf.get("/"), "500.html", fragment="cotton/badge.html")
    part = render_page(
        rf.get("/", headers={"HX-Request": "true"}), "500.html", {"slot": "7"}, fragment="cotton/badge.html"
    )
    assert "<html" in whole.content.decode()
    assert '<span class="tag">7</span>' in part.content.decode()
    assert part["Vary"] == "HX-Request"


def test_a_form_with_mistakes_is_unprocessable_and_keeps_the_text(rf: RequestFactory) -> None:
    form = TitleForm({"title": ""})
    response = render_invalid(posted(rf), "ui/forms/form.html", {}, form=form)
    assert response.status_code == 422
    assert "field-errors" in response.content.decode()


def test_a_refusal_stands_beside_the_field_that_it_names(rf: RequestFactory) -> None:
    form = TitleForm({"title": "Kế hoạch"})
    response = render_invalid(posted(rf), "ui/forms/form.html", {}, form=form, refusal=TooLate(field="title"))
    assert form.errors["title"] == ["The deadline has passed. Ask the officer."]
    assert 'value="Kế hoạch"' in response.content.decode()


@pytest.mark.parametrize("field", [None, "unknown"])
def test_a_refusal_of_no_field_stands_in_the_summary(field: str | None) -> None:
    form = TitleForm({"title": "x"})
    add_refusal(form, TooLate(field=field))
    assert form.non_field_errors() == ["The deadline has passed. Ask the officer."]


def test_a_refusal_without_a_form_stands_at_the_top(rf: RequestFactory) -> None:
    response = render_invalid(posted(rf), "ui/_messages.html", {}, refusal=TooLate())
    assert "The deadline has passed." in response.content.decode()


def test_a_stale_form_is_a_conflict(rf: RequestFactory) -> None:
    assert render_stale(posted(rf), "cotton/badge.html", {"slot": ""}).status_code == 409


@pytest.mark.parametrize(("refusal", "status"), [(TooLate(), 409), (Forbidden(), 403)])
def test_an_uncaught_refusal_is_a_page_that_says_why(rf: RequestFactory, refusal: Refusal, status: int) -> None:
    middleware = RefusalMiddleware(lambda _request: HttpResponse())
    response = middleware.process_exception(posted(rf), refusal)
    assert response is not None
    assert response.status_code == status
    assert "The deadline has passed." in response.content.decode()
    assert middleware.process_exception(posted(rf), ValueError()) is None
    assert middleware(posted(rf)).status_code == 200


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "", "javascript:alert(1)"])
def test_the_preferences_lead_back_to_this_site_only(client: Client, address: str) -> None:
    response = client.post("/preferences/", {"theme": "dark", "next": address})
    assert response["Location"] == "/"


@pytest.mark.django_db
def test_the_preferences_are_kept_in_cookies(client: Client) -> None:
    response = client.post("/preferences/", {"theme": "dark", "language": "en", "next": "/accounts/login/"})
    assert response["Location"] == "/accounts/login/"
    page = client.get("/accounts/login/").content.decode()
    assert '<html lang="en" data-bs-theme="dark">' in page
    assert response.cookies["lantoa_theme"]["httponly"]


def test_a_weak_line_is_what_the_reader_says_and_else_what_the_browser_says(rf: RequestFactory) -> None:
    assert has_weak_line(rf.get("/", headers={"Save-Data": "On"}))
    for said, weak in (("weak", True), ("strong", False), ("nonsense", False)):
        request = rf.get("/")
        request.COOKIES["lantoa_line"] = said
        assert has_weak_line(request) is weak


@pytest.mark.django_db
def test_unknown_preferences_are_ignored(client: Client) -> None:
    response = client.post("/preferences/", {"theme": "pink", "language": "xx"})
    assert not response.cookies
    client.cookies["lantoa_theme"] = "pink"
    assert 'data-bs-theme="auto"' in client.get("/accounts/login/").content.decode()


def test_preferences_are_set_by_post_only(client: Client) -> None:
    assert client.get("/preferences/").status_code == 405


@pytest.mark.django_db
def test_the_language_is_the_chosen_one_whatever_the_browser_prefers(client: Client) -> None:
    first = client.get("/accounts/login/", headers={"Accept-Language": "en-US"})
    assert first["Content-Language"] == "vi"
    client.cookies["django_language"] = "en"
    assert client.get("/accounts/login/")["Content-Language"] == "en"
    client.cookies["django_language"] = "../../etc"
    assert client.get("/accounts/login/")["Content-Language"] == "vi"
