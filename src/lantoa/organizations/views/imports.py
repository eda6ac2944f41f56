"""Pages of an import of persons."""

from typing import Any

from django.db.models import QuerySet
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
from lantoa.organizations.enums import ImportKind, ImportState, RowDecision, RowKind
from lantoa.organizations.errors import NotPermitted, ProblemsRemain, RecordsNotKept
from lantoa.organizations.forms.imports import (
    DecisionForm,
    ImportApplyForm,
    ImportFilterForm,
    ImportForm,
    ManyDecisionForm,
)
from lantoa.organizations.import_errors import workbook_of_errors
from lantoa.organizations.import_template import empty_list
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import ImportBatch, ImportRow, Unit
from lantoa.organizations.reading import HEADINGS, Layout
from lantoa.organizations.selectors import imports as selectors
from lantoa.organizations.selectors.import_problems import SETTLED_BY, TITLES, message_of
from lantoa.organizations.services import imports as services
from lantoa.organizations.services.comparing import create_comparison
from lantoa.organizations.services.exports import export_import_rows
from lantoa.organizations.views import comparisons
from lantoa.organizations.views.import_frames import STATES, import_batch, import_crumbs, missing_columns
from lantoa.organizations.views.persons import persons_crumbs
from lantoa.organizations.views.purposes import ask_purpose, named_table_response
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.tables import Column, Kind, Table
from lantoa.ui.workbook import CONTENT_TYPE

ROW_COLUMNS: tuple[Column[ImportRow], ...] = (
    Column(
        key="number", label=gettext_lazy("Row"), value=lambda row: row.number, order_by=("number",), kind=Kind.NUMBER
    ),
    Column(
        key="full_name",
        label=gettext_lazy("Full name"),
        value=lambda row: row.values.get("full_name", "") or " · ".join(str(cell) for cell in row.cells if cell != ""),
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
        value=lambda row: " ".join(message_of(problem) for problem in row.problems),
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
    Column(key="kind", label=gettext_lazy("What for"), value=lambda row: row.get_kind_display()),
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
        state=lambda row: STATES[ImportState(row.state)],
    ),
)


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
    try:
        batch = _read(request, found, form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, "organizations/import_create.html", context, form=form, refusal=refusal)
    page = "organizations:import_columns" if missing_columns(batch) else "organizations:import_detail"
    return redirect_after_post(request, page, batch.pk)


def _read(request: ActorRequest, unit: Unit, given: dict[str, Any]) -> ImportBatch:
    upload = given["upload"]
    file = {"client_id": given["client_id"], "name": upload.name, "content": upload.read(services.READ_LIMIT)}
    if given["kind"] == ImportKind.COMPARE:
        return create_comparison(actor=request.actor, unit=unit, **file)
    return services.create_import(actor=request.actor, unit=unit, effective_on=given["effective_on"], **file)


@require_GET
def import_template(request: ActorRequest) -> HttpResponse:
    """The empty workbook with the header that an import understands."""
    disposition = content_disposition_header(as_attachment=True, filename=f"{_('List of persons')}.xlsx")
    return HttpResponse(empty_list(), content_type=CONTENT_TYPE, headers={"Content-Disposition": disposition or ""})


@require_http_methods(["GET", "POST"])
def import_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """The rows of an import with every problem, before and after it is applied."""
    batch = import_batch(request, pk)
    if batch.kind == ImportKind.COMPARE:
        return comparisons.comparison_page(request, batch)
    table = _rows(request, batch)
    return named_table_response(
        request,
        "organizations/import_detail.html",
        table,
        {"breadcrumbs": import_crumbs(request, batch)[:-1]} if table.wants_xlsx else _context(request, batch),
        action="organizations.list_import_rows",
        about=batch,
        unit=batch.unit,
        export=lambda rows, purpose: rows.filter(
            pk__in=export_import_rows(actor=request.actor, batch=batch, purpose=purpose).values("pk")
        ),
    )


def _rows(request: ActorRequest, batch: ImportBatch) -> "Table[ImportRow]":
    rows = batch.sheet_rows
    shown = request.GET.get("show", "")
    if shown == "problems":
        rows = rows.exclude(problems=[])
    elif shown == "others":
        rows = rows.exclude(kind=RowKind.PERSON)
    elif shown in TITLES:
        rows = rows.filter(problems__contains=[{"code": shown}])
    extra: dict[str, Any] = {"batch": batch, "undecided": batch.state == ImportState.PREVIEWED}
    table = Table(
        request=request,
        columns=ROW_COLUMNS,
        rows=rows,
        caption=_("Rows of the list"),
        filename=_("Rows with problems") if batch.state == ImportState.PREVIEWED else "",
        asks_purpose=True,
        sort="number",
        form_names=("show",),
        row_class=lambda row: "is-late" if row.is_open else "",
        extra=extra,
        empty_title=_("No row to show."),
        empty_text=_("The names of an import that was undone or given up are not kept."),
    )
    extra["known"] = {} if table.wants_xlsx else selectors.put_beside(request.actor, batch, table.page.object_list)
    return table


def _context(request: ActorRequest, batch: ImportBatch) -> dict[str, Any]:
    counts = selectors.counts_of(batch)
    problems = selectors.problem_counts(batch)
    layout = Layout.of_json(batch.layout)
    shown = request.GET.get("show", "")
    return {
        "batch": batch,
        "state": STATES[ImportState(batch.state)],
        "counts": counts,
        "filter_form": ImportFilterForm(request.GET, counts=problems, others=counts.others),
        "apply_form": ImportApplyForm(),
        "under_way": batch.job is not None and batch.job.is_under_way,
        "missing": ", ".join(layout.missing),
        "unclear_units": sum(problems.get(code, 0) for code in selectors.UNIT_CODES),
        "samples": selectors.conversion_samples(batch),
        "converted": layout.converts,
        "many": _many(shown, problems),
        "refusal": None,
        "breadcrumbs": import_crumbs(request, batch)[:-1],
    }


def _many(shown: str, problems: dict[str, int]) -> dict[str, Any]:
    """The decisions that can be taken on all rows with the problem that the reader chose."""
    if shown not in problems:
        return {}
    offered = [decision for decision in (RowDecision.UPDATE, RowDecision.DIFFERENT) if shown in SETTLED_BY[decision]]
    return {
        "problem": shown,
        "title": TITLES[shown],
        "count": problems[shown],
        "decisions": [*offered, RowDecision.SKIP],
    }


def _refused(request: ActorRequest, batch: ImportBatch, refusal: Refusal) -> HttpResponse:
    """The import's page as it stands now, with the refusal at its head."""
    fresh = import_batch(request, batch.pk)
    context = {**_context(request, fresh), "table": _rows(request, fresh)}
    return render_invalid(request, "organizations/import_detail.html", context, refusal=refusal)


@require_POST
def import_decide(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """Leaves a row out, or calls it a different person."""
    batch = import_batch(request, pk)
    get_object_or_404(batch.person_rows, number=number)
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
def import_decide_many(request: ActorRequest, pk: int) -> HttpResponse:
    """Takes one decision on all rows with a problem."""
    batch = import_batch(request, pk)
    form = ManyDecisionForm(request.POST)
    back = reverse("organizations:import_detail", args=[batch.pk])
    if not form.is_valid():
        return redirect_after_post(request, back)
    try:
        count = services.decide_rows(actor=request.actor, batch=batch, **form.cleaned_data)
    except Refusal as refusal:
        return _refused(request, batch, refusal)
    message = ngettext("%(count)s row was decided.", "%(count)s rows were decided.", count) % {"count": count}
    return redirect_after_post(request, f"{back}?show={form.cleaned_data['problem']}", message=message)


@require_http_methods(["GET", "POST"])
def import_errors(request: ActorRequest, pk: int) -> HttpResponse:
    """Asks for the purpose, then gives the rows that could not be taken, as a workbook with a reason beside each."""
    batch = import_batch(request, pk)
    crumbs = import_crumbs(request, batch)

    def errors_of(purpose: str) -> HttpResponse:
        rows = export_import_rows(actor=request.actor, batch=batch, purpose=purpose)
        return _workbook_of_errors(batch, rows)

    return ask_purpose(request, back=crumbs[-1].url, breadcrumbs=crumbs, export=errors_of)


def _workbook_of_errors(batch: ImportBatch, rows: "QuerySet[ImportRow]") -> HttpResponse:
    name = f"{_('Rows to put right')} - {batch.file_name.rpartition('.')[0] or batch.file_name}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {"Content-Disposition": disposition or ""}
    return HttpResponse(workbook_of_errors(batch, rows), content_type=CONTENT_TYPE, headers=headers)


@require_POST
def import_apply(request: ActorRequest, pk: int) -> HttpResponse:
    """Registers the persons of the list, at once or as a job."""
    batch = import_batch(request, pk)
    if batch.kind == ImportKind.COMPARE:
        return comparisons.take(request, batch)
    skip = "skip_problem_rows" in request.POST
    try:
        job = services.request_apply(actor=request.actor, batch=batch, skip_problem_rows=skip)
    except (ProblemsRemain, RecordsNotKept) as refusal:
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
    batch = import_batch(request, pk)
    if batch.kind == ImportKind.COMPARE:
        return comparisons.give_back(request, batch)
    try:
        services.undo_import(actor=request.actor, batch=batch)
    except Refusal as refusal:
        return _refused(request, batch, refusal)
    message = _("The import was undone: its persons are no longer recorded.")
    return redirect_after_post(request, "organizations:import_detail", batch.pk, message=message)


@require_POST
def import_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Gives the list up before anything was written."""
    batch = import_batch(request, pk)
    try:
        services.cancel_import(actor=request.actor, batch=batch)
    except Refusal as refusal:
        return _refused(request, batch, refusal)
    message = _("The import was given up. Nothing was written.")
    return redirect_after_post(request, "organizations:import_create", batch.unit_id, message=message)
