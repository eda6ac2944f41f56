"""The columns of the lists of reflections, and how each looks."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.enums import ReflectionState
from lantoa.attendance.selectors.reflections import Papers, UnitPapers
from lantoa.organizations.restricting import name_of
from lantoa.ui.states import State, Tone
from lantoa.ui.tables import Column, Kind

_LOOKS = {
    ReflectionState.MISSING: (Tone.NEUTRAL, "circle"),
    ReflectionState.HANDED_IN: (Tone.INFO, "inbox"),
    ReflectionState.PASSED: (Tone.SUCCESS, "check-circle"),
    ReflectionState.AGAIN: (Tone.WARNING, "arrow-counterclockwise"),
    ReflectionState.EXEMPT: (Tone.NEUTRAL, "pause-circle"),
}


def state_of(state: ReflectionState) -> State:
    """A reflection's state as a badge."""
    return State(state.label, *_LOOKS[state])


def _count(key: str, label: Promise, count: Callable[[Papers], int]) -> Column[UnitPapers]:
    return Column(
        key=key,
        label=label,
        value=lambda line: count(line.papers),
        kind=Kind.NUMBER,
        sort_key=lambda line: count(line.papers),
    )


UNITS: tuple[Column[UnitPapers], ...] = (
    Column(
        key="unit",
        label=_("Unit"),
        value=lambda line: _("%(unit)s itself") % {"unit": line.unit.name} if line.is_own else line.unit.name,
        sort_key=lambda line: (not line.is_own, line.unit.sort_key),
        template="attendance/reflection_unit_cell.html",
        primary=True,
    ),
    _count("owed", _("Owed"), lambda papers: papers.owed),
    _count("handed_in", _("Handed in"), lambda papers: papers.handed_in),
    _count("passed", _("Passed"), lambda papers: papers.passed),
    _count("again", _("To be done again"), lambda papers: papers.again),
    _count("missing", _("Not handed in"), lambda papers: papers.missing),
    _count("exempt", _("Exempt"), lambda papers: papers.exempt),
)

PAPERS: tuple[Column[Any], ...] = (
    Column(
        key="name",
        label=_("Full name"),
        value=lambda entry: name_of(entry, entry.person.full_name),
        order_by=("person__sort_key", "person__birth_year"),
        template="attendance/reflection_name_cell.html",
        primary=True,
    ),
    Column(
        key="state",
        label=_("Reflection"),
        value=lambda entry: ReflectionState(entry.paper).label,
        state=lambda entry: state_of(ReflectionState(entry.paper)),
        order_by=("paper",),
    ),
)
