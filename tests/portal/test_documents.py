"""The register for everybody: who puts documents there, what is shown of them, and how they are found."""

import datetime as dt
import re
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django.fixtures import Settings

from lantoa.audit.models import Entry
from lantoa.directives.enums import DirectiveKind, RelationKind
from lantoa.directives.facts import Facts
from lantoa.directives.indexing import index_directive
from lantoa.directives.models import Directive, DirectiveRelation
from lantoa.directives.services import change_directive
from lantoa.directives.signals import entry_changed
from lantoa.files.content import DOCX
from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.portal.documents.services import publish_document, withdraw_document
from lantoa.portal.models import PortalSite, PublicDocument
from lantoa.visits.buffer import Buffer
from lantoa.visits.folding import fold_waiting
from tests.directives.factories import make_directive, make_sector
from tests.files.factories import docx
from tests.materials.factories import make_file
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.portal.factories import make_portal

pytestmark = pytest.mark.django_db
LIST = "/cong/van-ban/"
PHONE = {"user-agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"}


@pytest.fixture
def portal() -> PortalSite:
    return make_portal()


def published(portal: PortalSite, **facts: object) -> PublicDocument:
    """A directive of the unit on its portal."""
    directive = make_directive(portal.unit, **facts)  # type: ignore[arg-type]
    return publish_document(actor=make_actor(Role.APPROVER, portal.unit), portal=portal, directive=directive)


def page(client: Client, address: str, status: int = 200) -> str:
    """A page for everybody, which sets no cookie."""
    response = client.get(address, headers=PHONE)
    assert response.status_code == status
    assert not response.cookies
    return response.content.decode()


def register_page(client: Client, directive: Directive) -> str:
    return client.get(f"/directives/{directive.pk}/").content.decode()


class TestWho:
    @pytest.mark.parametrize("role", [role for role in Role if role != Role.APPROVER])
    def test_only_who_approves_for_the_portal(self, portal: PortalSite, role: Role) -> None:
        directive = make_directive(portal.unit)
        with pytest.raises(NotPermitted):
            publish_document(actor=make_actor(role, portal.unit), portal=portal, directive=directive)
        document = publish_document(actor=make_actor(Role.APPROVER, portal.unit), portal=portal, directive=directive)
        with pytest.raises(NotPermitted):
            withdraw_document(actor=make_actor(role, portal.unit), document=document)
        document.refresh_from_db()
        assert document.withdrawn_at is None

    def test_only_on_their_own_portal_and_only_what_they_see(self, portal: PortalSite) -> None:
        elsewhere = make_unit("Đảng bộ xã khác")
        approver = make_actor(Role.APPROVER, portal.unit)
        with pytest.raises(NotPermitted):
            publish_document(actor=approver, portal=portal, directive=make_directive(elsewhere))
        with pytest.raises(NotPermitted):
            publish_document(actor=approver, portal=make_portal(elsewhere), directive=make_directive(portal.unit))
        assert not PublicDocument.objects.exists()

    def test_by_clicks_from_the_page_of_the_directive(self, portal: PortalSite, client: Client) -> None:
        directive = make_directive(portal.unit)
        client.force_login(make_user(Role.APPROVER, portal.unit))
        assert "Đăng lên Trang thông tin huyện" in register_page(client, directive)
        client.post(f"/portal/{portal.pk}/documents/{directive.pk}/")
        document = PublicDocument.objects.get()
        assert f"/cong/van-ban/{document.pk}/" in register_page(client, directive)
        client.post(f"/portal/documents/{document.pk}/withdraw/")
        document.refresh_from_db()
        assert document.withdrawn_at is not None
        assert "Đăng lên Trang thông tin huyện" in register_page(client, directive)

    def test_nobody_else_sees_the_step(self, portal: PortalSite, client: Client) -> None:
        client.force_login(make_user(Role.OFFICER, portal.unit))
        assert "Trang thông tin huyện" not in register_page(client, make_directive(portal.unit))


class TestPages:
    def test_a_document_shows_what_the_register_says(self, portal: PortalSite, client: Client) -> None:
        document = published(
            portal, number="57-NQ/TW", body="Bộ Chính trị", sector=make_sector("Khoa học"), abstract="Tóm tắt nội dung."
        )
        Directive.objects.filter(pk=document.directive_id).update(signer="Nguyễn Văn Ký")
        shown = page(client, f"{LIST}{document.pk}/")
        for words in (
            "Nghị quyết 57-NQ/TW",
            "Bộ Chính trị",
            "Khoa học",
            "Nguyễn Văn Ký",
            "Tóm tắt nội dung.",
            "01/03/2025",
        ):
            assert words in shown
        assert "còn hiệu lực" in shown

    def test_what_is_withdrawn_says_so_and_comes_back_at_its_address(self, portal: PortalSite, client: Client) -> None:
        document = published(portal, number="57-NQ/TW")
        approver = make_actor(Role.APPROVER, portal.unit)
        withdraw_document(actor=approver, document=document)
        assert "Văn bản này đã được gỡ" in page(client, f"{LIST}{document.pk}/", 410)
        withdraw_document(actor=approver, document=document)
        assert Entry.objects.filter(action="portal.withdraw_document").count() == 1
        assert "57-NQ/TW" not in page(client, LIST)
        assert "57-NQ/TW" not in page(client, f"{LIST}?q=57-NQ")
        again = publish_document(actor=approver, portal=portal, directive=document.directive)
        assert again.pk == document.pk
        assert "57-NQ/TW" in page(client, f"{LIST}{document.pk}/")

    def test_which_document_replaced_it(self, portal: PortalSite, client: Client) -> None:
        old, new = published(portal, number="66-QĐ/TW"), published(portal, number="399-QĐ/TW")
        hidden = make_directive(portal.unit, number="1-HD/TW")
        DirectiveRelation.objects.create(directive=new.directive, kind=RelationKind.REPLACES, other=old.directive)
        DirectiveRelation.objects.create(directive=hidden, kind=RelationKind.GUIDES, other=old.directive)
        shown = page(client, f"{LIST}{old.pk}/")
        assert f"{LIST}{new.pk}/" in shown
        assert "đã được thay thế" in shown
        assert "1-HD/TW" not in shown
        assert "66-QĐ/TW" in page(client, LIST)
        assert "66-QĐ/TW" not in page(client, f"{LIST}?in_force=on")

    def test_what_replaces_it_may_stand_in_the_register_alone(self, portal: PortalSite, client: Client) -> None:
        old, hidden = published(portal, number="66-QĐ/TW"), make_directive(portal.unit, number="1-QĐ/TW")
        DirectiveRelation.objects.create(directive=hidden, kind=RelationKind.REPLACES, other=old.directive)
        shown = page(client, f"{LIST}{old.pk}/")
        assert "đã được thay thế" in shown
        assert "1-QĐ/TW" not in shown
        assert "66-QĐ/TW" not in page(client, f"{LIST}?in_force=on")

    def test_it_holds_until_what_replaces_it_does(self, portal: PortalSite, client: Client) -> None:
        old, new = published(portal, number="66-QĐ/TW"), published(portal, number="399-QĐ/TW")
        DirectiveRelation.objects.create(directive=new.directive, kind=RelationKind.REPLACES, other=old.directive)
        Directive.objects.filter(pk=new.directive_id).update(effective_from=clock.today() + dt.timedelta(days=9))
        assert "còn hiệu lực, không định ngày hết" in page(client, f"{LIST}{old.pk}/")
        assert "66-QĐ/TW" in page(client, f"{LIST}?in_force=on")

    def test_what_has_not_begun_says_so(self, portal: PortalSite, client: Client) -> None:
        document, first = published(portal, number="91/2025/QH15"), clock.today() + dt.timedelta(days=9)
        Directive.objects.filter(pk=document.directive_id).update(effective_from=first)
        assert f"chưa có hiệu lực, có hiệu lực từ ngày {first:%d/%m/%Y}" in page(client, f"{LIST}{document.pk}/")
        assert f"có hiệu lực từ ngày {first:%d/%m/%Y}" in page(client, LIST)
        assert "91/2025/QH15" not in page(client, f"{LIST}?in_force=on")

    def test_another_portal_does_not_show_it(self, portal: PortalSite, client: Client, settings: Settings) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        document = published(portal, number="57-NQ/TW")
        other = make_portal(make_unit("Đảng bộ xã khác"))
        response = client.get(f"{LIST}{document.pk}/", headers={"host": other.site.hostname})
        assert response.status_code == 404
        assert "57-NQ/TW" not in client.get(LIST, headers={"host": other.site.hostname}).content.decode()

    def test_an_empty_register_says_so(self, portal: PortalSite, client: Client) -> None:
        assert "Chưa có văn bản nào được đăng ở đây." in page(client, LIST)

    def test_it_is_read_page_by_page_and_narrowed_in_the_address(self, portal: PortalSite, client: Client) -> None:
        area, other = make_sector("Giáo dục"), make_sector("Y tế")
        for number in range(13):
            published(portal, number=f"{number}-KH/HU", kind=DirectiveKind.PLAN, body="Huyện ủy", sector=other)
        law = {"kind": DirectiveKind.LAW, "body": "Quốc hội", "issued_on": dt.date(2020, 1, 2), "sector": area}
        published(portal, number="9-L/QH", **law)
        assert "9-L/QH" in page(client, f"{LIST}?page=2")
        by_area = f"sector={area.pk}"
        for narrowed in ("kind=law", "body=Quốc hội", "year=2020", by_area, f"kind=law&{by_area}&year=2020&q=quoc hoi"):
            shown = page(client, f"{LIST}?{narrowed}")
            assert "9-L/QH" in shown
            assert "5-KH/HU" not in shown
        assert "9-L/QH" not in page(client, f"{LIST}?sector={other.pk}")
        assert "body=Huy%E1%BB%87n+%E1%BB%A7y&amp;page=2" in page(client, f"{LIST}?body=Huyện ủy")

    @pytest.mark.parametrize(
        "nonsense", ["kind=x", "year=x", "sector=999", "page=x", "page=99", "q=%00", "q=" + "a" * 500]
    )
    def test_nonsense_in_the_address_narrows_nothing(self, portal: PortalSite, client: Client, nonsense: str) -> None:
        published(portal, number="57-NQ/TW")
        page(client, f"{LIST}?{nonsense}")


class TestSearch:
    @pytest.mark.parametrize(
        "typed", ["nghi quyet", "Nghị Quyết 57", "57-nq/tw", "dang uy", "Đảng ủy", "phat trien khoa hoc"]
    )
    def test_with_and_without_diacritics(self, portal: PortalSite, client: Client, typed: str) -> None:
        published(portal, number="57-NQ/TW", body="Đảng uỷ tỉnh")
        published(portal, number="8-CT/TU", title="Về việc khác", kind=DirectiveKind.INSTRUCTION, body="Tỉnh ủy")
        shown = page(client, f"{LIST}?q={typed}")
        assert "57-NQ/TW" in shown
        assert "8-CT/TU" not in shown

    @pytest.mark.parametrize(
        ("typed", "is_found"),
        [
            ("57-nq/tw" + " " * 300 + "x", True),
            ("57\0nq\0", True),
            ("xyzzy " * 50, False),
            ("xyzzy\0", False),
        ],
        ids=["longer than any question", "with signs that end texts", "long and nowhere", "nowhere"],
    )
    def test_whatever_is_typed_is_searched_for(
        self, portal: PortalSite, client: Client, typed: str, *, is_found: bool
    ) -> None:
        document = published(portal, number="57-NQ/TW")
        for address in (LIST, f"{LIST}atom.xml", "/cong/tim-kiem/"):
            shown = client.get(address, {"q": typed})
            assert shown.status_code == 200
            assert (f"{LIST}{document.pk}/" in shown.content.decode()) is is_found, address

    def test_a_feed_gives_the_latest_of_what_fits(self, portal: PortalSite, client: Client) -> None:
        for number, title, year in (("1-KH/HU", "Chè", 2024), ("2-KH/HU", "Trồng chè", 2025), ("3-KH/HU", "Lúa", 2026)):
            published(portal, number=number, title=title, issued_on=dt.date(year, 1, 2))
        feed = client.get(f"{LIST}atom.xml?q=che&kind=").content.decode()
        assert re.findall(r"(\d)-KH/HU:", feed) == ["2", "1"]

    def test_a_correction_of_the_register_is_found_at_once(self, portal: PortalSite, client: Client) -> None:
        document = published(portal, number="57-NQ/TW")
        directive = document.directive
        names = ("kind", "number", "body", "issued_on", "directive_class", "study_mode")
        facts = Facts(title="Về phòng chống lũ quét", **{name: getattr(directive, name) for name in names})
        change_directive(
            actor=make_actor(Role.OFFICER, portal.unit), directive=directive, version=directive.version, facts=facts
        )
        assert "57-NQ/TW" in page(client, f"{LIST}?q=lu quet")


class TestFilesAndCounts:
    def test_files_are_fetched_and_counted(
        self, portal: PortalSite, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("lantoa.visits.beacons.BUFFER", counting := Buffer())
        document = published(portal, number="57-NQ/TW")
        file = make_file()
        document.directive.files.add(file)
        other = make_file()
        shown = page(client, f"{LIST}{document.pk}/")
        address = f"{LIST}{document.pk}/tep/{file.pk}/"
        assert address in shown
        assert f'data-visit="/dem/{portal.pk}/document/{document.pk}.gif"' in shown
        for _time in range(3):
            assert client.get(address, headers=PHONE).getvalue() == b"%PDF-1.4 x"
        assert client.get(address, headers={"user-agent": "Googlebot/2.1"}).getvalue()
        for _time in range(2):
            client.post(f"/dem/{portal.pk}/document/{document.pk}.gif", headers=PHONE)
        assert client.get(f"{LIST}{document.pk}/tep/{other.pk}/").status_code == 404
        assert counting.write()
        fold_waiting()
        for address in (LIST, f"{LIST}{document.pk}/"):
            assert "lượt xem: 2 | lượt tải: 3" in strip_tags(page(client, address))

    def test_a_file_that_goes_takes_its_words_from_everybody_too(self, portal: PortalSite, client: Client) -> None:
        document = published(portal, number="57-NQ/TW")
        file = make_file(docx("Danh sách có tên Giàng A Páo"), name="danh-sach.docx", kind=DOCX.media_type)
        document.directive.files.add(file)
        index_directive(document.directive, [file])
        entry_changed.send(sender=Directive, directive=document.directive)
        assert "57-NQ/TW" in page(client, f"{LIST}?q=giang a pao")
        file.delete()
        assert "57-NQ/TW" not in page(client, f"{LIST}?q=giang a pao")

    def test_files_of_what_was_withdrawn_are_closed(self, portal: PortalSite, client: Client) -> None:
        document = published(portal)
        file = make_file()
        document.directive.files.add(file)
        withdraw_document(actor=make_actor(Role.APPROVER, portal.unit), document=document)
        assert client.get(f"{LIST}{document.pk}/tep/{file.pk}/").status_code == 404


def test_the_feed_names_the_latest(portal: PortalSite, client: Client) -> None:
    with clock.supposing(timezone.now()):
        documents = [published(portal, number=f"{number}-NQ/TW") for number in (1, 2)]
    feed = ET.fromstring(page(client, f"{LIST}atom.xml"))  # noqa: S314 our own answer
    atom = "{http://www.w3.org/2005/Atom}"
    assert [entry.findtext(f"{atom}id") for entry in feed.iter(f"{atom}entry")] == [
        f"http://testserver{LIST}{document.pk}/" for document in reversed(documents)
    ]
