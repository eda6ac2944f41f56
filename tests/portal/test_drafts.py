"""Drafts on their way: looked at before they are finished, waiting for somebody or for their hour."""

import datetime as dt
import uuid

import pytest
from django.test import Client, RequestFactory

from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.portal.groups import follow_appointments
from lantoa.portal.home_panels import articles_of, due, waiting_figures
from lantoa.portal.models import ArticlePage, PortalSite
from lantoa.portal.offering.services import offer_figures
from tests.attendance.factories import make_coverage
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign
from tests.portal.factories import make_article, make_portal, make_section

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
UNFINISHED = [
    ("picture", {"picture": None, "caption": ""}),
    ("file", {"file": None, "title": ""}),
    ("audio", {"recording": None, "title": "", "transcript": ""}),
]


@pytest.fixture
def portal() -> PortalSite:
    return make_portal()


def looked_at(portal: PortalSite, article: ArticlePage) -> str:
    """The article as its preview shows it."""
    request = RequestFactory().get("/", headers={"host": portal.site.hostname})
    response = article.make_preview_request(request, "")
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_draft_is_looked_at_before_its_files_are_chosen(portal: PortalSite) -> None:
    article = make_article(make_section(portal), live=False)
    article.body = UNFINISHED
    shown = looked_at(portal, article)
    assert "<audio" not in shown
    article.body.stream_block.defer_required_validation()
    assert len(article.body.stream_block.clean(article.body)) == len(UNFINISHED)
    article.body.stream_block.restore_deferred_validation()


def test_a_new_article_is_looked_at_before_it_is_kept_and_no_look_is_counted(portal: PortalSite) -> None:
    section = make_section(portal)
    fresh = ArticlePage(title="Bài mới", slug="bai-moi", lead="Sapô")
    fresh.set_url_path(section)
    assert "data-visit" not in looked_at(portal, fresh)
    assert "data-visit" not in looked_at(portal, make_article(section))


def test_the_words_of_the_editors_scripts_are_vietnamese(portal: PortalSite) -> None:
    user = make_user(Role.EDITOR, portal.unit)
    follow_appointments()
    client = Client()
    client.force_login(user)
    said = client.get("/bien-tap/jsi18n/").content.decode()
    for word in ("Search options…", "Collapse all", "Resolve"):
        assert f'"{word}": "{word}"' not in said
        assert f'"{word.encode("ascii", "backslashreplace").decode()}": "' in said


def test_the_preview_of_a_draft_may_stand_in_a_frame_of_ours(portal: PortalSite) -> None:
    user = make_user(Role.EDITOR, portal.unit)
    follow_appointments()
    article = make_article(make_section(portal), live=False)
    client = Client(headers={"host": "testserver"})
    client.force_login(user)
    shown = client.get(f"/bien-tap/pages/{article.pk}/view_draft/")
    assert shown.status_code == 200
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]


def test_a_draft_with_figures_waits_until_it_is_sent_in(portal: PortalSite) -> None:
    officer, editor = make_actor(Role.OFFICER, portal.unit), make_user(Role.EDITOR, portal.unit)
    follow_appointments()
    campaign, section = make_campaign(portal.unit), make_section(portal)
    make_coverage(campaign, portal.unit, 30, 12)
    given = offer_figures(actor=officer, client_id=uuid.uuid4(), section=section, campaign=campaign, unit=portal.unit)
    actor = Actor.of(editor)
    article = ArticlePage.objects.get(pk=given.article_id)
    assert waiting_figures(actor, articles_of(actor)) == [(given, article)]
    client = Client()
    client.force_login(editor)
    assert given.get_absolute_url() in client.get("/bien-tap/").content.decode()
    article.get_workflow().start(article, editor)
    assert waiting_figures(actor, articles_of(actor)) == []


def test_what_appears_or_goes_at_an_hour_is_shown_with_what_is_missing(portal: PortalSite) -> None:
    user = make_user(Role.EDITOR, portal.unit)
    section, hour = make_section(portal), dt.timedelta(hours=1)
    make_article(make_section(make_portal(make_unit("Đảng bộ xã khác"))), "Của người khác", live=False)
    late, soon, going, _plain = (make_article(section, title, live=False) for title in ("Trễ", "Sắp", "Gỡ", "Thường"))
    late.go_live_at = clock.now() - hour
    late.save_revision()
    soon.go_live_at = clock.now() + hour
    soon.save_revision()
    going.expire_at = clock.now() + 2 * hour
    going.save_revision().publish()
    actor = Actor.of(user)
    found = due(articles_of(actor))
    assert [(one.article.title, one.waits) for one in found] == [("Trễ", True), ("Sắp", False), ("Gỡ", False)]
    follow_appointments()
    client = Client()
    client.force_login(user)
    shown = client.get("/bien-tap/").content.decode()
    assert "Mọi giờ theo múi giờ Asia/Ho_Chi_Minh." in shown
    assert "sẽ đăng ngay khi duyệt" in shown


def test_an_article_that_is_approved_after_its_hour_appears_at_once(portal: PortalSite) -> None:
    article = make_article(make_section(portal), live=False)
    article.go_live_at = clock.now() - dt.timedelta(hours=1)
    writer, editor = (make_user(Role.EDITOR, portal.unit) for _ in range(2))
    approver = make_user(Role.APPROVER, portal.unit)
    follow_appointments()
    article.save_revision(user=writer)
    article.get_workflow().start(article, writer)
    for user in (editor, approver):
        page = ArticlePage.objects.get(pk=article.pk)
        page.current_workflow_task.on_action(page.current_workflow_task_state, user, "approve")
    assert ArticlePage.objects.get(pk=article.pk).live
