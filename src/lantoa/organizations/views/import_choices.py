"""Pages on which a user decides about a whole file: its sheet, its columns, the cells that it names."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.enums import ImportKind, ImportState
from lantoa.organizations.errors import ImportClosed
from lantoa.organizations.forms.imports import ColumnsForm, SheetForm, UnitsForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import ImportBatch, Unit
from lantoa.organizations.reading import Layout
from lantoa.organizations.selectors import imports as selectors
from lantoa.organizations.services import import_choices as services
from lantoa.organizations.services.comparing import compare_anew
from lantoa.organizations.views.import_frames import import_batch, import_crumbs, missing_columns
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page

OPTIONS_LIMIT = 6_000
"""Of texts times cells a page offers at most so many choices."""

_EXAMPLES = 3


@require_http_methods(["GET", "POST"])
def import_columns(request: ActorRequest, pk: int) -> HttpResponse:
    """Shows what each column means, and lets the user choose otherwise."""
    batch = _preview(request, pk)
    layout = Layout.of_json(batch.layout)
    examples = selectors.first_values(batch, _EXAMPLES)
    form = ColumnsForm(request.POST or None, layout=layout, examples=examples)
    context = _columns_context(request, batch, layout, form)
    if request.method != "POST":
        return render_page(request, "organizations/import_columns.html", context)
    if not form.is_valid():
        return render_invalid(request, "organizations/import_columns.html", context, form=form)
    try:
        services.choose_columns(
            actor=request.actor,
            batch=batch,
            columns=form.columns(),
            converts=form.cleaned_data.get("converts", layout.converts),
            proper_case=form.cleaned_data["proper_case"],
            standing=form.cleaned_data["standing"],
        )
    except Refusal as refusal:
        return render_invalid(request, "organizations/import_columns.html", context, form=form, refusal=refusal)
    if batch.kind == ImportKind.COMPARE:
        compare_anew(actor=request.actor, batch=batch)
    message = _("The list was read by these columns, and they are remembered for the unit.")
    return redirect_after_post(request, "organizations:import_detail", batch.pk, message=message)


@require_POST
def import_sheet(request: ActorRequest, pk: int) -> HttpResponse:
    """Takes another sheet of the file."""
    batch = _preview(request, pk)
    layout = Layout.of_json(batch.layout)
    form = SheetForm(request.POST, layout=layout)
    columns = ColumnsForm(layout=layout, examples=selectors.first_values(batch, _EXAMPLES))
    context = {**_columns_context(request, batch, layout, columns), "sheet_form": form}
    if not form.is_valid():
        return render_invalid(request, "organizations/import_columns.html", context, form=form)
    try:
        services.choose_sheet(actor=request.actor, batch=batch, sheet=form.cleaned_data["sheet"])
    except Refusal as refusal:
        return render_invalid(request, "organizations/import_columns.html", context, form=form, refusal=refusal)
    if batch.kind == ImportKind.COMPARE:
        compare_anew(actor=request.actor, batch=batch)
    return redirect_after_post(request, "organizations:import_columns", batch.pk)


@require_http_methods(["GET", "POST"])
def import_units(request: ActorRequest, pk: int) -> HttpResponse:
    """Lets the user say which cell each unclear text of the file means."""
    batch = _preview(request, pk)
    units = list(Unit.objects.under(batch.unit).in_force().order_by("path"))
    texts = selectors.unit_texts(batch, max(3, min(50, OPTIONS_LIMIT // len(units))))
    form = UnitsForm(request.POST or None, texts=texts, units=units)
    context = {"batch": batch, "form": form, "texts": texts, "breadcrumbs": import_crumbs(request, batch)}
    if request.method != "POST":
        return render_page(request, "organizations/import_units.html", context)
    if not form.is_valid():
        return render_invalid(request, "organizations/import_units.html", context, form=form)
    try:
        services.choose_units(actor=request.actor, batch=batch, choices=form.choices())
    except Refusal as refusal:
        return render_invalid(request, "organizations/import_units.html", context, form=form, refusal=refusal)
    return redirect_after_post(request, "organizations:import_detail", batch.pk)


def _preview(request: ActorRequest, pk: int) -> ImportBatch:
    batch = import_batch(request, pk)
    if batch.state != ImportState.PREVIEWED:
        raise ImportClosed(state=batch.get_state_display())
    return batch


def _columns_context(request: ActorRequest, batch: ImportBatch, layout: Layout, form: ColumnsForm) -> dict[str, Any]:
    return {
        "batch": batch,
        "form": form,
        "sheet_form": SheetForm(layout=layout) if len(layout.sheets) > 1 else None,
        "missing": ", ".join(missing_columns(batch)),
        "samples": selectors.conversion_samples(batch),
        "breadcrumbs": import_crumbs(request, batch),
    }
