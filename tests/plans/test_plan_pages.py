"""The pages of plans: what they show, to whom, and what they cost."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from lantoa.accounts.models import User
from lantoa.kernel import clock
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState, PlanPart, PlanState
from lantoa.plans.models import Campaign, Plan, PlanComment, Target, Task
from lantoa.plans.services import workflow
from tests.organizations.factories import make_unit, make_user
from tests.plans.factories import make_campaign, make_plan
from tests.plans.plan_factories import FIRST, LAST, approver_of, make_commune, make_full_plan, make_target, officer_of

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 5, 1, 5, tzinfo=dt.UTC)


def _client(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user(role, unit))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def _get(client: Client, name: str, *args: Any, **query: Any) -> Any:
    return client.get(reverse(f"plans:{name}", args=args), query)


def _post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"plans:{name}", args=args), data)


@pytest.fixture
def cascade() -> tuple[Campaign, Unit]:
    district = make_unit("Đảng bộ huyện Phong Thổ", kind=UnitKind.DISTRICT_COMMITTEE)
    campaign = make_campaign(district, state=CampaignState.RUNNING, starts_on=FIRST, ends_on=LAST)
    above = make_full_plan(campaign, district, state=PlanState.RUNNING, due_on=FIRST, issued_on=FIRST)
    for name, state, due in (
        ("Đảng bộ xã Huổi Luông", PlanState.RETURNED, dt.date(2026, 4, 20)),
        ("Đảng bộ xã Sin Suối Hồ", PlanState.SUBMITTED, dt.date(2026, 5, 3)),
        ("Đảng bộ xã Mường So", PlanState.ISSUED, dt.date(2026, 5, 30)),
    ):
        unit = make_unit(name, kind=UnitKind.GRASSROOTS_COMMITTEE, parent=district)
        make_full_plan(campaign, unit, state=state, parent=above, due_on=due)
    idle = make_unit("Đảng bộ xã Dào San", kind=UnitKind.GRASSROOTS_COMMITTEE, parent=district)
    make_plan(campaign, idle, parent=above, due_on=dt.date(2026, 5, 1))
    campaign.pilots.add(Unit.objects.get(name="Đảng bộ xã Mường So"))
    return campaign, district


def _names(response: Any) -> list[str]:
    return [line.row.unit.name.removeprefix("Đảng bộ ") for line in response.context["table"].body]


def test_the_list_shows_one_row_for_every_unit_that_owes_a_plan(cascade: tuple[Campaign, Unit]) -> None:
    campaign, district = cascade
    with clock.supposing(NOON):
        response = _get(_client(Role.VIEWER, district), "plan_list", campaign.pk, sort="due")
    assert _names(response) == ["huyện Phong Thổ", "xã Huổi Luông", "xã Dào San", "xã Sin Suối Hồ", "xã Mường So"]
    text = response.content.decode()
    assert "11 days overdue" in text
    assert "due today" in text
    assert "2 days left" in text
    assert "not begun" in text
    assert response.context["counts"] == {
        "owing": 5, "in_force": 2, "overdue": 1, "returned": 1, "waiting": 1, "not_begun_yet": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"state": "overdue"}, ["xã Huổi Luông"]),
        ({"state": "not_begun"}, ["xã Dào San"]),
        ({"state": "draft"}, []),
        ({"state": "in_force"}, ["huyện Phong Thổ", "xã Mường So"]),
        ({"state": "submitted"}, ["xã Sin Suối Hồ"]),
        ({"pilot": "1"}, ["xã Mường So"]),
        ({"q": "muong so"}, ["xã Mường So"]),
        ({"state": "nonsense"}, ["huyện Phong Thổ", "xã Huổi Luông", "xã Dào San", "xã Sin Suối Hồ", "xã Mường So"]),
    ],
)
def test_the_list_is_narrowed_by_the_address(
    cascade: tuple[Campaign, Unit], query: dict[str, str], names: list[str]
) -> None:
    campaign, district = cascade
    with clock.supposing(NOON):
        response = _get(_client(Role.VIEWER, district), "plan_list", campaign.pk, **query)
    assert _names(response) == names


def test_the_list_is_narrowed_to_the_units_below_one_plan(cascade: tuple[Campaign, Unit]) -> None:
    campaign, district = cascade
    response = _get(_client(Role.VIEWER, district), "plan_list", campaign.pk, under=district.pk)
    assert len(_names(response)) == 4


def test_the_list_is_a_workbook_too(cascade: tuple[Campaign, Unit]) -> None:
    campaign, district = cascade
    response = _get(_client(Role.VIEWER, district), "plan_list", campaign.pk, format="xlsx")
    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    assert sheet.max_row >= 6


def test_a_campaign_out_of_scope_is_not_found(cascade: tuple[Campaign, Unit]) -> None:
    campaign, _district = cascade
    assert _get(_client(Role.OFFICER, make_unit()), "plan_list", campaign.pk).status_code == 404


def test_a_new_edition_in_work_leaves_the_one_in_force_in_the_list() -> None:
    campaign, commune = make_commune()
    plan = make_full_plan(campaign, commune, state=PlanState.RUNNING)
    workflow.revise_plan(actor=officer_of(commune), plan=plan, reason="Điều chỉnh")
    response = _get(_client(Role.VIEWER, commune), "plan_list", campaign.pk)
    assert [line.row for line in response.context["table"].body] == [plan]
    assert "new edition in work" in response.content.decode()


@pytest.mark.parametrize("state", list(PlanState))
def test_a_plans_page_opens_in_every_state(state: PlanState) -> None:
    campaign, commune = make_commune()
    plan = make_full_plan(campaign, commune, state=state)
    for role in (Role.OFFICER, Role.APPROVER, Role.VIEWER):
        response = _get(_client(role, commune), "plan_detail", plan.pk)
        assert response.status_code == 200
        assert "INVALID" not in response.content.decode()


@pytest.mark.parametrize("name", ["plan_detail", "plan_difference", "plan_edit", "plan_contents", "plan_inherit"])
def test_a_plan_out_of_scope_is_not_found(name: str) -> None:
    campaign, commune = make_commune()
    plan = make_full_plan(campaign, commune)
    assert _get(_client(Role.OFFICER, make_unit()), name, plan.pk).status_code == 404


def test_the_page_says_why_a_step_is_not_open() -> None:
    campaign, commune = make_commune()
    plan = make_plan(campaign, commune)
    text = _get(_client(Role.OFFICER, commune), "plan_detail", plan.pk).content.decode()
    assert "no complete target" in text
    text = _get(_client(Role.VIEWER, commune), "plan_detail", plan.pk).content.decode()
    assert "This step belongs to officer, secretary of this very unit." in text
    issued = make_full_plan(*make_commune(), state=PlanState.ISSUED)
    text = _get(_client(Role.OFFICER, issued.unit), "plan_detail", issued.pk).content.decode()
    assert "It begins by itself on 01/03/2026." in text


def test_comments_stand_beside_their_part_and_who_made_them_is_told_by_position() -> None:
    campaign, commune = make_commune()
    plan = make_full_plan(campaign, commune)
    officer, approver = officer_of(commune), approver_of(commune)
    plan = workflow.submit_plan(actor=officer, plan=plan)
    target = plan.targets.get()
    comments = [
        workflow.CommentInput(PlanPart.TARGET, "Nâng chỉ tiêu lên 97%", target=target),
        workflow.CommentInput(PlanPart.WHOLE, "Thêm bản đặc thù"),
    ]
    workflow.return_plan(actor=approver, plan=plan, comments=comments)
    response = _get(_client(Role.VIEWER, commune), "plan_detail", plan.pk)
    page = response.context["page"]
    assert [remark.comment.text for remark in page.targets[0].remarks] == ["Nâng chỉ tiêu lên 97%"]
    assert page.targets[0].remarks[0].current
    assert [remark.comment.text for remark in page.remarks] == ["Thêm bản đặc thù"]
    approver_name = User.objects.get(pk=approver.user_id or 0).username
    assert f"approver ({approver_name})" in response.content.decode()
    assert [event.transition.step for event in page.history] == ["return", "submit"]


def test_older_comments_are_told_from_the_current_ones() -> None:
    campaign, commune = make_commune()
    plan = make_full_plan(campaign, commune)
    officer, approver = officer_of(commune), approver_of(commune)
    for text in ("Lần một", "Lần hai"):
        plan = workflow.submit_plan(actor=officer, plan=plan)
        comment = workflow.CommentInput(PlanPart.WHOLE, text)
        plan = workflow.return_plan(actor=approver, plan=plan, comments=[comment])
    page = _get(_client(Role.VIEWER, commune), "plan_detail", plan.pk).context["page"]
    assert [(remark.comment.text, remark.current) for remark in page.remarks] == [("Lần một", False), ("Lần hai", True)]
    assert [[remark.comment.text for remark in event.remarks] for event in page.history] == [
        ["Lần hai"], [], ["Lần một"], [],
    ]  # fmt: skip


def test_whoever_acted_from_nowhere_to_be_seen_is_someone_of_the_unit() -> None:
    campaign, commune = make_commune()
    plan = make_full_plan(campaign, commune, state=PlanState.RETURNED)
    PlanComment.objects.create(plan=plan, part=PlanPart.WHOLE, text="Xem lại", author=make_user())
    page = _get(_client(Role.VIEWER, commune), "plan_detail", plan.pk).context["page"]
    assert page.remarks[0].who == "someone of the unit"


def test_a_pure_copy_is_pointed_out_to_writer_and_approver() -> None:
    campaign, commune = make_commune()
    above = make_full_plan(campaign, campaign.owner, state=PlanState.ISSUED)
    plan = make_plan(campaign, commune, parent=above, state=PlanState.SUBMITTED)
    make_target(plan, inherited_from=above.targets.get())
    text = _get(_client(Role.APPROVER, commune), "plan_detail", plan.pk).content.decode()
    assert "Everything in this plan is copied from the plan above" in text
    text = _get(_client(Role.APPROVER, commune), "plan_step", plan.pk, "approve").content.decode()
    assert "Everything in this plan is copied from the plan above" in text


def test_two_editions_are_compared_line_by_line() -> None:
    campaign, commune = make_commune()
    plan = make_full_plan(campaign, commune, state=PlanState.RUNNING, title="Kế hoạch học tập")
    make_target(plan, indicator="Bỏ đi", position=2)
    draft = workflow.revise_plan(actor=officer_of(commune), plan=plan, reason="Điều chỉnh thời gian")
    Target.objects.filter(plan=draft, indicator="Bỏ đi").delete()
    Task.objects.filter(plan=draft).update(title="Tổ chức hai hội nghị quán triệt")
    make_target(draft, indicator="Chỉ tiêu mới", number=None, position=3)
    response = _get(_client(Role.VIEWER, commune), "plan_difference", draft.pk)
    changes = [(difference.label, difference.change.value) for difference in response.context["differences"]]
    assert changes == [("Target", "removed"), ("Target", "added"), ("Task", "changed")]
    assert "Điều chỉnh thời gian" in response.content.decode()
    same = _get(_client(Role.VIEWER, commune), "plan_difference", plan.pk, **{"with": draft.pk})
    assert same.context["other"] == draft


def test_a_single_edition_has_nothing_to_compare() -> None:
    campaign, commune = make_commune()
    plan = make_full_plan(campaign, commune)
    assert b"only one edition" in _get(_client(Role.VIEWER, commune), "plan_difference", plan.pk).content


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("plan_detail", PlanState.RETURNED),
        ("plan_difference", PlanState.ISSUED),
        ("plan_edit", PlanState.RETURNED),
        ("plan_contents", PlanState.RETURNED),
        ("plan_inherit", PlanState.DRAFT),
        ("plan_results", PlanState.RUNNING),
    ],
)
def test_a_page_of_a_plan_costs_at_most_fifteen_queries(
    name: str, state: PlanState, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    campaign, commune = make_commune()
    above = make_full_plan(campaign, campaign.owner, state=PlanState.ISSUED)
    plan = make_full_plan(campaign, commune, state=state, parent=above)
    officer, approver = officer_of(commune), approver_of(commune)
    for position in range(2, 12):
        target = make_target(plan, position=position, inherited_from=above.targets.get())
        author = User.objects.get(pk=approver.user_id or 0)
        PlanComment.objects.create(plan=plan, part=PlanPart.TARGET, target=target, text="Bổ sung", author=author)
    client = _client(Role.OFFICER, commune)
    assert officer.user_id
    with django_assert_max_num_queries(15):
        assert _get(client, name, plan.pk).status_code == 200


def test_the_list_costs_at_most_fifteen_queries(
    cascade: tuple[Campaign, Unit], django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    campaign, district = cascade
    client = _client(Role.OFFICER, district)
    with django_assert_max_num_queries(15):
        assert _get(client, "plan_list", campaign.pk).status_code == 200


def test_an_unknown_plan_is_not_found() -> None:
    _campaign, commune = make_commune()
    assert _get(_client(Role.OFFICER, commune), "plan_detail", 0).status_code == 404
    assert not Plan.objects.exists()
