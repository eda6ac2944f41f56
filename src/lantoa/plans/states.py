"""The states of a plan and the steps between them, as data (domain.md, "A plan's states").

Every step that is not in this table is refused.
"""

from dataclasses import dataclass
from enum import Enum

from lantoa.organizations import authority
from lantoa.organizations.enums import Role
from lantoa.plans.enums import PlanState, PlanStep


class Submitter(Enum):
    """What a step has to do with who submitted the plan."""

    ANYBODY = "anybody"
    ONLY = "only"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: from which states, to which one, and which roles of the very unit may take the step.

    Without roles the step belongs to the clock. `new_edition`: the plan keeps its state and a copy of it gets `to`.
    """

    sources: tuple[PlanState, ...]
    to: PlanState
    roles: frozenset[Role]
    submitter: Submitter = Submitter.ANYBODY
    new_edition: bool = False


STEPS: dict[PlanStep, Row] = {
    PlanStep.SUBMIT: Row((PlanState.DRAFT, PlanState.RETURNED), PlanState.SUBMITTED, authority.SUBMITS_PLANS),
    PlanStep.RECALL: Row((PlanState.SUBMITTED,), PlanState.DRAFT, authority.SUBMITS_PLANS, Submitter.ONLY),
    PlanStep.RETURN: Row((PlanState.SUBMITTED,), PlanState.RETURNED, authority.APPROVES_PLANS, Submitter.NEVER),
    PlanStep.APPROVE: Row((PlanState.SUBMITTED,), PlanState.APPROVED, authority.APPROVES_PLANS, Submitter.NEVER),
    PlanStep.ISSUE: Row((PlanState.APPROVED,), PlanState.ISSUED, authority.ISSUES_PLANS),
    PlanStep.START: Row((PlanState.ISSUED,), PlanState.RUNNING, frozenset()),
    PlanStep.CLOSE: Row((PlanState.RUNNING,), PlanState.CLOSED, authority.ISSUES_PLANS),
    PlanStep.REVISE: Row(
        (PlanState.ISSUED, PlanState.RUNNING), PlanState.DRAFT, authority.ISSUES_PLANS, new_edition=True
    ),
}


WITHOUT_OPINION: dict[PlanStep, Row] = {
    PlanStep.SUBMIT: Row((PlanState.DRAFT, PlanState.RETURNED), PlanState.APPROVED, authority.SUBMITS_PLANS),
    PlanStep.RECALL: Row((PlanState.APPROVED,), PlanState.DRAFT, authority.SUBMITS_PLANS, Submitter.ONLY),
}
"""The rows that differ where the campaign wants no opinion on a kind of document: what is submitted is ready to be
issued, and may be recalled until then."""


def row_of(step: PlanStep, *, opinion: bool = True) -> Row:
    """The row of a step, for documents that go for an opinion or for those that do not."""
    return STEPS[step] if opinion else WITHOUT_OPINION.get(step, STEPS[step])


def allows(state: str, step: PlanStep, *, opinion: bool = True) -> bool:
    """Whether the table has this step from this state."""
    return state in row_of(step, opinion=opinion).sources
