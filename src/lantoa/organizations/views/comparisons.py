"""The page of a list that is compared with the records, and the steps on it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.comparison_errors import RecordsChanged
from lantoa.organizations.enums import ImportState
from lantoa.organizations.forms.comparisons import ABSENT, ALL, ChoiceForm, ComparisonFilterForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import ImportBatch, ImportRow, Membership, Sector
from lantoa.organizations.reading import FIELDS
from lantoa.organizations.selectors.comparisons import COMPARED, absent_from, comparison_of
from lantoa.organizations.selectors.import_problems import TITLES
from lantoa.organizations.selectors.imports import problem_counts
from lantoa.organizations.services import comparing as services
from lantoa.organizations.services.lists import note_table
from lantoa.organizations.views.import_frames import STATES, import_batch, import_crumbs, missing_columns
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.tables import Column, Kind, Table

TEMPLATE = "organizations/comparison.html"
ROW_COLUMNS: tuple[Column[ImportRow], ...] = (
    Column(
        key="number", label=gettext_lazy("Row"), value=lambda row: row.number, order_by=("number",), kind=Kind.NUMBER
    ),
    Column(
        key="name",
        label=gettext_lazy("Full name"),
        value=lambda row: row.values.get("full_name", ""),
        href=lambda row: reverse("organizations:person_detail", args=[row.person_id]) if row.person_id else "",
        primary=True,
    ),
    Column(key="code", label=gettext_lazy("Member code"), value=lambda row: row.values.get("code", "")),
    Column(
        key="differences",
        label=gettext_lazy("Differences"),
        value=lambda row: "",
        template="organizations/_comparison_row.html",
    ),
)
ABSENT_COLUMNS: tuple[Column[Membership], ...] = (
    Column(
        key="name",
        label=gettext_lazy("Full name"),
        value=lambda row: row.person.full_name,
        order_by=("person__sort_key", "person__birth_year"),
        href=lambda row: reverse("organizations:person_detail", args=[row.person_id]),
        primary=True,
    ),
    Column(key="birth_year", label=gettext_lazy("Year of birth"), value=lambda row: str(row.person.birth_year or "")),
    Column(
        key="unit",
        label=gettext_lazy("Unit"),
        value=lambda row: row.unit.name,
        order_by=("unit__sort_key", "person__sort_key"),
    ),
    Column(
        key="code", label=gettext_lazy("Member code"), value=lambda row: row.person.code, order_by=("person__code",)
    ),
)


def comparison_page(request: ActorRequest, batch: ImportBatch) -> HttpResponse:
    """Where the list and the records differ, before and after it is taken over."""
    context = _context(request, batch)
    action = "organizations.list_import_rows"
    note_table(actor=request.actor, action=action, about=batch, unit=batch.unit, table=context["table"])
    return render_page(request, TEMPLATE, context)


@require_POST
def import_differences(request: ActorRequest, pk: int) -> HttpResponse:
    """Takes differences over, or leaves them."""
    batch = import_batch(request, pk)
    form = ChoiceForm(request.POST)
    if form.is_valid():
        try:
            services.choose_differences(actor=request.actor, batch=batch, **form.chosen())
        except Refusal as refusal:
            return _refused(request, batch, refusal)
    back = reverse("organizations:import_detail", args=[batch.pk])
    query = request.GET.urlencode()
    return redirect_after_post(request, f"{back}?{query}" if query else back)


def take(request: ActorRequest, batch: ImportBatch) -> HttpResponse:
    """Writes what was chosen into the records, at once or as a job."""
    try:
        job = services.request_take(actor=request.actor, batch=batch)
    except RecordsChanged as refusal:
        services.compare_anew(actor=request.actor, batch=batch)
        return _refused(request, batch, refusal)
    except Refusal as refusal:
        return _refused(request, batch, refusal)
    if job is not None:
        return redirect_after_post(request, "jobs:job_detail", job.pk)
    count = comparison_of(batch).taken
    message = ngettext("%(count)s record was put right.", "%(count)s records were put right.", count) % {"count": count}
    return redirect_after_post(request, "organizations:import_detail", batch.pk, message=message)


def give_back(request: ActorRequest, batch: ImportBatch) -> HttpResponse:
    """Gives the records back what they held."""
    try:
        returned = services.return_differences(actor=request.actor, batch=batch)
    except Refusal as refusal:
        return _refused(request, batch, refusal)
    message = _("%(values)s values were given back; %(kept)s stay, since they were changed later.") % {
        "values": returned.values,
        "kept": returned.kept,
    }
    return redirect_after_post(request, "organizations:import_detail", batch.pk, message=message)


def _refused(request: ActorRequest, batch: ImportBatch, refusal: Refusal) -> HttpResponse:
    fresh = import_batch(request, batch.pk)
    return render_invalid(request, TEMPLATE, _context(request, fresh), refusal=refusal)


def _context(request: ActorRequest, batch: ImportBatch) -> dict[str, Any]:
    comparison = comparison_of(batch)
    problems = problem_counts(batch)
    under_way = batch.job is not None and batch.job.is_under_way
    shown = request.GET.get("show", "")
    undecided = batch.state == ImportState.PREVIEWED and not under_way
    return {
        "batch": batch,
        "state": STATES[ImportState(batch.state)],
        "comparison": comparison,
        "fields": [(one, FIELDS[one.key].title) for one in comparison.fields],
        "filter_form": ComparisonFilterForm(request.GET, fields=comparison.fields, problems=problems),
        "missing": ", ".join(missing_columns(batch)),
        "under_way": under_way,
        "undecided": undecided,
        "table": _absent(request, batch) if shown == ABSENT else _rows(request, batch, shown, undecided=undecided),
        "refusal": None,
        "breadcrumbs": import_crumbs(request, batch)[:-1],
    }


def _rows(request: ActorRequest, batch: ImportBatch, shown: str, *, undecided: bool) -> "Table[ImportRow]":
    rows: QuerySet[ImportRow] = batch.person_rows.defer("cells")
    if shown in COMPARED:
        rows = rows.filter(differences__has_key=shown)
    elif shown in TITLES:
        rows = rows.filter(problems__contains=[{"code": shown}])
    elif shown != ALL:
        rows = rows.filter(differences__isnull=False).exclude(differences={})
    sectors = dict(Sector.objects.values_list("code", "name"))
    return Table(
        request=request,
        columns=ROW_COLUMNS,
        rows=rows,
        caption=_("Rows of the list"),
        sort="number",
        form_names=("show",),
        extra={"batch": batch, "undecided": undecided, "sectors": sectors},
        empty_title=_("No row to show."),
        empty_text=_("Choose other rows above. The rows of a list that was undone or given up are not kept."),
    )


def _absent(request: ActorRequest, batch: ImportBatch) -> "Table[Membership]":
    return Table(
        request=request,
        columns=ABSENT_COLUMNS,
        rows=absent_from(request.actor, batch),
        caption=_("Recorded here, not in the list"),
        sort="name",
        form_names=("show",),
        empty_title=_("The list names everybody who is counted here."),
    )
