"""The counters of a portal for its editors: curves with their figures, and what the former counter had."""

import datetime as dt
import re
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from python_calamine import CalamineWorkbook

from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.errors import NotPermitted
from lantoa.portal.counters.errors import NotOver, ReasonMissing
from lantoa.portal.counters.forms import RangeForm
from lantoa.portal.counters.services import enter_opening_balance
from lantoa.portal.documents.services import publish_document
from lantoa.portal.models import PortalSite
from lantoa.ui.curves import Series, curves
from lantoa.visits.enums import Agent
from lantoa.visits.models import DailySum, OpeningBalance
from lantoa.visits.selectors import site_counts
from tests.directives.factories import make_directive
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.portal.factories import make_article, make_portal, make_section

pytestmark = [pytest.mark.django_db]
OLD = 28_386_823


@pytest.fixture
def portal() -> PortalSite:
    return make_portal()


def counted(kind: str, object_id: int, ago: int, views: int, agent: Agent = Agent.READER, visitors: int = 0) -> None:
    day = clock.today() - dt.timedelta(days=ago)
    DailySum.objects.create(day=day, kind=kind, object_id=object_id, agent=agent, views=views, visitors=visitors)


def signed_in(role: Role, portal: PortalSite) -> Client:
    client = Client()
    client.force_login(make_user(role, portal.unit))
    return client


class TestPage:
    def test_readers_and_robots_stand_apart_with_the_table_beside(self, portal: PortalSite) -> None:
        counted("site", portal.pk, 2, 120, visitors=40)
        counted("site", portal.pk, 2, 33, Agent.ROBOT)
        counted("site", portal.pk, 1, 7, Agent.PREVIEW)
        shown = signed_in(Role.EDITOR, portal).get(f"/portal/{portal.pk}/counters/").content.decode()
        assert len(re.findall("<polyline", shown)) == 4
        assert len(re.findall('<svg viewBox="[^"]*" preserveAspectRatio="none" role="img" aria-label="', shown)) == 2
        lines = re.findall(r'<tr role="row">(.*?)</tr>', shown, re.DOTALL)
        rows = [re.findall(r'class="cell">([^<]*)<', line) for line in lines]
        two_days_ago = f"{clock.today() - dt.timedelta(days=2):%d/%m/%Y}"
        assert [two_days_ago, "120", "40", "33", "0"] in rows

    def test_the_address_says_which_days_and_the_workbook_has_the_same(self, portal: PortalSite) -> None:
        counted("site", portal.pk, 400, 5)
        counted("site", portal.pk, 401, 6)
        first, last = (f"{clock.today() - dt.timedelta(days=ago):%d/%m/%Y}" for ago in (401, 400))
        address = f"/portal/{portal.pk}/counters/?first={first}&last={last}"
        client = signed_in(Role.APPROVER, portal)
        assert client.get(address).context["table"].page.paginator.count == 2
        book = CalamineWorkbook.from_filelike(BytesIO(client.get(f"{address}&format=xlsx").content))
        rows = book.get_sheet_by_index(0).to_python()
        assert [row[1] for row in rows if row[1] in (5, 6)] == [5, 6]

    def test_months_sum_up_their_days(self, portal: PortalSite) -> None:
        counted("site", portal.pk, 0, 5)
        counted("site", portal.pk, 0, 6)
        shown = signed_in(Role.EDITOR, portal).get(f"/portal/{portal.pk}/counters/?by=month")
        assert shown.context["table"].page.object_list[0].readers == 11

    def test_one_day_is_a_line_across(self, portal: PortalSite) -> None:
        today = f"{clock.today():%d/%m/%Y}"
        shown = signed_in(Role.EDITOR, portal).get(f"/portal/{portal.pk}/counters/?first={today}&last={today}")
        assert b"<polyline" not in shown.content

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"first": "02/01/2026", "last": "01/01/2026"}, "last"),
            ({"first": "01/01/1990"}, "first"),
            ({"first": "hôm qua"}, "first"),
        ],
    )
    def test_days_that_cannot_be_shown_are_named(self, asked: dict[str, str], field: str) -> None:
        form = RangeForm(asked)
        assert form.days == (clock.today() - dt.timedelta(days=30), clock.today())
        assert field in form.errors

    def test_what_was_read_most_is_of_this_portal(self, portal: PortalSite) -> None:
        section, other = make_section(portal), make_section(make_portal(make_unit("Đảng bộ xã khác")))
        mine, theirs = make_article(section, "Bài của ta"), make_article(other, "Bài của bạn")
        counted("article", mine.pk, 3, 12)
        counted("article", theirs.pk, 3, 90)
        shown = signed_in(Role.EDITOR, portal).get(f"/portal/{portal.pk}/counters/")
        assert [(row.title, row.views) for row in shown.context["articles"]] == [("Bài của ta", 12)]

    def test_a_document_is_read_at_the_address_of_its_portal(self, portal: PortalSite) -> None:
        other = make_portal(make_unit("Đảng bộ xã khác"), host="xa-khac.example.vn")
        document = publish_document(
            actor=make_actor(Role.APPROVER, other.unit), portal=other, directive=make_directive(other.unit)
        )
        counted("document", document.pk, 3, 12)
        (row,) = signed_in(Role.EDITOR, other).get(f"/portal/{other.pk}/counters/").context["documents"]
        assert (row.address, row.views) == (f"http://xa-khac.example.vn/cong/van-ban/{document.pk}/", 12)

    def test_who_looks_after_several_portals_goes_from_one_to_the_other(self, portal: PortalSite) -> None:
        other = make_portal(make_unit("Đảng bộ xã khác"), name="Trang xã")
        user = make_user(Role.EDITOR, portal.unit)
        user.person.appointments.create(role=Role.EDITOR, unit=other.unit, **_since(user))
        client = Client()
        client.force_login(user)
        shown = client.get(f"/portal/{portal.pk}/counters/").content.decode()
        assert f"/portal/{other.pk}/counters/" in shown


def _since(user: object) -> dict[str, object]:
    first = user.person.appointments.get()  # type: ignore[attr-defined]
    return {"period": first.period}


class TestFormerCounter:
    def enter(self, portal: PortalSite, views: int = OLD, **changes: object) -> OpeningBalance:
        facts: dict[str, object] = {
            "actor": make_actor(Role.APPROVER, portal.unit), "portal": portal, "views": views,
            "until": clock.today() - dt.timedelta(days=1), "note": "Theo trang cũ",
        }  # fmt: skip
        return enter_opening_balance(**{**facts, **changes})  # type: ignore[arg-type]

    def test_it_is_in_the_total_and_said_to_be(self, portal: PortalSite) -> None:
        self.enter(portal)
        counts = site_counts(portal.pk)
        assert (counts.total, counts.opening) == (OLD, OLD)
        assert "28.386.823" in Client().get("/cong/").content.decode()
        assert Entry.objects.filter(action="portal.enter_opening_balance").count() == 1

    def test_the_same_again_changes_nothing_and_another_number_needs_a_reason(self, portal: PortalSite) -> None:
        assert self.enter(portal) == self.enter(portal)
        with pytest.raises(ReasonMissing):
            self.enter(portal, 5)
        later = self.enter(portal, 5, reason="Nhập nhầm")
        assert list(OpeningBalance.objects.values_list("views", flat=True)) == [5, OLD]
        assert later.reason == "Nhập nhầm"
        assert site_counts(portal.pk).opening == 5

    def test_what_was_entered_stays(self, portal: PortalSite) -> None:
        self.enter(portal)
        with pytest.raises(DatabaseError), transaction.atomic():
            OpeningBalance.objects.update(views=1)

    def test_it_ended_before_today(self, portal: PortalSite) -> None:
        with pytest.raises(NotOver):
            self.enter(portal, until=clock.today())

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.APPROVER])
    def test_only_who_approves_for_the_portal_enters_it(self, portal: PortalSite, role: Role) -> None:
        with pytest.raises(NotPermitted):
            self.enter(portal, actor=Actor.of(make_user(role, portal.unit)))

    def test_it_is_entered_once_and_corrected_on_a_page(self, portal: PortalSite) -> None:
        client, address = signed_in(Role.APPROVER, portal), f"/portal/{portal.pk}/counters/former/"
        assert "reason" not in client.get(address).context["form"].fields
        form = {"views": OLD, "until": "01/06/2026", "note": "Theo trang cũ"}
        assert client.post(address, form).status_code == 303
        assert client.post(address, {**form, "views": 7}).status_code == 422
        assert client.post(address, {**form, "views": 7, "reason": "Nhập nhầm"}).status_code == 303
        assert client.post(address, {**form, "views": 8, "reason": "x", "until": "01/01/2099"}).status_code == 422
        shown = client.get(address).content.decode()
        assert "28.386.823" in shown
        assert "Nhập nhầm" in shown


class TestCurves:
    def test_a_scale_ends_at_a_round_number(self) -> None:
        assert [curves([Series("a", "a", [most])]).most for most in (0, 1, 2, 3, 7, 12, 34, 900)] == [
            1, 1, 2, 5, 10, 20, 50, 1000,
        ]  # fmt: skip

    def test_points_lie_in_the_box_from_the_first_place_to_the_last(self) -> None:
        chart = curves([Series("a", "a", [0, 5, 10])])
        assert chart.lines[0].points == "0,240 500,120 1000,0"
        assert chart.lines[0].only is None
        assert chart.grid == (("0", 10), ("120", 5), ("240", 0))

    def test_a_single_place_has_one_height(self) -> None:
        assert curves([Series("a", "a", [1])]).lines[0].only == ("0", "0")
