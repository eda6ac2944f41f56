"""A unit's plan on paper."""

from django.utils.translation import override

from lantoa.kernel.vietnamese import fold
from lantoa.plans.enums import WORKING_STATES, Document, PlanState
from lantoa.plans.models import Plan, Target, Task
from lantoa.plans.origins import Origin, origin_of
from lantoa.plans.papers.heads import Issuer, issuer_of
from lantoa.plans.selectors.plans import notation_of
from lantoa.typesetting.papers import Align, Column, Grid, Heading, Paper, Paragraph
from lantoa.typesetting.wording import DRAFT, SUPERSEDED
from lantoa.ui.numbers import day, grouped

_KINDS = {
    Document.PLAN: "Kế hoạch",
    Document.PROGRAMME: "Chương trình hành động",
    Document.IMPLEMENTATION: "Kế hoạch thực hiện",
}
_BUILDS = {
    Document.PLAN: "xây dựng kế hoạch",
    Document.PROGRAMME: "xây dựng chương trình hành động",
    Document.IMPLEMENTATION: "xây dựng kế hoạch thực hiện",
}
_ORIGINS = {
    Origin.OWN: "đơn vị đề ra",
    Origin.INHERITED: "cấp trên giao",
    Origin.ADAPTED: "cấp trên giao, có điều chỉnh",
}
_ORDER = Column("TT", 8, Align.CENTRE)
_OWNER, _DUE = Column("Chịu trách nhiệm", 22), Column("Thời hạn", 16, Align.CENTRE)
_ORIGIN = Column("Nguồn", 16)
_TARGETS = (_ORDER, Column("Nội dung", 32), Column("Chỉ tiêu", 14, Align.CENTRE), _OWNER, _DUE, _ORIGIN)
_TASKS = (_ORDER, Column("Nhiệm vụ", 46), _OWNER, _DUE, _ORIGIN)


@override("vi")
def plan_paper(plan: Plan) -> Paper:
    """The plan in the layout of its tree: aims, targets, tasks, with what comes from above marked as such.

    An edition that is not issued bears DỰ THẢO on every page and has no date; one that is superseded says so.
    """
    issuer = issuer_of(plan.campaign, plan.unit)
    kind, title = _KINDS[Document(plan.document)], plan.title.strip()
    bare = title[len(kind) :].strip() if fold(title).startswith(f"{fold(kind)} ") else title
    return Paper(
        head=issuer.head(number=plan.number or notation_of(plan.unit, plan.document), issued_on=plan.issued_on),
        title=(kind.upper(), bare),
        parts=_parts(plan, issuer),
        recipients=_recipients(issuer),
        signature=issuer.signature(plan.signer),
        mark=_mark(plan),
    )


def _mark(plan: Plan) -> str:
    if plan.state in WORKING_STATES:
        return DRAFT
    return SUPERSEDED if plan.state == PlanState.SUPERSEDED else ""


def _parts(plan: Plan, issuer: Issuer) -> tuple[Heading | Paragraph | Grid, ...]:
    targets = list(plan.targets.select_related("inherited_from"))
    tasks = list(plan.tasks.select_related("inherited_from"))
    aims = [line for line in plan.aims.splitlines() if line.strip()]
    return (
        Paragraph(f"Thực hiện đợt “{plan.campaign.name}”, {issuer.body} {_BUILDS[Document(plan.document)]} như sau:"),
        *(_revision(plan) if plan.edition > 1 else ()),
        Heading("I. MỤC ĐÍCH, YÊU CẦU"),
        *(Paragraph(line) for line in aims),
        Paragraph(f"Thời gian thực hiện: từ ngày {day(plan.starts_on)} đến ngày {day(plan.ends_on)}."),
        Heading("II. CHỈ TIÊU"),
        Grid(columns=_TARGETS, rows=[_target(*numbered) for numbered in enumerate(targets, start=1)]),
        Heading("III. NHIỆM VỤ"),
        Grid(columns=_TASKS, rows=[_task(*numbered) for numbered in enumerate(tasks, start=1)]),
        *(_annexes(plan)),
        Paragraph("Cột “Nguồn” ghi rõ nội dung do cấp trên giao và nội dung do đơn vị đề ra.", note=True),
    )


def _annexes(plan: Plan) -> list[Heading | Paragraph]:
    names = list(plan.annexes.order_by("pk").values_list("name", flat=True))
    listed = [Paragraph(f"Phụ lục {position}: {name};", item=True) for position, name in enumerate(names, start=1)]
    return [Heading("IV. PHỤ LỤC KÈM THEO"), *listed] if listed else []


def _revision(plan: Plan) -> tuple[Paragraph]:
    return (Paragraph(f"Đây là bản sửa đổi lần {plan.edition - 1}. Lý do: {plan.revision_reason}."),)


def _target(position: int, target: Target) -> tuple[str, ...]:
    figure = "–" if target.number is None else grouped(target.number.normalize())
    gap = "" if target.measure == "%" else " "
    return (
        str(position),
        target.indicator,
        f"{figure}{gap}{target.measure}",
        target.owner or "–",
        day(target.due_on),
        _ORIGINS[origin_of(target)],
    )


def _task(position: int, task: Task) -> tuple[str, ...]:
    return (str(position), task.title, task.owner or "–", day(task.due_on), _ORIGINS[origin_of(task)])


def _recipients(issuer: Issuer) -> tuple[str, ...]:
    below = "Đảng viên trong chi bộ (để thực hiện)" if issuer.is_cell else "Các tổ chức trực thuộc (để thực hiện)"
    above = (f"- {issuer.superior} (để báo cáo),",) if issuer.superior else ()
    return (*above, f"- {below},", "- Lưu.")
