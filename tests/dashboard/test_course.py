"""The campaigns of one unit beside each other."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.test import Client
from openpyxl import load_workbook

from lantoa.attendance.rates import Counts
from lantoa.dashboard.course.drawing import drawing_of
from lantoa.dashboard.course.selectors import PlansInTime, Step, steps_of
from lantoa.kernel import clock
from lantoa.organizations.enums import Role, UnitEventKind
from lantoa.organizations.models import Unit, UnitEvent, UnitLink
from lantoa.plans.enums import CampaignState, Document, PlanState
from lantoa.plans.models import Campaign
from tests.attendance.factories import make_coverage
from tests.organizations.factories import make_actor, make_unit, make_user
from tests.plans.factories import make_campaign, make_plan

pytestmark = pytest.mark.django_db
YEAR = dt.timedelta(days=365)


@pytest.fixture
def committee() -> Unit:
    return make_unit("Đảng bộ xã Sin Suối Hồ")


def held(unit: Unit, name: str, days_ago: int, present: int, absent: int, missing: int = 0) -> Campaign:
    campaign = make_campaign(unit, name=name, starts_on=clock.today() - dt.timedelta(days=days_ago))
    make_coverage(campaign, unit, present, absent, missing=missing)
    return campaign


def steps(unit: Unit, role: Role = Role.OFFICER, at: Unit | None = None) -> tuple[Step, ...]:
    return steps_of(unit, make_actor(role, at or unit), clock.today())


def signed_in(client: Client, role: Role, unit: Unit) -> Client:
    client.force_login(make_user(role, unit))
    return client


def test_campaigns_stand_in_the_order_of_time_with_their_figures(committee: Unit) -> None:
    held(committee, "Đợt sau", 10, 3, 1, missing=1)
    held(committee, "Đợt trước", 400, 9, 1)
    found = steps(committee)
    assert [(step.number, step.campaign.name) for step in found] == [(1, "Đợt trước"), (2, "Đợt sau")]
    assert [step.counts.coverage.percent for step in found] == [Decimal("90.0"), Decimal("60.0")]
    assert [step.counts.coverage.at_least for step in found] == [False, True]


def test_one_that_is_being_prepared_is_not_there(committee: Unit) -> None:
    make_campaign(committee, state=CampaignState.DRAFT)
    assert steps(committee) == ()


def test_before_its_summons_a_campaign_has_no_figures(committee: Unit) -> None:
    make_campaign(committee)
    (step,) = steps(committee)
    assert step.counts == Counts()


def test_plans_of_the_unit_and_of_those_directly_below_are_counted(committee: Unit) -> None:
    below = make_unit("Chi bộ A", parent=committee)
    deeper = make_unit("Tổ đảng A1", parent=below)
    beside = make_unit("Chi bộ B", parent=committee)
    waiting = make_unit("Chi bộ C", parent=committee)
    campaign = make_campaign(committee)
    make_campaign(committee, name="Đợt khác")
    today = clock.today()
    make_plan(campaign, committee, state=PlanState.ISSUED, due_on=today, issued_on=today)
    make_plan(campaign, below, state=PlanState.RUNNING, due_on=today - dt.timedelta(days=3), issued_on=today)
    make_plan(campaign, beside, due_on=today - dt.timedelta(days=1))
    make_plan(campaign, waiting, due_on=today)
    make_plan(campaign, deeper, state=PlanState.ISSUED, due_on=today, issued_on=today)
    by_name = {step.campaign.name: step.plans for step in steps(committee)}
    assert by_name == {campaign.name: PlansInTime(1, 3), "Đợt khác": PlansInTime(0, 0)}
    assert steps(committee, Role.CLERK)[0].plans == PlansInTime(1, 1)


def test_a_revised_plan_counts_by_its_first_edition(committee: Unit) -> None:
    campaign = make_campaign(committee)
    due = clock.today() - dt.timedelta(days=5)
    first = make_plan(campaign, committee, state=PlanState.SUPERSEDED, due_on=due, issued_on=due)
    make_plan(
        campaign, committee, state=PlanState.ISSUED, due_on=due, edition=2, revises=first, revision_reason="Bổ sung"
    )
    assert steps(committee)[0].plans == PlansInTime(1, 1)


def test_action_programmes_and_implementation_plans_are_not_counted_among_plans(committee: Unit) -> None:
    campaign, today = make_campaign(committee), clock.today()
    for document in Document:
        late = today - dt.timedelta(days=document is not Document.PLAN)
        make_plan(campaign, committee, state=PlanState.ISSUED, document=document, due_on=late, issued_on=today)
    assert steps(committee)[0].plans == PlansInTime(1, 1)


def test_the_page_links_every_figure(client: Client, committee: Unit) -> None:
    below = make_unit("Chi bộ A", parent=committee)
    campaign = held(committee, "Đợt một", 10, 3, 1)
    make_plan(campaign, below, due_on=clock.today() - dt.timedelta(days=1))
    text = signed_in(client, Role.VIEWER, committee).get(f"/units/{committee.pk}/campaigns/").content.decode()
    assert text.count(f'href="/campaigns/{campaign.pk}/coverage/{committee.pk}/"') == 4
    assert "3/4" in text
    assert "0/1" in text
    assert "course-box" not in text


def test_two_campaigns_are_drawn(client: Client, committee: Unit) -> None:
    held(committee, "Đợt một", 400, 3, 1)
    held(committee, "Đợt hai", 10, 3, 1)
    text = signed_in(client, Role.VIEWER, committee).get(f"/units/{committee.pk}/campaigns/").content.decode()
    assert "course-box" in text


@pytest.mark.parametrize("query", ["?sort=rate", "?sort=-rate", "?sort=first", "?sort=campaign", "?sort=number"])
def test_it_can_be_sorted(client: Client, committee: Unit, query: str) -> None:
    held(committee, "B: Đợt một", 400, 1, 3)
    held(committee, "A: Đợt hai", 10, 3, 1)
    text = signed_in(client, Role.VIEWER, committee).get(f"/units/{committee.pk}/campaigns/{query}").content.decode()
    places = [text.rindex("B: Đợt một"), text.rindex("A: Đợt hai")]
    assert (places == sorted(places)) is (query in {"?sort=rate", "?sort=first", "?sort=number"})


def test_a_unit_in_no_campaign_is_told_so(client: Client, committee: Unit) -> None:
    assert "table-list" not in (
        signed_in(client, Role.VIEWER, committee).get(f"/units/{committee.pk}/campaigns/").content.decode()
    )


@pytest.mark.parametrize(("role", "shown"), [(Role.VIEWER, True), (Role.ADMINISTRATOR, False)])
def test_the_page_of_the_unit_leads_there(client: Client, committee: Unit, role: Role, shown: bool) -> None:
    text = signed_in(client, role, committee).get(f"/units/{committee.pk}/").content.decode()
    assert (f'href="/units/{committee.pk}/campaigns/"' in text) is shown


def test_a_unit_beside_or_above_is_not_found(client: Client, committee: Unit) -> None:
    cell = make_unit("Chi bộ A", parent=committee)
    signed_in(client, Role.OFFICER, cell)
    assert client.get(f"/units/{cell.pk}/campaigns/").status_code == 200
    assert client.get(f"/units/{committee.pk}/campaigns/").status_code == 404
    assert client.get(f"/units/{make_unit().pk}/campaigns/").status_code == 404


def test_units_that_went_into_it_are_named_where_they_are_seen(client: Client, committee: Unit) -> None:
    gone = make_unit("Chi bộ đã sáp nhập", parent=committee)
    hidden = make_unit("Chi bộ nơi khác")
    heir = make_unit("Chi bộ mới", parent=committee)
    event = UnitEvent.objects.create(
        kind=UnitEventKind.MERGE,
        decision_number="1-QĐ/ĐU",
        decision_date=clock.today(),
        decision_body="Đảng ủy xã",
        effective_on=clock.today(),
    )
    for one in (gone, hidden):
        UnitLink.objects.create(event=event, predecessor=one, successor=heir)
    text = signed_in(client, Role.OFFICER, committee).get(f"/units/{heir.pk}/campaigns/").content.decode()
    assert f"/units/{gone.pk}/campaigns/" in text
    assert hidden.name not in text


def test_the_workbook_has_rates_as_numbers_with_their_fractions(client: Client, committee: Unit) -> None:
    held(committee, '=HYPERLINK("http://a.b")', 10, 29, 2, missing=9)
    content = signed_in(client, Role.VIEWER, committee).get(f"/units/{committee.pk}/campaigns/?format=xlsx").content
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    labels, values = (list(row) for row in sheet.iter_rows(min_row=4, max_row=5, values_only=True))
    row = dict(zip(labels, values, strict=True))
    assert row["Độ phủ"] == 72.5
    assert (row["Đã học"], row["Phải học"]) == (29, 40)
    assert row["Mức tối thiểu"] == "ít nhất"
    name = sheet.cell(5, values.index('=HYPERLINK("http://a.b")') + 1)
    assert name.data_type == "s"


def step(number: int, days_ago: int, counts: Counts) -> Step:
    begins = dt.date(2026, 6, 1) - dt.timedelta(days=days_ago)
    campaign = Campaign(pk=number, name=f"Đợt {number}", starts_on=begins, ends_on=begins, target_rate=Decimal(90))
    return Step(number=number, campaign=campaign, unit_id=1, counts=counts, plans=PlansInTime())


def test_the_drawing_puts_each_campaign_at_its_day_and_its_share() -> None:
    whole = Counts(summoned=10, present=5, absent=5, made_up=2)
    lower = Counts(summoned=4, present=3, not_reported=1)
    silent = Counts(summoned=4, not_reported=4)
    drawing = drawing_of([step(1, 400, whole), step(2, 200, silent), step(3, 0, lower), step(4, 9, Counts())])
    assert drawing is not None
    assert [(point.x, point.y, point.at_least) for point in drawing.coverage.points] == [
        ("0%", "30%", False),
        ("100%", "25%", True),
    ]
    assert [point.y for point in drawing.first.points] == ["50%", "25%"]
    assert [stretch.loose for stretch in drawing.coverage.stretches] == [True]
    assert [(tick.number, tick.x, tick.target_y, tick.silent_x) for tick in drawing.ticks] == [
        (1, "0%", "10%", ""),
        (2, "50%", "10%", "48.5%"),
        (3, "100%", "10%", ""),
    ]
    assert [year for _x, year in drawing.years] == [2026]
    assert drawing.has_silent
    assert drawing.has_lower_bounds


def test_what_is_whole_needs_no_further_legend() -> None:
    whole = Counts(summoned=10, present=10)
    drawing = drawing_of([step(1, 20, whole), step(2, 0, whole)])
    assert drawing is not None
    assert not drawing.has_silent
    assert not drawing.has_lower_bounds
    assert [stretch.loose for stretch in drawing.coverage.stretches] == [False]


def test_one_campaign_is_not_drawn() -> None:
    assert drawing_of([step(1, 0, Counts(summoned=1, present=1)), step(2, 0, Counts())]) is None
