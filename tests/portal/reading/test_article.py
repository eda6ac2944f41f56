"""An article and the tools of its reader."""

from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lantoa.kernel import clock
from lantoa.organizations.enums import SpokenLanguage, UnitKind
from lantoa.portal.models import ArticlePage, PortalSite, SectionPage
from lantoa.portal.reading.words import lines_of, minutes_of
from lantoa.visits.enums import Agent
from lantoa.visits.models import OpenCount
from tests.organizations.factories import make_unit
from tests.portal.factories import make_article, make_picture, make_portal, make_section
from tests.portal.reading.factories import make_recording, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal() -> PortalSite:
    return make_portal()


@pytest.fixture
def section(portal: PortalSite) -> SectionPage:
    return make_section(portal)


def shown(address: str, status: int = 200) -> str:
    cache.clear()
    answer = Client().get(address)
    assert answer.status_code == status
    return answer.content.decode()


def read(article: ArticlePage, views: int) -> None:
    """As if so many had read it today."""
    OpenCount.objects.create(day=clock.today(), kind="article", object_id=article.pk, agent=Agent.READER, views=views)


class TestReading:
    def test_an_article_is_passed_on_by_plain_links(self, section: SectionPage) -> None:
        article = make_article(section)
        page = shown(article.get_url())
        whole = quote(article.full_url, safe="")
        assert f'href="https://www.facebook.com/sharer/sharer.php?u={whole}"' in page
        assert 'href="https://button-share.zalo.me/share_external?' in page
        assert f"&amp;body={whole}" in page

    def test_its_address_can_be_scanned(self, section: SectionPage) -> None:
        article = make_article(section)
        address = f"/cong/bai/{article.pk}/ma-qr.svg"
        assert f'src="{address}"' in shown(article.get_url())
        answer = Client().get(address)
        assert answer["Content-Type"] == "image/svg+xml"
        assert answer["Cache-Control"].startswith("public, max-age=3600,")
        assert answer.content.startswith(b"<svg ")
        assert shown("/cong/bai/987654/ma-qr.svg", 404)

    def test_what_works_by_a_script_alone_is_not_there_without_it(self, section: SectionPage) -> None:
        page = shown(make_article(section).get_url())
        for tool in ("data-text-size hidden", "data-print hidden", "hidden>Cách khác</button>"):
            assert tool in page

    def test_how_long_it_takes_is_told_by_its_syllables(self, section: SectionPage) -> None:
        article = make_article(section, lead="một " * 100, text="hai " * 420)
        assert minutes_of(article) == 3
        assert "3 phút đọc" in shown(article.get_url())
        assert minutes_of(make_article(section, lead="Ngắn.", text="Rất ngắn.")) == 1

    def test_its_words_are_parted_as_its_paragraphs_are(self, portal: PortalSite, section: SectionPage) -> None:
        article = make_article(
            section, "Tiêu đề", lead="Sa pô.", text="Một.</p><p>Hai &amp; <b>ba</b>.</p><h2>Bốn</h2><p>"
        )
        recording = make_recording(portal)
        article.body.append(("audio", {"recording": recording, "title": "Nghe", "transcript": "<p>Lời nói.</p>"}))
        article.body.append(("quote", {"text": "Rất hay.", "by": "Ông Páo"}))
        article.body.append(("table", {"data": [["Bản", "Số"]], "table_caption": "Bảng"}))
        article.body.append(("related", {"articles": [make_article(section, "Bài khác")]}))
        assert lines_of(article) == [
            "Tiêu đề", "Sa pô.", "Một.", "Hai & ba.", "Bốn", "Nghe", "Lời nói.", "Rất hay.", "Ông Páo", "Bản", "Số",
        ]  # fmt: skip

    def test_a_draft_that_was_never_kept_can_be_looked_at(self, section: SectionPage) -> None:
        draft = ArticlePage(title="Chưa lưu", slug="chua-luu", lead="Một câu.", body=[("paragraph", "<p>Chữ.</p>")])
        draft.path, draft.depth = f"{section.path}0001", section.depth + 1
        draft.set_url_path(section)
        page = draft.make_preview_request().content.decode()
        assert "Chưa lưu" in page
        assert "/cong/bai/" not in page

    def test_what_stands_around_it_costs_no_more_than_it_may(self, portal: PortalSite, section: SectionPage) -> None:
        articles = [make_article(section, f"Bài {number}", picture=make_picture(portal)) for number in range(3)]
        for article in articles:
            read(article, 1)
        changes = {"is_correction": True, "correction": "Đã sửa.", "lead": "Khác."}
        full = publish(articles[0], recording=make_recording(portal), **changes)
        for address in (full.get_url(), section.get_url(), f"/cong/bai/{full.pk}/cac-ban/1/"):
            shown(address)
            cache.clear()
            with CaptureQueriesContext(connection) as captured:
                Client().get(address)
            assert len(captured) <= 12, "\n".join(query["sql"][:300] for query in captured.captured_queries)

    def test_what_is_said_in_it_is_found(self, portal: PortalSite, section: SectionPage) -> None:
        article = publish(make_article(section), recording=make_recording(portal), transcript="Lời ru trên nương.")
        found = Client().get("/cong/tim-kiem/", {"q": "loi ru"}).context["rows"]
        assert [each.object_id for each in found] == [article.pk]


class TestMostRead:
    def test_articles_and_sections_lead_to_what_is_read_most_on_this_site(self, section: SectionPage) -> None:
        articles = [make_article(section, f"Bài số {number}") for number in range(7)]
        elsewhere = make_article(make_section(make_portal(make_unit(kind=UnitKind.COMMUNE_COMMITTEE))), "Ở nơi khác")
        for views, article in enumerate([*articles, elsewhere], 1):
            read(article, views)
        most = [f"Bài số {number}" for number in (6, 5, 4, 3, 2)]
        listed = shown(section.get_url()).split('id="most-read"')[1].split("</section>")[0]
        assert [title for title in most if title in listed] == most
        assert "Bài số 1" not in listed
        assert "Ở nơi khác" not in listed
        beside = shown(articles[6].get_url()).split('id="most-read"')[1].split("</section>")[0]
        assert "Bài số 6" not in beside
        assert "Bài số 1" in beside

    def test_what_is_withdrawn_leaves_the_list_at_once(self, section: SectionPage) -> None:
        kept, withdrawn = make_article(section, "Bài còn"), make_article(section, "Bài đã gỡ")
        for article in (kept, withdrawn):
            read(article, 3)
        assert "Bài đã gỡ" in Client().get(section.get_url()).content.decode()
        withdrawn.unpublish()
        page = Client().get(section.get_url()).content.decode()
        assert "Bài đã gỡ" not in page
        assert 'id="most-read"' in page

    def test_nothing_stands_there_before_anybody_read(self, section: SectionPage) -> None:
        assert "most-read" not in shown(section.get_url())


class TestRecording:
    def test_in_a_language_that_is_spoken_more_than_read_it_stands_before_the_text(
        self, portal: PortalSite, section: SectionPage
    ) -> None:
        article = publish(
            make_article(section, lead="Đoạn mở đầu."),
            recording=make_recording(portal),
            language=SpokenLanguage.HMONG,
            transcript="Lời một.\n\nLời hai.",
        )
        page = shown(article.get_url())
        assert page.index("<audio") < page.index('<p class="lead">')
        assert '<article class="article" lang="hmn">' in page
        for said in ("Nghe bằng tiếng Mông", 'preload="none"', "MP3, 4:05, 1,9", "<p>Lời hai.</p>", "Tải bản ghi âm"):
            assert said in page

    def test_in_vietnamese_it_stands_beside_the_text(self, portal: PortalSite, section: SectionPage) -> None:
        article = publish(make_article(section, lead="Đoạn mở đầu."), recording=make_recording(portal))
        page = shown(article.get_url())
        assert page.index("<audio") > page.index('<p class="lead">')
        assert "Nghe bài viết" in page
        assert "Bản chữ" not in page

    def test_an_article_in_vietnamese_can_be_heard_in_another_language(
        self, portal: PortalSite, section: SectionPage
    ) -> None:
        article = publish(make_article(section), recording=make_recording(portal), spoken=SpokenLanguage.THAI)
        assert article.is_heard_first
        assert article.lang == "vi"
        assert "Nghe bằng tiếng Thái" in shown(article.get_url())

    def test_the_policy_lets_it_be_played(self, section: SectionPage) -> None:
        policy = Client().get(make_article(section).get_url())["Content-Security-Policy"]
        assert "media-src 'self'" in policy

    def test_a_recording_is_a_sound(self, portal: PortalSite, section: SectionPage) -> None:
        article = make_article(section)
        article.recording = make_recording(portal)
        article.recording.file.name = "ke-hoach.pdf"
        with pytest.raises(ValidationError, match="MP3"):
            article.full_clean()

    @pytest.mark.parametrize(("seconds", "written"), [(59, "0:59"), (3729, "1:02:09"), (None, "")])
    def test_its_length_is_written_as_on_a_player(self, portal: PortalSite, seconds: int | None, written: str) -> None:
        recording = make_recording(portal)
        recording.seconds = seconds
        recording.save()
        assert recording.length == written
