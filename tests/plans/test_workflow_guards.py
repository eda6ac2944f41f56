"""What each step of a plan checks and leaves behind, beyond the table itself."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import SYSTEM
from lantoa.organizations.enums import Role
from lantoa.plans import errors
from lantoa.plans.enums import PlanPart, PlanState
from lantoa.plans.models import Plan, PlanComment, Target, Transition
from lantoa.plans.selectors.numbers import next_number
from lantoa.plans.services import workflow
from lantoa.plans.services.workflow import CommentInput
from lantoa.plans.tasks import start_plans_that_are_due
from tests.organizations.factories import make_actor, make_unit
from tests.plans.factories import make_plan
from tests.plans.plan_factories import (
    DAY,
    FIRST,
    LAST,
    approver_of,
    make_commune,
    make_full_plan,
    make_target,
    make_task,
    officer_of,
    submitted_by,
)

ISSUED_ON = dt.date(2026, 2, 20)


def _code(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    assert str(refusal.value)
    return refusal.value.code


def _submit(plan: Plan) -> str:
    actor = officer_of(plan.unit)
    return _code(lambda: workflow.submit_plan(actor=actor, plan=plan))


@pytest.mark.django_db
class TestSubmit:
    """≥ 1 complete target, ≥ 1 dated and owned task, dates inside the parent's."""

    @pytest.mark.parametrize("lacking", ["number", "measure", "owner", "due_on"])
    def test_a_target_that_lacks_anything_does_not_do(self, lacking: str) -> None:
        plan = make_full_plan(*make_commune())
        empty: Any = "" if lacking in ("measure", "owner") else None
        Target.objects.filter(plan=plan).update(**{lacking: empty})
        assert _submit(plan) == "plan_needs_target"

    def test_a_removed_target_does_not_do(self) -> None:
        plan = make_full_plan(*make_commune())
        Target.objects.filter(plan=plan).update(removed_at=clock.now())
        assert _submit(plan) == "plan_needs_target"

    @pytest.mark.parametrize("lacking", [{"owner": ""}, {"due_on": None}])
    def test_a_task_without_owner_or_date_does_not_do(self, lacking: dict[str, Any]) -> None:
        plan = make_full_plan(*make_commune())
        plan.tasks.update(**lacking)
        assert _submit(plan) == "plan_needs_task"

    def test_one_complete_target_and_task_suffice(self) -> None:
        plan = make_full_plan(*make_commune())
        make_target(plan, number=None)
        make_task(plan, owner="")
        actor = officer_of(plan.unit)
        after = workflow.submit_plan(actor=actor, plan=plan)
        assert (after.submitted_by_id, after.submitted_by_person_id) == (actor.user_id, actor.person_id)
        assert after.submitted_at is not None

    @pytest.mark.parametrize("lacking", ["starts_on", "ends_on"])
    def test_a_plan_has_dates(self, lacking: str) -> None:
        missing: dict[str, Any] = {lacking: None}
        assert _submit(make_full_plan(*make_commune(), **missing)) == "plan_needs_dates"

    @pytest.mark.parametrize(
        "dates", [{"starts_on": FIRST - dt.timedelta(days=1)}, {"ends_on": LAST + dt.timedelta(days=1)}]
    )
    def test_its_dates_lie_inside_the_campaign(self, dates: dict[str, Any]) -> None:
        assert _submit(make_full_plan(*make_commune(), **dates)) == "plan_dates_outside_parent"

    @pytest.mark.parametrize("items", ["targets", "tasks"])
    def test_the_dates_of_targets_and_tasks_lie_inside_the_campaign(self, items: str) -> None:
        plan = make_full_plan(*make_commune())
        last = getattr(plan, items).get()
        type(last).objects.create(plan=plan, due_on=LAST + dt.timedelta(days=1))
        assert _submit(plan) == "plan_dates_outside_parent"

    def test_the_edition_in_force_of_the_plan_above_sets_the_dates(self) -> None:
        campaign, commune = make_commune()
        old = make_full_plan(campaign, campaign.owner, state=PlanState.SUPERSEDED)
        plan = make_full_plan(campaign, commune, parent=old)
        narrow: dict[str, Any] = {"starts_on": FIRST, "ends_on": DAY, "edition": 2, "revision_reason": "Rút ngắn"}
        make_full_plan(campaign, campaign.owner, state=PlanState.ISSUED, **narrow)
        assert _submit(plan) == "plan_dates_outside_parent"

    def test_a_plan_above_that_is_not_in_force_does_not_narrow(self) -> None:
        campaign, commune = make_commune()
        above = make_plan(campaign, campaign.owner, starts_on=DAY, ends_on=DAY)
        plan = make_full_plan(campaign, commune, parent=above)
        assert workflow.submit_plan(actor=officer_of(commune), plan=plan).state == PlanState.SUBMITTED

    def test_a_pure_copy_is_noted(self) -> None:
        campaign, commune = make_commune()
        above = make_full_plan(campaign, campaign.owner, state=PlanState.ISSUED)
        plan = make_plan(campaign, commune, parent=above, starts_on=FIRST, ends_on=LAST)
        make_target(plan, inherited_from=above.targets.get())
        make_task(plan, inherited_from=above.tasks.get())
        workflow.submit_plan(actor=officer_of(commune), plan=plan)
        assert Entry.objects.get(action="plans.submit_plan").facts["pure_copy"] is True


@pytest.mark.django_db
class TestReturn:
    """A comment on a part."""

    def _submitted(self) -> Plan:
        campaign, commune = make_commune()
        plan = make_full_plan(campaign, commune, state=PlanState.SUBMITTED)
        return submitted_by(plan, officer_of(commune))

    def _return(self, plan: Plan, *comments: CommentInput) -> str:
        actor = approver_of(plan.unit)
        return _code(lambda: workflow.return_plan(actor=actor, plan=plan, comments=comments))

    def test_nothing_said_is_refused(self) -> None:
        assert self._return(self._submitted()) == "comment_needed"
        assert self._return(self._submitted(), CommentInput(PlanPart.WHOLE, "  \n")) == "comment_needed"
        assert not PlanComment.objects.exists()

    def test_a_comment_on_a_target_names_one_of_this_plan(self) -> None:
        plan, other = self._submitted(), make_full_plan(*make_commune())
        assert self._return(plan, CommentInput(PlanPart.TARGET, "Sai")) == "comment_elsewhere"
        elsewhere = CommentInput(PlanPart.TASK, "Sai", task=other.tasks.get())
        assert self._return(plan, elsewhere) == "comment_elsewhere"

    def test_comments_are_kept_with_their_part(self) -> None:
        plan = self._submitted()
        said = [
            CommentInput(PlanPart.DATES, " Bắt đầu sớm hơn "),
            CommentInput(PlanPart.TASK, "Ghi rõ địa điểm", task=plan.tasks.get()),
        ]
        workflow.return_plan(actor=approver_of(plan.unit), plan=plan, comments=said)
        kept = list(plan.comments.values_list("part", "text", "task_id"))
        assert kept == [("dates", "Bắt đầu sớm hơn", None), ("task", "Ghi rõ địa điểm", plan.tasks.get().pk)]


@pytest.mark.django_db
class TestIssue:
    """Number, date, signer; the older edition is superseded."""

    def _approved(self, **fields: Any) -> Plan:
        return make_full_plan(*make_commune(), state=PlanState.APPROVED, **fields)

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"number": " "}, "number_needed"),
            ({"issued_on": None}, "issue_date_needed"),
            ({"issued_on": dt.date(2999, 1, 1)}, "issue_date_in_future"),
            ({"signer": ""}, "signer_needed"),
        ],
    )
    def test_what_is_missing_is_told(self, given: dict[str, Any], code: str) -> None:
        plan = self._approved()
        usual: dict[str, Any] = {"number": "12-KH/ĐU", "issued_on": ISSUED_ON, "signer": "Lò Văn Bình"}
        actor = officer_of(plan.unit)
        assert _code(lambda: workflow.issue_plan(actor=actor, plan=plan, **{**usual, **given})) == code

    def test_a_number_is_given_once_a_year(self) -> None:
        plan = self._approved()
        other = make_commune()[0]
        make_plan(other, plan.unit, state=PlanState.CLOSED, number="12-KH/ĐU", issued_on=dt.date(2026, 1, 5))
        actor = officer_of(plan.unit)

        def issue(day: dt.date) -> Plan:
            return workflow.issue_plan(actor=actor, plan=plan, number=" 12-KH/ĐU", issued_on=day, signer="B")

        assert _code(lambda: issue(ISSUED_ON)) == "number_taken"
        assert issue(dt.date(2025, 12, 31)).number == "12-KH/ĐU"

    def test_the_new_edition_supersedes_the_old_one_and_takes_its_results_over(self) -> None:
        campaign, commune = make_commune()
        officer, approver = officer_of(commune), approver_of(commune)
        old = make_full_plan(campaign, commune, state=PlanState.RUNNING)
        make_target(old, indicator="Số buổi", measure="buổi", position=2)
        old.targets.update(result=12, result_note="đã đếm")
        old.tasks.update(done_on=DAY)
        draft = workflow.revise_plan(actor=officer, plan=old, reason="Thêm bản Mông")
        draft.targets.filter(indicator="Số buổi").update(measure="hội nghị")
        make_task(draft, title="Việc mới", position=9)
        assert Plan.objects.get(pk=old.pk).state == PlanState.RUNNING
        workflow.submit_plan(actor=officer, plan=draft)
        workflow.approve_plan(actor=approver, plan=draft)
        new = workflow.issue_plan(
            actor=officer, plan=draft, number="30-KH/ĐU", issued_on=ISSUED_ON, signer="Lò Văn Bình"
        )
        assert (Plan.objects.get(pk=old.pk).state, new.state) == (PlanState.SUPERSEDED, PlanState.ISSUED)
        assert list(new.targets.values_list("result", "result_note")) == [(12, "đã đếm"), (None, "")]
        assert list(new.tasks.values_list("done_on", flat=True)) == [DAY, None]
        last = Transition.objects.filter(plan=old).last()
        assert last is not None
        assert (last.step, last.to_state, last.note) == ("issue", "superseded", "30-KH/ĐU")


@pytest.mark.django_db
class TestStart:
    """The clock, on the first date."""

    def test_nothing_begins_before_its_first_date(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.ISSUED)
        early = FIRST - dt.timedelta(days=1)
        assert _code(lambda: workflow.start_plan(actor=SYSTEM, plan=plan, day=early)) == "plan_not_due"

    def test_every_plan_that_is_due_begins_once(self) -> None:
        due = make_full_plan(*make_commune(), state=PlanState.ISSUED)
        make_full_plan(*make_commune(), state=PlanState.ISSUED, starts_on=DAY)
        make_full_plan(*make_commune(), state=PlanState.APPROVED)
        assert workflow.start_due_plans(day=FIRST) == 1
        assert workflow.start_due_plans(day=FIRST) == 0
        due.refresh_from_db()
        assert due.state == PlanState.RUNNING
        assert due.begun_at is not None

    def test_nobody_else_starts_them(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.ISSUED)
        actor = make_actor(Role.ADMINISTRATOR, plan.unit)
        assert _code(lambda: workflow.start_due_plans(actor=actor, day=FIRST)) == "not_permitted"

    def test_the_periodic_task_starts_what_is_due(self) -> None:
        make_full_plan(*make_commune(), state=PlanState.ISSUED)
        with clock.supposing(dt.datetime(2026, 3, 1, 1, tzinfo=dt.UTC)):
            assert start_plans_that_are_due(0) == 1


@pytest.mark.django_db
def test_a_plan_closes_when_every_target_has_a_result() -> None:
    plan = make_full_plan(*make_commune(), state=PlanState.RUNNING)
    make_target(plan, indicator="Số buổi", result=0, position=2)
    actor = officer_of(plan.unit)
    with pytest.raises(errors.PlanNeedsResults) as refusal:
        workflow.close_plan(actor=actor, plan=plan)
    assert "Tỷ lệ đảng viên tham gia học tập" in str(refusal.value)
    assert "Số buổi" not in str(refusal.value)
    plan.targets.update(result=90)
    assert workflow.close_plan(actor=actor, plan=plan).state == PlanState.CLOSED


@pytest.mark.django_db
class TestRevise:
    """A reason; one new edition at a time; the old one holds."""

    def test_a_reason_is_needed(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.ISSUED)
        actor = officer_of(plan.unit)
        assert _code(lambda: workflow.revise_plan(actor=actor, plan=plan, reason=" ")) == "reason_needed"

    def test_the_draft_holds_the_same_contents(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.RUNNING, aims="Đưa nghị quyết về bản")
        draft = workflow.revise_plan(actor=officer_of(plan.unit), plan=plan, reason="Điều chỉnh")
        assert (draft.edition, draft.revises, draft.state, draft.aims) == (2, plan, "draft", plan.aims)
        assert draft.due_on is None
        assert [row.line for row in draft.targets.all()] == [row.line for row in plan.targets.all()]
        assert [row.title for row in draft.tasks.all()] == [row.title for row in plan.tasks.all()]

    def test_the_same_form_again_finds_the_same_draft(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.RUNNING)
        actor = officer_of(plan.unit)
        first = workflow.revise_plan(actor=actor, plan=plan, reason="Điều chỉnh")
        assert workflow.revise_plan(actor=actor, plan=plan, reason="Điều chỉnh") == first
        assert _code(lambda: workflow.revise_plan(actor=actor, plan=plan, reason="Khác")) == "revision_in_work"
        other = officer_of(plan.unit)
        assert _code(lambda: workflow.revise_plan(actor=other, plan=plan, reason="Điều chỉnh")) == "revision_in_work"


@pytest.mark.django_db
class TestSameFormTwice:
    """A double submit does nothing the second time; somebody else's step in between is told."""

    def test_every_step_may_be_sent_twice(self) -> None:
        campaign, commune = make_commune()
        officer, approver = officer_of(commune), approver_of(commune)
        plan = make_full_plan(campaign, commune)
        comment = [CommentInput(PlanPart.WHOLE, "Bổ sung")]
        issue: dict[str, Any] = {"number": "1-KH/ĐU", "issued_on": ISSUED_ON, "signer": "B"}
        steps: list[Callable[[int], Plan]] = [
            lambda seen: workflow.submit_plan(actor=officer, plan=plan, version=seen),
            lambda seen: workflow.recall_plan(actor=officer, plan=plan, version=seen),
            lambda seen: workflow.submit_plan(actor=officer, plan=plan, version=seen),
            lambda seen: workflow.return_plan(actor=approver, plan=plan, comments=comment, version=seen),
            lambda seen: workflow.submit_plan(actor=officer, plan=plan, version=seen),
            lambda seen: workflow.approve_plan(actor=approver, plan=plan, version=seen),
            lambda seen: workflow.issue_plan(actor=officer, plan=plan, version=seen, **issue),
        ]
        for step in steps:
            seen = Plan.objects.get(pk=plan.pk).version
            first, second = step(seen), step(seen)
            assert (first.version, first.state) == (second.version, second.state)
        workflow.start_due_plans(day=FIRST)
        plan.targets.update(result=1)
        seen = Plan.objects.get(pk=plan.pk).version
        for _time in range(2):
            assert workflow.close_plan(actor=officer, plan=plan, version=seen).state == PlanState.CLOSED
        assert Transition.objects.filter(plan=plan).count() == len(steps) + 2
        assert PlanComment.objects.count() == 1
        assert not Entry.objects.filter(outcome=Outcome.REFUSED).exists()

    def test_an_approver_is_told_that_the_plan_has_changed_since_it_was_read(self) -> None:
        campaign, commune = make_commune()
        officer = officer_of(commune)
        plan = workflow.submit_plan(actor=officer, plan=make_full_plan(campaign, commune))
        seen = plan.version
        workflow.recall_plan(actor=officer, plan=plan)
        workflow.submit_plan(actor=officer, plan=plan)
        approver = approver_of(commune)
        assert _code(lambda: workflow.approve_plan(actor=approver, plan=plan, version=seen)) == "stale"


@pytest.mark.django_db
def test_the_next_number_goes_on_from_the_highest_of_the_year() -> None:
    campaign, commune = make_commune()
    assert next_number(commune, 2026) == "1-KH/ĐU"
    make_plan(campaign, commune, state=PlanState.CLOSED, number="11-KH/ĐU", issued_on=ISSUED_ON)
    make_plan(make_commune()[0], commune, state=PlanState.CLOSED, number="9-KH/ĐU", issued_on=DAY)
    make_plan(make_commune()[0], commune, state=PlanState.CLOSED, number="không số", issued_on=DAY)
    assert next_number(commune, 2026) == "12-KH/ĐU"
    assert next_number(commune, 2027) == "1-KH/ĐU"
    assert next_number(campaign.owner, 2026) == "1-KH/HU"


@pytest.mark.django_db
def test_an_administrative_unit_numbers_in_its_own_way() -> None:
    from lantoa.organizations.enums import Tree, UnitKind

    commune = make_unit("Xã Huổi Luông", kind=UnitKind.COMMUNE, tree=Tree.ADMINISTRATIVE)
    assert next_number(commune, 2026) == "1/KH-UBND"
