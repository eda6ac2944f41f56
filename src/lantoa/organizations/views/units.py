"""The page of a unit, founding one, correcting one."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.kernel.vietnamese import fold
from lantoa.organizations import errors, policies
from lantoa.organizations.enums import Tree
from lantoa.organizations.forms.units import UnitCorrectionForm, UnitForm, UnitRenamingForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.selectors.unit_pages import SubUnit, UnitPage, unit_page
from lantoa.organizations.services.unit_events import rename_unit
from lantoa.organizations.services.units import correct_unit, found_unit
from lantoa.ui import numbers
from lantoa.ui.days import asked_day
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page, render_stale
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Column, Kind, Table, table_response

SUB_UNIT_COLUMNS: tuple[Column[SubUnit], ...] = (
    Column(
        key="name",
        label=gettext_lazy("Unit"),
        value=lambda row: row.unit.name,
        sort_key=lambda row: row.position,
        href=lambda row: reverse("organizations:unit_detail", args=[row.unit.pk]) if row.visible else "",
        primary=True,
    ),
    Column(
        key="kind",
        label=gettext_lazy("Kind"),
        value=lambda row: capfirst(row.unit.kind.label),
        sort_key=lambda row: str(row.unit.kind.label),
    ),
    Column(
        key="full",
        label=gettext_lazy("Full members"),
        value=lambda row: row.people.full if row.people else None,
        sort_key=lambda row: row.people.full if row.people else -1,
        kind=Kind.NUMBER,
    ),
    Column(
        key="probationary",
        label=gettext_lazy("Probationary members"),
        value=lambda row: row.people.probationary if row.people else None,
        sort_key=lambda row: row.people.probationary if row.people else -1,
        kind=Kind.NUMBER,
    ),
    Column(
        key="cadres",
        label=gettext_lazy("Cadres, not members"),
        value=lambda row: row.people.cadres if row.people else None,
        sort_key=lambda row: row.people.cadres if row.people else -1,
        kind=Kind.NUMBER,
    ),
)


@require_GET
def unit_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """A unit as of a day: its names, its place, who is responsible, what is below it."""
    unit = visible_unit(request, pk)
    asked = asked_day(request)
    day = asked.or_today
    page = unit_page(actor=request.actor, unit=unit, day=day)
    table = _sub_unit_table(request, page)
    context = {
        "unit": unit,
        "page": page,
        "asked": asked,
        "is_today": asked.day is None,
        "on_day": asked.query,
        "breadcrumbs": _crumbs(page, day),
        "may_administer": policies.can_administer(actor=request.actor, unit=unit),
        "may_see_names": policies.can_see_names(actor=request.actor, unit=unit),
        "may_see_access": policies.can_see_access(actor=request.actor, unit=unit),
    }
    return table_response(request, "organizations/unit_detail.html", table, context)


@require_http_methods(["GET", "POST"])
def unit_create(request: ActorRequest, pk: int) -> HttpResponse:
    """Found a unit under the unit `pk`."""
    parent = administered_unit(request, pk)
    form = UnitForm(request.POST or None, tree=Tree(parent.tree))
    context = {"parent": parent, "breadcrumbs": [unit_crumb(parent)]}
    template = "organizations/unit_create.html"
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        unit = found_unit(actor=request.actor, tree=Tree(parent.tree), parent=parent, **form.founding)
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = _("“%(unit)s” was founded.") % {"unit": unit.name}
    return redirect_after_post(request, "organizations:unit_detail", unit.pk, message=message)


@require_http_methods(["GET", "POST"])
def unit_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct the short name of a unit and which administrative unit it serves."""
    unit = administered_unit(request, pk)
    tree = Tree(unit.tree)
    current = {"short_name": unit.short_name, "serves": unit.serves}
    context = {"unit": unit, "breadcrumbs": [unit_crumb(unit)]}
    template = "organizations/unit_edit.html"
    if request.method != "POST":
        form = UnitCorrectionForm(tree=tree, initial={**current, "version": unit.version})
        return render_page(request, template, {**context, "form": form})
    form = UnitCorrectionForm(request.POST, tree=tree)
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        correct_unit(actor=request.actor, unit=unit, **{"serves": None, **form.cleaned_data})
    except errors.Stale:
        return _stale(request, template, context, form=form, current=current)
    return redirect_after_post(request, "organizations:unit_detail", unit.pk, message=_("The correction was saved."))


@require_http_methods(["GET", "POST"])
def unit_rename(request: ActorRequest, pk: int) -> HttpResponse:
    """Give a unit another name, short name or code by decision."""
    unit = administered_unit(request, pk)
    current = {"name": unit.name, "short_name": unit.short_name, "code": unit.code}
    form = UnitRenamingForm(request.POST or None, initial=current)
    context = {"unit": unit, "breadcrumbs": [unit_crumb(unit)]}
    template = "organizations/unit_rename.html"
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    given = {name: form.cleaned_data[name] for name in ("name", "short_name", "code", "effective_on", "client_id")}
    try:
        event = rename_unit(actor=request.actor, unit=unit, decision=form.decision, **given)
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = _("The new name was entered; it takes effect on %(day)s.") % {"day": numbers.day(event.effective_on)}
    return redirect_after_post(request, "organizations:unit_detail", unit.pk, message=message)


def visible_unit(request: ActorRequest, pk: int) -> Unit:
    """The unit, where the actor may see it; else 404."""
    return get_object_or_404(Unit.objects.visible_to(request.actor).select_related("parent", "serves"), pk=pk)


def administered_unit(request: ActorRequest, pk: int) -> Unit:
    """The unit, where the actor may see it (else 404) and administers it (else NotPermitted)."""
    unit = visible_unit(request, pk)
    if not policies.can_administer(actor=request.actor, unit=unit):
        raise errors.NotPermitted
    return unit


def unit_crumb(unit: Unit) -> Crumb:
    """The step of the breadcrumbs that leads to the page of a unit."""
    return Crumb(unit.label, reverse("organizations:unit_detail", args=[unit.pk]))


def _sub_unit_table(request: ActorRequest, page: UnitPage) -> Table[SubUnit]:
    columns = SUB_UNIT_COLUMNS if any(row.people for row in page.sub_units) else SUB_UNIT_COLUMNS[:2]
    return Table(
        request=request,
        columns=columns,
        rows=page.sub_units,
        caption=_("Units directly below"),
        filename=_("sub-units"),
        sort="name",
        search=_named_like,
        empty_title=_("No unit stands below this one."),
        empty_text=_("A cell, for instance, has only its people."),
    )


def _named_like(rows: list[SubUnit], words: str) -> list[SubUnit]:
    return [row for row in rows if fold(words) in fold(f"{row.unit.name} {row.unit.short_name}")]


def _on(day: dt.date) -> str:
    """What keeps the day in an address; nothing for today."""
    return "" if day == clock.today() else f"?on={day:%d/%m/%Y}"


def _crumbs(page: UnitPage, day: dt.date) -> list[Crumb]:
    on = _on(day)
    units = Crumb(_("Units"), reverse("organizations:unit_list"))
    return [
        units,
        *(
            Crumb(
                superior.unit.label,
                reverse("organizations:unit_detail", args=[superior.unit.pk]) + on if superior.visible else "",
            )
            for superior in page.superiors
        ),
    ]


def _stale(
    request: ActorRequest, template: str, context: dict[str, Any], *, form: UnitCorrectionForm, current: dict[str, Any]
) -> HttpResponse:
    differences = form.differences(current)
    form.take_version(context["unit"].version)
    return render_stale(request, template, {**context, "form": form, "differences": differences})
