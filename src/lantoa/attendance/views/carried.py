"""A campaign's figures carried onto today's tree: the reading beside that of the campaign's day."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lantoa.attendance.coverage_states import carried_chart, carried_url, rate_state
from lantoa.attendance.forms.coverage import GroupFilter
from lantoa.attendance.selectors import carried as reads
from lantoa.attendance.selectors.carried import Carried, CarriedRow
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.selectors.units import ancestors
from lantoa.plans.models import Campaign
from lantoa.plans.tabs import campaign_crumbs, campaign_tabs
from lantoa.ui.responses import render_page
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Column, Kind, Table


def _count(name: str, label: Promise, *, wide_only: bool = True) -> Column[CarriedRow]:
    return Column(
        key=name,
        label=label,
        value=lambda row: int(getattr(row.counts, name)),
        kind=Kind.NUMBER,
        sort_key=lambda row: (getattr(row.counts, name), row.sort_key),
        wide_only=wide_only,
    )


COLUMNS: tuple[Column[CarriedRow], ...] = (
    Column(
        key="unit",
        label=lazy("Unit"),
        value=lambda row: row.name,
        sort_key=lambda row: (row.is_unit_of_today, row.sort_key),
        template="attendance/carried_unit_cell.html",
        primary=True,
    ),
    Column(
        key="place",
        label=lazy("How it came here"),
        value=lambda row: row.place.label,
        screen=False,
    ),
    Column(
        key="rate",
        label=lazy("Coverage"),
        value=lambda row: row.counts.coverage.percent,
        kind=Kind.PERCENT,
        sort_key=lambda row: (row.counts.coverage.percent or -1, row.sort_key),
        template="attendance/carried_rate_cell.html",
    ),
    Column(
        key="first",
        label=lazy("First-session rate"),
        value=lambda row: row.counts.first_session.percent,
        kind=Kind.PERCENT,
        sort_key=lambda row: (row.counts.first_session.percent or -1, row.sort_key),
        template="attendance/carried_first_cell.html",
    ),
    _count("summoned", lazy("Summoned")),
    _count("excluded", lazy("Excluded")),
    _count("denominator", lazy("To be reached")),
    _count("present", lazy("In time")),
    _count("late", lazy("Late")),
    _count("excused", lazy("Excused")),
    _count("absent", lazy("Absent"), wide_only=False),
    _count("not_reported", lazy("No mark"), wide_only=False),
    _count("made_up", lazy("Made up")),
    _count("cells_reported", lazy("Cells reported"), wide_only=False),
    _count("cells_total", lazy("Cells"), wide_only=False),
)


def is_asked_for(request: ActorRequest) -> bool:
    """Whether the address asks for the reading under today's tree."""
    return request.GET.get("tree") == "today"


def to_own_top(request: ActorRequest, campaign: Campaign) -> HttpResponse | None:
    """Leads to the reader's own unit of today into which people of the campaign were carried; None where there is
    none."""
    tops = reads.tops_today(campaign, request.actor)
    return redirect(carried_url(campaign.pk, tops[0][0].pk)) if tops else None


def carried_unit(request: ActorRequest, campaign: Campaign, unit_id: int) -> HttpResponse:
    """What is found of the campaign in one unit of today, and the rows that make it up."""
    unit = reads.unit_today(campaign, unit_id, request.actor)
    if unit is None:
        raise Http404
    filters = GroupFilter(request.GET)
    found = reads.carried(campaign=campaign, unit=unit, actor=request.actor, group=filters.chosen_group)
    rows = _rows(request, campaign, unit, found)
    if rows.wants_xlsx:
        return rows.to_xlsx()
    context: dict[str, Any] = {
        "campaign": campaign,
        "campaign_day": reads.day_of(campaign),
        "today": clock.today(),
        "unit": unit,
        "found": found,
        "counts": found.counts,
        "groups": found.groups,
        "state": rate_state(found.counts.coverage, campaign.target_rate),
        "filters": filters,
        "rows": rows,
        "chart": carried_chart(rows.page.object_list, campaign.pk, campaign.target_rate),
        "tabs": campaign_tabs(campaign, "coverage"),
        "breadcrumbs": [*campaign_crumbs(campaign), *_crumbs(request, campaign, unit)],
    }
    return render_page(request, "attendance/carried_unit.html", context)


def _rows(request: ActorRequest, campaign: Campaign, unit: Unit, found: Carried) -> Table[CarriedRow]:
    return Table(
        request=request,
        columns=COLUMNS,
        rows=found.rows,
        caption=_("Coverage found in %(unit)s today") % {"unit": unit.name},
        filename=_("Coverage carried to %(unit)s") % {"unit": unit.name},
        sort="unit",
        search=_named,
        form_names=("group",),
        extra={"campaign": campaign},
        empty_title=_("No unit fits this filter."),
        empty_text=_("Choose all units to see the others."),
    )


def _named(rows: tuple[CarriedRow, ...], words: str) -> list[CarriedRow]:
    return [row for row in rows if fold(words) in fold(row.name)]


def _crumbs(request: ActorRequest, campaign: Campaign, unit: Unit) -> list[Crumb]:
    above = ancestors(unit)
    visible = {seen.pk for seen in Unit.objects.visible_to(request.actor).filter(pk__in=[each.pk for each in above])}
    return [Crumb(each.name, carried_url(campaign.pk, each.pk)) for each in above if each.pk in visible]
