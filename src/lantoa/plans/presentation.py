"""How a plan's state, its deadline and the origin of its promises look on a page."""

import datetime as dt

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from lantoa.plans.enums import WORKING_STATES, Document, PlanState, PlanStep
from lantoa.plans.models import Plan
from lantoa.plans.origins import Origin
from lantoa.ui.states import State, Tone

SOON = 7
"""From how many days before the deadline on a plan is marked as due soon."""

_STATES = {
    PlanState.DRAFT: (Tone.NEUTRAL, "pencil"),
    PlanState.SUBMITTED: (Tone.INFO, "hourglass-split"),
    PlanState.RETURNED: (Tone.WARNING, "arrow-return-left"),
    PlanState.APPROVED: (Tone.INFO, "clipboard-check"),
    PlanState.ISSUED: (Tone.SUCCESS, "file-earmark-text"),
    PlanState.RUNNING: (Tone.SUCCESS, "play-circle"),
    PlanState.CLOSED: (Tone.NEUTRAL, "archive"),
    PlanState.SUPERSEDED: (Tone.NEUTRAL, "layers"),
}
STEP_ICONS = {
    PlanStep.SUBMIT: ("send", Tone.INFO),
    PlanStep.RECALL: ("arrow-counterclockwise", Tone.NEUTRAL),
    PlanStep.RETURN: ("arrow-return-left", Tone.WARNING),
    PlanStep.APPROVE: ("check-lg", Tone.SUCCESS),
    PlanStep.ISSUE: ("file-earmark-text", Tone.SUCCESS),
    PlanStep.START: ("play-circle", Tone.SUCCESS),
    PlanStep.CLOSE: ("archive", Tone.NEUTRAL),
    PlanStep.REVISE: ("layers", Tone.INFO),
}
UNDATED = State(_("no deadline yet"), Tone.NEUTRAL, "hourglass-split")
"""Owed, but counted from something that has not happened yet."""
ORIGINS = {
    Origin.OWN: State(_("the unit's own"), Tone.SUCCESS, "geo-alt"),
    Origin.INHERITED: State(_("inherited"), Tone.NEUTRAL, "arrow-down"),
    Origin.ADAPTED: State(_("inherited, fitted to the place"), Tone.INFO, "arrow-down-up"),
}


def plan_state(state: str, *, not_begun: bool = False) -> State:
    """The badge of a plan's state."""
    if not_begun:
        return State(pgettext_lazy("plan", "not begun"), Tone.NEUTRAL, "circle")
    chosen = PlanState(state)
    tone, icon = _STATES[chosen]
    return State(chosen.label, tone, icon)


def step_label(plan: Plan, step: PlanStep) -> str:
    """A step in words; a document on which no opinion is wanted is not submitted for one."""
    if step is PlanStep.SUBMIT and not plan.asks_opinion:
        return pgettext("plan", "declare it ready to be issued")
    return str(step.label)


def said_of(document: str, text: str) -> str:
    """Words about a document that is no plan, behind the name of its kind."""
    return f"{capfirst(str(Document(document).label))}: {text[:1].lower()}{text[1:]}"


def deadline_state(plan: Plan, day: dt.date) -> State | None:
    """How the plan stands to its deadline on that day: days left or overdue, or whether it was issued in time."""
    if plan.due_on is None:
        return UNDATED if plan.state in WORKING_STATES else None
    if plan.state in WORKING_STATES:
        return time_left((plan.due_on - day).days)
    if plan.issued_on is None:
        return None
    late = (plan.issued_on - plan.due_on).days
    if late <= 0:
        return State(_("issued in time"), Tone.SUCCESS, "check-lg")
    return State(ngettext("issued %(days)d day late", "issued %(days)d days late", late) % {"days": late}, Tone.WARNING)


def time_left(days: int | None) -> State | None:
    """How many days are left, or overdue; nothing where no day is set."""
    if days is None:
        return None
    if days < 0:
        text = ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
        return State(text, Tone.DANGER)
    if days == 0:
        return State(_("due today"), Tone.WARNING, "clock")
    text = ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    return State(text, Tone.WARNING if days <= SOON else Tone.NEUTRAL, "clock")
