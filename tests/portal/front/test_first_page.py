"""Highlights and banners: when they stand on the first page, where they lead, and how often they are followed."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lantoa.accounts.models import User
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.portal.groups import follow_appointments
from lantoa.portal.models import Banner, Highlight, HomePage, Picture, PortalSite
from lantoa.visits.beacons import beacon_of
from lantoa.visits.buffer import Buffer
from lantoa.visits.folding import fold_waiting
from lantoa.visits.selectors import views_of
from tests.organizations.factories import make_user
from tests.portal.factories import make_article, make_picture, make_portal, make_section
from tests.portal.front.factories import home_of, make_banner, make_highlight
from tests.visits.test_agents import PHONE

pytestmark = pytest.mark.django_db
READER, ROBOT = {"user-agent": PHONE}, {"user-agent": "Googlebot/2.1"}


@pytest.fixture
def portal() -> PortalSite:
    return make_portal()


@pytest.fixture
def buffer(monkeypatch: pytest.MonkeyPatch) -> Buffer:
    """The buffer of this process, empty, which writes when the test says so."""
    fresh = Buffer()
    monkeypatch.setattr("lantoa.visits.beacons.BUFFER", fresh)
    return fresh


def first_page() -> str:
    answer = Client().get("/cong/", headers=READER)
    assert answer.status_code == 200
    assert not answer.cookies
    return answer.content.decode()


def titles_shown(*titles: str) -> list[str]:
    """Those of the titles that the first page shows, in the order in which they stand there."""
    page = first_page()
    return sorted((title for title in titles if title in page), key=page.index)


class TestHighlights:
    def test_three_are_shown_in_the_order_of_their_editors(self, portal: PortalSite) -> None:
        titles = [make_highlight(portal, f"Sự kiện {letter}").title for letter in "DCBA"]
        assert titles_shown(*titles) == titles[:3]

    def test_they_come_and_go_by_their_days(self, portal: PortalSite) -> None:
        today, day = clock.today(), dt.timedelta(days=1)
        make_highlight(portal, "Hôm nay", shown_from=today, shown_until=today)
        make_highlight(portal, "Ngày mai", shown_from=today + day)
        make_highlight(portal, "Hôm qua", shown_until=today - day)
        assert titles_shown("Hôm nay", "Ngày mai", "Hôm qua") == ["Hôm nay"]

    def test_one_leads_to_an_article_for_as_long_as_that_is_published(self, portal: PortalSite) -> None:
        article = make_article(make_section(portal))
        leads = {"target": article, "address": "", "lead": "Ba thứ tiếng.", "held_on": clock.today()}
        make_highlight(portal, "Chuyện ở bản", **leads)
        page = first_page()
        assert f'<a href="{article.get_url()}">Chuyện ở bản</a>' in page
        assert "Ba thứ tiếng." in page
        article.unpublish()
        assert "Chuyện ở bản" not in first_page()

    @pytest.mark.parametrize(
        "address", ["", "http://vi-du.vn/", "javascript:alert(1)", "//vi-du.vn", "/cong", "https:///x", "https://\\x"]
    )
    def test_it_leads_to_a_page_or_to_an_address_and_to_no_other_place(self, portal: PortalSite, address: str) -> None:
        row = Highlight(home=home_of(portal), title="Sự kiện", picture=make_picture(portal), address=address)
        with pytest.raises(ValidationError):
            row.full_clean()
        with pytest.raises(IntegrityError):
            row.save()

    def test_an_address_holds_no_sign_that_a_browser_reads_otherwise(self, portal: PortalSite) -> None:
        for address in ("/cong/\\vi-du.vn", "https://vi-du.vn/a b", 'https://vi-du.vn/"x'):
            with pytest.raises(ValidationError, match="không phải là địa chỉ"):
                Highlight(title="Sự kiện", address=address).clean()

    def test_the_last_day_does_not_come_before_the_first(self, portal: PortalSite) -> None:
        today = clock.today()
        with pytest.raises(IntegrityError, match="highlight_days_in_order"):
            make_highlight(portal, shown_from=today, shown_until=today - dt.timedelta(days=1))

    def test_a_draft_is_shown_by_nobody_until_it_passed_the_review(self, portal: PortalSite) -> None:
        writer, editor = (make_user(Role.EDITOR, portal.unit) for _ in range(2))
        approver = make_user(Role.APPROVER, portal.unit)
        follow_appointments()
        home = home_of(portal)
        home.highlights.add(Highlight(title="Sự kiện mới", picture=make_picture(portal), address="/cong/lich/"))
        home.banners.add(
            Banner(title="Băng rôn mới", picture=make_picture(portal, "Băng rôn mới"), address="/cong/lich/")
        )
        home.save_revision(user=writer)
        home.get_workflow().start(home, writer)
        for reviewer in (editor, approver):
            assert titles_shown("Sự kiện mới", "Băng rôn mới") == []
            found = HomePage.objects.get(pk=home.pk)
            found.current_workflow_task.on_action(
                found.current_workflow_task_state, User.objects.get(pk=reviewer.pk), "approve"
            )
        assert set(titles_shown("Sự kiện mới", "Băng rôn mới")) == {"Sự kiện mới", "Băng rôn mới"}
        number = Banner.objects.get().pk
        again = home_of(portal).get_latest_revision_as_object()
        again.save_revision(user=writer).publish()
        assert Banner.objects.get().pk == number, "its counts stay with it"


class TestBanners:
    def test_each_stands_in_its_place_and_leads_through_its_own_address(self, portal: PortalSite) -> None:
        top, side = make_banner(portal, "Trên cùng"), make_banner(portal, "Bên cạnh", place="side")
        make_banner(portal, "Đã hết hạn", shown_until=clock.today() - dt.timedelta(days=1))
        page = first_page()
        assert "Đã hết hạn" not in page
        assert page.index(f"/cong/bang-ron/{top.pk}/") < page.index(f"/cong/bang-ron/{side.pk}/")
        assert 'alt="Trên cùng"' in page

    def test_a_click_is_counted_and_leads_where_the_banner_was_set_to_lead(
        self, portal: PortalSite, buffer: Buffer
    ) -> None:
        own, far = make_banner(portal), make_banner(portal, "Xa", address="https://laichau.gov.vn/tin?a=1")
        article = make_article(make_section(portal))
        page = make_banner(portal, "Bài", target=article, address="")
        for banner, place in ((own, "/cong/van-ban/"), (far, far.address), (page, article.get_url())):
            with CaptureQueriesContext(connection) as asked:
                answer = Client().get(f"/cong/bang-ron/{banner.pk}/?next=https://vi-du.vn/", headers=READER)
            assert (answer.status_code, answer["Location"]) == (302, place)
            assert "no-store" in answer["Cache-Control"]
            assert not answer.cookies
            assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)
        Client().get(f"/cong/bang-ron/{own.pk}/", headers=READER)
        Client().get(f"/cong/bang-ron/{own.pk}/", headers=ROBOT)
        Client().get(f"/cong/bang-ron/{own.pk}/", headers={**READER, "sec-purpose": "prefetch"})
        assert buffer.write()
        fold_waiting()
        assert views_of("banner_click", [own.pk, far.pk, page.pk]) == {own.pk: 2, far.pk: 1, page.pk: 1}

    def test_a_banner_of_another_site_and_one_whose_page_went_lead_nowhere(self, portal: PortalSite) -> None:
        elsewhere = make_banner(make_portal())
        article = make_article(make_section(portal))
        gone = make_banner(portal, target=article, address="")
        article.unpublish()
        for banner in (elsewhere, gone):
            assert Client().get(f"/cong/bang-ron/{banner.pk}/", headers=READER).status_code == 404

    def test_what_was_on_the_page_is_counted_with_its_view(self, portal: PortalSite, buffer: Buffer) -> None:
        top, side = make_banner(portal), make_banner(portal, "Bên cạnh", place="side")
        beacon = beacon_of(portal.pk, beside=[("banner", top.pk), ("banner", side.pk)])
        assert f'data-visit="{beacon}"' in first_page()
        for headers in (READER, READER, ROBOT):
            assert Client().post(beacon, headers=headers).status_code == 204
        assert buffer.write()
        fold_waiting()
        assert views_of("banner", [top.pk, side.pk]) == {top.pk: 2, side.pk: 2}
        assert views_of("site", [portal.pk]) == {portal.pk: 2}

    @pytest.mark.parametrize("beside", ["", "banner", "banner-x", "nothing-1", "banner-٣", "banner-" + "9" * 30, "-"])
    def test_a_beacon_with_nonsense_counts_the_page_alone(
        self, portal: PortalSite, buffer: Buffer, beside: str
    ) -> None:
        assert Client().post(f"/dem/{portal.pk}.gif?beside={beside}", headers=READER).status_code == 204
        assert {each.kind for each in buffer._counts} == {"site"}

    def test_its_editors_see_how_often_it_was_seen_and_followed_day_by_day(
        self, portal: PortalSite, buffer: Buffer
    ) -> None:
        banner, other = make_banner(portal), make_banner(portal, "Khác")
        Client().post(beacon_of(portal.pk, beside=[("banner", banner.pk)]), headers=READER)
        Client().get(f"/cong/bang-ron/{banner.pk}/", headers=READER)
        buffer.write()
        fold_waiting()
        client = Client()
        client.force_login(make_user(Role.EDITOR, portal.unit))
        answer = client.get(f"/portal/{portal.pk}/banners/")
        rows = {row.banner.pk: (row.views, row.clicks, row.is_shown) for row in answer.context["counted"]}
        assert rows == {banner.pk: (1, 1, True), other.pk: (0, 0, True)}
        assert (answer.context["days"][0].views, answer.context["days"][0].clicks) == (1, 1)
        assert len(answer.context["days"]) == 14
        chosen = client.get(f"/portal/{portal.pk}/banners/?banner={other.pk}")
        assert chosen.context["chosen"] == other
        assert sum(day.views for day in chosen.context["days"]) == 0

    def test_without_a_banner_the_page_of_figures_says_so(self, portal: PortalSite) -> None:
        client = Client()
        client.force_login(make_user(Role.EDITOR, portal.unit))
        assert "chưa có băng rôn nào" in client.get(f"/portal/{portal.pk}/banners/").content.decode()


def test_every_page_leads_to_its_top_and_to_its_end(portal: PortalSite) -> None:
    section = make_section(portal)
    places = ("/cong/", section.get_url(), make_article(section).get_url(), "/cong/van-ban/", "/cong/lien-he/")
    for address in places:
        page = Client().get(address).content.decode()
        for anchor in ("top", "foot"):
            assert f'href="#{anchor}"' in page, address
            assert page.count(f'id="{anchor}"') == 1, address


@pytest.mark.ignore_template_errors
def test_a_draft_outlives_a_picture_that_it_alone_shows_and_what_is_published_keeps_its_own() -> None:
    portal = make_portal()
    kept = make_highlight(portal, "Đã đăng")
    home, lost = home_of(portal), make_picture(portal)
    home.highlights.add(Highlight(title="Chưa đăng", picture=lost, address="/cong/lich/", sort_order=1))
    home.save_revision()
    desk = Client()
    desk.force_login(make_user(Role.EDITOR, portal.unit))
    Picture.objects.update(uploaded_by_user=desk.session["_auth_user_id"])
    for picture in (kept.picture, lost):
        desk.post(f"/bien-tap/images/{picture.pk}/delete/")
    assert list(Picture.objects.all()) == [kept.picture]
    draft = home_of(portal).get_latest_revision_as_object()
    assert [row.title for row in draft.highlights.all()] == ["Đã đăng"]
    home_of(portal).get_latest_revision().publish()
    assert [row.title for row in home_of(portal).highlights.all()] == ["Đã đăng"]
