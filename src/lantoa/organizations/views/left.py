"""The table of those who left a unit, on its page of persons."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.organizations import policies
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Departure, Unit
from lantoa.organizations.selectors.departures import left_lately
from lantoa.ui.tables import Column, Kind, Table

LEFT_COLUMNS: tuple[Column[Departure], ...] = (
    Column(key="name", label=gettext_lazy("Full name"), value=lambda row: row.person.full_name, primary=True),
    Column(key="birth_year", label=gettext_lazy("Year of birth"), value=lambda row: str(row.person.birth_year or "")),
    Column(key="day", label=gettext_lazy("Not counted from"), value=lambda row: row.effective_on, kind=Kind.DATE),
    Column(key="reason", label=gettext_lazy("Reason"), value=lambda row: row.get_reason_display()),
    Column(
        key="decision", label=gettext_lazy("Decision number"), value=lambda row: row.decision_number, wide_only=True
    ),
    Column(
        key="steps",
        label=gettext_lazy("Steps"),
        value=lambda row: "",
        template="organizations/_departure_steps.html",
        export=False,
    ),
)
_CELL_ONLY = {"reason", "decision"}


def left_table(request: ActorRequest, unit: Unit) -> "Table[Departure]":
    """Who left the unit lately; why, only where the reader may see reasons."""
    reasons = policies.can_see_reasons(actor=request.actor, unit=unit)
    return Table(
        request=request,
        columns=[column for column in LEFT_COLUMNS if reasons or column.key not in _CELL_ONLY],
        rows=left_lately(unit),
        caption=_("Left in the past year"),
        page_size=10,
        prefix="d-",
    )
