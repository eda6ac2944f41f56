"""The table "A plan's states" of the domain, copied here by hand: every state × step × role.

The rows below are written from the document, not from the code.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from lantoa.audit.enums import Outcome
from lantoa.audit.models import Entry
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.enums import Role
from lantoa.plans.enums import PlanPart, PlanState, PlanStep
from lantoa.plans.models import Plan, Target, Transition
from lantoa.plans.services import workflow
from tests.organizations.factories import make_actor
from tests.plans.plan_factories import FIRST, make_commune, make_full_plan, submitted_by

pytestmark = pytest.mark.django_db

# (from, step) → to
STEPS = {
    ("draft", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("submitted", "recall"): "draft",
    ("submitted", "return"): "returned",
    ("submitted", "approve"): "approved",
    ("approved", "issue"): "issued",
    ("issued", "start"): "running",
    ("running", "close"): "closed",
    ("issued", "revise"): "draft",
    ("running", "revise"): "draft",
}
BY = {
    "submit": {"officer", "secretary"},
    "recall": {"officer", "secretary"},
    "return": {"approver"},
    "approve": {"approver"},
    "issue": {"officer", "secretary"},
    "start": {"the clock"},
    "close": {"officer", "secretary"},
    "revise": {"officer", "secretary"},
}
STATES = ["draft", "submitted", "returned", "approved", "issued", "running", "closed", "superseded"]
ROLES = [
    "administrator", "officer", "approver", "secretary", "follower",
    "clerk", "inspector", "speaker", "editor", "viewer", "the clock",
]  # fmt: skip


def _return(actor: Actor, plan: Plan) -> Plan:
    comment = workflow.CommentInput(PlanPart.WHOLE, "Bổ sung chỉ tiêu cụ thể.")
    return workflow.return_plan(actor=actor, plan=plan, comments=[comment])


def _issue(actor: Actor, plan: Plan) -> Plan:
    day = dt.date(2026, 2, 1)
    return workflow.issue_plan(actor=actor, plan=plan, number="12-KH/ĐU", issued_on=day, signer="Lò Văn Bình")


TAKE: dict[str, Callable[[Actor, Plan], Plan]] = {
    "submit": lambda actor, plan: workflow.submit_plan(actor=actor, plan=plan),
    "recall": lambda actor, plan: workflow.recall_plan(actor=actor, plan=plan),
    "return": _return,
    "approve": lambda actor, plan: workflow.approve_plan(actor=actor, plan=plan),
    "issue": _issue,
    "start": lambda actor, plan: workflow.start_plan(actor=actor, plan=plan, day=FIRST),
    "close": lambda actor, plan: workflow.close_plan(actor=actor, plan=plan),
    "revise": lambda actor, plan: workflow.revise_plan(actor=actor, plan=plan, reason="Điều chỉnh thời gian"),
}


def _plan_in(state: str) -> Plan:
    campaign, commune = make_commune()
    plan = make_full_plan(campaign, commune, state=PlanState(state))
    Target.objects.filter(plan=plan).update(result=96)
    return plan


def _actor(role: str, plan: Plan) -> Actor:
    return SYSTEM if role == "the clock" else make_actor(Role(role), plan.unit)


def _refused(actor: Actor, step: str, plan: Plan) -> str:
    with pytest.raises(Refusal) as refusal:
        TAKE[step](actor, plan)
    return refusal.value.code


@dataclass(frozen=True)
class Standing:
    """A plan as it stands, and who holds each role at its unit."""

    plan_id: int
    actors: dict[str, Actor]


def _standing_in(state: str) -> Standing:
    plan = _plan_in(state)
    return Standing(plan.pk, {role: _actor(role, plan) for role in ROLES})


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Standing]]:
    """A plan in every state: each test takes back what it wrote, and the end of the module takes back the plans."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield {state: _standing_in(state) for state in STATES}
        transaction.set_rollback(True)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", [step.value for step in PlanStep])
@pytest.mark.parametrize("role", ROLES)
def test_a_step_is_taken_or_refused_and_recorded_as_the_table_says(
    state: str, step: str, role: str, standing: dict[str, Standing]
) -> None:
    plan = Plan.objects.get(pk=standing[state].plan_id)
    actor = standing[state].actors[role]
    if step == "recall":
        submitted_by(plan, actor)
    if role in BY[step] and (state, step) in STEPS:
        after = TAKE[step](actor, plan)
        assert after.state == STEPS[state, step]
        stays = step == "revise"
        assert Plan.objects.get(pk=plan.pk).state == (state if stays else after.state)
        taken = Transition.objects.get(plan=after)
        assert (taken.step, taken.from_state, taken.to_state) == (step, state, after.state)
        assert taken.made_by_id == actor.user_id
        return
    code = _refused(actor, step, plan)
    assert code == ("step_not_allowed" if role in BY[step] else "not_permitted")
    plans = dict(Plan.objects.values_list("pk", "state"))
    assert plans == {known.plan_id: stands for stands, known in standing.items()}
    assert not Transition.objects.exists()
    entry = Entry.objects.get(outcome=Outcome.REFUSED)
    assert (entry.action, entry.code, entry.actor_id) == (f"plans.{step}_plan", code, actor.user_id)
    assert (entry.object_id, entry.unit_id) == (str(plan.pk), plan.unit_id)


@pytest.mark.parametrize("step", [step.value for step in PlanStep if step != PlanStep.START])
@pytest.mark.parametrize("where", ["above", "below", "beside"])
def test_the_roles_hold_at_the_very_unit_only(step: str, where: str) -> None:
    from tests.organizations.factories import make_unit

    state = next(source for source, taken in STEPS if taken == step)
    plan = _plan_in(state)
    unit = {
        "above": lambda: plan.campaign.owner,
        "below": lambda: make_unit(parent=plan.unit),
        "beside": lambda: make_unit(parent=plan.campaign.owner),
    }[where]()
    for role in BY[step]:
        actor = make_actor(Role(role), unit)
        submitted_by(plan, actor)
        assert _refused(actor, step, plan) == "not_permitted"


@pytest.mark.parametrize("step", ["approve", "return"])
def test_the_submitter_gives_no_opinion_even_as_approver(step: str) -> None:
    plan = _plan_in("submitted")
    actor = _actor("approver", plan)
    submitted_by(plan, actor)
    assert _refused(actor, step, plan) == "own_submission"
    assert Entry.objects.get(outcome=Outcome.REFUSED).code == "own_submission"


@pytest.mark.parametrize("step", ["approve", "return"])
def test_the_submitter_gives_no_opinion_through_another_account(step: str) -> None:
    plan = _plan_in("submitted")
    actor = _actor("approver", plan)
    submitted_by(plan, actor)
    other_account = Actor(
        user_id=make_actor(Role.VIEWER, plan.unit).user_id, person_id=actor.person_id, grants=actor.grants
    )
    assert _refused(other_account, step, plan) == "own_submission"


def test_nobody_recalls_what_somebody_else_submitted() -> None:
    plan = submitted_by(_plan_in("submitted"), make_actor(Role.OFFICER, _plan_in("draft").unit))
    assert _refused(_actor("secretary", plan), "recall", plan) == "not_submitter"


def test_every_row_of_the_document_is_in_the_table_and_none_besides() -> None:
    from lantoa.plans import states

    rows: dict[tuple[Any, Any], Any] = {
        (source.value, step.value): row.to.value for step, row in states.STEPS.items() for source in row.sources
    }
    assert rows == STEPS
