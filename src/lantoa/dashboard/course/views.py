"""The page of a unit's campaigns beside each other."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from lantoa.attendance.coverage_states import bound_of
from lantoa.attendance.rates import Rate
from lantoa.dashboard.course.drawing import drawing_of
from lantoa.dashboard.course.selectors import Step, forerunners, steps_of
from lantoa.kernel import clock
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.querysets import counts_scope
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Column, Kind, Table, table_response


def _count(name: str, label: Promise) -> Column[Step]:
    return Column(
        key=name,
        label=label,
        value=lambda step: int(getattr(step.counts, name)),
        kind=Kind.NUMBER,
        screen=False,
    )


def _order(rate: Rate, step: Step) -> tuple[bool, float, int]:
    """By the exact share; what is not known stands after all others."""
    share = rate.numerator / rate.denominator if rate.known and rate.denominator else 0.0
    return not rate.known, share, step.number


COLUMNS: tuple[Column[Step], ...] = (
    Column(
        key="number",
        label=lazy("No."),
        value=lambda step: step.number,
        kind=Kind.NUMBER,
        sort_key=lambda step: step.number,
    ),
    Column(
        key="campaign",
        label=lazy("Campaign"),
        value=lambda step: step.campaign.name,
        sort_key=lambda step: (step.campaign.name, step.number),
        template="dashboard/course/campaign_cell.html",
        primary=True,
    ),
    Column(
        key="starts",
        label=lazy("Begins"),
        value=lambda step: step.campaign.starts_on,
        kind=Kind.DATE,
        screen=False,
    ),
    Column(
        key="state",
        label=lazy("State"),
        value=lambda step: step.state.label,
        screen=False,
    ),
    Column(
        key="bound",
        label=lazy("Lower bound"),
        value=lambda step: bound_of(step.counts),
        screen=False,
    ),
    Column(
        key="rate",
        label=lazy("Coverage"),
        value=lambda step: step.counts.coverage.percent,
        kind=Kind.PERCENT,
        sort_key=lambda step: _order(step.counts.coverage, step),
        template="dashboard/course/coverage_cell.html",
    ),
    _count("reached", lazy("Reached")),
    Column(
        key="first",
        label=lazy("First-session rate"),
        value=lambda step: step.counts.first_session.percent,
        kind=Kind.PERCENT,
        sort_key=lambda step: _order(step.counts.first_session, step),
        template="dashboard/course/first_cell.html",
    ),
    _count("attended", lazy("Present at the first session")),
    _count("denominator", lazy("To be reached")),
    _count("summoned", lazy("Summoned")),
    _count("excluded", lazy("Excluded")),
    Column(
        key="cells",
        label=lazy("Cells reported"),
        value=lambda step: step.counts.cells_reported,
        kind=Kind.NUMBER,
        template="dashboard/course/cells_cell.html",
    ),
    _count("cells_total", lazy("Cells")),
    Column(
        key="plans",
        label=lazy("Plans in time"),
        value=lambda step: step.plans.in_time,
        kind=Kind.NUMBER,
        template="dashboard/course/plans_cell.html",
    ),
    Column(
        key="plans_due",
        label=lazy("Plans issued or due"),
        value=lambda step: step.plans.due,
        kind=Kind.NUMBER,
        screen=False,
    ),
)


@require_safe
def unit_course(request: ActorRequest, unit_id: int) -> HttpResponse:
    """How did this unit fare from one campaign to the next?"""
    unit = get_object_or_404(Unit.objects.filter(counts_scope(request.actor)), pk=unit_id)
    steps = steps_of(unit, request.actor, clock.today())
    table = Table(
        request=request,
        columns=COLUMNS,
        rows=steps,
        caption=_("Campaigns of %(unit)s") % {"unit": unit.name},
        filename=_("Campaigns of %(unit)s") % {"unit": unit.name},
        sort="number",
        empty_title=_("This unit has been in no campaign yet."),
        empty_text=_("Once a campaign has started its figures stand here, beside those of earlier ones."),
    )
    context = {
        "unit": unit,
        "steps": steps,
        "drawing": drawing_of(steps),
        "forerunners": forerunners(unit, request.actor),
        "today": clock.today(),
        "breadcrumbs": [
            Crumb(_("Units"), reverse("organizations:unit_list")),
            Crumb(unit.name, reverse("organizations:unit_detail", args=[unit.pk])),
        ],
    }
    return table_response(request, "dashboard/course/unit_course.html", table, context)
