"""What the cells of the cascade ask for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import template

from lantoa.plans import debts
from lantoa.plans.enums import Deadline
from lantoa.plans.selectors.charges import InCharge
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
    plan_pk: int | None


@register.simple_tag
def debt_of(row: "DebtRow", table: "Table[DebtRow]", key: str) -> Shown:
    """What the unit owes of one kind, a `Deadline`; for a document, also its key."""
    deadline = Deadline(key)
    found = debts.badge_of(row, deadline), debts.left_of(row, deadline, table.extra["day"])
    return Shown(*found, getattr(row, f"{deadline}_pk", None))


@register.simple_tag
def in_charge_of(row: "DebtRow", table: "Table[DebtRow]") -> InCharge:
    """Who is in charge of the unit."""
    found: InCharge = table.extra["in_charge"][row.unit_id]
    return found
