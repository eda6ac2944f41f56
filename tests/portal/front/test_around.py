"""The pages around a first page: contact, the map of the site, special pages, and the first page in English."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client

from lantoa.organizations.enums import Role
from lantoa.plans.models import Campaign
from lantoa.portal.documents.services import publish_document
from lantoa.portal.models import ChosenArticle, EnglishPage, PortalSite, SectionPage, SpecialPage
from lantoa.portal.models.special import SpecialPageForm
from tests.directives.factories import make_directive
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign
from tests.portal.factories import make_article, make_picture, make_portal, make_section
from tests.portal.front.factories import home_of, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal() -> PortalSite:
    return make_portal()


def body_of(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert not answer.cookies
    return answer.content.decode()


def make_special(portal: PortalSite, title: str = "Nghị quyết vào cuộc sống", **facts: Any) -> SpecialPage:
    page: SpecialPage = home_of(portal).add_child(instance=SpecialPage(title=title, slug="chuyen-trang", **facts))
    return page


def make_english(portal: PortalSite) -> EnglishPage:
    text = "<p>The committee leads the district.</p>"
    page: EnglishPage = home_of(portal).add_child(
        instance=EnglishPage(title="About the committee", lead="Who we are.", body=[("paragraph", text)])
    )
    return page


class TestContact:
    def test_it_names_who_can_be_asked_and_how(self, portal: PortalSite) -> None:
        make_officer(portal, email="banbt@phongtho.vn", hours="Thứ hai đến thứ sáu", matters="các buổi học")
        make_officer(make_portal(), "Người nơi khác")
        page = body_of("/cong/lien-he/")
        for shown in (
            "Lò Văn Thân", "Phó Trưởng ban Tuyên giáo", 'href="tel:02133896123"', "Thứ hai đến thứ sáu",
            'href="mailto:banbt@phongtho.vn"', 'itemtype="http://schema.org/ContactPoint"', "các buổi học",
        ):  # fmt: skip
            assert shown in page
        assert "Người nơi khác" not in page

    def test_it_says_when_nobody_is_named(self, portal: PortalSite) -> None:
        assert "Chưa có ai được nêu ở đây." in body_of("/cong/lien-he/")

    def test_nobody_is_named_who_cannot_be_reached(self, portal: PortalSite) -> None:
        with pytest.raises(IntegrityError, match="portal_officer_can_be_reached"):
            make_officer(portal, phone="", email="")


class TestMap:
    def test_it_leads_to_every_section_and_page(self, portal: PortalSite) -> None:
        news = make_section(portal, "Tin tức")
        inner = SectionPage.objects.get(pk=news.pk).add_child(instance=SectionPage(title="Tin xã", slug="tin-xa"))
        special, english = make_special(portal), make_english(portal)
        hidden = home_of(portal).add_child(instance=SectionPage(title="Chưa mở", slug="chua-mo", live=False))
        hidden.add_child(instance=SectionPage(title="Trong mục chưa mở", slug="trong"))
        page = body_of("/cong/so-do/")
        for place in (
            *(each.get_url() for each in (news, inner, special, english)),
            "/cong/van-ban/", "/cong/lich/", "/cong/lien-he/", "/cong/tim-kiem/", "/cong/atom.xml", "/cong/hoi-dap/",
        ):  # fmt: skip
            assert f'href="{place}"' in page
        assert "hưa mở" not in page

    def test_an_empty_site_says_so(self, portal: PortalSite) -> None:
        assert "Chưa có bài nào được đăng ở đây." in body_of("/cong/so-do/")


class TestSpecialPage:
    def test_it_shows_chosen_articles_in_their_order_and_the_public_documents_of_its_campaign(
        self, portal: PortalSite
    ) -> None:
        news, party = make_section(portal, "Tin tức"), make_section(portal, "Xây dựng Đảng")
        late, early, hidden = make_article(party, "Bài sau"), make_article(news, "Bài trước"), make_article(news, "Gỡ")
        shown, kept = make_directive(portal.unit), make_directive(portal.unit)
        campaign = make_campaign(portal.unit)
        campaign.directives.set([shown, kept])
        publish_document(actor=make_actor(Role.APPROVER, portal.unit), portal=portal, directive=shown)
        other = make_directive(portal.unit)
        publish_document(actor=make_actor(Role.APPROVER, portal.unit), portal=portal, directive=other)
        special = make_special(portal, campaign=campaign, picture=make_picture(portal, "Cờ trên bản"))
        special.save_revision().publish()
        for order, article in enumerate((late, early, hidden)):
            ChosenArticle.objects.create(page=special, article=article, sort_order=order)
        hidden.unpublish()
        page = body_of(special.get_url())
        assert page.index("Bài sau") < page.index("Bài trước")
        assert "Gỡ" not in page
        assert 'alt="Cờ trên bản"' in page
        assert [f"<strong>{each.number}</strong>" in page for each in (shown, kept, other)] == [True, False, False]
        assert special.title in body_of("/cong/")

    def test_an_empty_one_says_so(self, portal: PortalSite) -> None:
        assert "Chưa có bài nào được đăng ở đây." in body_of(make_special(portal).get_url())

    @pytest.mark.parametrize("slug", ["lich", "lien-he", "so-do", "en"])
    def test_its_address_is_none_that_a_page_of_ours_has(self, portal: PortalSite, slug: str) -> None:
        with pytest.raises(ValidationError, match="slug"):
            home_of(portal).add_child(instance=SpecialPage(title="Trang", slug=slug))

    def test_an_editor_chooses_among_the_campaigns_that_they_see(self, portal: PortalSite) -> None:
        seen, unseen = make_campaign(portal.unit), make_campaign(make_unit("Đảng bộ huyện bên"))
        editor, officer = make_user(Role.EDITOR, portal.unit), make_user(Role.OFFICER, portal.unit)

        def offered(page: SpecialPage, user: Any) -> set[Campaign]:
            form = SpecialPage.get_edit_handler().get_form_class()(instance=page, for_user=user)
            assert isinstance(form, SpecialPageForm)
            return set(form.fields["campaign"].queryset)

        assert offered(SpecialPage(), officer) == {seen}
        assert offered(SpecialPage(), editor) == set()
        assert offered(SpecialPage(), None) == set()
        assert offered(make_special(portal, campaign=unseen), editor) == {unseen}


class TestEnglish:
    def test_it_speaks_english_and_names_its_counterpart(self, portal: PortalSite) -> None:
        make_officer(portal, office_in_english="Deputy head of the commission")
        directive = make_directive(portal.unit)
        publish_document(actor=make_actor(Role.APPROVER, portal.unit), portal=portal, directive=directive)
        english = make_english(portal)
        assert english.get_url() == "/cong/en/"
        answer = Client().get("/cong/en/")
        assert answer["Content-Language"] == "en"
        page = answer.content.decode()
        for shown in (
            '<html lang="en"', "About the committee", "The committee leads the district.", "Newest documents",
            "Deputy head of the commission", directive.number, "Search this site",
        ):  # fmt: skip
            assert shown in page
        for both in (page, body_of("/cong/")):
            root = portal.site.root_url
            assert f'hreflang="vi" href="{root}/cong/"' in both
            assert f'hreflang="en" href="{root}/cong/en/"' in both
            assert f'hreflang="x-default" href="{root}/cong/"' in both

    def test_a_site_without_one_says_nothing_of_it(self, portal: PortalSite) -> None:
        assert "hreflang" not in body_of("/cong/")
        assert Client().get("/cong/en/").status_code == 404

    def test_the_pages_after_it_are_vietnamese_again(self, portal: PortalSite) -> None:
        make_english(portal)
        body_of("/cong/en/")
        assert "Tìm trên trang này" in body_of("/cong/")
