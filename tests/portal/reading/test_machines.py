"""What programs read of the portal: feeds, maps, pictures of links, structured data."""

import datetime as dt
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree
from django.core.files.storage import storages
from django.test import Client, RequestFactory
from PIL import Image

from lantoa.directives.enums import DirectiveKind
from lantoa.kernel import clock
from lantoa.portal.models import ArticleAuthor, EnglishPage, HomePage, PortalSite, PublicDocument, SectionPage
from lantoa.portal.reading.cards import _font, drawn
from lantoa.portal.reading.sitemaps import SiteMap
from lantoa.portal.reading.structured import element_of
from tests.directives.factories import make_directive
from tests.portal.factories import make_article, make_picture, make_portal, make_section
from tests.portal.reading.factories import make_recording, publish
from tests.portal.reading.feed_rules import ATOM, SITEMAP, atom_problems, sitemap_problems

pytestmark = pytest.mark.django_db
NEEDED: dict[str, tuple[str, ...]] = {
    "NewsArticle": (
        "headline", "image", "datePublished", "dateModified", "author", "publisher", "description", "inLanguage",
        "mainEntityOfPage",
    ),
    "Legislation": (
        "name", "legislationIdentifier", "legislationDate", "legislationType", "legislationPassedBy",
        "legislationJurisdiction", "legislationLegalForce", "inLanguage", "url",
    ),
    "LegislationObject": ("name", "contentUrl"),
    "BreadcrumbList": ("itemListElement",),
    "ListItem": ("position", "name", "item"),
    "Organization": ("name",),
    "Person": ("name",),
    "AudioObject": ("contentUrl", "encodingFormat", "duration", "transcript", "inLanguage"),
}  # fmt: skip
"""What each type must say: what Google asks of articles and ways, and what makes a document of the state findable by
schema.org's own words."""
ADDRESSES = {"url", "item", "contentUrl", "mainEntityOfPage"}


@pytest.fixture
def portal() -> PortalSite:
    return make_portal()


@pytest.fixture
def section(portal: PortalSite) -> SectionPage:
    return make_section(portal, "Xây dựng Đảng")


def shown(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def document(portal: PortalSite, **facts: Any) -> PublicDocument:
    return PublicDocument.objects.create(portal=portal, directive=make_directive(portal.unit, **facts))


def said_on(address: str) -> list[dict[str, Any]]:
    """What the page says as structured data, each type with all that it needs."""
    (written,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', shown(address), re.DOTALL)
    said = json.loads(written)
    assert said["@context"] == "https://schema.org"
    for each in said["@graph"]:
        _check(each)
    return list(said["@graph"])


def _check(each: dict[str, Any]) -> None:
    for name in NEEDED[each["@type"]]:
        assert each.get(name), f"{each['@type']} says no {name}"
    for name, value in each.items():
        assert name not in ADDRESSES or value.startswith("http://"), value
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                _check(part)


class TestStructuredData:
    def test_an_article_says_what_it_is_and_where_it_stands(self, portal: PortalSite, section: SectionPage) -> None:
        recording = make_recording(portal)
        article = publish(make_article(section), recording=recording, transcript="Lời.")
        news, way = said_on(article.get_url())
        assert news["@type"] == "NewsArticle"
        assert news["author"] == [{"@type": "Person", "name": "Lò Thị Mai"}]
        assert news["audio"]["duration"] == "PT245S"
        assert news["audio"]["contentUrl"] == f"{portal.site.root_url}{recording.url}"
        names = [place["name"] for place in way["itemListElement"]]
        assert names == ["Trang thông tin huyện", "Xây dựng Đảng", article.title]

    def test_where_nobody_is_named_the_site_wrote_it_and_a_long_title_is_shortened(self, section: SectionPage) -> None:
        article = make_article(section, "Dài " * 40)
        ArticleAuthor.objects.filter(article=article).delete()
        news = said_on(article.get_url())[0]
        assert news["author"][0]["name"] == "Trang thông tin huyện"
        assert len(news["headline"]) <= 110

    def test_nothing_that_is_said_ends_the_element(self, section: SectionPage) -> None:
        title = "</script><script>alert(1)</script> & <!-- ]]>"
        assert said_on(make_article(section, title).get_url())[0]["headline"] == title
        assert element_of([]) == ""

    @pytest.mark.parametrize(
        ("kind", "number", "is_of_the_state"),
        [
            (DirectiveKind.LAW, "38/2024/QH15", True),
            (DirectiveKind.DECREE, "30/2020/NĐ-CP", True),
            (DirectiveKind.DECISION, "12/QĐ-UBND", True),
            (DirectiveKind.RESOLUTION, "57-NQ/TW", False),
            (DirectiveKind.DECISION, "12-QĐ/HU", False),
            (DirectiveKind.REPORT, "9/BC-UBND", False),
        ],
    )
    def test_a_document_of_the_state_is_legislation(
        self, portal: PortalSite, kind: DirectiveKind, number: str, is_of_the_state: bool
    ) -> None:
        found = said_on(f"/cong/van-ban/{document(portal, kind=kind, number=number).pk}/")
        assert [each["@type"] for each in found] == ["Legislation"] * is_of_the_state + ["BreadcrumbList"]
        if is_of_the_state:
            assert found[0]["legislationIdentifier"] == number
            assert found[0]["legislationLegalForce"] == "https://schema.org/InForce"

    def test_it_says_when_it_no_longer_holds(self, portal: PortalSite) -> None:
        ended = document(portal, kind=DirectiveKind.DECREE, number="110/2004/NĐ-CP", issued_on=dt.date(2004, 4, 8))
        ended.directive.effective_until = dt.date(2020, 3, 4)
        ended.directive.save()
        (law, _way) = said_on(f"/cong/van-ban/{ended.pk}/")
        assert law["legislationLegalForce"] == "https://schema.org/NotInForce"
        assert law["temporalCoverage"] == "2004-04-08/2020-03-04"

    def test_it_says_when_it_does_not_hold_yet(self, portal: PortalSite) -> None:
        coming = document(portal, kind=DirectiveKind.DECREE, number="110/2004/NĐ-CP")
        coming.directive.effective_from = clock.today() + dt.timedelta(days=1)
        coming.directive.save()
        (law, _way) = said_on(f"/cong/van-ban/{coming.pk}/")
        assert law["legislationLegalForce"] == "https://schema.org/NotInForce"


class TestHead:
    def test_every_page_has_one_address_a_description_and_a_picture(
        self, portal: PortalSite, section: SectionPage
    ) -> None:
        article, paper = make_article(section), document(portal)
        pages = {
            article.get_url(): article.lead,
            section.get_url(): section.lead,
            "/cong/": "Trang thông tin huyện: tin tức và văn bản cho mọi người",
            f"/cong/van-ban/{paper.pk}/": paper.directive.title,
            "/cong/van-ban/": "Trang thông tin huyện: tin tức và văn bản cho mọi người",
            "/cong/tim-kiem/": "Trang thông tin huyện: tin tức và văn bản cho mọi người",
        }
        for address, description in pages.items():
            page = shown(address)
            assert re.findall(r'<link rel="canonical" href="([^"]+)">', page) == [f"{portal.site.root_url}{address}"]
            assert re.findall(r'<meta name="description" content="([^"]+)">', page) == [description]
            assert re.findall(r'<meta property="og:image" content="([^"]+)">', page)[0].endswith(".png")

    def test_it_says_in_which_language_it_is(self, portal: PortalSite) -> None:
        assert '<meta property="og:locale" content="vi_VN">' in shown("/cong/")
        home = HomePage.objects.get(pk=portal.site.root_page_id)
        home.add_child(instance=EnglishPage(title="About us")).save_revision().publish()
        assert '<meta property="og:locale" content="en_US">' in shown("/cong/en/")

    def test_how_a_list_was_asked_for_is_not_in_its_address_but_its_page_is(self, section: SectionPage) -> None:
        for number in range(13):
            make_article(section, f"Bài {number}")
        page = shown(f"{section.get_url()}?utm_source=zalo&page=2")
        assert f'{section.get_url()}?page=2">' in page.split('rel="canonical"')[1].split("\n")[0]
        first = shown(f"{section.get_url()}?utm_source=zalo&page=1")
        assert f'{section.get_url()}">' in first.split('rel="canonical"')[1].split("\n")[0]


class TestPictureOfALink:
    def address(self, page: str) -> str:
        found: str = re.findall(r'<meta property="og:image" content="http://[^/]+([^"]+)">', page)[0]
        return found

    def test_it_is_made_when_it_is_first_asked_for_and_kept(self, portal: PortalSite, section: SectionPage) -> None:
        portal.logo = make_picture(portal)
        portal.save()
        address = self.address(shown(make_article(section).get_url()))
        first, second = (Client().get(address) for _ in range(2))
        assert first.content == second.content
        assert first["Cache-Control"].startswith("public, max-age=3600,")
        with Image.open(io.BytesIO(first.content)) as picture:
            assert (picture.format, picture.size) == ("PNG", (1200, 630))

    def test_another_title_has_another_address_to_which_the_old_one_leads(self, section: SectionPage) -> None:
        article = make_article(section)
        old = self.address(shown(article.get_url()))
        Client().get(old)
        new = self.address(shown(publish(article, title="Tên mới").get_url()))
        assert Client().get(old)["Location"] == new
        assert Client().get(new).status_code == 200
        folder = storages["portal_pictures"].listdir(f"cards/bai/{article.pk}")[1]
        assert folder == [Path(new).name]

    def test_documents_and_the_site_have_one_and_nothing_else_does(self, portal: PortalSite) -> None:
        paper = document(portal)
        for page in (f"/cong/van-ban/{paper.pk}/", "/cong/"):
            assert Client().get(self.address(shown(page)))["Content-Type"] == "image/png"
        paper.withdrawn_at = paper.published_at
        paper.save()
        for other in (f"van-ban/{paper.pk}", "bai/987654", f"trang/{portal.pk + 1}", "nguoi/1"):
            assert Client().get(f"/cong/the/{other}/x.png").status_code == 404

    def test_every_letter_of_vietnamese_has_a_shape(self) -> None:
        font = _font(40)
        nothing = bytes(font.getmask("\U0010fffd"))
        for letter in "ăâđêôơưĂÂĐÊÔƠƯằẳẵắặầẩẫấậềểễếệồổỗốộờởỡớợừửữứựỳỷỹýỵĩịọụẹẻẽ…":
            assert bytes(font.getmask(letter)) != nothing, letter

    @pytest.mark.parametrize("title", ["", "Ngắn", "Nghị quyết " * 40, "a" * 300])
    def test_any_title_is_drawn(self, portal: PortalSite, title: str) -> None:
        with Image.open(io.BytesIO(drawn(title, "Tin tức", portal))) as picture:
            assert picture.size == (1200, 630)


class TestFeedsAndMaps:
    def test_feeds_keep_the_rules(self, portal: PortalSite, section: SectionPage) -> None:
        for number in range(3):
            make_article(section, f"Bài {number} <b> & “…”")
        document(portal, number="30/2020/NĐ-CP", kind=DirectiveKind.DECREE)
        empty = make_section(portal)
        addresses = ("/cong/atom.xml", f"{section.get_url()}atom.xml", f"{empty.get_url()}atom.xml")
        for address in (*addresses, "/cong/van-ban/atom.xml", "/cong/van-ban/atom.xml?year=2025"):
            content = Client().get(address).content
            assert atom_problems(content, f"http://testserver{address}") == [], address

    def test_signs_that_no_xml_holds_are_left_out_of_feeds(self, portal: PortalSite, section: SectionPage) -> None:
        copied = "Dòng một\x0bdòng hai\x0ctrang\x1f sau <b>1 & 2</b>"
        make_article(section, copied, lead=copied, author=copied)
        document(portal, title=copied, abstract=copied)
        for address in ("/cong/atom.xml", f"{section.get_url()}atom.xml", "/cong/van-ban/atom.xml"):
            answer = Client().get(address)
            assert atom_problems(answer.content, f"http://testserver{address}") == []
            (entry,) = ElementTree.fromstring(answer.content).iter(f"{ATOM}entry")
            assert "Dòng một dòng hai trang sau <b>1 & 2</b>" in (entry.findtext(f"{ATOM}title") or "")
            summary = entry.find(f"{ATOM}summary")
            assert summary is not None
            assert summary.get("type") == "html"
            assert summary.text == "Dòng một dòng hai trang sau &lt;b&gt;1 &amp; 2&lt;/b&gt;"

    def test_the_map_names_pages_and_documents_by_the_rules(self, portal: PortalSite, section: SectionPage) -> None:
        make_article(section)
        paper, withdrawn = document(portal), document(portal)
        PublicDocument.objects.filter(pk=withdrawn.pk).update(withdrawn_at=withdrawn.published_at)
        content = Client().get("/cong/sitemap.xml").content
        assert sitemap_problems(content, "testserver") == []
        assert f"/cong/van-ban/{paper.pk}/</loc>".encode() in content
        assert f"/cong/van-ban/{withdrawn.pk}/".encode() not in content
        assert Client().get("/cong/sitemap-1.xml").content == content
        assert Client().get("/cong/sitemap-2.xml").status_code == 404

    def test_what_is_too_much_for_one_map_stands_in_several(self, portal: PortalSite, section: SectionPage) -> None:
        for number in range(2):
            make_article(section, f"Bài {number}")
            document(portal)
        site = SiteMap(RequestFactory().get("/"), portal, ["/cong/hoi-dap/"], most=4)
        index = site.whole().encode()
        assert sitemap_problems(index, "testserver") == []
        assert index.count(b"<sitemap>") == site.parts == 2
        parts = [site.part(number).encode() for number in (1, 2)]
        assert [sitemap_problems(part, "testserver") for part in parts] == [[], []]
        places = [place for part in parts for place in re.findall(rb"<loc>(.*?)</loc>", part)]
        assert [len(re.findall(rb"<loc>", part)) for part in parts] == [4, 3]
        assert len(set(places)) == 7

    def test_the_rules_find_what_is_broken(self) -> None:
        feed = b'<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><updated>hom nay</updated><entry/></feed>'
        assert len(atom_problems(feed, "http://testserver/")) == 10
        assert atom_problems(b"<rss/>", "") == ["the root is rss"]
        broken = f'<urlset xmlns="{SITEMAP[1:-1]}"><url><loc>/x</loc><lastmod>qua</lastmod><b/></url></urlset>'.encode()
        assert len(sitemap_problems(broken, "testserver")) == 3
        assert sitemap_problems(b"<urls/>", "") == ["the root is urls"]
