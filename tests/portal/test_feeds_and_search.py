"""What programs read of a portal, and what a search finds."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
from defusedxml import ElementTree
from django.test import Client

from lantoa.search import sources
from tests.portal.factories import make_article, make_portal, make_section

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def reader() -> Client:
    return Client()


def titles_in(reader: Client, address: str) -> list[str | None]:
    answer = reader.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)
    assert [feed.findtext(f"{ATOM}{needed}") is not None for needed in ("id", "title", "updated")] == [True] * 3
    for entry in feed.iter(f"{ATOM}entry"):
        assert all(entry.findtext(f"{ATOM}{needed}") for needed in ("id", "title", "updated"))
        assert entry.findtext(f"{ATOM}author/{ATOM}name")
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_a_feed_holds_the_newest_of_its_section_and_that_of_the_site_all_of_them(reader: Client) -> None:
    portal = make_portal()
    news, party = make_section(portal, "Tin tức"), make_section(portal, "Xây dựng Đảng")
    long_ago = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    make_article(news, "Tin cũ", published_at=long_ago)
    make_article(news, "Tin mới")
    make_article(party, "Sinh hoạt chi bộ", published_at=long_ago + dt.timedelta(days=1))
    make_article(news, "Chưa duyệt", live=False)
    assert titles_in(reader, f"{news.get_url()}atom.xml") == ["Tin mới", "Tin cũ"]
    assert titles_in(reader, "/cong/atom.xml") == ["Tin mới", "Sinh hoạt chi bộ", "Tin cũ"]
    assert reader.get("/cong/khong-co/atom.xml").status_code == 404


def test_the_map_of_a_site_names_what_is_published_on_it(reader: Client) -> None:
    portal = make_portal()
    section = make_section(portal)
    article = make_article(section)
    make_article(section, live=False)
    make_article(make_section(make_portal()))
    answer = reader.get("/cong/sitemap.xml")
    places = [found.text for found in ElementTree.fromstring(answer.content).iter(f"{SITEMAP}loc")]
    assert len(places) == 4
    assert places[2] == f"http://testserver{urlsplit(article.full_url).path}"


def test_robots_read_the_portal_and_nothing_else(reader: Client) -> None:
    make_portal()
    lines = reader.get("/robots.txt").content.decode().splitlines()
    assert lines == ["User-agent: *", "Allow: /cong/", "Disallow: /", "Sitemap: http://testserver/cong/sitemap.xml"]


def test_what_is_withdrawn_or_deleted_is_found_no_more_and_the_index_can_be_made_again(reader: Client) -> None:
    section = make_section(make_portal())
    kept, withdrawn, deleted = (make_article(section, f"Nghị quyết {number}") for number in range(3))
    withdrawn.unpublish()
    deleted.delete()
    for _ in range(2):
        answer = reader.get("/cong/tim-kiem/", {"q": "nghị quyết"})
        assert [hit.object_id for hit in answer.context["rows"]] == [kept.pk]
        sources.rebuild()
    assert sources.missing()["article"] == 0


def test_without_any_portal_there_is_nothing(reader: Client) -> None:
    for name in ("", "tim-kiem/", "goi-y/", "atom.xml", "sitemap.xml", "mau.css"):
        assert reader.get(f"/cong/{name}").status_code == 404, name
    assert "Sitemap" not in reader.get("/robots.txt").content.decode()
