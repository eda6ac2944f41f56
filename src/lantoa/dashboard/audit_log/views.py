"""The page of the audit log."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from lantoa.audit.enums import Outcome
from lantoa.dashboard.audit_log import policies, selectors, services
from lantoa.dashboard.audit_log.acts import name_of
from lantoa.dashboard.audit_log.facts import in_words
from lantoa.dashboard.audit_log.forms import LogFilterForm
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.ui.states import State, Tone
from lantoa.ui.tables import Column, Kind, Table, table_response

_TONES = {
    Outcome.DONE: Tone.SUCCESS,
    Outcome.REFUSED: Tone.DANGER,
    Outcome.READ: Tone.NEUTRAL,
    Outcome.EXPORTED: Tone.WARNING,
}


def _outcome(entry: Any) -> State:
    outcome = Outcome(entry.outcome)
    return State(outcome.label, _TONES[outcome])


def _object(entry: Any) -> str:
    kind = selectors.kind_of_object(entry.object_type)
    return f"{kind} {entry.object_id}".strip()


def _details(entry: Any) -> str:
    reason = [selectors.reason_of(entry.code)] if entry.code else []
    return " · ".join([*reason, *in_words(entry.facts)])


COLUMNS: tuple[Column[Any], ...] = (
    Column(key="at", label=_("Time"), value=lambda entry: entry.at, kind=Kind.DATETIME, order_by=("pk",)),
    Column(key="who", label=_("User"), value=lambda entry: entry.username or _("the system")),
    Column(key="act", label=_("Act"), value=lambda entry: name_of(entry.action), order_by=("action",), primary=True),
    Column(
        key="outcome",
        label=_("Outcome"),
        value=lambda entry: entry.get_outcome_display(),
        state=_outcome,
        order_by=("outcome",),
    ),
    Column(key="unit", label=_("Unit"), value=lambda entry: entry.unit_name),
    Column(key="object", label=_("Object"), value=_object, screen=False),
    Column(key="details", label=_("Details"), value=_details),
)


@require_safe
def audit_log(request: ActorRequest) -> HttpResponse:
    """The log of the reader's units, or of the reader's own acts; taking it out is itself written down."""
    if not policies.can_read_log(actor=request.actor):
        raise NotPermitted
    form = LogFilterForm(request.GET)
    filters = form.filters()
    table = Table(
        request=request,
        columns=COLUMNS,
        rows=selectors.readable_entries(actor=request.actor, filters=filters),
        caption=_("Audit log"),
        filename=str(_("audit-log")),
        sort="-at",
        form_names=tuple(form.fields),
        empty_title=_("No act matches"),
        empty_text=_("Nothing was recorded for these days and filters. Widen the days or take a filter away."),
        row_class=lambda entry: "is-late" if entry.outcome == Outcome.REFUSED else "",
    )
    if table.wants_xlsx:
        services.export_log(actor=request.actor, filters=asdict(filters))
    below = policies.can_read_log_below(actor=request.actor)
    return table_response(request, "dashboard/audit_log/entry_list.html", table, {"form": form, "below": below})
