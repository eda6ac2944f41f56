"""Pages of an import of persons."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import policies
from lantoa.organizations.enums import ImportState, RowDecision
from lantoa.organizations.errors import NotPermitted, ProblemsRemain
from lantoa.organizations.forms.persons import DecisionForm, ImportApplyForm, ImportFilterForm, ImportForm
from lantoa.organizations.import_template import empty_list
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import ImportBatch, ImportRow, Unit
from lantoa.organizations.reading import HEADINGS
from lantoa.organizations.selectors import imports as selectors
from lantoa.organizations.services import imports as services
from lantoa.organizations.views.persons import persons_crumbs
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb, State, Tone
from lantoa.ui.tables import Column, Kind, Table, table_response
from lantoa.ui.workbook import CONTENT_TYPE

_STATES = {
    ImportState.PREVIEWED: State(ImportState.PREVIEWED.label, Tone.WARNING, "eye"),
    ImportState.APPLIED: State(ImportState.APPLIED.label, Tone.SUCCESS),
    ImportState.UNDONE: State(ImportState.UNDONE.label, Tone.NEUTRAL, "arrow-counterclockwise"),
    ImportState.CANCELLED: State(ImportState.CANCELLED.label, Tone.NEUTRAL, "slash-circle"),
}
ROW_COLUMNS: tuple[Column[ImportRow], ...] = (
    Column(
        key="number", label=gettext_lazy("Row"), value=lambda row: row.number, order_by=("number",), kind=Kind.NUMBER
    ),
    Column(
        key="full_name",
        label=gettext_lazy("Full name"),
        value=lambda row: row.values.get("full_name", ""),
        primary=True,
    ),
    Column(key="birth_year", label=gettext_lazy("Year of birth"), value=lambda row: row.values.get("birth_year", "")),
    Column(key="village", label=gettext_lazy("Village"), value=lambda row: row.values.get("village", "")),
    Column(key="code", label=gettext_lazy("Member code"), value=lambda row: row.values.get("code", "")),
    Column(key="standing", label=gettext_lazy("Standing"), value=lambda row: row.values.get("standing", "")),
    Column(key="unit", label=gettext_lazy("Cell"), value=lambda row: row.values.get("unit", "")),
    Column(
        key="problems",
        label=gettext_lazy("What to put right"),
        value=lambda row: " ".join(selectors.message_of(problem) for problem in row.problems),
        template="organizations/_import_row_problems.html",
    ),
)
BATCH_COLUMNS: tuple[Column[ImportBatch], ...] = (
    Column(
        key="file",
        label=gettext_lazy("File"),
        value=lambda row: row.file_name,
        href=lambda row: reverse("organizations:import_detail", args=[row.pk]),
        primary=True,
    ),
    Column(
        key="at",
        label=gettext_lazy("Uploaded at"),
        value=lambda row: row.created_at,
        kind=Kind.DATETIME,
        order_by=("created_at",),
    ),
    Column(
        key="state",
        label=gettext_lazy("State"),
        value=lambda row: row.get_state_display(),
        state=lambda row: _STATES[ImportState(row.state)],
    ),
)


def _batch(request: ActorRequest, pk: int) -> ImportBatch:
    return get_object_or_404(ImportBatch.objects.visible_to(request.actor).select_related("unit", "job"), pk=pk)


@require_http_methods(["GET", "POST"])
def import_create(request: ActorRequest, unit: int) -> HttpResponse:
    """Takes a list of persons and has it checked."""
    found = get_object_or_404(Unit.objects.visible_to(request.actor), pk=unit)
    if not policies.can_edit_persons(actor=request.actor, unit=found):
        raise NotPermitted
    form = ImportForm(request.POST or None, request.FILES or None, initial={"effective_on": clock.today()})
    table = Table(
        request=request,
        columns=BATCH_COLUMNS,
        rows=ImportBatch.objects.visible_to(request.actor).filter(unit=found),
        caption=_("Earlier imports"),
        sort="-at",
        page_size=10,
        empty_title=_("Nothing has been imported here yet."),
    )
    crumbs = persons_crumbs(request.actor, found)
    context: dict[str, Any] = {"unit": found, "form": form, "table": table, "headings": HEADINGS, "breadcrumbs": crumbs}
    if request.method != "POST":
        return render_page(request, "organizations/import_create.html", context)
    if not form.is_valid():
        return render_invalid(request, "organizations/import_create.html", context, form=form)
    upload = form.cleaned_data["upload"]
    try:
        batch = services.create_import(
            actor=request.actor,
            client_id=form.cleaned_data["client_id"],
            unit=found,
            name=upload.name,
            content=upload.read(services.READ_LIMIT),
            effective_on=form.cleaned_data["effective_on"],
        )
    except Refusal as refusal:
        return render_invalid(request, "organizations/import_create.html", context, form=form, refusal=refusal)
    return redirect_after_post(request, "organizations:import_detail", batch.pk)


@require_GET
def import_template(request: ActorRequest) -> HttpResponse:
    """The empty workbook with the header that an import understands."""
    disposition = content_disposition_header(as_attachment=True, filename=f"{_('List of persons')}.xlsx")
    return HttpResponse(empty_list(), content_type=CONTENT_TYPE, headers={"Content-Disposition": disposition or ""})


@require_GET
def import_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """The rows of an import with every problem, before and after it is applied."""
    batch = _batch(request, pk)
    return table_response(request, "organizations/import_detail.html", _rows(request, batch), _context(request, batch))


def _rows(request: ActorRequest, batch: ImportBatch) -> "Table[ImportRow]":
    rows = batch.rows.all()
    if request.GET.get("show") == "problems":
        rows = rows.exclude(problems=[])
    return Table(
        request=request,
        columns=ROW_COLUMNS,
        rows=rows,
        caption=_("Rows of the list"),
        filename=_("Rows with problems") if batch.state == ImportState.PREVIEWED else "",
        sort="number",
        form_names=("show",),
        row_class=lambda row: "is-late" if selectors.is_open(row.problems, row.decision) else "",
        extra={"batch": batch, "undecided": batch.state == ImportState.PREVIEWED},
        empty_title=_("No row to show."),
        empty_text=_("The names of an import that was undone or given up are not kept."),
    )


def _context(request: ActorRequest, batch: ImportBatch) -> dict[str, Any]:
    unit = batch.unit
    crumbs = [
        *persons_crumbs(request.actor, unit),
        Crumb(_("Import"), reverse("organizations:import_create", args=[unit.pk])),
    ]
    return {
        "batch": batch,
        "state": _STATES[ImportState(batch.state)],
        "counts": selectors.counts_of(batch),
        "filter_form": ImportFilterForm(request.GET),
        "apply_form": ImportApplyForm(),
        "under_way": batch.job is not None and batch.job.is_under_way,
        "refusal": None,
        "breadcrumbs": crumbs,
    }


def _refused(request: ActorRequest, batch: ImportBatch, refusal: Refusal) -> HttpResponse:
    """The import's page as it stands now, with the refusal at its head."""
    fresh = _batch(request, batch.pk)
    context = {**_context(request, fresh), "table": _rows(request, fresh)}
    return render_invalid(request, "organizations/import_detail.html", context, refusal=refusal)


@require_POST
def import_decide(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """Leaves a row out, or calls it a different person."""
    batch = _batch(request, pk)
    get_object_or_404(batch.rows, number=number)
    form = DecisionForm(request.POST)
    decision = form.cleaned_data["decision"] if form.is_valid() else RowDecision.SKIP
    try:
        services.decide_row(actor=request.actor, batch=batch, number=number, decision=decision)
    except Refusal as refusal:
        return _refused(request, batch, refusal)
    back = reverse("organizations:import_detail", args=[batch.pk])
    query = request.GET.urlencode()
    return redirect_after_post(request, f"{back}?{query}" if query else back)


@require_POST
def import_apply(request: ActorRequest, pk: int) -> HttpResponse:
    """Registers the persons of the list, at once or as a job."""
    batch = _batch(request, pk)
    skip = "skip_problem_rows" in request.POST
    try:
        job = services.request_apply(actor=request.actor, batch=batch, skip_problem_rows=skip)
    except ProblemsRemain as refusal:
        services.recheck_import(actor=request.actor, batch=batch)
        return _refused(request, batch, refusal)
    except Refusal as refusal:
        return _refused(request, batch, refusal)
    if job is not None:
        return redirect_after_post(request, "jobs:job_detail", job.pk)
    written = batch.rows.filter(person__isnull=False).count()
    message = ngettext("%(count)s person was registered.", "%(count)s persons were registered.", written)
    return redirect_after_post(request, "organizations:import_detail", batch.pk, message=message % {"count": written})


@require_POST
def import_undo(request: ActorRequest, pk: int) -> HttpResponse:
    """Takes the whole batch back."""
    batch = _batch(request, pk)
    try:
        services.undo_import(actor=request.actor, batch=batch)
    except Refusal as refusal:
        return _refused(request, batch, refusal)
    message = _("The import was undone: its persons are no longer recorded.")
    return redirect_after_post(request, "organizations:import_detail", batch.pk, message=message)


@require_POST
def import_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Gives the list up before anything was written."""
    batch = _batch(request, pk)
    try:
        services.cancel_import(actor=request.actor, batch=batch)
    except Refusal as refusal:
        return _refused(request, batch, refusal)
    message = _("The import was given up. Nothing was written.")
    return redirect_after_post(request, "organizations:import_create", batch.unit_id, message=message)
