"""The plans of a campaign on a past day, by the log of the steps that were taken."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState, PlanState, PlanStep
from lantoa.plans.models import Campaign, Plan, Transition
from tests.organizations.factories import make_unit, make_user
from tests.plans.factories import make_campaign, make_plan

pytestmark = pytest.mark.django_db
STARTED = dt.datetime(2026, 3, 1, 1, tzinfo=dt.UTC)
DUE = dt.date(2026, 4, 10)
SIGNED: dict[str, Any] = {"issued_on": dt.date(2026, 4, 13), "signer": "Bí thư Đảng ủy"}


def step(plan: Plan, name: PlanStep, state: PlanState, day: int, hour: int = 3) -> None:
    at = dt.datetime(2026, 4, day, hour, tzinfo=dt.UTC)
    Transition.objects.create(plan=plan, step=name, from_state=plan.state, to_state=state, at=at)
    plan.state = state
    plan.save(update_fields=["state"])


@pytest.fixture
def district() -> Unit:
    return make_unit("Đảng bộ huyện Phong Thổ", kind=UnitKind.DISTRICT_COMMITTEE)


@pytest.fixture
def campaign(district: Unit) -> Campaign:
    """Two units owe a plan: one issued it late and revised it later, the other is still writing."""
    campaign = make_campaign(district, state=CampaignState.RUNNING)
    Campaign.objects.filter(pk=campaign.pk).update(started_at=STARTED)
    campaign.refresh_from_db()
    units = [
        make_unit(name, kind=UnitKind.GRASSROOTS_COMMITTEE, parent=district)
        for name in ("Đảng bộ xã Huổi Luông", "Đảng bộ xã Mường So")
    ]
    issued = make_plan(campaign, units[0], due_on=DUE, number="05-KH/ĐU", **SIGNED)
    make_plan(campaign, units[1], due_on=DUE)
    step(issued, PlanStep.SUBMIT, PlanState.SUBMITTED, 5)
    step(issued, PlanStep.APPROVE, PlanState.APPROVED, 11)
    step(issued, PlanStep.ISSUE, PlanState.ISSUED, 12, hour=18)
    newer = Plan.objects.create(
        campaign=campaign,
        unit=units[0],
        edition=2,
        revises=issued,
        revision_reason="Đổi chỉ tiêu",
        title="Kế hoạch",
        number="09-KH/ĐU",
        **SIGNED,
    )
    step(newer, PlanStep.REVISE, PlanState.DRAFT, 20)
    step(issued, PlanStep.ISSUE, PlanState.SUPERSEDED, 25)
    step(newer, PlanStep.ISSUE, PlanState.ISSUED, 25)
    return campaign


@pytest.fixture
def browser(client: Client, district: Unit) -> Client:
    client.force_login(make_user(Role.OFFICER, district))
    return client


def states(browser: Client, campaign: Campaign, day: int, state: str = "") -> dict[str, tuple[int, str]]:
    answer = browser.get(f"/campaigns/{campaign.pk}/plans/?on={day:02d}/04/2026&state={state}")
    assert answer.status_code == 200
    return {
        plan.unit.name.removeprefix("Đảng bộ xã "): (plan.edition, plan.state_then)
        for plan in answer.context["table"].rows
    }


def test_each_edition_stands_as_its_last_step_of_that_day_left_it(browser: Client, campaign: Campaign) -> None:
    draft = (1, "draft")
    assert states(browser, campaign, 4) == {"Huổi Luông": draft, "Mường So": draft}
    assert states(browser, campaign, 5) == {"Huổi Luông": (1, "submitted"), "Mường So": draft}
    assert states(browser, campaign, 12)["Huổi Luông"] == (1, "approved")
    assert states(browser, campaign, 13)["Huổi Luông"] == (1, "issued")
    assert states(browser, campaign, 21)["Huổi Luông"] == (1, "issued")
    assert states(browser, campaign, 26)["Huổi Luông"] == (2, "issued")


def test_who_was_late_on_that_day_is_told(browser: Client, campaign: Campaign) -> None:
    assert states(browser, campaign, 10, "overdue") == {}
    assert set(states(browser, campaign, 11, "overdue")) == {"Huổi Luông", "Mường So"}
    assert set(states(browser, campaign, 13, "overdue")) == {"Mường So"}
    assert set(states(browser, campaign, 13, "in_force")) == {"Huổi Luông"}
    assert set(states(browser, campaign, 13, "not_begun")) == {"Mường So"}
    assert set(states(browser, campaign, 5, "submitted")) == {"Huổi Luông"}
    shown = browser.get(f"/campaigns/{campaign.pk}/plans/?on=13/04/2026").content.decode()
    assert "quá hạn 3 ngày" in shown
    assert "05-KH/ĐU" in shown
    assert "Đồng chí đang xem ngày 13/04/2026" in shown
    assert "05-KH/ĐU" not in browser.get(f"/campaigns/{campaign.pk}/plans/?on=11/04/2026").content.decode()


def test_before_the_campaign_nobody_owed_a_plan(browser: Client, campaign: Campaign) -> None:
    shown = browser.get(f"/campaigns/{campaign.pk}/plans/?on=28/02/2026").content.decode()
    assert "đợt học tập chưa bắt đầu" in shown
    assert "Huổi Luông" not in shown


def test_today_s_page_offers_the_choice_of_a_day(browser: Client, campaign: Campaign, district: Unit) -> None:
    assert 'name="on"' in browser.get(f"/campaigns/{campaign.pk}/plans/").content.decode()
    draft = make_campaign(district)
    Campaign.objects.filter(pk=draft.pk).update(started_at=None)
    assert 'name="on"' not in browser.get(f"/campaigns/{draft.pk}/plans/").content.decode()
