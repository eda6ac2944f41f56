"""How what a unit owes looks: its badges, and its line in the drawing of deadlines."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from lantoa.plans.enums import PlanState
from lantoa.plans.models import Campaign
from lantoa.plans.presentation import plan_state, time_left
from lantoa.ui.day_axis import DayAxis
from lantoa.ui.states import State, Tone

if TYPE_CHECKING:
    from lantoa.plans.selectors.cascade import DebtRow

_HELD = State(_("study held"), Tone.SUCCESS, "check-lg")
_NOT_HELD = State(_("study not held"), Tone.NEUTRAL, "circle")


@dataclass(frozen=True, slots=True)
class Mark:
    """One deadline in the drawing: where it lies, and how long the line of what is overdue is from there."""

    x: str
    overdue: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """One unit in the drawing, with what it says in words."""

    name: str
    marks: tuple[Mark, ...]
    plan: State | None
    plan_due: dt.date | None
    study: State | None
    study_due: dt.date | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """The deadlines of some units over the days of a campaign."""

    axis: DayAxis
    today_x: str
    lines: tuple[Line, ...]


def plan_badge(row: "DebtRow") -> State | None:
    """The state of the unit's plan; None where it owes none."""
    return plan_state(PlanState(row.plan_state)) if row.plan_state else None


def study_badge(row: "DebtRow") -> State | None:
    """Whether the unit has held its study; None where it owes none."""
    if row.study_due is None:
        return None
    return _HELD if row.studied else _NOT_HELD


def left(due: dt.date | None, day: dt.date) -> State | None:
    """How much time there is for what is still owed."""
    return time_left((due - day).days) if due is not None else None


def drawing_of(campaign: Campaign, rows: "Iterable[DebtRow]", day: dt.date) -> Drawing:
    """The drawing of these units: from the campaign's first day to its last, or to what lies beyond."""
    found = list(rows)
    dues = [due for row in found for due in (row.plan_due, row.study_due) if due is not None]
    axis = DayAxis(min([campaign.starts_on, *dues]), max([campaign.ends_on, *dues]))
    return Drawing(axis, axis.x(day), tuple(_line(row, axis, day) for row in found))


def _line(row: "DebtRow", axis: DayAxis, day: dt.date) -> Line:
    marks = (
        _mark("plan", row.plan_due, row.plan_left, axis, day),
        _mark("study", row.study_due, row.study_left, axis, day),
    )
    return Line(
        name=row.name,
        marks=tuple(mark for mark in marks if mark is not None),
        plan=left(row.plan_left, day) or plan_badge(row),
        plan_due=row.plan_due,
        study=left(row.study_left, day) or study_badge(row),
        study_due=row.study_due,
    )


def _mark(kind: str, due: dt.date | None, still_owed: dt.date | None, axis: DayAxis, day: dt.date) -> Mark | None:
    if due is None:
        return None
    if still_owed is None:
        return Mark(axis.x(due), "", kind, "done")
    if still_owed < day:
        return Mark(axis.x(due), axis.width(due, min(day, axis.last)), kind, "late")
    return Mark(axis.x(due), "", kind, "open")
