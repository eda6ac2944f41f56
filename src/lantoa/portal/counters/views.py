"""The counters of a portal for its editors, and what its former counter had."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from lantoa.kernel.refusals import Refusal
from lantoa.organizations.middleware import ActorRequest
from lantoa.portal.counters import selectors
from lantoa.portal.counters.forms import OpeningBalanceForm, RangeForm
from lantoa.portal.counters.services import enter_opening_balance
from lantoa.portal.models import PortalSite
from lantoa.portal.policies import can_approve
from lantoa.ui.curves import Series, curves
from lantoa.ui.numbers import day as written
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb, Tab
from lantoa.ui.tables import Column, Kind, Table, table_response
from lantoa.visits.selectors import DayCounts, site_counts

_COUNTS = (
    ("readers", lazy("Views by readers")),
    ("visitors", lazy("Readers")),
    ("robots", lazy("Views by robots")),
    ("previews", lazy("Previews of links")),
)


def _columns(*, by_month: bool) -> tuple[Column[DayCounts], ...]:
    head: Column[DayCounts] = Column(
        key="day", label=lazy("Month, from"), value=lambda row: row.day, kind=Kind.DATE,
        sort_key=lambda row: row.day.toordinal(), primary=True,
    ) if by_month else Column(
        key="day", label=lazy("Day"), value=lambda row: row.day, kind=Kind.DATE,
        sort_key=lambda row: row.day.toordinal(), primary=True,
    )  # fmt: skip
    return (head, *(_count(name, label) for name, label in _COUNTS))


def _count(name: str, label: Any) -> Column[DayCounts]:
    def value(row: DayCounts) -> int:
        found: int = getattr(row, name)
        return found

    return Column(key=name, label=label, value=value, kind=Kind.NUMBER, sort_key=value)


@require_safe
def counters(request: ActorRequest, portal_id: int) -> HttpResponse:
    """How often is this portal read, and what of it?"""
    portal = _portal(request, portal_id)
    form = RangeForm(request.GET or None)
    first, last = form.days
    days = selectors.days_of(portal, first, last)
    rows = selectors.by_month(days) if form.by_month else list(days)
    table: Table[DayCounts] = Table(
        request=request,
        columns=_columns(by_month=form.by_month),
        rows=rows,
        caption=_("Views of %(portal)s") % {"portal": portal.name},
        filename=_("Views of %(portal)s") % {"portal": portal.name},
        sort="-day",
        form_names=("first", "last", "by"),
        note=f"{written(first)} – {written(last)}",
    )
    context = {
        "portal": portal,
        "counts": site_counts(portal.pk),
        "form": form,
        "first": first,
        "last": last,
        "read_by_people": _chart(rows, ("readers", "visitors")),
        "read_by_others": _chart(rows, ("robots", "previews")),
        "articles": selectors.most_read_articles(portal, first, last),
        "documents": selectors.most_read_documents(portal, first, last),
        "may_enter": can_approve(actor=request.actor, unit=portal.unit),
        "tabs": _tabs(request, portal),
    }
    return table_response(request, "portal/counters.html", table, context)


@require_http_methods(["GET", "HEAD", "POST"])
def opening_balance(request: ActorRequest, portal_id: int) -> HttpResponse:
    """What did the former counter have?"""
    portal = _portal(request, portal_id)
    if not can_approve(actor=request.actor, unit=portal.unit):
        portal = get_object_or_404(PortalSite.objects.none())
    entered = selectors.entered_on(portal)
    form = OpeningBalanceForm(request.POST or None, corrects=bool(entered))
    back = reverse("portal:counters", args=[portal.pk])
    context: dict[str, Any] = {
        "portal": portal,
        "entered": entered,
        "form": form,
        "back": back,
        "breadcrumbs": [Crumb(_("Counters"), back)],
    }
    if request.method != "POST":
        return render_page(request, "portal/opening_balance.html", context)
    if not form.is_valid():
        return render_invalid(request, "portal/opening_balance.html", context, form=form)
    try:
        enter_opening_balance(actor=request.actor, portal=portal, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, "portal/opening_balance.html", context, form=form, refusal=refusal)
    return redirect_after_post(request, back, message=_("The number is in the total from now on."))


def _portal(request: ActorRequest, portal_id: int) -> PortalSite:
    rows = PortalSite.objects.visible_to(request.actor).select_related("unit", "site__root_page")
    return get_object_or_404(rows, pk=portal_id)


def _tabs(request: ActorRequest, portal: PortalSite) -> list[Tab]:
    """The portals that the reader looks after, where there are several."""
    mine = list(PortalSite.objects.visible_to(request.actor))
    tabs = [Tab(one.name, reverse("portal:counters", args=[one.pk]), one.pk == portal.pk) for one in mine]
    return tabs if len(tabs) > 1 else []


def _chart(rows: list[DayCounts], names: tuple[str, str]) -> Any:
    labels = dict(_COUNTS)
    return curves([Series(labels[name], name, [getattr(row, name) for row in rows]) for name in names])
