"""The plans that wait for somebody: what the first screen is told."""

import datetime as dt

import pytest

from lantoa.organizations.actors import Actor
from lantoa.plans.enums import PlanState
from lantoa.plans.models import Plan
from lantoa.plans.selectors.duties import duties_of
from tests.organizations.factories import make_unit, make_user
from tests.plans.factories import make_plan
from tests.plans.plan_factories import approver_of, make_commune, make_full_plan, officer_of, submitted_by

pytestmark = pytest.mark.django_db


def test_duties_are_told_apart() -> None:
    day = dt.date(2026, 5, 1)
    campaign, commune = make_commune()
    top = make_full_plan(campaign, campaign.owner, state=PlanState.RUNNING, ends_on=dt.date(2026, 4, 1))
    late = make_plan(campaign, commune, parent=top, due_on=dt.date(2026, 4, 20))
    officer = officer_of(commune)
    duties = duties_of(officer, day)
    assert [(duty.plan_id, duty.days_left, duty.not_begun) for duty in duties.to_write] == [(late.pk, -11, True)]
    assert str(duties.to_write[0].badge.label)
    assert duties.own == 1
    above = duties_of(officer_of(campaign.owner), day)
    assert [duty.plan_id for duty in above.overdue_below] == [late.pk]
    assert above.overdue_below_total == 1
    assert [duty.plan_id for duty in above.to_close] == [top.pk]
    for _number in range(11):
        make_plan(campaign, make_unit(parent=commune), parent=top, due_on=dt.date(2026, 4, 21))
    many = duties_of(officer_of(campaign.owner), day)
    assert (len(many.overdue_below), many.overdue_below_total) == (5, 12)
    Plan.objects.filter(pk=late.pk).update(state=PlanState.SUBMITTED)
    submitted_by(late, officer)
    assert [duty.plan_id for duty in duties_of(approver_of(commune), day).to_approve] == [late.pk]
    assert not duties_of(officer, day).to_approve
    Plan.objects.filter(pk=late.pk).update(state=PlanState.APPROVED)
    assert [duty.plan_id for duty in duties_of(officer, day).to_issue] == [late.pk]
    assert not duties_of(Actor.of(make_user()), day).own
