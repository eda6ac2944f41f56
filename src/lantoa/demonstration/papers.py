"""What stands around the plans of the demonstration: numbers, evidence, figures, who is in charge, exceptions."""

import datetime as dt
from decimal import Decimal

from lantoa.demonstration.organisation import District, stable_id
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment
from lantoa.plans.enums import Effect, Numbered, Part, PersonClass, PlanState
from lantoa.plans.models import Campaign, Plan
from lantoa.plans.selectors.charges import eligible
from lantoa.plans.services.audience import add_exception
from lantoa.plans.services.charges import name_in_charge
from lantoa.plans.services.numbering import set_number_patterns
from lantoa.plans.services.progress import add_evidence, add_reading

SHOWN = 4
"""So many units have figures and evidence, and somebody named for them."""


def put_papers_around(district: District, officer: Actor, campaign: Campaign) -> None:
    """Evidence and figures of the first plans that run, and who is in charge of their units."""
    patterns = {Numbered.PLAN: "{n}-KH/HU", Numbered.LETTER: "{n}-CV/HU"}
    set_number_patterns(actor=officer, unit=district.committee, patterns=patterns)
    running = Plan.objects.filter(campaign=campaign, state=PlanState.RUNNING).exclude(unit=district.committee)
    for plan in running.select_related("unit").order_by("pk")[:SHOWN]:
        writer = district.staff_of(plan.unit).who(Role.OFFICER, Role.SECRETARY)
        _report(plan, writer)
        name_in_charge(
            actor=officer,
            campaign=campaign,
            unit=plan.unit,
            responsible=None,
            follower=_first(Part.FOLLOWER, plan),
        )


def call_others_too(officer: Actor, campaign: Campaign) -> None:
    """The sectoral campaign calls leaders and managers as well."""
    add_exception(
        actor=officer,
        campaign=campaign,
        client_id=stable_id(f"exception {campaign.pk}"),
        effect=Effect.INCLUDE,
        persons=PersonClass.MANAGER,
    )


def _report(plan: Plan, writer: Actor) -> None:
    target, task = plan.targets.order_by("position").last(), plan.tasks.first()
    if target is not None:
        add_reading(
            actor=writer,
            target=target,
            client_id=stable_id(f"reading {plan.pk}"),
            read_on=clock.today() - dt.timedelta(days=5),
            value=Decimal(3),
            note="Tổng hợp từ báo cáo của các chi bộ",
        )
    if task is not None:
        add_evidence(
            actor=writer,
            task=task,
            client_id=stable_id(f"evidence {plan.pk}"),
            text="Đề cương tuyên truyền rút gọn, lưu tại văn phòng cấp ủy",
        )


def _first(part: Part, plan: Plan) -> Appointment | None:
    return eligible(part, plan.unit, clock.today()).exclude(role=Role.FOLLOWER).first()
