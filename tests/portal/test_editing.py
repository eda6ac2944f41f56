"""Wagtail's editing pages, all of them: who has no role of the portal reaches none, and most are not there at all."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import cast

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, resolve
from django.utils import timezone
from django.utils.translation import override
from wagtail.admin import urls as editing_urls
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

from lantoa.accounts.models import User
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.middleware import ActorRequest
from lantoa.portal.groups import follow_appointments
from lantoa.portal.middleware import EditingMiddleware, is_open
from tests.organizations.factories import make_unit, make_user
from tests.portal.factories import make_article, make_portal, make_section

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
LEAST = 150
"""Wagtail brings some two hundred."""


def addresses(patterns: "list[URLPattern | URLResolver]", before: str = "/bien-tap/") -> Iterator[str]:
    """An address for each page: its arguments are ones that fit their kind and name nothing."""
    for found in patterns:
        text = str(found.pattern).lstrip("^").rstrip("$")
        for kind, value in (("<int:", "0"), ("<str:", "x"), ("<slug:", "x"), ("<path:", "x"), ("<", "x")):
            while kind in text and ">" in text and "(" not in text:
                begin = text.index(kind)
                text = text[:begin] + value + text[text.index(">", begin) + 1 :]
        if "(" in text or "\\" in text or "*" in text:
            continue
        if isinstance(found, URLResolver):
            yield from addresses(found.url_patterns, before + text)
        else:
            yield before + text


ADDRESSES = sorted(set(addresses(editing_urls.urlpatterns)))


def asked(address: str, user: User | AnonymousUser) -> HttpResponse | None:
    """What stands before the page answers; None where it lets the user pass. No page of Wagtail's is made for it."""
    request = RequestFactory().get(address)
    request.user = user
    request.resolver_match = resolve(address)
    cast(ActorRequest, request).actor = Actor.of(user) if isinstance(user, User) else Actor(None, None)
    return EditingMiddleware(lambda request: HttpResponse()).process_view(request, None, (), {})


def test_the_pages_are_known() -> None:
    assert len(ADDRESSES) >= LEAST


def test_nobody_reaches_a_page_without_signing_in() -> None:
    answers = [asked(address, AnonymousUser()) for address in ADDRESSES]
    assert all(answer and answer.headers["Location"].startswith("/accounts/login/?next=") for answer in answers)


@pytest.mark.parametrize("role", sorted({*Role} - {Role.EDITOR, Role.APPROVER}))
def test_nobody_reaches_a_page_without_a_role_of_the_portal(role: Role) -> None:
    user = make_user(role, make_portal().unit)
    for address in ADDRESSES:
        with pytest.raises(PermissionDenied):
            asked(address, user)


def test_who_writes_reaches_the_pages_of_the_way_and_no_other_one() -> None:
    user = make_user(Role.EDITOR, make_portal().unit)
    for address in ADDRESSES:
        if is_open(resolve(address).view_name):
            assert asked(address, user) is None, address
        else:
            with pytest.raises(Http404):
                asked(address, user)


def test_the_pages_of_users_groups_sites_and_steps_are_not_open_to_anybody() -> None:
    for name in (
        "wagtailusers_users:index", "wagtailusers_groups:edit", "wagtailsites:index", "wagtailadmin_login",
        "wagtailadmin_account", "wagtailadmin_password_reset", "wagtailadmin_workflows:add_task", "wagtailadmin_logout",
        "wagtailadmin_collections:add", "wagtail_bulk_action", "wagtailadmin_pages:set_privacy", "",
    ):  # fmt: skip
        assert not is_open(name), name
    assert is_open("wagtailadmin_pages:edit")


def test_the_editing_pages_have_a_policy_of_their_own_and_a_draft_is_shown_in_a_frame_of_ours() -> None:
    portal = make_portal()
    client = Client()
    client.force_login(make_user(Role.EDITOR, portal.unit))
    answer = client.get("/bien-tap/")
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    elsewhere = client.get("/")
    assert "'unsafe-inline'" not in elsewhere["Content-Security-Policy"]
    assert elsewhere["X-Frame-Options"] == "DENY"


def test_the_days_and_hours_that_its_forms_write_are_read_again() -> None:
    day, moment = dt.date(2026, 11, 28), dt.datetime(2026, 11, 28, 7, 30, tzinfo=dt.UTC)
    days, moments = forms.DateField(widget=AdminDateInput), forms.DateTimeField(widget=AdminDateTimeInput)
    with override("vi"):
        assert days.clean(days.widget.format_value(day)) == day
        assert moments.clean(moments.widget.format_value(timezone.localtime(moment))) == moment


@pytest.mark.parametrize(
    "address", ["{section}/?page_type=wagtailcore.page", "search/?q=Bài&page_type=wagtailcore.page"]
)
def test_who_looks_for_a_page_finds_no_draft_of_another_site(address: str) -> None:
    ours, theirs = make_portal(), make_portal(make_unit("Đảng bộ xã bên", kind=UnitKind.COMMUNE_COMMITTEE))
    section = make_section(theirs)
    make_article(section, "Bài ai cũng đọc")
    make_article(section, "Bài nháp của nơi khác", live=False)
    make_article(make_section(ours), "Bài nháp của mình", live=False)
    client = Client()
    client.force_login(make_user(Role.EDITOR, ours.unit))
    follow_appointments()
    answer = client.get(f"/bien-tap/choose-page/{address.format(section=section.pk)}")
    shown = (
        json.loads(answer.content)["html"] if answer["Content-Type"] == "application/json" else answer.content.decode()
    )
    assert "Bài ai cũng đọc" in shown
    assert "Bài nháp của nơi khác" not in shown
    assert ("Bài nháp của mình" in shown) is address.startswith("search")
