"""The tree of one's units, and the same units as a list."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from lantoa.organizations.forms.units import UnitFilterForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.selectors.units import Branch, branches
from lantoa.organizations.selectors.units_on import branches_on, named_like, units_on
from lantoa.ui.days import asked_day
from lantoa.ui.responses import render_page
from lantoa.ui.states import Tab
from lantoa.ui.tables import Column, Table, table_response

if TYPE_CHECKING:
    from lantoa.organizations.selectors.units_on import PeriodRow

LIST_PARAMETERS = frozenset({"view", "q", "tree", "kind", "under", "sort", "page", "format"})

UNIT_COLUMNS: tuple[Column[Unit], ...] = (
    Column(
        key="name",
        label=gettext_lazy("Unit"),
        value=lambda unit: unit.name,
        order_by=("sort_key",),
        href=lambda unit: reverse("organizations:unit_detail", args=[unit.pk]),
        primary=True,
    ),
    Column(
        key="kind", label=gettext_lazy("Kind"), value=lambda unit: capfirst(unit.get_kind_display()), order_by=("kind",)
    ),
    Column(
        key="parent",
        label=gettext_lazy("Belongs to"),
        value=lambda unit: unit.parent.name if unit.parent else "",
        order_by=("parent__sort_key", "sort_key"),
    ),
    Column(
        key="tree", label=gettext_lazy("Tree"), value=lambda unit: capfirst(unit.get_tree_display()), wide_only=True
    ),
    Column(
        key="code", label=gettext_lazy("Unit code"), value=lambda unit: unit.code, order_by=("code",), wide_only=True
    ),
    Column(
        key="serves",
        label=gettext_lazy("Serves"),
        value=lambda unit: unit.serves.name if unit.serves else "",
        wide_only=True,
    ),
)


def _columns_on(on: str) -> "tuple[Column[PeriodRow], ...]":
    """The columns of the list as of a day, which links keep."""
    return (
        Column(
            key="name",
            label=gettext_lazy("Unit"),
            value=lambda row: row.name,
            order_by=("unit__sort_key",),
            href=lambda row: f"{reverse('organizations:unit_detail', args=[row.unit_id])}?on={on}",
            primary=True,
        ),
        Column(
            key="kind",
            label=gettext_lazy("Kind"),
            value=lambda row: capfirst(row.get_kind_display()),
            order_by=("kind",),
        ),
        Column(
            key="parent",
            label=gettext_lazy("Belongs to"),
            value=lambda row: row.parent_name or "",
            order_by=("parent__sort_key", "unit__sort_key"),
        ),
        Column(
            key="tree",
            label=gettext_lazy("Tree"),
            value=lambda row: capfirst(row.unit.get_tree_display()),
            wide_only=True,
        ),
        Column(
            key="code", label=gettext_lazy("Unit code"), value=lambda row: row.code, order_by=("code",), wide_only=True
        ),
        Column(
            key="serves",
            label=gettext_lazy("Serves"),
            value=lambda row: row.unit.serves.name if row.unit.serves else "",
            wide_only=True,
        ),
    )


@dataclass(frozen=True, slots=True)
class Twig:
    """A unit of the tree with the address that unfolds or folds it."""

    branch: Branch
    toggle_url: str
    rest_url: str
    twigs: tuple["Twig", ...]


@require_GET
def unit_list(request: ActorRequest) -> HttpResponse:
    """The units of one's scope, today's or those of another day (`?on=`): as a tree that unfolds, or as a list once one
    searches, filters or sorts."""
    asked = asked_day(request)
    day, on = asked.day, asked.on
    as_list = not LIST_PARAMETERS.isdisjoint(request.GET)
    kept = {"on": on} if on else {}
    tabs = [
        Tab(_("As a tree"), _address(**kept), current=not as_list),
        Tab(_("As a list"), _address(view="list", **kept), current=as_list),
    ]
    context = {"tabs": tabs, "day_form": asked.form, "day": day, "on": on, "as_list": as_list}
    return _list(request, context, day) if as_list else _tree(request, context, day)


def _tree(request: ActorRequest, context: dict[str, Any], day: dt.date | None) -> HttpResponse:
    asked = _ids(request.GET["open"]) if "open" in request.GET else None
    rows = branches_on(request.actor, asked, day) if day else branches(request.actor, asked)
    twigs = _twigs(rows, set(_open_units(rows)), context["on"])
    context |= {"twigs": twigs, "filter_form": UnitFilterForm(), "table": None}
    return render_page(request, "organizations/unit_list.html", context)


def _list(request: ActorRequest, context: dict[str, Any], day: dt.date | None) -> HttpResponse:
    form = UnitFilterForm(request.GET)
    under = _under(request)
    wanted = form.cleaned_data if form.is_valid() else {}
    table: Table[Any] = _table_on(request, context["on"], day, under, wanted) if day else _table(request, under, wanted)
    return table_response(
        request, "organizations/unit_list.html", table, {**context, "filter_form": form, "under": under}
    )


def _table(request: ActorRequest, under: Unit | None, wanted: Mapping[str, Any]) -> Table[Unit]:
    units = Unit.objects.visible_to(request.actor).in_force().select_related("parent", "serves")
    if under is not None:
        units = units.under(under).exclude(pk=under.pk)
    return Table(
        request=request,
        columns=UNIT_COLUMNS,
        rows=units.filter(**{name: wanted[name] for name in ("tree", "kind") if wanted.get(name)}),
        search=lambda units, words: units.matching(words),
        **_frame(),
    )


def _table_on(
    request: ActorRequest, on: str, day: dt.date, under: Unit | None, wanted: Mapping[str, Any]
) -> "Table[PeriodRow]":
    rows = units_on(request.actor, day, under=under)
    columns = {"tree": "unit__tree", "kind": "kind"}
    return Table(
        request=request,
        columns=_columns_on(on),
        rows=rows.filter(**{column: wanted[name] for name, column in columns.items() if wanted.get(name)}),
        search=named_like,
        **_frame(),
    )


def _frame() -> dict[str, Any]:
    """What the list is, whatever the day."""
    return {
        "caption": _("Units"),
        "filename": _("units"),
        "sort": "name",
        "form_names": ("tree", "kind"),
        "empty_title": _("No unit fits these filters."),
        "empty_text": _("Take a filter away, or look in the tree."),
    }


def _address(**query: str) -> str:
    address = reverse("organizations:unit_list")
    return f"{address}?{urlencode(query, safe='/,')}" if query else address


def _under(request: ActorRequest) -> Unit | None:
    pk = next(iter(_ids(request.GET.get("under", ""))), 0)
    return Unit.objects.visible_to(request.actor).filter(pk=pk).first() if pk else None


def _ids(text: str) -> set[int]:
    """The numbers in a list such as `3,17`; whatever is no number is passed over."""
    return {int(part) for part in text.split(",") if part.isascii() and part.isdigit() and len(part) < 19}


def _open_units(rows: list[Branch]) -> Iterator[int]:
    for row in rows:
        if row.is_open:
            yield row.unit.pk
            yield from _open_units(row.branches)


def _twigs(rows: list[Branch], opened: set[int], on: str) -> tuple[Twig, ...]:
    kept = {"on": on} if on else {}
    return tuple(
        Twig(
            branch=row,
            toggle_url=_address(open=",".join(map(str, sorted(opened ^ {row.unit.pk}))), **kept),
            rest_url=_address(under=str(row.unit.pk), **kept),
            twigs=_twigs(row.branches, opened, on),
        )
        for row in rows
    )
