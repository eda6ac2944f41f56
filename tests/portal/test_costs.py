"""What a public page costs, and what it asks of a browser."""

import re

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lantoa.portal.models import ArticlePage, Attachment, EnglishPage, HomePage
from tests.portal.factories import make_article, make_picture, make_portal, make_section

pytestmark = pytest.mark.django_db
MOST = 12


def test_no_page_asks_more_of_the_database_than_it_may() -> None:
    portal = make_portal()
    section = make_section(portal)
    articles = [make_article(section, f"Bài {number}", picture=make_picture(portal)) for number in range(3)]
    rich = articles[2]
    file = Attachment(title="Kế hoạch", collection=portal.collection)
    file.file.save("ke-hoach.pdf", ContentFile(b"%PDF-1.4"))
    shown = [("picture", {"picture": make_picture(portal), "caption": ""}) for _ in range(3)]
    rich.body = [*shown, ("file", {"file": file, "title": ""})]
    rich.save_revision().publish()
    addresses = {
        "rich article": rich.get_url(),
        "article": articles[1].get_url(),
        "section": section.get_url(),
        "first page": "/cong/",
    }
    for name, address in addresses.items():
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(address).status_code == 200
        asked = [query["sql"][:200] for query in captured.captured_queries]
        assert len(asked) <= MOST, f"{name}: {len(asked)}\n" + "\n".join(asked)


def test_a_page_in_english_asks_for_all_its_pictures_at_once() -> None:
    portal = make_portal()
    home = HomePage.objects.get(pk=portal.site.root_page_id)
    page: EnglishPage = home.add_child(instance=EnglishPage(title="About us"))
    counts = []
    for number in (1, 3):
        page.body = [("picture", {"picture": make_picture(portal), "caption": ""}) for _ in range(number)]
        page.save_revision().publish()
        Client().get(page.get_url())
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(page.get_url()).content.count(b"<picture") == number
        counts.append(len(captured))
    assert counts[0] == counts[1] <= MOST


def test_a_page_holds_no_script_of_its_own_no_style_and_nothing_from_elsewhere() -> None:
    portal = make_portal()
    article = make_article(make_section(portal), picture=make_picture(portal))
    for address in (article.get_url(), "/cong/", "/cong/tim-kiem/?q=bản"):
        answer = Client().get(address)
        page = answer.content.decode()
        assert not re.search(r"<script(?![^>]*(\ssrc=|ld\+json))|<style|\sstyle=|\son[a-z]+=", page)
        fetched = re.findall(
            r'<(?:link[^>]*rel="(?:stylesheet|icon)"[^>]*href|img[^>]*src|source[^>]*srcset)="([^"]+)"', page
        )
        assert fetched
        assert [place for place in fetched if not place.startswith("/")] == []
        policy = answer["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert answer["X-Frame-Options"] == "DENY"


def test_a_picture_beside_a_title_is_asked_for_once_for_all_articles_of_a_list() -> None:
    portal = make_portal()
    section = make_section(portal)
    counts = []
    for _ in range(2):
        for _ in range(3):
            make_article(section, picture=make_picture(portal))
        Client().get(section.get_url())
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            Client().get(section.get_url())
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert ArticlePage.objects.count() == 6
