"""The plans of the demonstration: written, returned, approved and issued through the workflow, or not yet."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils import timezone

from lantoa.demonstration.organisation import District, Staff, stable_id
from lantoa.demonstration.places import VISITED
from lantoa.kernel import clock
from lantoa.organizations.actors import SYSTEM
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit
from lantoa.plans.enums import Document, Indicator, PlanPart
from lantoa.plans.models import Campaign, Plan, Target, Task
from lantoa.plans.services.contents import edit_plan, inherit, put_target, put_task, record_result
from lantoa.plans.services.workflow import (
    CommentInput,
    approve_plan,
    close_plan,
    issue_plan,
    return_plan,
    start_due_plans,
    submit_plan,
)


class Fate(StrEnum):
    """How far a unit's plan has come."""

    CLOSED = "closed"
    RUNNING = "running"
    ISSUED = "issued"
    APPROVED = "approved"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    BEGUN = "begun"
    UNTOUCHED = "untouched"


PAST = (Fate.CLOSED,) * 62
PRESENT = (
    (Fate.RUNNING,) * 31
    + (Fate.ISSUED,) * 8
    + (Fate.APPROVED,) * 4
    + (Fate.SUBMITTED,) * 6
    + (Fate.RETURNED,) * 5
    + (Fate.BEGUN,) * 4
    + (Fate.UNTOUCHED,) * 4
)
AIMS = (
    (
        "Đợt học tập bám sát điều kiện của đơn vị: {place}. Nội dung được biên tập ngắn gọn, có phần "
        "bằng tiếng dân tộc; giao từng cấp ủy viên dự sinh hoạt và nắm tình hình tại chi bộ."
    ),
    (
        "Tổ chức học tập nghiêm túc, đúng thành phần. Với {place}, bố trí buổi học ngoài giờ mùa vụ và một buổi học bù "
        "cho đảng viên ở xa trung tâm."
    ),
    (
        "Gắn việc học tập với nhiệm vụ thường xuyên của đơn vị; lựa chọn nội dung trọng tâm, những điểm mới để trao "
        "đổi tại sinh hoạt chi bộ. Phạm vi: {place}."
    ),
)
FOLLOWED = (Indicator.COVERAGE, "", "")
"""The figures of the system that the targets follow, in their order."""
RETURN_REMARKS = (
    (PlanPart.WHOLE, "Kế hoạch còn chung chung, đề nghị nêu rõ cách làm phù hợp với địa bàn."),
    (PlanPart.DATES, "Thời gian hoàn thành cần sớm hơn mùa thu hoạch của bà con."),
    (PlanPart.WHOLE, "Đề nghị bổ sung người chịu trách nhiệm cho từng nhiệm vụ và một chỉ tiêu riêng của đơn vị."),
)


@dataclass
class Calendar:
    """The days on which a campaign's plans move."""

    begins: dt.date
    ends: dt.date
    drafted: dt.date
    submitted: dt.date
    approved: dt.date
    issued: dt.date


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of a day where the organisation works."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def make_district_plan(district: District, campaign: Campaign, number: str, day: dt.date) -> Plan:
    """The plan that all the others stand under, issued on that day."""
    plan = Plan.objects.get(campaign=campaign, unit=district.committee, document=Document.PLAN)
    staff = district.staff_of(district.committee)
    with clock.supposing(at(day - dt.timedelta(days=2), 9)):
        _write(district, plan, staff, district.committee, Calendar(campaign.starts_on, campaign.ends_on, *(day,) * 4))
        submit_plan(actor=staff.who(Role.OFFICER), plan=plan)
    with clock.supposing(at(day - dt.timedelta(days=1), 15)):
        approve_plan(actor=staff.who(Role.APPROVER), plan=plan)
    with clock.supposing(at(day, 10)):
        issue_plan(
            actor=staff.who(Role.OFFICER), plan=plan, number=number, issued_on=day, signer="T/M Ban Thường vụ, Bí thư"
        )
        start_due_plans(actor=SYSTEM, day=day)
    plan.refresh_from_db()
    return plan


def make_unit_plans(district: District, campaign: Campaign, fates: tuple[Fate, ...], calendar: Calendar) -> None:
    """The plans of the 62 grassroots organisations, each as far as its fate has it."""
    order = list(fates)
    district.random.shuffle(order)
    visited = [unit.name for unit in district.grassroots].index(VISITED)
    if Fate.RETURNED in order:
        returned = order.index(Fate.RETURNED)
        order[visited], order[returned] = order[returned], order[visited]
    plans = {plan.unit_id: plan for plan in Plan.objects.filter(campaign=campaign, document=Document.PLAN)}
    for position, (unit, fate) in enumerate(zip(district.grassroots, order, strict=True)):
        _follow(district, unit, plans[unit.pk], fate, calendar, position)
        district.progress(f"Kế hoạch · {campaign.name}", position + 1, len(order))


def close_plans(district: District, campaign: Campaign, day: dt.date) -> None:
    """Record the results of every running plan of a finished campaign and close it."""
    for unit in [*district.grassroots, district.committee]:
        plan = Plan.objects.get(campaign=campaign, unit=unit, document=Document.PLAN)
        staff = district.staff_of(unit)
        writer = staff.who(Role.OFFICER, Role.SECRETARY)
        with clock.supposing(at(day, 14)):
            for target in Target.objects.filter(plan=plan):
                reached = target.number or Decimal(0)
                achieved = min(reached, Decimal(100)) if target.measure == "%" else reached
                record_result(actor=writer, target=target, result=achieved, note="Theo báo cáo của đơn vị")
            close_plan(actor=writer, plan=plan)


def _follow(district: District, unit: Unit, plan: Plan, fate: Fate, calendar: Calendar, position: int) -> None:
    if fate == Fate.UNTOUCHED:
        return
    staff = district.staff_of(unit)
    writer = staff.who(Role.OFFICER, Role.SECRETARY)
    delay = dt.timedelta(days=position % 5)
    with clock.supposing(at(calendar.drafted + delay, 9, position % 60)):
        _write(district, plan, staff, unit, calendar, copied=position % 7 == 3)
    if fate == Fate.BEGUN:
        return
    with clock.supposing(at(calendar.submitted + delay, 10, position % 60)):
        submit_plan(actor=writer, plan=plan)
    if fate == Fate.SUBMITTED:
        return
    if fate == Fate.RETURNED or position % 6 == 1:
        _return(plan, staff, calendar.submitted + delay, position)
        if fate == Fate.RETURNED:
            return
        with clock.supposing(at(calendar.submitted + delay, 16, position % 60)):
            plan.refresh_from_db()
            submit_plan(actor=writer, plan=plan)
    with clock.supposing(at(calendar.approved + delay, 8, position % 60)):
        approve_plan(actor=staff.who(Role.APPROVER), plan=plan)
    if fate == Fate.APPROVED:
        return
    with clock.supposing(at(calendar.issued + delay, 15, position % 60)):
        issue_plan(
            actor=writer,
            plan=plan,
            number=f"{11 + position}-KH/{'ĐU' if unit.kind != 'grassroots_cell' else 'CB'}",
            issued_on=calendar.issued + delay,
            signer="T/M Ban Thường vụ, Bí thư" if unit.kind != "grassroots_cell" else "T/M Chi bộ, Bí thư",
        )
    if fate in {Fate.RUNNING, Fate.CLOSED}:
        with clock.supposing(at(calendar.issued + delay, 23)):
            start_due_plans(actor=SYSTEM, day=calendar.issued + delay)


def _return(plan: Plan, staff: Staff, day: dt.date, position: int) -> None:
    part, text = RETURN_REMARKS[position % len(RETURN_REMARKS)]
    with clock.supposing(at(day, 14, position % 60)):
        return_plan(actor=staff.who(Role.APPROVER), plan=plan, comments=[CommentInput(part=part, text=text)])


def _write(
    district: District, plan: Plan, staff: Staff, unit: Unit, calendar: Calendar, *, copied: bool = False
) -> None:
    """Fill a draft: with what the unit promises itself, or with what the plan above says and nothing more."""
    random = district.random
    actor = staff.who(Role.OFFICER, Role.SECRETARY)
    own = plan.parent_id is None
    starts_on = calendar.begins if own else calendar.issued - dt.timedelta(days=random.randint(0, 2))
    plan.refresh_from_db()
    edit_plan(
        actor=actor,
        plan=plan,
        version=plan.version,
        title=f"Kế hoạch tổ chức học tập, quán triệt và triển khai nghị quyết tại {unit.name}",
        aims="" if copied else random.choice(AIMS).format(place=unit.name),
        starts_on=max(starts_on, calendar.begins),
        ends_on=calendar.ends if own else calendar.ends - dt.timedelta(days=random.randint(1, 9)),
    )
    if copied and plan.parent is not None:
        _copy_from_above(plan, actor_staff=staff)
    else:
        _promise(district, plan, staff, unit, calendar)


def _copy_from_above(plan: Plan, *, actor_staff: Staff) -> None:
    actor = actor_staff.who(Role.OFFICER, Role.SECRETARY)
    above = plan.parent
    targets, tasks = list(Target.objects.filter(plan=above)), list(Task.objects.filter(plan=above))
    inherit(actor=actor, plan=plan, targets=targets, tasks=tasks)
    last = plan.ends_on
    for target in Target.objects.filter(plan=plan):
        put_target(
            actor=actor,
            plan=plan,
            target=target,
            version=target.version,
            indicator=target.indicator,
            number=target.number,
            measure=target.measure,
            owner="Bí thư",
            due_on=min(target.due_on or last, last) if last else target.due_on,
            follows=target.follows,
        )
    for task in Task.objects.filter(plan=plan):
        put_task(
            actor=actor,
            plan=plan,
            task=task,
            version=task.version,
            title=task.title,
            owner="Cấp ủy",
            due_on=min(task.due_on or last, last) if last else task.due_on,
        )


def _promise(district: District, plan: Plan, staff: Staff, unit: Unit, calendar: Calendar) -> None:
    random = district.random
    actor = staff.who(Role.OFFICER, Role.SECRETARY)
    plan.refresh_from_db()
    last = plan.ends_on or calendar.ends
    targets = (
        ("Tỷ lệ cán bộ, đảng viên tham gia học tập, quán triệt", random.choice((95, 96, 98, 100)), "%", "Bí thư"),
        ("Tỷ lệ đảng viên có bài thu hoạch", random.choice((80, 85, 90)), "%", "Cán bộ tuyên giáo"),
        ("Số buổi sinh hoạt thôn, bản có nội dung nghị quyết", random.randint(4, 24), "buổi", "Ban công tác Mặt trận"),
    )
    tasks = (
        ("Biên tập đề cương tuyên truyền rút gọn, có bản bằng tiếng dân tộc", "Cán bộ tuyên giáo", 24),
        ("Chuẩn bị hội trường, đường truyền và danh sách triệu tập", "Văn thư", 20),
        ("Tổ chức học bù cho đảng viên vắng mặt", "Cấp ủy phụ trách", 6),
    )
    for position, (indicator, number, measure, owner) in enumerate(targets[: random.randint(2, 3)]):
        put_target(
            actor=actor,
            plan=plan,
            indicator=indicator,
            number=Decimal(number),
            measure=measure,
            owner=owner,
            due_on=last - dt.timedelta(days=position * 3),
            follows=FOLLOWED[position],
            line=stable_id(f"target {plan.pk} {position}"),
        )
    for position, (title, owner, before) in enumerate(tasks[: random.randint(2, 3)]):
        put_task(
            actor=actor,
            plan=plan,
            title=title,
            owner=owner,
            due_on=last - dt.timedelta(days=before),
            line=stable_id(f"task {plan.pk} {position}"),
        )
