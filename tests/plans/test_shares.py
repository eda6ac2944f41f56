"""A plan beside the one above it: what is inherited, what is the unit's own."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.kernel import clock
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit
from lantoa.plans.enums import PlanState
from lantoa.plans.models import Plan
from lantoa.plans.selectors.differences import LEFT_OUT, shares_of
from lantoa.plans.services.contents import inherit as take_over
from lantoa.plans.services.editions import copy_edition
from tests.organizations.factories import make_user
from tests.plans.factories import make_plan
from tests.plans.plan_factories import make_commune, make_full_plan, make_target, make_task, officer_of

pytestmark = pytest.mark.django_db


def plans() -> tuple[Plan, Plan]:
    """A plan in force with two targets and a task, and the plan of the unit below it, without contents."""
    campaign, commune = make_commune()
    above = make_full_plan(campaign, campaign.owner, state=PlanState.ISSUED, aims="Học tập sâu kỹ")
    make_target(above, indicator="Số hội nghị", number=Decimal(2), measure="hội nghị", position=2)
    return above, make_plan(campaign, commune, state=PlanState.SUBMITTED, parent=above)


def inherit(plan: Plan, above: Plan) -> None:
    """Take over everything but the second target, word for word."""
    first = above.targets.get(position=1)
    make_target(plan, inherited_from=first, owner="Chi ủy")
    make_task(plan, inherited_from=above.tasks.get())


def test_each_part_is_inherited_adapted_or_own_and_what_is_left_out_is_shown() -> None:
    above, plan = plans()
    inherit(plan, above)
    make_target(plan, indicator="Số buổi bằng tiếng Thái", inherited_from=above.targets.get(position=2))
    make_task(plan, title="Họp bản bằng tiếng Mông")
    shares = shares_of(plan, above)
    assert (shares.inherited, shares.adapted, shares.own) == (2, 1, 1)
    assert LEFT_OUT not in [share.badge for share in shares.parts]
    own = shares.parts[-1]
    assert (list(own.above), "tiếng Mông" in own.own[0].text) == ([], True)


def test_what_is_not_taken_over_stands_on_the_left_alone() -> None:
    above, plan = plans()
    inherit(plan, above)
    left_out = [share for share in shares_of(plan, above).parts if share.badge is LEFT_OUT]
    assert ["Số hội nghị" in share.above[0].text for share in left_out] == [True]


def test_what_was_inherited_from_an_older_edition_is_taken_over_already() -> None:
    above, plan = plans()
    inherit(plan, above)
    newer = copy_edition(above, reason="Bổ sung chỉ tiêu")
    left_out = [share for share in shares_of(plan, newer).parts if share.badge is LEFT_OUT]
    assert ["Số hội nghị" in share.above[0].text for share in left_out] == [True]
    Plan.objects.filter(pk=above.pk).update(state=PlanState.SUPERSEDED)
    issue = {"number": "9-KH/HU", "issued_on": clock.today(), "signer": "Lò Văn Bình"}
    Plan.objects.filter(pk=newer.pk).update(state=PlanState.ISSUED, **issue)
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.DRAFT)
    page = browser_of(plan.unit, Role.OFFICER).get(reverse("plans:plan_inherit", args=[plan.pk])).content.decode()
    assert page.count("đã kế thừa") == 2
    targets, tasks = list(newer.targets.all()), list(newer.tasks.all())
    assert take_over(actor=officer_of(plan.unit), plan=plan, targets=targets, tasks=tasks) == 1


def browser_of(unit: Unit, role: Role) -> Client:
    browser = Client()
    browser.force_login(make_user(role, unit))
    return browser


def test_a_pure_copy_is_pointed_out_to_the_approver_with_the_way_to_compare() -> None:
    above, plan = plans()
    inherit(plan, above)
    approver = browser_of(plan.unit, Role.APPROVER)
    page = approver.get(reverse("plans:plan_step", args=[plan.pk, "approve"])).content.decode()
    compare = f"{reverse('plans:plan_difference', args=[plan.pk])}?with=above"
    assert "sao chép" in page
    assert compare in page
    beside = approver.get(compare).content.decode()
    assert "sao chép" in beside
    assert above.number in beside


def test_the_plan_stands_beside_the_one_above_where_it_has_one_edition_only() -> None:
    above, plan = plans()
    page = browser_of(plan.unit, Role.APPROVER).get(reverse("plans:plan_difference", args=[plan.pk])).content.decode()
    assert "không tiếp thu" in page
    alone = browser_of(above.unit, Role.APPROVER).get(reverse("plans:plan_difference", args=[above.pk]))
    assert "không tiếp thu" not in alone.content.decode()
