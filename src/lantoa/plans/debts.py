"""How what a unit owes looks: its badges, and its line in the drawing of deadlines."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lantoa.plans.enums import Deadline, PlanState
from lantoa.plans.models import Campaign
from lantoa.plans.presentation import UNDATED, plan_state, time_left
from lantoa.plans.rules import is_document
from lantoa.ui.day_axis import DayAxis
from lantoa.ui.states import State, Tone

if TYPE_CHECKING:
    from lantoa.plans.selectors.cascade import DebtRow

_HELD = State(_("study held"), Tone.SUCCESS, "check-lg")
_NOT_HELD = State(_("study not held"), Tone.NEUTRAL, "circle")
_CONVENED = State(_("summons issued"), Tone.SUCCESS, "check-lg")
_NOT_CONVENED = State(_("summons not issued"), Tone.NEUTRAL, "circle")


@dataclass(frozen=True, slots=True)
class Mark:
    """One deadline in the drawing: where it lies, and how long the line of what is overdue is from there."""

    x: str
    overdue: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a unit owes, in words: its deadline and how it stands; nothing where it does not owe it."""

    label: str
    due: dt.date | None
    state: State | None


@dataclass(frozen=True, slots=True)
class Line:
    """One unit in the drawing, with what it says in words."""

    name: str
    marks: tuple[Mark, ...]
    owed: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The deadlines of some units over the days of a campaign."""

    axis: DayAxis
    today_x: str
    asked: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


def badge_of(row: "DebtRow", deadline: Deadline) -> State | None:
    """How a thing stands that the unit owes, or has done; None where it does not owe it."""
    if is_document(deadline):
        state = getattr(row, f"{deadline}_state")
        return plan_state(PlanState(state)) if state else None
    if not getattr(row, f"owes_{deadline}"):
        return None
    if deadline is Deadline.SUMMONS:
        return _CONVENED if row.summoned else _NOT_CONVENED
    return _HELD if row.studied else _NOT_HELD


def left_of(row: "DebtRow", deadline: Deadline, day: dt.date) -> State | None:
    """How much time there is for what is still owed, or that it has no deadline yet."""
    due: dt.date | None = getattr(row, f"{deadline}_left")
    if due is not None:
        return time_left((due - day).days)
    return UNDATED if getattr(row, f"{deadline}_open") else None


def drawing_of(campaign: Campaign, rows: "Iterable[DebtRow]", day: dt.date, asked: Sequence[Deadline]) -> Drawing:
    """The drawing of these units: from the campaign's first day to its last, or to what lies beyond."""
    found = list(rows)
    dues = [due for row in found for one in asked if (due := _due(row, one)) is not None]
    axis = DayAxis(min([campaign.starts_on, *dues]), max([campaign.ends_on, *dues]))
    heads = tuple((one.value, capfirst(str(one.label))) for one in asked)
    return Drawing(axis, axis.x(day), heads, tuple(_line(row, axis, day, asked) for row in found))


def _line(row: "DebtRow", axis: DayAxis, day: dt.date, asked: Sequence[Deadline]) -> Line:
    marks = [mark for one in asked if (mark := _mark(row, one, axis, day)) is not None]
    return Line(row.name, tuple(marks), tuple(_said(row, one, day) for one in asked))


def _said(row: "DebtRow", deadline: Deadline, day: dt.date) -> Said:
    state = left_of(row, deadline, day) or badge_of(row, deadline)
    return Said(capfirst(str(deadline.label)), _due(row, deadline), state)


def _due(row: "DebtRow", deadline: Deadline) -> dt.date | None:
    due: dt.date | None = getattr(row, f"{deadline}_due")
    return due


def _mark(row: "DebtRow", deadline: Deadline, axis: DayAxis, day: dt.date) -> Mark | None:
    due, kind = _due(row, deadline), deadline.value
    still_owed: dt.date | None = getattr(row, f"{deadline}_left")
    if due is None:
        return None
    if still_owed is None:
        return Mark(axis.x(due), "", kind, "done")
    if still_owed < day:
        return Mark(axis.x(due), axis.width(due, min(day, axis.last)), kind, "late")
    return Mark(axis.x(due), "", kind, "open")
