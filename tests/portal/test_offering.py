"""From the work to the portal: an officer gives figures out, an editor gets a draft, and nobody changes a number."""

import re
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from pytest_django import Settings

from lantoa.attendance.models import Coverage
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.notifications.models import Notification
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign
from lantoa.portal.groups import follow_appointments
from lantoa.portal.models import ArticlePage, EnglishPage, FigureSet, PortalSite, SectionPage
from lantoa.portal.offering.errors import FormUsed, NothingToTell
from lantoa.portal.offering.figures import figures_of_campaign, figures_of_session
from lantoa.portal.offering.services import offer_figures
from lantoa.portal.selectors import address_of
from lantoa.portal.sharing.services import take_article
from lantoa.study_sessions.enums import ActivityKind, HeadcountBasis
from lantoa.study_sessions.models import Activity
from tests.attendance.factories import make_coverage, make_event, make_scene
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign
from tests.portal.factories import make_article, make_portal, make_section

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


class Desk:
    """A commune with a portal, a campaign there, its officer and an editor."""

    def __init__(self, present: int = 29, absent: int = 11, missing: int = 9, made_up: int = 0) -> None:
        self.unit: Unit = make_unit("Đảng bộ xã Mường So", kind=UnitKind.COMMUNE_COMMITTEE)
        self.portal: PortalSite = make_portal(self.unit)
        self.section: SectionPage = make_section(self.portal)
        self.campaign: Campaign = make_campaign(self.unit)
        make_coverage(self.campaign, self.unit, present, absent, missing, made_up)
        self.user = make_user(Role.OFFICER, self.unit)
        self.officer = Actor.of(self.user)
        self.editor = make_user(Role.EDITOR, self.unit)
        follow_appointments()

    def offer(self, **changes: Any) -> FigureSet:
        given: dict[str, Any] = {
            "actor": self.officer, "client_id": uuid.uuid4(), "section": self.section, "campaign": self.campaign,
            "unit": self.unit,
        }  # fmt: skip
        return offer_figures(**{**given, **changes})

    def values(self) -> dict[str, str]:
        return {row.key: row.value for row in figures_of_campaign(self.campaign, self.unit).rows}

    @property
    def address(self) -> str:
        return f"/portal/figures/campaigns/{self.campaign.pk}/{self.unit.pk}/"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def draft_of(given: FigureSet) -> ArticlePage:
    draft: ArticlePage = ArticlePage.objects.get(pk=given.article_id).get_latest_revision_as_object()
    return draft


def rows_of(given: FigureSet) -> dict[str, str]:
    return dict(given.rows.values_list("key", "value"))


class TestOffer:
    def test_an_editor_gets_a_draft_that_nobody_else_reads(self, desk: Desk) -> None:
        given = desk.offer()
        page = ArticlePage.objects.get(pk=given.article_id)
        assert not page.live
        assert page.current_workflow_state is None
        assert page.get_parent().pk == desk.section.pk
        assert re.fullmatch(r"[a-z0-9-]+-[0-9a-f]{8}", page.slug)
        assert "29/49" in draft_of(given).lead
        told = Notification.objects.get(receiver=desk.editor)
        assert told.link == f"/bien-tap/pages/{page.pk}/edit/"
        assert Entry.objects.filter(action="portal.offer_figures", actor_id=desk.user.pk).count() == 1
        client = Client()
        client.force_login(desk.editor)
        assert page.title in client.get("/notifications/").content.decode()

    def test_the_same_form_sent_twice_makes_one_draft(self, desk: Desk) -> None:
        form = uuid.uuid4()
        assert desk.offer(client_id=form) == desk.offer(client_id=form)
        assert ArticlePage.objects.count() == 1

    def test_the_same_form_sent_to_another_portal_or_about_another_unit_is_refused(self, desk: Desk) -> None:
        cell = make_unit("Chi bộ bản", parent=desk.unit)
        make_coverage(desk.campaign, cell, 20, 10)
        portal = make_portal(make_unit("Đảng bộ xã khác", kind=UnitKind.COMMUNE_COMMITTEE))
        given = desk.offer()
        with pytest.raises(FormUsed):
            desk.offer(client_id=given.client_id, unit=cell)
        with pytest.raises(FormUsed):
            desk.offer(
                client_id=given.client_id, section=make_section(portal), unit=portal.unit,
                actor=make_actor(Role.OFFICER, portal.unit),
            )  # fmt: skip
        assert ArticlePage.objects.count() == 1

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICER])
    def test_only_an_officer_gives_figures_out(self, desk: Desk, role: Role) -> None:
        with pytest.raises(NotPermitted):
            desk.offer(actor=make_actor(role, desk.unit))

    def test_only_to_the_own_portal_and_only_of_units_at_or_below_it(self, desk: Desk) -> None:
        elsewhere = make_unit("Đảng bộ xã khác", kind=UnitKind.COMMUNE_COMMITTEE)
        with pytest.raises(NotPermitted):
            desk.offer(actor=make_actor(Role.OFFICER, elsewhere))
        with pytest.raises(NotPermitted):
            desk.offer(unit=elsewhere)
        cell = make_unit("Chi bộ bản", parent=desk.unit)
        make_coverage(desk.campaign, cell, 20, 10)
        assert desk.offer(unit=cell).unit == cell

    def test_where_nothing_is_known_nothing_is_given(self, desk: Desk) -> None:
        Coverage.objects.all().delete()
        with pytest.raises(NothingToTell):
            desk.offer()
        client = Client()
        client.force_login(desk.user)
        form = {"client_id": uuid.uuid4(), "section": desk.section.pk}
        assert client.post(desk.address, form).status_code == 422
        assert not ArticlePage.objects.exists()

    def test_what_was_given_never_changes(self, desk: Desk) -> None:
        given = desk.offer()
        with pytest.raises(DatabaseError), transaction.atomic():
            given.rows.update(value="100%")
        with pytest.raises(DatabaseError), transaction.atomic():
            FigureSet.objects.update(source="Khác")


class TestFigures:
    def test_they_are_those_of_the_coverage(self, desk: Desk) -> None:
        assert desk.values() == {
            "coverage": "ít nhất 59,2% (29/49)", "first": "ít nhất 59,2% (29/49)", "summoned": "49", "excluded": "0",
            "base": "49", "made_up": "0", "reported": "0/1",
        }  # fmt: skip

    def test_a_few_who_are_missing_are_not_told_nor_reckoned(self) -> None:
        desk = Desk(present=98, absent=2, missing=0)
        assert desk.values()["coverage"] == "từ 95% trở lên"
        given = desk.offer()
        assert "98" not in " ".join(rows_of(given).values())
        assert "98" not in draft_of(given).lead

    def test_where_not_even_a_bound_may_be_told_the_lead_says_that_it_goes_on(self) -> None:
        desk = Desk(present=3, absent=40, missing=0)
        assert desk.values()["coverage"] == ""
        given = desk.offer()
        assert "coverage" not in rows_of(given)
        assert "đang được triển khai" in draft_of(given).lead

    def test_people_reached_by_activities_are_told_from_five_on(self, desk: Desk) -> None:
        for headcount, told in ((4, ""), (120, "124")):
            Activity.objects.create(
                client_id=uuid.uuid4(), unit=desk.unit, campaign=desk.campaign, kind=ActivityKind.VILLAGE_MEETING,
                held_at=clock.now(), headcount=headcount, place="Bản Sin Câu", audience="Dân bản", languages=["vi"],
                basis=HeadcountBasis.COUNTED, created_by=desk.user,
            )  # fmt: skip
            assert desk.values()["reach"] == told

    def test_those_of_a_session_are_who_was_there(self) -> None:
        scene = make_scene(people=6)
        for entry in scene.entries:
            make_event(scene.site, entry, "present", recorder=scene.clerk)  # type: ignore[arg-type]
        values = {row.key: row.value for row in figures_of_session(scene.session).rows}
        assert values == {"attended": "100% (6/6)", "expected": "6", "guests": "0", "closed": "0/1"}

    def test_of_a_small_session_nothing_of_its_people_is_told(self) -> None:
        scene = make_scene(people=3)
        make_event(scene.site, scene.first, "present", recorder=scene.clerk)  # type: ignore[arg-type]
        found = figures_of_session(scene.session)
        assert [row.key for row in found.kept_back] == ["attended", "expected"]
        assert "tổ chức tại 1 điểm cầu" in found.reach


class TestPages:
    def test_the_officer_gives_the_figures_out_from_the_page_of_the_campaign(self, desk: Desk) -> None:
        client = Client()
        client.force_login(desk.user)
        assert desk.address in client.get(f"/campaigns/{desk.campaign.pk}/").content.decode()
        shown = client.get(desk.address).content.decode()
        assert "ít nhất 59,2% (29/49)" in shown
        form = {"client_id": uuid.uuid4(), "section": desk.section.pk}
        answer = client.post(desk.address, form)
        given = FigureSet.objects.get()
        assert answer.headers["Location"] == f"/portal/figures/{given.pk}/"
        assert given.get_absolute_url() in client.get(desk.address).content.decode()
        assert client.post(desk.address, {"client_id": uuid.uuid4(), "section": "0"}).status_code == 422

    def test_the_officer_gives_them_out_from_the_page_of_a_session(self) -> None:
        scene = make_scene(people=6)
        portal = make_portal(scene.committee)
        make_section(portal)
        client = Client()
        client.force_login(make_user(Role.OFFICER, scene.committee))
        address = f"/portal/figures/sessions/{scene.session.pk}/"
        assert address in client.get(f"/sessions/{scene.session.pk}/").content.decode()
        assert client.get(address).status_code == 200

    def test_the_report_of_a_unit_leads_there(self, desk: Desk) -> None:
        client = Client()
        address = f"/portal/figures/campaigns/{desk.campaign.pk}/{desk.unit.pk}/"
        for role, leads in ((Role.OFFICER, True), (Role.SECRETARY, False)):
            client.force_login(make_user(role, desk.unit))
            shown = client.get(f"/campaigns/{desk.campaign.pk}/coverage/{desk.unit.pk}/").content.decode()
            assert (address in shown) is leads

    def test_a_portal_without_a_section_says_so(self) -> None:
        scene = make_scene(people=3)
        make_portal(scene.committee)
        client = Client()
        client.force_login(make_user(Role.OFFICER, scene.committee))
        shown = client.get(f"/portal/figures/sessions/{scene.session.pk}/").content.decode()
        assert "chưa có chuyên mục nào" in shown

    def test_a_figure_leads_to_its_rows_for_who_may_see_them(self, desk: Desk) -> None:
        given = desk.offer()
        client = Client()
        for user, opens in ((desk.user, True), (desk.editor, False)):
            client.force_login(user)
            shown = client.get(given.get_absolute_url()).content.decode()
            assert (f"/campaigns/{desk.campaign.pk}/coverage/{desk.unit.pk}/" in shown) is opens
            assert (f"/bien-tap/pages/{given.article_id}/edit/" in shown) is not opens


class TestBlock:
    def changed(self, given: FigureSet, change: Any) -> None:
        """The draft after its block was changed by hand, checked as a save does."""
        draft = draft_of(given)
        value = draft.body[0].value
        change(value)
        draft.body.stream_block.clean(draft.body)
        draft.full_clean()

    def test_an_editor_words_a_label_and_leaves_a_row_out(self, desk: Desk) -> None:
        given = desk.offer()
        draft = draft_of(given)
        value = draft.body[0].value
        value["rows"][0]["label"] = "Đảng viên đã học"
        del value["rows"][1]
        draft.body.stream_block.clean(draft.body)
        draft.save_revision().publish()
        shown = Client().get(ArticlePage.objects.get(pk=draft.pk).get_url()).content.decode()
        assert "Đảng viên đã học" in shown
        assert "Dự buổi đầu" not in shown
        assert "Số liệu tính đến" in shown
        assert "/coverage/" not in shown

    def test_a_number_that_was_typed_over_is_not_what_is_read(self, desk: Desk) -> None:
        given = desk.offer()
        draft = draft_of(given)
        draft.body[0].value["rows"][0]["value"] = "100% (49/49)"
        kept = draft.body.stream_block.clean(draft.body)
        assert kept[0].value["rows"][0]["value"] == "ít nhất 59,2% (29/49)"
        draft.save_revision().publish()
        shown = Client().get(ArticlePage.objects.get(pk=draft.pk).get_url()).content.decode()
        assert "100%" not in shown
        assert "ít nhất 59,2% (29/49)" in shown

    @pytest.mark.parametrize(
        "change",
        [
            lambda value: value.update(origin=str(uuid.uuid4())),
            lambda value: value.update(origin="khong phai"),
            lambda value: value["rows"][0].update(key="made_of_air"),
            lambda value: value["rows"][0].update(key=value["rows"][1]["key"]),
        ],
    )
    def test_rows_that_were_not_given_out_are_refused(self, desk: Desk, change: Any) -> None:
        with pytest.raises(ValidationError):
            self.changed(desk.offer(), change)

    def test_a_block_whose_set_is_not_there_shows_nothing(self, desk: Desk) -> None:
        draft = draft_of(desk.offer())
        value = draft.body[0].value
        value["origin"] = str(uuid.uuid4())
        assert "<table" not in draft.body.stream_block.child_blocks["figures"].render(value)

    def test_figures_of_one_portal_do_not_stand_on_another(self, desk: Desk) -> None:
        body = draft_of(desk.offer()).body
        other = make_article(make_section(make_portal(make_unit("Đảng bộ xã bên"))))
        other.body = body
        with pytest.raises(ValidationError):
            other.full_clean()
        for fresh in (ArticlePage(title="Bài", slug="bai", lead="Sapô", body=body), EnglishPage(title="En", body=body)):
            with pytest.raises(ValidationError, match="body"):
                fresh.clean()

    def test_they_go_along_with_an_article_that_their_portal_shares(self, desk: Desk, settings: Settings) -> None:
        settings.ALLOWED_HOSTS = ["chi-bo.example.vn"]
        draft = draft_of(desk.offer())
        draft.is_offered = True
        draft.save_revision().publish()
        cell = make_unit("Chi bộ bản", parent=desk.unit)
        below = make_portal(cell, host="chi-bo.example.vn")
        shown = take_article(
            actor=make_actor(Role.EDITOR, cell), portal=below, section=make_section(below),
            article=ArticlePage.objects.get(pk=draft.pk),
        )  # fmt: skip
        page = Client(headers={"host": "chi-bo.example.vn"}).get(address_of(below, shown)).content.decode()
        assert "ít nhất 59,2% (29/49)" in page

    def test_a_search_finds_the_labels(self, desk: Desk) -> None:
        draft = draft_of(desk.offer())
        words = draft.body.stream_block.get_searchable_content(draft.body)
        assert "Dự buổi đầu" in words
        assert draft.body[0].value["origin"] not in words
