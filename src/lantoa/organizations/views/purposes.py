"""Names leave the system as a workbook only after its purpose was stated, on the address of the workbook itself."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.forms.persons import ExportForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.restricting import left_out
from lantoa.organizations.services.lists import SupportsKey, note_table
from lantoa.ui.responses import render_invalid, render_page
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Table, table_response


def named_table_response(
    request: ActorRequest,
    template: str,
    table: "Table[Any]",
    context: Mapping[str, Any],
    *,
    action: str,
    about: SupportsKey,
    unit: Unit,
    export: Callable[[Any, str], Any],
) -> HttpResponse:
    """The page with the table, which is noted in the log as `action` on `about`; where its address asks for the
    workbook, the question what for, and then the workbook.

    `export` is given the rows and the purpose, notes both in the log, and gives the rows that may leave.
    """
    if not table.wants_xlsx:
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        note_table(actor=request.actor, action=action, about=about, unit=unit, table=table)
        return table_response(request, template, table, context)
    found = cast("QuerySet[Any]", table.sorted_rows)

    def taken_out(purpose: str) -> HttpResponse:
        rows = export(found, purpose)
        return replace(table, rows=rows, search=None, note=left_out(found)).to_xlsx()

    crumbs = [*context.get("breadcrumbs", ()), Crumb(str(table.caption), request.path)]
    return ask_purpose(request, back=request.path, breadcrumbs=crumbs, export=taken_out)


def ask_purpose(
    request: HttpRequest, *, back: str, breadcrumbs: "list[Crumb]", export: Callable[[str], HttpResponse]
) -> HttpResponse:
    """The page that asks what the names are needed for, and after it the file that `export` gives for the purpose."""
    form = ExportForm(request.POST or None)
    context = {"form": form, "back": back, "title": _("Export names"), "breadcrumbs": breadcrumbs}
    template = "organizations/purpose.html"
    if request.method != "POST":
        return render_page(request, template, context)
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        return export(form.cleaned_data["purpose"])
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
