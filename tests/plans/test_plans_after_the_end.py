"""A finished campaign's plans stay as they are."""

import pytest

from lantoa.organizations.enums import Role
from lantoa.plans import errors
from lantoa.plans.enums import CampaignState, PlanState
from lantoa.plans.models import Plan
from lantoa.plans.services.contents import edit_plan
from lantoa.plans.services.workflow import close_plan, revise_plan, start_due_plans, submit_plan
from tests.organizations.factories import make_actor
from tests.plans.plan_factories import DAY, FIRST, LAST, make_commune, make_full_plan

pytestmark = pytest.mark.django_db


def plan_of_the_past(state: PlanState) -> Plan:
    """A whole plan in that state, in a campaign that has finished."""
    campaign, commune = make_commune()
    plan = make_full_plan(campaign, commune, state=state, number="12-KH/ĐU", issued_on=FIRST, signer="T/M Đảng ủy")
    campaign.state = CampaignState.FINISHED
    campaign.save(update_fields=["state"])
    return plan


def test_a_draft_is_neither_written_nor_submitted_after_the_end() -> None:
    plan = plan_of_the_past(PlanState.DRAFT)
    officer = make_actor(Role.OFFICER, plan.unit)
    with pytest.raises(errors.PlanOfFinishedCampaign):
        submit_plan(actor=officer, plan=plan)
    with pytest.raises(errors.PlanOfFinishedCampaign):
        edit_plan(actor=officer, plan=plan, version=plan.version, title="Khác", aims="", starts_on=FIRST, ends_on=LAST)


def test_an_issued_plan_is_not_started_after_the_end() -> None:
    plan = plan_of_the_past(PlanState.ISSUED)
    assert start_due_plans(day=DAY) == 0
    plan.refresh_from_db()
    assert plan.state == PlanState.ISSUED


def test_a_running_plan_is_still_closed_after_the_end_but_not_revised() -> None:
    plan = plan_of_the_past(PlanState.RUNNING)
    plan.targets.update(result=95)
    officer = make_actor(Role.OFFICER, plan.unit)
    with pytest.raises(errors.PlanOfFinishedCampaign):
        revise_plan(actor=officer, plan=plan, reason="Bổ sung nhiệm vụ")
    assert close_plan(actor=officer, plan=plan).state == PlanState.CLOSED
