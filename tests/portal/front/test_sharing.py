"""An article of a site above, shown on one below: it follows its original, and goes with it."""

import datetime as dt
import json

import pytest
from defusedxml import ElementTree
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.portal.errors import NoLongerOffered, NoSuchSection
from lantoa.portal.models import ArticleAuthor, ArticlePage, SectionPage
from lantoa.portal.readers.services.deciding import publish_comments
from lantoa.portal.sharing import views
from lantoa.portal.sharing.services import return_article, take_article
from lantoa.portal.tasks import keep_time
from lantoa.search import sources
from lantoa.search.models import SearchEntry
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.portal.factories import make_article, make_picture, make_portal, make_section
from tests.portal.front.factories import home_of
from tests.portal.readers.factories import make_comment
from tests.portal.reading.factories import publish

pytestmark = pytest.mark.django_db
ABOVE, BELOW = "huyen.example.vn", "xa.example.vn"


class Sites:
    """A district's site that offers an article, and a commune's below it with two sections."""

    def __init__(self) -> None:
        self.above = make_portal(host=ABOVE)
        commune = make_unit("Đảng bộ xã", parent=self.above.unit, kind=UnitKind.COMMUNE_COMMITTEE)
        self.below = make_portal(commune, host=BELOW, name="Trang thông tin xã")
        self.party = make_section(self.below, "Xây dựng Đảng", slug="xay-dung-dang")
        self.news = make_section(self.below, "Tin tức", slug="tin-tuc")
        self.source = make_section(self.above, "Tin tức", slug="tin-tuc")
        self.article = self.offered("Huyện mở đợt học nghị quyết")
        self.editor = make_user(Role.EDITOR, commune)
        self.actor = make_actor(Role.EDITOR, commune)
        self.client = Client(headers={"host": BELOW})

    def offered(self, title: str, *, is_offered: bool = True) -> ArticlePage:
        article = make_article(self.source, title, live=False, picture=make_picture(self.above))
        article.is_offered = is_offered
        article.save_revision().publish()
        article.refresh_from_db()
        return article

    def take(self, article: ArticlePage | None = None, section: SectionPage | None = None) -> ArticlePage:
        return take_article(
            actor=self.actor, portal=self.below, article=article or self.article, section=section or self.news
        )

    def reads(self, address: str, status: int = 200) -> str:
        """What a reader of the commune's site gets."""
        answer = self.client.get(address)
        assert answer.status_code == status
        return answer.content.decode()

    def is_shown(self, title: str) -> list[bool]:
        """Whether it stands on the first page, in its section, in both feeds, and is found."""
        places = ("/cong/", "/cong/tin-tuc/", "/cong/atom.xml", "/cong/tin-tuc/atom.xml")
        results = self.client.get("/cong/tim-kiem/", {"q": title}).context["results"]
        found = ["".join(piece.text for piece in each.title) for each in results]
        return [*(title in self.reads(place) for place in places), title in found]


class Desk:
    """The page on which the commune's editor takes what is offered."""

    def __init__(self, sites: Sites) -> None:
        self.address = f"/portal/{sites.below.pk}/shared/"
        self.client = Client(headers={"host": BELOW})
        self.client.force_login(sites.editor)

    def rows(self, table: str, asked: str = "") -> list[tuple[str, str, SectionPage | None]]:
        """The articles of one of the two tables, with the site that each comes from and the section here."""
        shown = self.client.get(f"{self.address}{asked}").context[table]
        _title, source, _day, here = shown.columns
        return [(row.title, source.value(row), here.value(row)) for row in shown.page.object_list]

    def post(self, step: str) -> int:
        return self.client.post(f"{self.address}{step}").status_code


@pytest.fixture
def sites(settings: Settings) -> Sites:
    settings.ALLOWED_HOSTS = [ABOVE, BELOW]
    return Sites()


def test_an_editor_takes_it_with_one_click_and_gives_it_back_with_another(sites: Sites) -> None:
    desk = Desk(sites)
    assert desk.rows("offered") == [(sites.article.title, sites.above.name, sites.news)]
    page = desk.client.get(desk.address).content.decode()
    assert f'href="http://{ABOVE}/cong/tin-tuc/{sites.article.slug}/"' in page
    assert desk.post(f"{sites.article.pk}/to/{sites.news.pk}/") == 303
    assert sites.is_shown(sites.article.title) == [True] * 5
    assert (desk.rows("offered"), desk.rows("taken")) == ([], [(sites.article.title, sites.above.name, sites.news)])
    desk.post(f"{sites.article.pk}/return/")
    assert sites.is_shown(sites.article.title) == [False] * 5
    desk.post(f"{sites.article.pk}/return/")
    desk.post(f"{sites.article.pk}/to/{sites.news.pk}/")
    assert sites.is_shown(sites.article.title) == [True] * 5
    acts = Entry.objects.filter(action__in=["portal.take_article", "portal.return_article"]).order_by("pk")
    assert [entry.action.split(".")[1] for entry in acts] == ["take_article", "return_article", "take_article"]


def test_it_names_its_source_and_its_one_address(sites: Sites) -> None:
    shown = sites.take()
    page = sites.reads(f"/cong/tin-tuc/{shown.slug}/")
    original = f"http://{ABOVE}/cong/tin-tuc/{sites.article.slug}/"
    assert f'<link rel="canonical" href="{original}">' in page
    assert f'<a href="{original}">{sites.above.name}</a>' in page
    for line in (sites.article.lead, "Hội nghị diễn ra tại nhà văn hóa.", "Lò Thị Mai", sites.below.name):
        assert line in page
    places = [found.text for found in ElementTree.fromstring(sites.reads("/cong/sitemap.xml")).iter()]
    assert not any(place and shown.slug in place for place in places)


def test_programs_read_of_whom_it_is(sites: Sites) -> None:
    taken = sites.take()
    ArticleAuthor.objects.all().delete()
    page = sites.reads(f"/cong/tin-tuc/{taken.slug}/")
    written = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    news = json.loads(written)["@graph"][0]
    origin = {"@type": "Organization", "name": sites.above.name, "url": f"http://{ABOVE}/cong/"}
    assert (news["url"], news["publisher"], news["author"]) == (
        f"http://{ABOVE}/cong/tin-tuc/{sites.article.slug}/", origin, [origin]
    )  # fmt: skip


def test_it_follows_the_original(sites: Sites) -> None:
    shown = sites.take()
    article = ArticlePage.objects.get(pk=sites.article.pk)
    article.title, article.lead = "Huyện mở hai đợt học", "Đã sửa."
    article.save_revision().publish()
    assert sites.is_shown("Huyện mở hai đợt học") == [True] * 5
    assert "Đã sửa." in sites.reads(f"/cong/tin-tuc/{shown.slug}/")
    ArticlePage.objects.get(pk=article.pk).unpublish()
    assert sites.is_shown("Huyện mở hai đợt học") == [False] * 5
    sites.reads(f"/cong/tin-tuc/{shown.slug}/", 404)
    ArticlePage.objects.get(pk=article.pk).save_revision().publish()
    assert sites.is_shown("Huyện mở hai đợt học") == [True] * 5


def test_a_correction_of_the_original_is_told_here_too(sites: Sites) -> None:
    shown = sites.take()
    address = f"/cong/tin-tuc/{shown.slug}/"
    publish(sites.article, lead="Đợt học mở ngày mùng 5.", is_correction=True, correction="Là mùng 5.")
    for change in ({}, {"search_description": "Tin huyện"}):
        publish(sites.article, **change)
        page = sites.reads(address)
        assert "Đã sửa lúc" in page
        assert "Là mùng 5." in page
    versions = f"/cong/bai/{shown.pk}/cac-ban/"
    assert f'href="{versions}1/"' in sites.reads(versions)
    assert "<del>" in sites.reads(f"{versions}1/")


def test_one_that_was_corrected_before_it_was_taken_goes_on_saying_so(sites: Sites) -> None:
    publish(sites.article, lead="Đợt học mở ngày mùng 5.", is_correction=True, correction="Là mùng 5.")
    shown = sites.take(ArticlePage.objects.get(pk=sites.article.pk))
    publish(sites.article, search_description="Tin huyện")
    assert "Là mùng 5." in sites.reads(f"/cong/tin-tuc/{shown.slug}/")


def test_it_goes_when_the_original_is_deleted_or_offered_no_longer(sites: Sites) -> None:
    other = sites.offered("Một bài nữa")
    sites.take()
    sites.take(other)
    ArticlePage.objects.get(pk=sites.article.pk).delete()
    assert sites.is_shown(sites.article.title) == [False] * 5
    other.is_offered = False
    other.save_revision().publish()
    assert sites.is_shown("Một bài nữa") == [False] * 5
    assert not ArticlePage.objects.filter(alias_of=sites.article.pk).exists()
    assert sources.missing()["article"] == 0


def test_it_waits_with_the_original_for_its_time(sites: Sites) -> None:
    shown = sites.take()
    ArticlePage.objects.get(pk=sites.article.pk).unpublish()
    publish(sites.article, title="Chưa đến giờ", go_live_at=clock.now() + dt.timedelta(days=1))
    assert sites.is_shown("Chưa đến giờ") == [False] * 5
    assert not SearchEntry.objects.filter(kind="article", object_id=shown.pk).exists()
    sites.reads(f"/cong/tin-tuc/{shown.slug}/", 404)
    revision = ArticlePage.objects.get(pk=sites.article.pk).scheduled_revision
    revision.approved_go_live_at = clock.now() - dt.timedelta(minutes=1)
    revision.content = {**revision.content, "go_live_at": None}
    revision.save()
    keep_time(0)
    assert sites.is_shown("Chưa đến giờ") == [True] * 5


def test_what_was_given_back_stays_away_and_comes_again_as_it_was(sites: Sites) -> None:
    shown = sites.take()
    publish_comments(actor=sites.actor, contributions=[make_comment(sites.below, shown).pk])
    return_article(actor=sites.actor, portal=sites.below, shown=shown)
    sites.reads(f"/cong/tin-tuc/{shown.slug}/", 404)
    publish(sites.article, title="Huyện mở hai đợt học")
    assert sites.is_shown("Huyện mở hai đợt học") == [False] * 5
    assert sites.take() == shown
    assert sites.is_shown("Huyện mở hai đợt học") == [True] * 5
    assert "Bài viết bổ ích." in sites.reads(f"/cong/tin-tuc/{shown.slug}/")


def test_what_is_offered_once_more_is_taken_once_more_as_it_was(sites: Sites) -> None:
    shown = sites.take()
    publish(sites.article, is_offered=False)
    publish(sites.article, is_offered=True)
    assert sites.is_shown(sites.article.title) == [False] * 5
    assert sites.take() == shown
    assert sites.is_shown(sites.article.title) == [True] * 5


def test_it_comes_again_in_another_section_where_its_address_is_taken(sites: Sites) -> None:
    shown = sites.take()
    return_article(actor=sites.actor, portal=sites.below, shown=shown)
    own = make_article(sites.party, "Bài cùng tên của xã")
    ArticlePage.objects.filter(pk=own.pk).update(slug=shown.slug)
    again = sites.take(section=sites.party)
    assert (again, again.slug) == (shown, f"{shown.slug}-{shown.pk}")
    assert sites.article.title in sites.reads(f"/cong/xay-dung-dang/{again.slug}/")


def test_only_who_writes_for_the_site_takes_it(sites: Sites) -> None:
    for role in set(Role) - {Role.EDITOR}:
        actor = make_actor(role, sites.below.unit)
        with pytest.raises(NotPermitted):
            take_article(actor=actor, portal=sites.below, article=sites.article, section=sites.news)
    shown = sites.take()
    for role in set(Role) - {Role.EDITOR}:
        with pytest.raises(NotPermitted):
            return_article(actor=make_actor(role, sites.below.unit), portal=sites.below, shown=shown)
    assert ArticlePage.objects.filter(pk=shown.pk).exists()


def test_giving_it_back_twice_at_once_is_one_act(sites: Sites) -> None:
    shown = sites.take()
    for _time in range(2):
        return_article(actor=sites.actor, portal=sites.below, shown=ArticlePage(pk=shown.pk))
    assert not ArticlePage.objects.get(pk=shown.pk).live
    assert Entry.objects.filter(action="portal.return_article").count() == 1


def test_only_what_a_site_above_offers_is_taken_and_only_once(sites: Sites) -> None:
    beside = make_portal(make_unit("Đảng bộ huyện bên", kind=UnitKind.DISTRICT_COMMITTEE))
    foreign = make_article(make_section(beside))
    ArticlePage.objects.filter(pk=foreign.pk).update(is_offered=True)
    own = make_article(sites.news, "Của xã")
    ArticlePage.objects.filter(pk=own.pk).update(is_offered=True)
    first = sites.take()
    for refused in (foreign, own, sites.offered("Không chia sẻ", is_offered=False), first):
        with pytest.raises(NoLongerOffered):
            sites.take(refused)
    withdrawn = sites.offered("Đã gỡ")
    withdrawn.unpublish()
    with pytest.raises(NoLongerOffered):
        sites.take(withdrawn)
    with pytest.raises(NoSuchSection):
        sites.take(sites.offered("Bài khác"), sites.source)
    assert sites.take() == first
    assert ArticlePage.objects.filter(alias_of=sites.article).count() == 1


def test_it_finds_a_free_address_in_its_section(sites: Sites) -> None:
    own = make_article(sites.news, "Bài cùng tên của xã")
    ArticlePage.objects.get(pk=own.pk)
    slug = sites.article.slug
    ArticlePage.objects.filter(pk=own.pk).update(slug=slug)
    assert sites.take().slug == f"{slug}-{sites.article.pk}"


@pytest.mark.ignore_template_errors
def test_who_edits_the_site_below_neither_changes_it_nor_makes_it_their_own(sites: Sites) -> None:
    shown = sites.take()
    desk = Client(headers={"host": BELOW})
    for role in (Role.EDITOR, Role.APPROVER):
        desk.force_login(make_user(role, sites.below.unit))
        assert desk.post(f"/bien-tap/pages/{shown.pk}/convert_alias/").status_code == 404
        desk.post(f"/bien-tap/pages/{shown.pk}/unpublish/")
        desk.post(f"/bien-tap/pages/{shown.pk}/edit/", {"title": "Của xã"})
    kept = ArticlePage.objects.get(pk=shown.pk)
    assert (kept.live, kept.alias_of_id, kept.title) == (True, sites.article.pk, sites.article.title)


def test_a_site_without_anybody_above_or_without_sections_says_so(sites: Sites) -> None:
    desk = Client()
    desk.force_login(make_user(Role.EDITOR, sites.above.unit))
    assert (
        "chưa chia sẻ bài nào"
        in desk.get(f"/portal/{sites.above.pk}/shared/", headers={"host": ABOVE}).content.decode()
    )
    for section in (sites.news, sites.party):
        SectionPage.objects.get(pk=section.pk).unpublish()
    desk.force_login(sites.editor)
    page = desk.get(f"/portal/{sites.below.pk}/shared/", headers={"host": BELOW}).content.decode()
    assert "Trang này chưa có chuyên mục nào." in page


def test_an_article_of_another_site_costs_one_query_more_than_an_own_one_may(sites: Sites) -> None:
    shown = sites.take()
    sites.reads(f"/cong/tin-tuc/{shown.slug}/")
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        sites.reads(f"/cong/tin-tuc/{shown.slug}/")
    assert len(asked) <= 13, "\n".join(query["sql"][:150] for query in asked.captured_queries)


def test_it_would_stand_where_it_stood_in_a_section_of_the_same_name_or_in_the_first_one(sites: Sites) -> None:
    other = make_section(sites.above, "Cách làm hay", slug="cach-lam-hay")
    article = make_article(other, "Một cách hay")
    ArticlePage.objects.filter(pk=article.pk).update(is_offered=True)
    desk = Desk(sites)
    here = {title: section for title, _source, section in desk.rows("offered")}
    assert here == {article.title: sites.party, sites.article.title: sites.news}
    shown = sites.take(article, sites.news)
    return_article(actor=sites.actor, portal=sites.below, shown=shown)
    assert {section for _title, _source, section in desk.rows("offered")} == {sites.news}


def test_however_much_is_offered_and_taken_is_listed_page_by_page(
    sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 1)
    later = sites.offered("Bài sau")
    desk = Desk(sites)
    listed = [desk.rows("offered", f"?page={page}")[0][0] for page in (1, 2)]
    assert listed == [later.title, sites.article.title]
    for article in (sites.article, later):
        sites.take(article)
    listed = [desk.rows("taken", f"?taken_page={page}")[0][0] for page in (1, 2)]
    assert listed == [later.title, sites.article.title]


def test_what_is_taken_and_unseen_says_why(sites: Sites) -> None:
    sites.take()
    SectionPage.objects.get(pk=sites.news.pk).unpublish()
    desk = Desk(sites)
    assert "trong một chuyên mục đã gỡ" in desk.client.get(desk.address).content.decode()
    ArticlePage.objects.get(pk=sites.article.pk).unpublish()
    assert "trang gốc đã gỡ" in desk.client.get(desk.address).content.decode()
    ArticlePage.objects.get(pk=sites.article.pk).move(home_of(sites.below), pos="last-child")
    assert desk.rows("taken") == [(sites.article.title, "", None)]
