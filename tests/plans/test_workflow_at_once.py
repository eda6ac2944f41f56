"""Two people, or one form twice, at the same moment: real transactions against each other."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from lantoa.kernel.refusals import Refusal
from lantoa.plans.enums import PlanState
from lantoa.plans.models import Transition
from lantoa.plans.services import workflow
from tests.plans.plan_factories import approver_of, make_commune, make_full_plan, officer_of, submitted_by


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts at the same moment; what each came to: `done` or the code of its refusal."""
    barrier, outcomes = threading.Barrier(len(acts)), [""] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=20)
            act()
            outcomes[index] = "done"
        except Refusal as refusal:
            outcomes[index] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Real transactions against each other."""

    def test_of_two_approvers_one_approves_and_the_other_is_told(self) -> None:
        campaign, commune = make_commune()
        plan = submitted_by(make_full_plan(campaign, commune, state=PlanState.SUBMITTED), officer_of(commune))
        first, second = approver_of(commune), approver_of(commune)
        outcomes = _at_once(
            lambda: workflow.approve_plan(actor=first, plan=plan, version=plan.version),
            lambda: workflow.approve_plan(actor=second, plan=plan, version=plan.version),
        )
        assert outcomes == ["done", "step_not_allowed"]
        assert Transition.objects.filter(plan=plan).count() == 1

    def test_one_form_submitted_twice_submits_once(self) -> None:
        campaign, commune = make_commune()
        plan, officer = make_full_plan(campaign, commune), officer_of(commune)
        outcomes = _at_once(
            lambda: workflow.submit_plan(actor=officer, plan=plan, version=1),
            lambda: workflow.submit_plan(actor=officer, plan=plan, version=1),
        )
        assert outcomes == ["done", "done"]
        assert Transition.objects.filter(plan=plan).count() == 1

    def test_two_revisions_at_once_make_one_edition(self) -> None:
        plan = make_full_plan(*make_commune(), state=PlanState.RUNNING)
        first, second = officer_of(plan.unit), officer_of(plan.unit)
        outcomes = _at_once(
            lambda: workflow.revise_plan(actor=first, plan=plan, reason="Một"),
            lambda: workflow.revise_plan(actor=second, plan=plan, reason="Hai"),
        )
        assert outcomes == ["done", "revision_in_work"]
