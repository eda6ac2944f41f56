"""One search over the articles and documents of a site: what is found, in which order, and how it is narrowed."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantoa.kernel import clock
from lantoa.organizations.enums import Role, UnitKind
from lantoa.portal.documents.services import publish_document, withdraw_document
from lantoa.portal.models import ArticlePage, PortalSite, PublicDocument, SectionPage
from lantoa.search.models import SearchEntry
from tests.directives.factories import make_directive
from tests.organizations.factories import make_actor, make_unit
from tests.portal.factories import make_article, make_portal, make_section

pytestmark = pytest.mark.django_db
PLACE = "/cong/tim-kiem/"
MOST_QUERIES = 15


def day(number: int) -> dt.date:
    """A day of 2025; the larger the later."""
    return dt.date(2025, 1, 1) + dt.timedelta(days=number)


def article(section: SectionPage, title: str, number: int, **words: Any) -> ArticlePage:
    """An article of that day, whose other words are found by no test unless it says so."""
    moment = dt.datetime.combine(day(number), dt.time(3), tzinfo=dt.UTC)
    return make_article(section, title, **{"lead": "Bài.", "text": "", "author": "Lù", **words}, published_at=moment)


def document(portal: PortalSite, number: str, title: str, issued: int, abstract: str = "") -> PublicDocument:
    """A public document issued on that day."""
    directive = make_directive(
        portal.unit, number=number, title=title, issued_on=day(issued), abstract=abstract, body=""
    )
    return publish_document(actor=make_actor(Role.APPROVER, portal.unit), portal=portal, directive=directive)


def asked(**values: str | bytes) -> Any:
    """What the page of a search shows."""
    answer = Client().get(PLACE, values)
    assert answer.status_code == 200
    return answer.context


def found(text: str, **values: str) -> list[str]:
    """What is listed, in its order: the number of a document, the title of an article."""
    return [one.described.number or one.described.title for one in asked(q=text, **values)["results"]]


@pytest.fixture
def portal() -> PortalSite:
    return make_portal()


@pytest.fixture
def news(portal: PortalSite) -> SectionPage:
    return make_section(portal, "Tin tức", slug="tin-tuc")


class TestCases:
    """What is typed, and what is found in which order: the number, as typed in the title, as typed in the text, then
    the same words with other diacritics in the title and in the text, then longer words; of equals the latest."""

    def test_of_words(self, portal: PortalSite, news: SectionPage) -> None:
        article(news, "Đảng ủy xã họp", 1)
        article(news, "Đang vào mùa cấy", 2)
        article(news, "Dạng bài mới", 3)
        article(news, "Tin ngắn", 4, lead="Đảng bộ có chín chi bộ.")
        article(news, "Ngày hoà bình", 5, author="Lò Thị Mai")
        article(news, "Hoa bình minh", 6)
        article(news, "Học nghị quyết ở bản", 7)
        article(news, "Hữu nghị, quyết tâm", 8, text="Khoa học của công nghệ.")
        article(news, "Y tế về bản", 9, text="Khoa học công nghệ về bản, 100 phần.")
        document(portal, "8-KL/TW", "Về hòa bình", 10)
        document(portal, "9-CT/TW", "Về khoa học công nghệ", 11, abstract="Nghị quyết và đảng ủy.")
        of_kind = "9-CT/TW", "8-KL/TW"  # both are resolutions (nghị quyết), which stands in their heads
        cases = {
            "nghi quyet": [*of_kind, "Hữu nghị, quyết tâm", "Học nghị quyết ở bản"],
            "Nghị Quyết": [*of_kind, "Hữu nghị, quyết tâm", "Học nghị quyết ở bản"],
            '"nghị quyết"': [*of_kind, "Hữu nghị, quyết tâm", "Học nghị quyết ở bản"],
            "dang uy": ["Đảng ủy xã họp", "9-CT/TW"],
            "hoa binh": ["8-KL/TW", "Hoa bình minh", "Ngày hoà bình"],
            "hòa bình": ["8-KL/TW", "Ngày hoà bình", "Hoa bình minh"],
            "hoà bình": ["8-KL/TW", "Ngày hoà bình", "Hoa bình minh"],
            "HÒA BÌNH": ["8-KL/TW", "Ngày hoà bình", "Hoa bình minh"],
            "ho\u0300a bi\u0300nh": ["8-KL/TW", "Ngày hoà bình", "Hoa bình minh"],
            "hoa bình": ["Hoa bình minh", "8-KL/TW", "Ngày hoà bình"],
            "đảng": ["Đảng ủy xã họp", "9-CT/TW", "Tin ngắn", "Dạng bài mới", "Đang vào mùa cấy"],
            "đang": ["Đang vào mùa cấy", "Dạng bài mới", "Đảng ủy xã họp", "9-CT/TW", "Tin ngắn"],
            "dang": ["Dạng bài mới", "Đang vào mùa cấy", "Đảng ủy xã họp", "9-CT/TW", "Tin ngắn"],
            "lo thi mai": ["Ngày hoà bình"],
            "Lò Thị Mai": ["Ngày hoà bình"],
            "mai thị lò": ["Ngày hoà bình"],
            '"mai thị lò"': [],
            "khoa học công nghệ": ["9-CT/TW", "Y tế về bản", "Hữu nghị, quyết tâm"],
            "“khoa học công nghệ”": ["9-CT/TW", "Y tế về bản"],
            "y": ["Y tế về bản"],
            "ở": ["Học nghị quyết ở bản"],
            "công ngh": ["9-CT/TW", "Y tế về bản", "Hữu nghị, quyết tâm"],
            "x" * 200: [],
            "đảng " * 60: ["Đảng ủy xã họp", "9-CT/TW", "Tin ngắn", "Dạng bài mới", "Đang vào mùa cấy"],
            "%": [],
            "_": [],
            "100%": ["Y tế về bản"],
            "'; --": [],
            "kh_a": [],
            "xyzzy": [],
        }
        assert {typed: found(typed) for typed in cases} == cases

    def test_of_numbers(self, portal: PortalSite, news: SectionPage) -> None:
        document(portal, "13-KL/TW", "Về tổ chức", 1)
        document(portal, "13-NQ/TW", "Về cán bộ", 2)
        document(portal, "113-KL/TW", "Về kỷ luật", 3, abstract="Thay Kết luận 13-KL/TW")
        article(news, "Học Kết luận 13-KL/TW", 4)
        article(news, "Mười ba việc: KL của TW, 13 ý", 5)
        cases = {
            "13-KL/TW": ["13-KL/TW", "Học Kết luận 13-KL/TW", "113-KL/TW"],
            "13-kl/tw": ["13-KL/TW", "Học Kết luận 13-KL/TW", "113-KL/TW"],
            "13 kl tw": ["13-KL/TW", "Mười ba việc: KL của TW, 13 ý", "Học Kết luận 13-KL/TW", "113-KL/TW"],
            "KL/TW 13": ["13-KL/TW", "Học Kết luận 13-KL/TW", "113-KL/TW"],
            "13": ["13-NQ/TW", "13-KL/TW", "Mười ba việc: KL của TW, 13 ý", "Học Kết luận 13-KL/TW", "113-KL/TW"],
            "13-kl": ["13-KL/TW", "Học Kết luận 13-KL/TW", "113-KL/TW"],
        }
        assert {typed: found(typed) for typed in cases} == cases


class TestWhere:
    def test_only_on_its_own_site(self, portal: PortalSite, news: SectionPage) -> None:
        other = make_portal(make_unit(kind=UnitKind.COMMUNE_COMMITTEE))
        article(news, "Nghị quyết ở huyện", 1)
        article(make_section(other), "Nghị quyết ở xã", 2)
        document(other, "7-NQ/ĐU", "Nghị quyết của xã", 3)
        context = asked(q="nghị quyết")
        assert [one.described.title for one in context["results"]] == ["Nghị quyết ở huyện"]
        assert [facet.number for facet in context["facets"]] == [1, 0]

    def test_what_moves_to_another_site_is_found_there(self, portal: PortalSite, news: SectionPage) -> None:
        there = make_section(make_portal(make_unit(kind=UnitKind.COMMUNE_COMMITTEE)))
        inner = SectionPage(title="Mục con", slug="muc-con")
        there.add_child(instance=inner)
        article(inner, "Nghị quyết ở xã", 1)
        assert found("nghị quyết") == []
        inner.refresh_from_db()
        inner.move(SectionPage.objects.get(pk=news.pk), pos="last-child")
        assert found("nghị quyết") == found("nghị quyết", section="tin-tuc") == ["Nghị quyết ở xã"]

    def test_what_was_approved_for_later_is_not_found_before(self, portal: PortalSite, news: SectionPage) -> None:
        coming = make_article(news, "Nghị quyết sắp tới", live=False)
        coming.go_live_at = clock.now() + dt.timedelta(days=1)
        coming.save_revision().publish()
        assert found("nghị quyết") == []
        assert [facet.number for facet in asked(q="nghị quyết")["facets"]] == [0, 0]

    def test_what_goes_is_found_no_more(self, portal: PortalSite, news: SectionPage) -> None:
        party = make_section(portal, "Xây dựng Đảng", slug="xay-dung-dang")
        article(news, "Nghị quyết còn", 1)
        article(news, "Nghị quyết rút", 2).unpublish()
        article(party, "Nghị quyết xóa", 3)
        SectionPage.objects.get(pk=party.pk).delete()
        gone = document(portal, "1-NQ/TW", "Nghị quyết", 4)
        withdraw_document(actor=make_actor(Role.APPROVER, portal.unit), document=gone)
        assert found("nghị quyết") == ["Nghị quyết còn"]
        assert SearchEntry.objects.exclude(kind="directive").count() == 1


class TestNarrowing:
    @pytest.fixture(autouse=True)
    def _things(self, portal: PortalSite, news: SectionPage) -> None:
        article(news, "Biên giới một", 1)
        article(news, "Tin", 40, text="biên giới")
        article(make_section(portal, "Cách làm hay", slug="cach-lam"), "Bien gioi hai", 20)
        document(portal, "1-NQ/TW", "Biên giới ba", 30)

    def test_by_kind_with_how_many_there_are_of_each(self) -> None:
        context = asked(q="biên giới")
        assert context["number"] == 4
        assert [(facet.name, facet.number, facet.shown) for facet in context["facets"]] == [
            ("article", 3, "3"),
            ("document", 1, "1"),
        ]
        for facet in context["facets"]:
            answer = Client().get(f"{PLACE}{facet.address}")
            assert len(answer.context["results"]) == facet.number
            assert {one.kind.name for one in answer.context["results"]} == {facet.name}

    def test_where_as_many_are_found_as_are_given_there_may_be_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("lantoa.portal.searching.selectors.MOST", 2)
        monkeypatch.setattr("lantoa.portal.documents.views.MOST_HITS", 1)

        def shown(address: str) -> str:
            return " ".join(strip_tags(Client().get(address).content.decode()).split())

        page = shown(f"{PLACE}?q=biên giới")
        assert "Tất cả 3+ Bài viết 2+Văn bản 1 3+ kết quả" in page
        assert "1 kết quả" in shown(f"{PLACE}?q=biên giới&kind=document")
        assert "Xem 2+ kết quả thuộc loại khác" in shown(f"{PLACE}?q=biên giới&kind=document&until=29/01/2025")
        assert "1+ văn bản" in shown("/cong/van-ban/?q=biên giới")
        assert "1 văn bản" in shown("/cong/van-ban/?kind=resolution")

    def test_by_section(self) -> None:
        assert found("biên giới", section="cach-lam") == ["Bien gioi hai"]
        assert found("biên giới", section="tin-tuc") == ["Biên giới một", "Tin"]

    def test_by_days_typed(self) -> None:
        assert found("biên giới", since="21/01/2025") == ["1-NQ/TW", "Tin", "Bien gioi hai"]
        assert found("biên giới", since="21/01/2025", until="31/01/2025") == ["1-NQ/TW", "Bien gioi hai"]
        assert found("biên giới", until="02/01/2025", sort="latest") == ["Biên giới một"]

    @pytest.mark.parametrize(
        ("when", "today", "number"),
        [
            ("week", day(42), 1),
            ("week", day(47), 0),
            ("month", day(30), 3),
            ("month", day(31), 0),
            ("year", day(300), 4),
            ("year", day(366), 0),
        ],
    )
    def test_by_a_time_that_is_often_asked_for(
        self, monkeypatch: pytest.MonkeyPatch, when: str, today: dt.date, number: int
    ) -> None:
        monkeypatch.setattr(clock, "today", lambda: today)
        listed = [one for one in asked(q="biên giới", when=when)["results"] if one.day <= today]
        assert len(listed) == number

    def test_the_latest_first(self) -> None:
        assert found("biên giới", sort="latest") == ["Tin", "1-NQ/TW", "Bien gioi hai", "Biên giới một"]
        assert found("biên giớ", sort="latest") == ["Tin", "1-NQ/TW", "Bien gioi hai", "Biên giới một"]

    def test_page_by_page_with_everything_in_the_address(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("lantoa.portal.searching.views.PER_PAGE", 3)
        answer = Client().get(PLACE, {"q": "biên giới", "sort": "latest"})
        assert [one.described.title for one in answer.context["results"]] == ["Tin", "Biên giới ba", "Bien gioi hai"]
        (place,) = [part.split('"')[0] for part in answer.content.decode().split('rel="next" href="')[1:]]
        answer = Client().get(f"{PLACE}{place.replace('&amp;', '&')}")
        assert [one.described.title for one in answer.context["results"]] == ["Biên giới một"]
        assert 'start="4"' in answer.content.decode()

    def test_pages_are_newer_and_older_only_where_the_latest_come_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("lantoa.portal.searching.views.PER_PAGE", 2)
        monkeypatch.setattr("lantoa.portal.selectors.PER_PAGE", 2)
        for number in (2, 3):
            document(PortalSite.objects.get(), f"{number}-NQ/TW", "Biên giới", 30 + number)

        def ways(address: str) -> set[str]:
            pages = [Client().get(f"{address}&page={number}").content.decode() for number in (1, 2)]
            return {name for name in ("Mới hơn", "Cũ hơn", "Trang trước", "Trang sau") if name in pages[0] + pages[1]}

        assert (
            ways(f"{PLACE}?q=biên giới&sort=latest") == ways("/cong/van-ban/?kind=resolution") == {"Mới hơn", "Cũ hơn"}
        )
        assert ways(f"{PLACE}?q=biên giới") == ways("/cong/van-ban/?q=biên giới") == {"Trang trước", "Trang sau"}

    def test_days_the_wrong_way_round_are_pointed_out(self) -> None:
        context = asked(q="biên giới", since="01/02/2025", until="01/01/2025")
        assert "until" in context["asked"].errors
        assert context["number"] == 1, "the day that is wrong narrows nothing"

    def test_whatever_the_address_says_there_is_an_answer(self) -> None:
        wrong = ("\x00", "khong-co", "-1", "31/02/2025", "0001-01-01", "9" * 300, "\ud800", "[]")
        for name in ("q", "kind", "section", "when", "since", "until", "sort", "page"):
            for value in wrong:
                asked(**{"q": "biên giới".encode(), name: value.encode("utf-8", "surrogatepass")})


class TestWhatIsShown:
    def test_what_was_asked_for_is_marked(self, portal: PortalSite, news: SectionPage) -> None:
        article(news, "Hòa bình ở bản", 1, lead="Tin về hoa bình minh.")
        page = Client().get(PLACE, {"q": "hoà bình"}).content.decode()
        assert "<mark>Hòa bình</mark> ở bản" in page
        assert "Tin về <mark>hoa bình</mark> minh." in page

    def test_an_excerpt_shows_where_it_stands_in_the_text(self, portal: PortalSite, news: SectionPage) -> None:
        far = f"Đầu bài. {'Chuyện khác. ' * 200}Bà con trồng chè trên nương. {'Chuyện khác nữa. ' * 200}"
        article(news, "Tin", 1, lead="Lời dẫn của bài.", text=far)
        (shown,) = asked(q="chè")["results"]
        text = "".join(piece.text for piece in shown.excerpt)
        assert "Bà con trồng chè trên nương." in text
        assert text.startswith("… ")
        assert text.endswith(" …")
        assert [piece.text for piece in shown.excerpt if piece.is_hit] == ["chè"]

    def test_words_in_a_row_are_marked_and_not_each_of_them(self, portal: PortalSite, news: SectionPage) -> None:
        text = f"Hội nghị họp. {'Hữu nghị. ' * 60}Đồng chí đọc nghị quyết của xã."
        article(news, "Nghị định, quyết định", 1, text=text)
        (shown,) = asked(q="nghị quyết")["results"]
        assert [piece.text for piece in shown.title if piece.is_hit] == ["Nghị", "quyết"]
        assert [piece.text for piece in shown.excerpt if piece.is_hit] == ["nghị quyết"]

    def test_markup_stays_text(self, portal: PortalSite, news: SectionPage) -> None:
        article(news, "Thẻ <b>đậm</b>", 1)
        page = Client().get(PLACE, {"q": "<b>đậm"}).content.decode()
        assert "<b>" not in page
        assert "&lt;<mark>b&gt;đậm</mark>&lt;" in page

    def test_nothing_found_says_what_can_be_done(self, portal: PortalSite, news: SectionPage) -> None:
        document(portal, "1-NQ/TW", "Biên giới", 1)
        answer = Client().get(PLACE, {"q": "biên giới", "kind": "article"})
        assert 'href="?q=bi%C3%AAn+gi%E1%BB%9Bi"' in answer.content.decode()
        narrowed = Client().get(PLACE, {"q": "biên giới", "until": "01/01/2020"}).content.decode()
        assert 'href="?q=bi%C3%AAn+gi%E1%BB%9Bi"' in narrowed
        assert news.title in narrowed

    def test_an_empty_search_asks_for_a_word(self, portal: PortalSite) -> None:
        assert asked()["results"] == asked(q="   ")["results"] == []

    def test_it_costs_few_queries_whatever_is_found(self, portal: PortalSite, news: SectionPage) -> None:
        article(news, "Biên giới", 1)
        article(news, "Bien gioi", -2000)
        document(portal, "1-NQ/TW", "Biên giới", 2)
        document(portal, "2-NQ/TW", "Bien gioi", -2000)
        for typed in ("biên giới", "xyzzy", "biê", "13-KL/TW"):
            with CaptureQueriesContext(connection) as captured:
                asked(q=typed)
            queries = [query["sql"][:160] for query in captured.captured_queries]
            assert len(queries) <= MOST_QUERIES, f"{typed}: {len(queries)}\n" + "\n".join(queries)


class TestSuggestions:
    @staticmethod
    def suggested(typed: str) -> list[str]:
        answer = Client().get("/cong/goi-y/", {"q": typed})
        assert answer.status_code == 200
        assert not answer.cookies
        assert answer["Cache-Control"].startswith("public, max-age=10,")
        return [one["text"] for one in answer.json()["suggestions"]]

    def test_words_that_titles_share_and_then_the_titles(self, portal: PortalSite, news: SectionPage) -> None:
        article(news, "Học nghị quyết ở bản", 1)
        article(news, "Nghị quyết mới, bản tin", 2)
        article(news, "Hữu nghị với bạn", 3)
        document(portal, "57-NQ/TW", "Về chuyển đổi số", 4)
        first = "Nghị quyết 57-NQ/TW Về chuyển đổi số"
        both = ["Nghị quyết mới, bản tin", "Học nghị quyết ở bản"]
        assert self.suggested("nghi q") == ["Nghị quyết", first, *both]
        assert self.suggested("nghị quyế") == ["Nghị quyết", first, *both]
        assert self.suggested("ngh") == ["Nghị quyết", first, "Hữu nghị với bạn", *both]
        assert self.suggested("57") == self.suggested("57-n") == self.suggested("chuyen doi") == [first]

    def test_the_very_spelling_comes_first(self, portal: PortalSite, news: SectionPage) -> None:
        article(news, "Đảng viên mới", 1)
        article(news, "Đang vào mùa", 2)
        assert self.suggested("đảng") == ["Đảng viên mới", "Đang vào mùa"]
        assert self.suggested("dang") == ["Đang vào mùa", "Đảng viên mới"]

    def test_a_title_has_its_address_and_words_have_none(self, portal: PortalSite, news: SectionPage) -> None:
        one, other = article(news, "Chè trên nương", 1), document(portal, "1-NQ/TW", "Chè trên bản", 2)
        found = Client().get("/cong/goi-y/", {"q": "che tr"}).json()["suggestions"]
        assert found == [
            {"text": "Chè trên", "kind": "", "address": ""},
            {"text": "Nghị quyết 1-NQ/TW Chè trên bản", "kind": "document", "address": f"/cong/van-ban/{other.pk}/"},
            {"text": one.title, "kind": "article", "address": one.get_url()},
        ]

    def test_of_its_own_site_alone(self, portal: PortalSite) -> None:
        other = make_portal(make_unit(kind=UnitKind.COMMUNE_COMMITTEE))
        article(make_section(other), "Chè trên nương", 1)
        assert self.suggested("chè") == []

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(typed=st.text(max_size=30))
    def test_whatever_is_typed(self, portal: PortalSite, typed: str) -> None:
        assert self.suggested(typed) == []
        asked(q=typed)
