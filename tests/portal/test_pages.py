"""The public pages: what they show, to whom, and what they cost."""

import datetime as dt
import re
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import Settings

from lantoa.kernel import clock
from lantoa.portal.models import ArticleAuthor
from tests.portal.factories import make_article, make_picture, make_portal, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Client:
    """Somebody who never signed in."""
    return Client()


def body_of(reader: Client, address: str) -> str:
    response = reader.get(address)
    assert response.status_code == 200, response.status_code
    assert not response.cookies
    return response.content.decode()


def test_an_article_shows_who_wrote_it_when_and_where_it_stands(reader: Client) -> None:
    portal = make_portal()
    section = make_section(portal, "Xây dựng Đảng")
    article = make_article(section, picture=make_picture(portal))
    page = body_of(reader, article.get_url())
    for shown in (article.title, article.lead, "Lò Thị Mai", "nhà văn hóa", "Xây dựng Đảng", "Trang thông tin huyện"):
        assert shown in page
    assert 'type="image/avif"' in page
    assert 'alt="Đảng viên trong nhà văn hóa bản"' in page
    assert f'data-visit="/dem/{portal.pk}/article/{article.pk}.gif"' in page


def test_an_article_names_all_who_wrote_it_its_source_and_its_tags(reader: Client) -> None:
    article = make_article(make_section(make_portal()))
    article.authors.add(ArticleAuthor(name="Giàng A Páo"))
    article.source = "Báo Điện Biên Phủ"
    article.tags.add("chi bộ bản")
    article.save_revision().publish()
    page = body_of(reader, article.get_url())
    assert "<span>Lò Thị Mai, Giàng A Páo</span>" in page
    assert "<span>Nguồn: Báo Điện Biên Phủ</span>" in page
    tags = page.split('<p class="tags">')[1].split("</p>")[0]
    assert sorted(re.findall(r'href="([^"]+)">([^<]+)', tags)) == [
        (f"/cong/tim-kiem/?q={quote(tag)}", tag) for tag in ("chi bộ bản", "học tập")
    ]


def test_a_related_article_that_is_not_published_is_left_out(reader: Client) -> None:
    section = make_section(make_portal())
    shown, withdrawn = make_article(section, "Bài liên quan"), make_article(section, "Bài đã thu hồi")
    article = make_article(section, live=False)
    article.body = [("related", {"articles": [shown, withdrawn]})]
    article.save_revision().publish()
    withdrawn.unpublish()
    related = body_of(reader, article.get_url()).split('class="related"')[1].split("</aside>")[0]
    assert "Bài liên quan" in related
    assert "Bài đã thu hồi" not in related


def test_from_article_to_article_nobody_is_passed_over_though_they_appeared_at_one_moment(reader: Client) -> None:
    section, noon = make_section(make_portal()), clock.now()
    moments = (1, 0, 0, 0, -1)
    articles = [
        make_article(section, f"Bài {number}", published_at=noon - dt.timedelta(hours=hours))
        for number, hours in enumerate(moments)
    ]
    for here, article in enumerate(articles):
        beside = re.findall(r"<small>([^<]+)</small>([^<]+)", body_of(reader, article.get_url()))
        newer = [("Bài mới hơn", each.title) for each in articles[here + 1 : here + 2]]
        older = [("Bài cũ hơn", each.title) for each in articles[max(here - 1, 0) : here]]
        assert beside == newer + older


def test_a_passage_in_another_language_says_which(reader: Client) -> None:
    article = make_article(make_section(make_portal()), live=False)
    article.language = "hmong"
    article.body = [("passage", {"language": "vi", "text": "<p>Lời chào bằng tiếng Mông.</p>"})]
    article.save_revision().publish()
    page = body_of(reader, article.get_url())
    assert '<article class="article" lang="hmn">' in page
    assert '<div class="passage" lang="vi"><p>Lời chào bằng tiếng Mông.</p></div>' in page


def test_a_page_may_play_recordings_of_its_own_site_alone(reader: Client) -> None:
    make_portal()
    assert "media-src 'self';" in f"{reader.get('/cong/').headers['Content-Security-Policy']};"


def test_the_first_page_shows_the_newest_of_each_section(reader: Client) -> None:
    portal = make_portal()
    news, party = make_section(portal, "Tin tức"), make_section(portal, "Xây dựng Đảng")
    titles = [make_article(news, f"Tin số {number}").title for number in range(7)]
    make_article(party, "Sinh hoạt chi bộ")
    page = body_of(reader, "/cong/")
    assert "Sinh hoạt chi bộ" in page
    assert [title for title in titles if title in page] == titles[2:]


def test_an_empty_site_and_an_empty_section_say_so(reader: Client) -> None:
    section = make_section(make_portal())
    for address in ("/cong/", section.get_url()):
        assert "Chưa có bài nào được đăng ở đây." in body_of(reader, address)


def test_a_draft_is_not_there(reader: Client) -> None:
    section = make_section(make_portal())
    draft = make_article(section, "Chưa duyệt", live=False)
    assert reader.get(draft.get_url() or "/cong/x/").status_code == 404
    assert "Chưa duyệt" not in body_of(reader, section.get_url())
    assert "Chưa duyệt" not in body_of(reader, "/cong/")


def test_a_section_is_read_page_by_page(reader: Client) -> None:
    section = make_section(make_portal())
    for number in range(13):
        make_article(section, f"Bài thứ {number:02}")
    first, second = body_of(reader, section.get_url()), body_of(reader, f"{section.get_url()}?page=2")
    assert ["Bài thứ 12" in page for page in (first, second)] == [True, False]
    assert ["Bài thứ 00" in page for page in (first, second)] == [False, True]
    assert "Trang 2/2" in second


@pytest.mark.parametrize("is_demonstration", [True, False])
def test_a_demonstration_says_on_every_page_what_it_is(
    reader: Client, settings: Settings, is_demonstration: bool
) -> None:
    settings.LANTOA_DEMO = is_demonstration
    section = make_section(make_portal())
    for address in ("/cong/", section.get_url(), make_article(section).get_url(), "/cong/van-ban/"):
        assert ("Dữ liệu trình diễn" in body_of(reader, address)) == is_demonstration
