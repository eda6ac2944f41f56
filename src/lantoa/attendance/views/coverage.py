"""Who has been reached: a unit's rate, the units below it, and at the cell the people behind the figure."""

from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from lantoa.attendance.coverage_states import (
    LATE_DECISIONS,
    MARKS,
    bound_of,
    carried_url,
    child_chart,
    child_url,
    first_state,
    further_state,
    pilots_chart,
    rate_state,
)
from lantoa.attendance.enums import Group
from lantoa.attendance.forms.coverage import CoverageFilter
from lantoa.attendance.policies import can_see_reasons
from lantoa.attendance.rates import Counts
from lantoa.attendance.selectors import coverage as reads
from lantoa.attendance.selectors.carried import day_of, has_moved
from lantoa.attendance.selectors.coverage import PersonLine
from lantoa.attendance.selectors.pilots import groups_and_pilots, with_pilots
from lantoa.attendance.services.openings import open_marks
from lantoa.attendance.views import carried
from lantoa.kernel.pagination import PAGE_SIZE
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.policies import can_see_names
from lantoa.organizations.restricting import marked
from lantoa.organizations.services.lists import note_table
from lantoa.organizations.services.persons import require_open
from lantoa.plans.models import Campaign, CampaignUnit, SummonsEntry
from lantoa.plans.tabs import campaign_crumbs, campaign_tabs
from lantoa.ui.responses import render_page
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Column, Kind, Table

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from lantoa.attendance.selectors.coverage import ChildRow
    from lantoa.attendance.selectors.pilots import PilotedCampaign


ALL_ROWS = 500
"""So many units stand on one page where all are asked for, to be printed; no unit has as many below it."""


def _further(line: PersonLine) -> str:
    state = further_state(line)
    return str(state.label) if state else ""


def _count(name: str, label: Promise, *, wide_only: bool = True) -> "Column[ChildRow]":
    return Column(
        key=name,
        label=label,
        value=lambda row: cast(int, getattr(row, name)),
        kind=Kind.NUMBER,
        order_by=(name, "unit_order"),
        wide_only=wide_only,
    )


CHILD_COLUMNS: "tuple[Column[ChildRow], ...]" = (
    Column(
        key="unit",
        label=lazy("Unit"),
        value=lambda row: row.unit_name,
        order_by=("unit_order",),
        href=child_url,
        template="attendance/coverage_child.html",
        primary=True,
    ),
    Column(
        key="rate",
        label=lazy("Coverage"),
        value=lambda row: Counts.of(row).coverage.percent,
        kind=Kind.PERCENT,
        order_by=("share", "unit_order"),
        template="attendance/coverage_child_rate.html",
    ),
    Column(
        key="first",
        label=lazy("First-session rate"),
        value=lambda row: Counts.of(row).first_session.percent,
        kind=Kind.PERCENT,
        order_by=("first_share", "unit_order"),
        template="attendance/coverage_child_first.html",
    ),
    Column(key="bound", label=lazy("Lower bound"), value=lambda row: bound_of(Counts.of(row)), screen=False),
    Column(
        key="reached", label=lazy("Reached"), value=lambda row: Counts.of(row).reached, screen=False, kind=Kind.NUMBER
    ),
    Column(
        key="attended", label=lazy("Present at the first session"), value=lambda row: Counts.of(row).attended,
        screen=False, kind=Kind.NUMBER,
    ),
    _count("summoned", lazy("Summoned")),
    _count("excluded", lazy("Excluded")),
    Column(
        key="base", label=lazy("To be reached"), value=lambda row: Counts.of(row).denominator, kind=Kind.NUMBER,
        order_by=("owed",), wide_only=True,
    ),
    _count("present", lazy("In time")),
    _count("late", lazy("Late")),
    _count("excused", lazy("Excused")),
    _count("absent", lazy("Absent"), wide_only=False),
    _count("not_reported", lazy("No mark"), wide_only=False),
    _count("made_up", lazy("Made up")),
    Column(
        key="cells_reported",
        label=lazy("Cells reported"),
        value=lambda row: row.cells_reported,
        kind=Kind.NUMBER,
        order_by=("cells_reported", "unit_order"),
        template="attendance/coverage_child_cells.html",
    ),
    _count("cells_total", lazy("Cells")),
)  # fmt: skip

PERSON_COLUMNS: tuple[Column[PersonLine], ...] = (
    Column(
        key="number", label=lazy("Number in the list"), value=lambda line: line.number, kind=Kind.NUMBER,
        sort_key=lambda line: line.number,
    ),
    Column(
        key="standing", label=lazy("Standing"), value=lambda line: line.standing.label,
        sort_key=lambda line: (line.standing.value, line.number),
    ),
    Column(
        key="first",
        label=lazy("First session"),
        value=lambda line: first_state(line).label,
        state=first_state,
        sort_key=lambda line: (str(first_state(line).label), line.number),
    ),
    Column(
        key="further",
        label=lazy("Also"),
        value=_further,
        state=further_state,
        sort_key=lambda line: (_further(line), line.number),
    ),
    Column(
        key="reached",
        label=lazy("Counts as reached"),
        value=lambda line: _("excluded") if line.excluded else _("yes") if line.reached else _("no"),
        sort_key=lambda line: (line.excluded, line.reached, line.number),
    ),
)  # fmt: skip
_NAME: Column[PersonLine] = Column(
    key="name",
    label=lazy("Full name"),
    value=lambda line: line.name,
    template="attendance/coverage_person.html",
    primary=True,
    export=False,
)
_REASON: Column[PersonLine] = Column(
    key="reason",
    label=lazy("Reason"),
    value=lambda line: line.reason.label if line.reason else "",
    export=False,
)


@require_safe
def coverage_campaign(request: ActorRequest, campaign_id: int) -> HttpResponse:
    """Leads to where the reader's sight begins in the campaign: in the tree of its day, or in today's where the address
    asks for it, or where the reader's own unit has begun since."""
    campaign = _campaign(request, campaign_id)
    tops = [] if carried.is_asked_for(request) else reads.top_units(campaign, request.actor)
    if tops:
        return redirect("attendance:coverage_unit", campaign.pk, tops[0].unit_id)
    if onto_today := carried.to_own_top(request, campaign):
        return onto_today
    context = {
        "campaign": campaign,
        "tabs": campaign_tabs(campaign, "coverage"),
        "breadcrumbs": campaign_crumbs(campaign),
    }
    return render_page(request, "attendance/coverage_closed.html", context)


@require_safe
def coverage_unit(request: ActorRequest, campaign_id: int, unit_id: int) -> HttpResponse:
    """The rate of one unit, the units below it, and the people whom it counts itself.

    Under the tree of the campaign's day; `?tree=today` gives what was carried into the unit of today.
    """
    campaign = _campaign(request, campaign_id)
    if carried.is_asked_for(request):
        return carried.carried_unit(request, campaign, unit_id)
    unit = _unit(request, campaign, unit_id)
    filters = CoverageFilter(request.GET)
    below = _below(request, campaign, unit, filters)
    persons = _persons(request, unit)
    for table in (below, persons):
        if table.wants_xlsx:
            return table.to_xlsx()
    counts, beside = groups_and_pilots(campaign, unit, request.actor)
    context: dict[str, Any] = {
        "campaign": campaign,
        "unit": unit,
        "counts": counts.get(Group.ALL, Counts()),
        "groups": counts,
        "summoned": bool(counts) and counts[Group.ALL].summoned > 0,
        "state": rate_state(counts.get(Group.ALL, Counts()).coverage, campaign.target_rate),
        "beside": beside,
        "pilots_chart": pilots_chart(beside, campaign.target_rate) if beside else None,
        "filters": filters,
        "narrowed": bool(filters.shown or below.query),
        "below": below,
        "all_url": below.link(rows="all", page=None) if below.page.paginator.num_pages > 1 else "",
        "chart": child_chart(below.page.object_list, campaign.target_rate),
        "persons": persons,
        "names": can_see_names(actor=request.actor, unit=unit.unit),
        "campaign_day": day_of(campaign),
        "today_url": _today_url(campaign, unit),
        "tabs": campaign_tabs(campaign, "coverage"),
        "breadcrumbs": [*campaign_crumbs(campaign), *_crumbs(request, unit)],
    }
    if context["names"]:
        note_table(actor=request.actor, action="attendance.list_people", about=campaign, unit=unit.unit, table=persons)
    return render_page(request, "attendance/coverage_unit.html", context)


@require_safe
def coverage_marks(request: ActorRequest, campaign_id: int, unit_id: int, entry_id: int) -> HttpResponse:
    """Every mark of one person in the campaign, for readers who may see the name."""
    campaign = _campaign(request, campaign_id)
    unit = _unit(request, campaign, unit_id)
    entries = SummonsEntry.objects.visible_to(request.actor).filter(campaign=campaign, unit_id=unit_id)
    entry = get_object_or_404(marked(entries.select_related("person", "unit", "summons")), pk=entry_id)
    require_open(actor=request.actor, unit=entry.unit, restricted=getattr(entry, "restricted", False))
    sessions = open_marks(actor=request.actor, entry=entry)
    line = next((line for line in reads.people(unit, names=True, reasons=False) if line.entry_id == entry.pk), None)
    context = {
        "campaign": campaign,
        "unit": unit,
        "entry": entry,
        "line": line,
        "first_state": first_state(line) if line else None,
        "further_state": further_state(line) if line else None,
        "sessions": sessions,
        "marks": MARKS,
        "late": LATE_DECISIONS,
        "breadcrumbs": [*campaign_crumbs(campaign), *_crumbs(request, unit), Crumb(unit.name, _url(unit))],
    }
    return render_page(request, "attendance/coverage_marks.html", context)


def _today_url(campaign: Campaign, unit: CampaignUnit) -> str:
    """The address of the reading under today's tree; empty where the tree is still that of the campaign's day."""
    if not has_moved(campaign, unit):
        return ""
    if unit.unit.in_force:
        return carried_url(campaign.pk, unit.unit_id)
    return f"{reverse('attendance:coverage_campaign', args=[campaign.pk])}?tree=today"


def _campaign(request: ActorRequest, campaign_id: int) -> "PilotedCampaign":
    campaigns = Campaign.objects.visible_to(request.actor).select_related("owner")
    return get_object_or_404(with_pilots(campaigns), pk=campaign_id)


def _unit(request: ActorRequest, campaign: Campaign, unit_id: int) -> CampaignUnit:
    unit = reads.campaign_unit(campaign, unit_id, request.actor)
    if unit is None:
        raise Http404
    return unit


def _below(request: ActorRequest, campaign: Campaign, unit: CampaignUnit, filters: CoverageFilter) -> "Table[ChildRow]":
    rows = reads.children(campaign, unit.unit_id, filters.chosen_group, request.actor)
    narrowing = {"missing": reads.not_reported, "pilots": reads.pilots}
    if filters.shown == "below":
        rows = reads.below_target(rows, campaign.target_rate)
    elif filters.shown in narrowing:
        rows = narrowing[filters.shown](rows)
    return Table(
        request=request,
        columns=CHILD_COLUMNS,
        rows=rows,
        caption=_("Coverage of the units below %(unit)s") % {"unit": unit.name},
        filename=_("Coverage of %(unit)s") % {"unit": unit.name},
        sort="rate",
        search=_named,
        page_size=ALL_ROWS if request.GET.get("rows") == "all" else PAGE_SIZE,
        form_names=("show", "group"),
        empty_title=_("No unit fits this filter."),
        empty_text=_("Choose all units to see the others."),
    )


def _named(rows: "QuerySet[ChildRow]", words: str) -> "QuerySet[ChildRow]":
    return reads.named(rows, words)


def _persons(request: ActorRequest, unit: CampaignUnit) -> Table[PersonLine]:
    """A workbook of persons holds numbered rows: names are exported from the summons, with a purpose."""
    exported = request.GET.get("p_format") == "xlsx"
    names = can_see_names(actor=request.actor, unit=unit.unit) and not exported
    reasons = can_see_reasons(actor=request.actor, unit=unit.unit)
    columns = PERSON_COLUMNS
    if names:
        columns = (
            PERSON_COLUMNS[0],
            _NAME,
            *PERSON_COLUMNS[1:3],
            *((_REASON,) if reasons else ()),
            *PERSON_COLUMNS[3:],
        )
    return Table(
        request=request,
        columns=columns,
        rows=reads.people(unit, names=names, reasons=reasons),
        caption=_("People whom %(unit)s counts") % {"unit": unit.name},
        filename=_("Attendance at %(unit)s") % {"unit": unit.name},
        sort="number",
        prefix="p_",
        extra={"unit": unit},
    )


def _crumbs(request: ActorRequest, unit: CampaignUnit) -> list[Crumb]:
    return [Crumb(above.name, _url(above)) for above in reads.ancestors(unit, request.actor)]


def _url(unit: CampaignUnit) -> str:
    return reverse("attendance:coverage_unit", args=[unit.campaign_id, unit.unit_id])
