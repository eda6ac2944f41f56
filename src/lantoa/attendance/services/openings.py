"""Opening what is kept about one person: each such read is on record."""

from lantoa.attendance.policies import can_see_reasons
from lantoa.attendance.selectors.marks import SessionMarks, marks_of
from lantoa.audit.enums import Outcome
from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.policies import can_see_names
from lantoa.plans.models import SummonsEntry


@use_case
def open_marks(*, actor: Actor, entry: SummonsEntry) -> list[SessionMarks]:
    """Everything recorded about one person in the entry's campaign; the read goes to the audit log.

    Reasons of absence are not shown above the cell. Raises NotPermitted.
    """
    if not can_see_names(actor=actor, unit=entry.unit):
        raise NotPermitted
    record(actor=actor, action="attendance.open_marks", about=entry, unit=entry.unit, outcome=Outcome.READ)
    return marks_of(entry, reasons=can_see_reasons(actor=actor, unit=entry.unit))
