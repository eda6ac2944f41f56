"""Plans with contents, written straight into the tables."""

import datetime as dt
from decimal import Decimal
from typing import Any

from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, UnitKind
from lantoa.organizations.models import Unit
from lantoa.plans.enums import CampaignState, PlanState
from lantoa.plans.models import Campaign, Plan, Target, Task
from tests.organizations.factories import make_actor, make_unit
from tests.plans.factories import make_campaign, make_plan

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 9, 30)
DAY = dt.date(2026, 6, 1)


def make_target(plan: Plan, **fields: Any) -> Target:
    """A complete target; fields given replace the usual ones."""
    usual: dict[str, Any] = {
        "indicator": "Tỷ lệ đảng viên tham gia học tập",
        "number": Decimal(95),
        "measure": "%",
        "owner": "Bí thư chi bộ",
        "due_on": DAY,
        "position": 1,
    }
    target: Target = Target.objects.create(plan=plan, **{**usual, **fields})
    return target


def make_task(plan: Plan, **fields: Any) -> Task:
    """A dated and owned task; fields given replace the usual ones."""
    usual: dict[str, Any] = {
        "title": "Tổ chức hội nghị quán triệt",
        "owner": "Ban chi ủy",
        "due_on": DAY,
        "position": 1,
    }
    task: Task = Task.objects.create(plan=plan, **{**usual, **fields})
    return task


def make_full_plan(
    campaign: Campaign, unit: Unit, *, state: PlanState = PlanState.DRAFT, parent: Plan | None = None, **fields: Any
) -> Plan:
    """A plan that could be submitted: dates inside the campaign, a complete target, a dated and owned task."""
    dates = {"starts_on": FIRST, "ends_on": LAST, **fields}
    plan = make_plan(campaign, unit, state=state, parent=parent, **dates)
    make_target(plan)
    make_task(plan)
    return plan


def make_commune(name: str = "Đảng bộ xã Huổi Luông") -> tuple[Campaign, Unit]:
    """A running campaign of a district committee and a grassroots committee below it."""
    district = make_unit("Đảng bộ huyện Phong Thổ", kind=UnitKind.DISTRICT_COMMITTEE)
    commune = make_unit(name, kind=UnitKind.GRASSROOTS_COMMITTEE, parent=district)
    campaign = make_campaign(district, state=CampaignState.RUNNING, starts_on=FIRST, ends_on=LAST)
    return campaign, commune


def submitted_by(plan: Plan, actor: Actor) -> Plan:
    """The plan as this actor would have submitted it."""
    plan.submitted_by_id = actor.user_id
    plan.submitted_by_person_id = actor.person_id
    plan.save(update_fields=["submitted_by", "submitted_by_person"])
    return plan


def officer_of(unit: Unit) -> Actor:
    """An officer of the very unit."""
    return make_actor(Role.OFFICER, unit)


def approver_of(unit: Unit) -> Actor:
    """An approver of the very unit."""
    return make_actor(Role.APPROVER, unit)
