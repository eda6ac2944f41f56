"""What a plan says: columns, targets, tasks, inheritance and results; nothing that anybody typed is lost."""

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.plans.enums import EDITABLE_STATES, PlanState
from lantoa.plans.models import Plan, Target, Task
from lantoa.plans.origins import Origin, is_pure_copy, origin_of
from lantoa.plans.services import contents, progress
from lantoa.plans.services.progress import ResultInput
from tests.organizations.factories import make_actor
from tests.plans.factories import make_plan
from tests.plans.plan_factories import DAY, FIRST, LAST, make_commune, make_full_plan, make_target, make_task

pytestmark = pytest.mark.django_db

WRITERS = {Role.OFFICER, Role.SECRETARY, Role.CLERK}
COLUMNS: dict[str, Any] = {"title": "Kế hoạch", "aims": "Về tận bản", "starts_on": FIRST, "ends_on": LAST}
TARGET: dict[str, Any] = {
    "indicator": "Số hội nghị", "number": Decimal("95.5"), "measure": "%", "owner": "Bí thư", "due_on": DAY,
}  # fmt: skip
TASK: dict[str, Any] = {"title": "Dịch tài liệu sang tiếng Mông", "owner": "Ban Tuyên giáo xã", "due_on": DAY}


def _clerk(plan: Plan) -> Actor:
    return make_actor(Role.CLERK, plan.unit)


def _code(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    assert str(refusal.value)
    return refusal.value.code


ACTS: dict[str, Callable[[Actor, Plan], object]] = {
    "edit": lambda actor, plan: contents.edit_plan(actor=actor, plan=plan, version=plan.version, **COLUMNS),
    "put_target": lambda actor, plan: contents.put_target(actor=actor, plan=plan, **TARGET),
    "put_task": lambda actor, plan: contents.put_task(actor=actor, plan=plan, **TASK),
    "remove_target": lambda actor, plan: contents.remove_target(actor=actor, target=plan.targets.get()),
    "restore_target": lambda actor, plan: contents.restore_target(actor=actor, target=plan.targets.get()),
    "remove_task": lambda actor, plan: contents.remove_task(actor=actor, task=plan.tasks.get()),
    "restore_task": lambda actor, plan: contents.restore_task(actor=actor, task=plan.tasks.get()),
    "move_target": lambda actor, plan: contents.move_target(actor=actor, target=plan.targets.get(), up=True),
    "move_task": lambda actor, plan: contents.move_task(actor=actor, task=plan.tasks.get(), up=False),
    "inherit": lambda actor, plan: contents.inherit(actor=actor, plan=plan),
}
RESULTS: dict[str, Callable[[Actor, Plan], object]] = {
    "result": lambda actor, plan: contents.record_result(actor=actor, target=plan.targets.get(), result=Decimal(1)),
    "finish": lambda actor, plan: contents.finish_task(actor=actor, task=plan.tasks.get(), done_on=DAY),
    "progress": lambda actor, plan: progress.record_progress(
        actor=actor, plan=plan, version=plan.version, results={}, done={}
    ),
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("act", [*ACTS, *RESULTS])
def test_officer_secretary_and_clerk_of_the_very_unit_write(act: str, role: Role) -> None:
    state = PlanState.RUNNING if act in RESULTS else PlanState.DRAFT
    plan = make_full_plan(*make_commune(), state=state)
    do = {**ACTS, **RESULTS}[act]
    with clock.supposing(dt.datetime(2026, 7, 1, tzinfo=dt.UTC)):
        above = make_actor(role, plan.campaign.owner)
        assert _code(lambda: do(above, plan)) == "not_permitted"
        if role in WRITERS:
            do(make_actor(role, plan.unit), plan)
        else:
            assert _code(lambda: do(make_actor(role, plan.unit), plan)) == "not_permitted"


@pytest.mark.parametrize("state", list(PlanState))
@pytest.mark.parametrize("act", list(ACTS))
def test_only_a_draft_or_a_returned_plan_is_written(act: str, state: PlanState) -> None:
    plan = make_full_plan(*make_commune(), state=state)
    if state in EDITABLE_STATES:
        ACTS[act](_clerk(plan), plan)
    else:
        assert _code(lambda: ACTS[act](_clerk(plan), plan)) == "plan_not_editable"
        assert Entry.objects.get(outcome=Outcome.REFUSED).code == "plan_not_editable"


@pytest.mark.parametrize("state", list(PlanState))
@pytest.mark.parametrize("act", list(RESULTS))
def test_results_belong_to_a_running_plan(act: str, state: PlanState) -> None:
    plan = make_full_plan(*make_commune(), state=state)
    with clock.supposing(dt.datetime(2026, 7, 1, tzinfo=dt.UTC)):
        if state == PlanState.RUNNING:
            RESULTS[act](_clerk(plan), plan)
        else:
            assert _code(lambda: RESULTS[act](_clerk(plan), plan)) == "plan_not_running"


class TestEdit:
    """The plan's own columns."""

    def _edit(self, plan: Plan, version: int, **columns: Any) -> Plan:
        return contents.edit_plan(actor=_clerk(plan), plan=plan, version=version, **{**COLUMNS, **columns})

    def test_columns_are_saved_and_the_version_rises(self) -> None:
        plan = self._edit(make_plan(*make_commune()), 1, title="  Kế hoạch   mới ")
        assert (plan.title, plan.starts_on, plan.version) == ("Kế hoạch mới", FIRST, 2)

    def test_the_second_of_two_editors_is_told(self) -> None:
        plan = make_plan(*make_commune())
        self._edit(plan, 1, aims="Của người thứ nhất")
        assert _code(lambda: self._edit(plan, 1, aims="Của người thứ hai")) == "stale"
        assert Plan.objects.get(pk=plan.pk).aims == "Của người thứ nhất"

    def test_the_same_again_does_nothing(self) -> None:
        plan = make_plan(*make_commune())
        assert self._edit(plan, 1).version == 2
        assert self._edit(plan, 1).version == 2

    @pytest.mark.parametrize(
        ("columns", "code"),
        [({"title": " "}, "title_needed"), ({"ends_on": FIRST - dt.timedelta(days=1)}, "plan_dates_out_of_order")],
    )
    def test_what_makes_no_sense_is_refused(self, columns: dict[str, Any], code: str) -> None:
        plan = make_plan(*make_commune())
        assert _code(lambda: self._edit(plan, 1, **columns)) == code


class TestItems:
    """Targets and tasks."""

    def test_they_are_added_at_the_end(self) -> None:
        plan = make_full_plan(*make_commune())
        clerk = _clerk(plan)
        target = contents.put_target(actor=clerk, plan=plan, **TARGET)
        task = contents.put_task(actor=clerk, plan=plan, **TASK)
        assert (target.number, target.position, task.position) == (Decimal("95.5"), 2, 2)
        assert list(plan.targets.all())[-1] == target

    def test_a_form_sent_twice_adds_one(self) -> None:
        plan = make_plan(*make_commune())
        clerk, line = _clerk(plan), uuid.uuid4()
        for _time in range(2):
            contents.put_target(actor=clerk, plan=plan, line=line, **TARGET)
            contents.put_task(actor=clerk, plan=plan, line=line, **TASK)
        assert (plan.targets.count(), plan.tasks.count()) == (1, 1)

    @pytest.mark.parametrize("missing", ["number", "due_on"])
    def test_a_target_may_be_saved_incomplete(self, missing: str) -> None:
        plan = make_plan(*make_commune())
        target = contents.put_target(actor=_clerk(plan), plan=plan, **{**TARGET, missing: None})
        assert not target.is_complete

    def test_but_not_without_what_it_is_about(self) -> None:
        plan = make_plan(*make_commune())
        clerk = _clerk(plan)
        empty_target, empty_task = {**TARGET, "indicator": " "}, {**TASK, "title": ""}
        assert _code(lambda: contents.put_target(actor=clerk, plan=plan, **empty_target)) == "indicator_needed"
        assert _code(lambda: contents.put_task(actor=clerk, plan=plan, **empty_task)) == "task_title_needed"

    def test_two_editors_of_one_target_are_told_of_each_other(self) -> None:
        plan = make_full_plan(*make_commune())
        clerk, target = _clerk(plan), plan.targets.get()
        edit: dict[str, Any] = {"actor": clerk, "plan": plan, "target": target, "version": 1}
        changed = contents.put_target(**edit, **TARGET)
        assert changed.version == 2
        assert contents.put_target(**edit, **TARGET).version == 2
        assert _code(lambda: contents.put_target(**edit, **{**TARGET, "owner": "Phó bí thư"})) == "stale"

    def test_editors_of_different_targets_do_not_disturb_each_other(self) -> None:
        plan = make_full_plan(*make_commune())
        clerk, task = _clerk(plan), plan.tasks.get()
        contents.put_target(actor=clerk, plan=plan, target=plan.targets.get(), version=1, **TARGET)
        contents.put_task(actor=clerk, plan=plan, task=task, version=1, **TASK)
        contents.edit_plan(actor=clerk, plan=plan, version=1, **COLUMNS)

    def test_a_target_removed_meanwhile_is_not_changed(self) -> None:
        plan = make_full_plan(*make_commune())
        clerk, target = _clerk(plan), plan.targets.get()
        contents.remove_target(actor=clerk, target=target)
        assert _code(lambda: contents.put_target(actor=clerk, plan=plan, target=target, **TARGET)) == "item_removed"

    def test_a_removal_is_undone(self) -> None:
        plan = make_full_plan(*make_commune())
        clerk, target, task = _clerk(plan), plan.targets.get(), plan.tasks.get()
        for _time in range(2):
            contents.remove_target(actor=clerk, target=target)
            contents.remove_task(actor=clerk, task=task)
        assert not plan.targets.exists()
        assert not plan.tasks.exists()
        contents.restore_target(actor=clerk, target=target)
        contents.restore_task(actor=clerk, task=task)
        assert (plan.targets.get(), plan.tasks.get()) == (target, task)

    def test_they_change_places(self) -> None:
        plan = make_plan(*make_commune())
        clerk = _clerk(plan)
        first, second, third = (make_task(plan, title=title, position=1) for title in "abc")
        contents.move_task(actor=clerk, task=third, up=True)
        assert list(plan.tasks.all()) == [first, third, second]
        contents.move_task(actor=clerk, task=first, up=False)
        assert list(plan.tasks.all()) == [third, first, second]
        contents.move_task(actor=clerk, task=third, up=True)
        contents.move_task(actor=clerk, task=second, up=False)
        assert list(plan.tasks.all()) == [third, first, second]
        contents.remove_task(actor=clerk, task=first)
        contents.move_task(actor=clerk, task=first, up=True)
        assert list(plan.tasks.all()) == [third, second]


class TestInherit:
    """From the edition in force of the plan above."""

    def _below(self) -> tuple[Plan, Plan]:
        campaign, commune = make_commune()
        above = make_full_plan(campaign, campaign.owner, state=PlanState.RUNNING)
        return above, make_plan(campaign, commune, parent=above)

    def test_what_is_chosen_comes_along_without_its_owner(self) -> None:
        above, plan = self._below()
        clerk = _clerk(plan)
        for added in (2, 0):
            inherited = contents.inherit(
                actor=clerk, plan=plan, targets=[above.targets.get()], tasks=[above.tasks.get()]
            )
            assert inherited == added
        target, task = plan.targets.get(), plan.tasks.get()
        assert (target.indicator, target.number, target.owner, target.due_on) == (
            "Tỷ lệ đảng viên tham gia học tập", Decimal(95), "", DAY,
        )  # fmt: skip
        assert (task.title, task.inherited_from) == ("Tổ chức hội nghị quán triệt", above.tasks.get())

    def test_the_newest_edition_in_force_is_the_one_above(self) -> None:
        above, plan = self._below()
        Plan.objects.filter(pk=above.pk).update(state=PlanState.SUPERSEDED)
        newer = make_full_plan(above.campaign, above.unit, state=PlanState.ISSUED, edition=2, revision_reason="Bổ sung")
        clerk, old = _clerk(plan), above.targets.get()
        assert _code(lambda: contents.inherit(actor=clerk, plan=plan, targets=[old])) == "not_of_plan_above"
        assert contents.inherit(actor=clerk, plan=plan, targets=[newer.targets.get()]) == 1

    def test_nothing_is_inherited_from_elsewhere(self) -> None:
        _above, plan = self._below()
        other = make_full_plan(*make_commune())
        clerk = _clerk(plan)
        assert _code(lambda: contents.inherit(actor=clerk, plan=plan, tasks=[other.tasks.get()])) == "not_of_plan_above"
        orphan = make_plan(*make_commune())
        target = other.targets.get()
        clerk = _clerk(orphan)
        assert _code(lambda: contents.inherit(actor=clerk, plan=orphan, targets=[target])) == "not_of_plan_above"

    def test_a_plan_is_a_pure_copy_until_something_is_its_own(self) -> None:
        above, plan = self._below()
        assert not is_pure_copy([], [])
        target = make_target(plan, inherited_from=above.targets.get(), owner="Bí thư xã", due_on=FIRST)
        task = make_task(plan, inherited_from=above.tasks.get())
        assert is_pure_copy([target], [task])
        target.number = Decimal(97)
        assert origin_of(target) is Origin.ADAPTED
        assert not is_pure_copy([target], [task])
        assert origin_of(make_task(plan)) is Origin.OWN


class TestResults:
    """Recorded while the plan runs."""

    def _running(self) -> tuple[Actor, Plan]:
        plan = make_full_plan(*make_commune(), state=PlanState.RUNNING)
        return _clerk(plan), plan

    def test_a_result_and_a_done_day_are_kept_and_taken_back(self) -> None:
        clerk, plan = self._running()
        with clock.supposing(dt.datetime(2026, 7, 1, tzinfo=dt.UTC)):
            target = contents.record_result(
                actor=clerk, target=plan.targets.get(), result=Decimal("96.5"), note=" đã  đếm "
            )
            assert (target.result, target.result_note) == (Decimal("96.5"), "đã đếm")
            assert contents.finish_task(actor=clerk, task=plan.tasks.get(), done_on=DAY).done_on == DAY
            assert contents.finish_task(actor=clerk, task=plan.tasks.get(), done_on=None).done_on is None
        assert Plan.objects.get(pk=plan.pk).version == 4

    def test_no_task_is_done_in_the_future(self) -> None:
        clerk, plan = self._running()
        task = plan.tasks.get()
        with clock.supposing(dt.datetime(2026, 5, 1, tzinfo=dt.UTC)):
            assert _code(lambda: contents.finish_task(actor=clerk, task=task, done_on=DAY)) == "done_in_future"

    def test_a_page_of_results_is_saved_at_once_and_stale_once_somebody_else_saved(self) -> None:
        clerk, plan = self._running()
        target, task = plan.targets.get(), plan.tasks.get()

        def save(result: int) -> Plan:
            return progress.record_progress(
                actor=clerk,
                plan=plan,
                version=1,
                results={target.pk: ResultInput(Decimal(result)), 0: ResultInput(None)},
                done={task.pk: FIRST},
            )

        with clock.supposing(dt.datetime(2026, 7, 1, tzinfo=dt.UTC)):
            assert save(90).version == 2
            assert save(90).version == 2
            assert _code(lambda: save(91)) == "stale"
        assert Target.objects.get(pk=target.pk).result == 90
        assert Task.objects.get(pk=task.pk).done_on == FIRST
