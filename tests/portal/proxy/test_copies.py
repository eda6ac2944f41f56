"""Copies that the application keeps: cheap, and never behind what was published."""

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache, caches
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.cache import patch_vary_headers
from wagtail.models import Site
from wagtail.signals import post_page_move

from lantoa.directives.enums import RelationKind
from lantoa.directives.services import relate_directives, unrelate_directives
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.portal.documents.services import publish_document, withdraw_document
from lantoa.portal.models import ArticlePage, EditionChange, PortalSite
from lantoa.portal.serving import copies, editions
from lantoa.portal.serving.middleware import NotForEverybodyError, PublicMiddleware
from lantoa.portal.tasks import fold_editions
from lantoa.study_sessions.services import change_session
from tests.directives.factories import make_directive
from tests.organizations.factories import make_actor
from tests.plans.factories import make_campaign
from tests.portal.factories import make_article, make_picture, make_portal, make_section
from tests.study_sessions.factories import make_session, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(copies, "SECONDS", 60)
    monkeypatch.setattr(editions, "KEPT_FOR", 60)
    yield
    caches["pages"].clear()
    cache.clear()


def shown(address: str) -> str:
    return Client().get(address).content.decode()


def test_a_page_that_is_kept_costs_one_query_and_so_does_a_304() -> None:
    portal = make_portal()
    article = make_article(make_section(portal), picture=make_picture(portal))
    for address in (article.get_url(), "/cong/", "/cong/van-ban/", "/cong/mau.css", "/cong/atom.xml"):
        whole = Client().get(address)
        for headers in ({}, {"If-None-Match": whole["ETag"]}):
            with CaptureQueriesContext(connection) as captured:
                again = Client().get(address, headers=headers)
            assert len(captured) == 1, (address, captured.captured_queries)
            assert again.content == (b"" if headers else whole.content)


def test_whatever_is_published_changed_or_withdrawn_is_seen_at_once() -> None:
    portal = make_portal()
    section = make_section(portal)
    assert "Ra quân" not in shown("/cong/")
    article = make_article(section, "Ra quân làm đường")
    assert "Ra quân" in shown("/cong/")
    address = article.get_url() or ""
    assert "Ra quân làm đường" in shown(address)
    article.title = "Ra quân làm cầu"
    article.save_revision().publish()
    assert "Ra quân làm cầu" in shown(address)
    article.unpublish()
    assert Client().get(address).status_code == 404
    assert "Ra quân" not in shown("/cong/")
    PortalSite.objects.get(pk=portal.pk).save()
    portal.name = "Trang mới"
    portal.save()
    assert "Trang mới" in shown("/cong/")


def test_what_all_pages_share_is_read_once_and_never_behind_what_changed() -> None:
    portal = make_portal()
    section, other = make_section(portal), make_section(portal)
    searched = "/cong/tim-kiem/?q=khong-co"
    shown("/cong/")
    with CaptureQueriesContext(connection) as captured:
        assert section.title in shown(searched)
    assert not [query["sql"] for query in captured if "portal_portalsite" in query["sql"]]
    section.title = "Chuyên mục đổi tên"
    section.save_revision().publish()
    assert "Chuyên mục đổi tên" in shown(searched)
    section.unpublish()
    assert "Chuyên mục đổi tên" not in shown(searched)
    assert other.title in shown(searched)
    other.delete()
    assert other.title not in shown(searched)
    portal.site.hostname = "noi-khac.example"
    portal.site.is_default_site = False
    portal.site.save()
    assert Client().get(searched).status_code == 404


def test_sections_that_change_places_are_seen_in_their_new_ones_with_the_change_itself() -> None:
    """Whoever moves a page tells of it when it is done, and others who listen come first or fail."""
    portal = make_portal()
    first, second = make_section(portal, "Mục một"), make_section(portal, "Mục hai")
    make_article(first, "Bài của mục một")
    make_article(second, "Bài của mục hai")
    assert _headings(shown("/cong/")) == ["Mục một", "Bài của mục một", "Mục hai", "Bài của mục hai"]
    receivers, post_page_move.receivers = post_page_move.receivers, []
    post_page_move.sender_receivers_cache.clear()
    try:
        second.move(first, pos="left")
    finally:
        post_page_move.receivers = receivers
        post_page_move.sender_receivers_cache.clear()
    assert _headings(shown("/cong/")) == ["Mục hai", "Bài của mục hai", "Mục một", "Bài của mục một"]


def _headings(page: str) -> list[str]:
    """Sections and articles as the first page has them."""
    return re.findall(r"(?:Mục|Bài của mục) (?:một|hai)(?=</a></h[23]>)", page)


def test_everybody_gets_one_of_their_own() -> None:
    first, second = (editions.kept("own", 1, lambda: {"lists": ["a"]}) for _time in range(2))
    first["lists"].append("b")
    assert second == {"lists": ["a"]}
    assert editions.kept("own", 1, dict) == second
    assert editions.kept("own", 2, dict) == {}
    assert editions.kept("own", None, lambda: 7) == 7


def test_a_document_appears_and_goes_at_once() -> None:
    portal = make_portal()
    actor = make_actor(Role.APPROVER, portal.unit)
    directive = make_directive(portal.unit, number="12-NQ/HU")
    assert "12-NQ/HU" not in shown("/cong/van-ban/")
    document = publish_document(actor=actor, portal=portal, directive=directive)
    assert "12-NQ/HU" in shown("/cong/van-ban/")
    withdraw_document(actor=actor, document=document)
    assert "12-NQ/HU" not in shown("/cong/van-ban/")


def test_what_replaces_a_document_is_seen_at_once() -> None:
    portal = make_portal()
    approver, officer = (make_actor(role, portal.unit) for role in (Role.APPROVER, Role.OFFICER))
    old, new = (make_directive(portal.unit, number=number) for number in ("66-QĐ/TW", "399-QĐ/TW"))
    address = f"/cong/van-ban/{publish_document(actor=approver, portal=portal, directive=old).pk}/"
    assert "đã được thay thế" not in shown(address)
    relate_directives(actor=officer, directive=new, kind=RelationKind.REPLACES, number=old.number)
    assert "đã được thay thế" in shown(address)
    unrelate_directives(actor=officer, directive=new, other=old)
    assert "đã được thay thế" not in shown(address)


def test_a_session_that_is_closed_to_the_public_again_or_moves_is_gone_at_once() -> None:
    portal = make_portal()
    actor = make_actor(Role.OFFICER, portal.unit)
    begins = clock.now() + dt.timedelta(days=1)
    session = make_session(make_campaign(portal.unit), starts_at=begins, title="Hội nghị mở")
    site = make_site(session, name="Nhà văn hóa bản")
    assert "Hội nghị mở" not in shown("/cong/lich/tat-ca.ics")

    def change(**facts: object) -> None:
        session.refresh_from_db()
        written = {
            name: getattr(session, name) for name in ("version", "title", "mode", "plan", "starts_at", "ends_at")
        }
        change_session(actor=actor, session=session, **{**written, **facts})

    change(is_public=True)
    assert "Hội nghị mở" in shown("/cong/lich/tat-ca.ics")
    site.name = "Nhà văn hóa xã"
    site.save(update_fields=["name"])
    assert "Nhà văn hóa xã" in shown("/cong/lich/tat-ca.ics")
    change(is_public=False)
    assert "Hội nghị mở" not in shown("/cong/lich/tat-ca.ics")


def test_a_draft_begins_no_edition() -> None:
    article = make_article(make_section(make_portal()))
    before = editions.current()
    article.title = "Bản nháp"
    article.save_revision()
    assert editions.current() == before
    make_article_of_nobody = ArticlePage(title="Nháp", slug="nhap", lead="Nháp.", live=False)
    article.get_parent().add_child(instance=make_article_of_nobody)
    assert editions.current() == before


def test_what_is_taken_back_begins_none() -> None:
    before = editions.current()
    with transaction.atomic():
        editions.turn()
        transaction.set_rollback(True)
    assert editions.current() == before


def test_an_address_that_another_process_changed_is_known_with_the_next_page() -> None:
    portal = make_portal()
    shown("/cong/")
    assert portal.site.hostname in {each.root_url.removeprefix("http://") for each in Site.get_site_root_paths()}
    Site.objects.filter(pk=portal.site_id).update(hostname="ten-moi.example.vn")
    editions.turn()
    shown("/cong/")
    assert "http://ten-moi.example.vn" in {each.root_url for each in Site.get_site_root_paths()}


def test_the_steps_are_folded_and_the_number_stays() -> None:
    fold_editions(0)
    assert EditionChange.objects.count() == 0
    for _ in range(3):
        editions.turn()
    number = editions.current()
    fold_editions(0)
    assert EditionChange.objects.count() == 1
    assert editions.current() == number
    editions.turn()
    assert editions.current() > number


def test_a_copy_does_not_outlive_its_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    portal = make_portal()
    assert portal.name in shown("/cong/")
    PortalSite.objects.filter(pk=portal.pk).update(name="Tên khác")
    assert "Tên khác" not in shown("/cong/")
    later = dt.datetime.now(dt.UTC).timestamp() + copies.SECONDS + 1
    monkeypatch.setattr("time.time", lambda: later)
    assert "Tên khác" in shown("/cong/")


def test_a_page_that_is_too_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "LARGEST", 10)
    make_portal()
    costs = []
    for _time in range(3):
        with CaptureQueriesContext(connection) as captured:
            shown("/cong/")
        costs.append(len(captured))
    assert costs[1] == costs[2] > 1


def test_a_draft_that_an_editor_looks_at_is_kept_by_nobody() -> None:
    portal = make_portal()
    article = make_article(make_section(portal))
    address = article.get_url() or ""
    article.title = "Chưa ai duyệt"
    preview = article.make_preview_request(RequestFactory().get("/bien-tap/", HTTP_HOST="testserver"))
    assert "Chưa ai duyệt" in preview.content.decode()
    assert preview["Cache-Control"] == "private"
    assert "Chưa ai duyệt" not in shown(address)


@pytest.mark.parametrize("spoil", ["cookie", "vary", "nonce"])
def test_a_view_that_is_not_for_everybody_does_not_pass_for_one(spoil: str) -> None:
    def respond(request: HttpRequest) -> HttpResponse:
        answer = HttpResponse("x")
        spoils: dict[str, Callable[[], object]] = {
            "cookie": lambda: answer.set_cookie("a", "b"),
            "vary": lambda: patch_vary_headers(answer, ["Accept-Language"]),
            "nonce": lambda: setattr(request, "_csp_nonce", "x"),
        }
        spoils[spoil]()
        return answer

    with pytest.raises(NotForEverybodyError):
        PublicMiddleware(respond)(RequestFactory().get("/cong/"))
