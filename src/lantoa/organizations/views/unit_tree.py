"""The tree of one's units, and the same units as a list."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
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
from lantoa.ui.responses import render_page
from lantoa.ui.states import Tab
from lantoa.ui.tables import Column, Table, table_response

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


@dataclass(frozen=True, slots=True)
class Twig:
    """A unit of the tree with the address that unfolds or folds it."""

    branch: Branch
    toggle_url: str
    rest_url: str
    twigs: tuple["Twig", ...]


@require_GET
def unit_list(request: ActorRequest) -> HttpResponse:
    """The units of one's scope: as a tree that unfolds, or as a list once one searches, filters or sorts."""
    as_list = not LIST_PARAMETERS.isdisjoint(request.GET)
    address = reverse("organizations:unit_list")
    tabs = [
        Tab(_("As a tree"), address, current=not as_list),
        Tab(_("As a list"), f"{address}?view=list", current=as_list),
    ]
    return _list(request, tabs) if as_list else _tree(request, tabs)


def _tree(request: ActorRequest, tabs: list[Tab]) -> HttpResponse:
    rows = branches(request.actor, _ids(request.GET["open"]) if "open" in request.GET else None)
    opened = set(_open_units(rows))
    context = {"tabs": tabs, "twigs": _twigs(rows, opened), "filter_form": UnitFilterForm(), "table": None}
    return render_page(request, "organizations/unit_list.html", context)


def _list(request: ActorRequest, tabs: list[Tab]) -> HttpResponse:
    form = UnitFilterForm(request.GET)
    under = _under(request)
    table = Table(
        request=request,
        columns=UNIT_COLUMNS,
        rows=_filtered(request, form, under),
        caption=_("Units"),
        filename=_("units"),
        sort="name",
        search=lambda units, words: units.matching(words),
        form_names=("tree", "kind"),
        empty_title=_("No unit fits these filters."),
        empty_text=_("Take a filter away, or look in the tree."),
    )
    return table_response(
        request, "organizations/unit_list.html", table, {"tabs": tabs, "filter_form": form, "under": under}
    )


def _filtered(request: ActorRequest, form: UnitFilterForm, under: Unit | None) -> QuerySet[Unit]:
    units = Unit.objects.visible_to(request.actor).in_force().select_related("parent", "serves")
    if under is not None:
        units = units.under(under).exclude(pk=under.pk)
    wanted = form.cleaned_data if form.is_valid() else {}
    return units.filter(**{name: wanted[name] for name in ("tree", "kind") if wanted.get(name)})


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


def _twigs(rows: list[Branch], opened: set[int]) -> tuple[Twig, ...]:
    address = reverse("organizations:unit_list")
    return tuple(
        Twig(
            branch=row,
            toggle_url=f"{address}?open={','.join(map(str, sorted(opened ^ {row.unit.pk})))}",
            rest_url=f"{address}?under={row.unit.pk}",
            twigs=_twigs(row.branches, opened),
        )
        for row in rows
    )
