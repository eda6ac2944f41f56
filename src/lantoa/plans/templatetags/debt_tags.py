"""What the cells of the cascade ask for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import template

from lantoa.plans import debts
from lantoa.ui.states import State
from lantoa.ui.tables import Table

if TYPE_CHECKING:
    from lantoa.plans.selectors.cascade import DebtRow

register = template.Library()


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that a unit owes: its state, and the time left while it is owed."""

    badge: State | None
    left: State | None


@register.simple_tag
def plan_of(row: "DebtRow", table: "Table[DebtRow]") -> Shown:
    """The unit's plan."""
    return Shown(debts.plan_badge(row), debts.left(row.plan_left, table.extra["day"]))


@register.simple_tag
def study_of(row: "DebtRow", table: "Table[DebtRow]") -> Shown:
    """The unit's study."""
    return Shown(debts.study_badge(row), debts.left(row.study_left, table.extra["day"]))
