"""Who can see a unit, and why."""

from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from lantoa.organizations import errors, policies
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.selectors.sight import Sight, sights_of
from lantoa.organizations.views.appointments import account_state
from lantoa.organizations.views.units import unit_crumb, visible_unit
from lantoa.ui.tables import Column, Table, table_response

COLUMNS: tuple[Column[Sight], ...] = (
    Column(
        key="person",
        label=gettext_lazy("Person"),
        value=lambda sight: (
            sight.appointment.person.full_name if sight.shown else gettext_lazy("The name is not shown to you")
        ),
        primary=True,
    ),
    Column(key="role", label=gettext_lazy("Role"), value=lambda sight: capfirst(sight.role.label)),
    Column(
        key="unit",
        label=gettext_lazy("Appointed at"),
        value=lambda sight: sight.appointment.unit.name,
        template="organizations/_sight_unit.html",
    ),
    Column(
        key="verbs",
        label=gettext_lazy("What it allows here"),
        value=lambda sight: ", ".join(str(verb.label) for verb in sight.verbs),
        prose=True,
    ),
    Column(
        key="account",
        label=gettext_lazy("Account"),
        value=lambda sight: account_state(sight.appointment).label,
        state=lambda sight: account_state(sight.appointment),
    ),
)


@require_GET
def unit_sight(request: ActorRequest, pk: int) -> HttpResponse:
    """Every appointment that gives sight of the unit `pk` or a right there, with what it gives and by which line."""
    unit = visible_unit(request, pk)
    if not policies.can_see_access(actor=request.actor, unit=unit):
        raise errors.NotPermitted
    table = Table(
        request=request,
        columns=COLUMNS,
        rows=sights_of(actor=request.actor, unit=unit),
        caption=_("Who can see %(unit)s") % {"unit": unit.name},
        empty_title=_("Nobody can see this unit."),
        empty_text=_("Only an appointment here or at a unit above gives sight of it."),
    )
    context = {"unit": unit, "breadcrumbs": [unit_crumb(unit)]}
    return table_response(request, "organizations/unit_sight.html", table, context)
