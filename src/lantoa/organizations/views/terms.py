"""Terms of appointments: which end soon, and their renewal."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations.forms.appointments import RenewalForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Appointment
from lantoa.organizations.selectors.terms import terms_ending
from lantoa.organizations.services.exports import export_appointments
from lantoa.organizations.services.terms import renew_appointment
from lantoa.organizations.views.appointments import TERM_COLUMN, administered_appointment, crumbs_of, list_crumb
from lantoa.organizations.views.purposes import named_table_response
from lantoa.organizations.views.units import administered_unit, unit_crumb
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import State, Tone
from lantoa.ui.tables import Column, Table


def term_state(appointment: Appointment) -> State:
    """Whether a term that ends soon is over already."""
    if appointment.term_ends_on is not None and appointment.term_ends_on < clock.today():
        return State(gettext_lazy("Term over"), Tone.WARNING, "exclamation-triangle")
    return State(gettext_lazy("Term ends soon"), Tone.INFO, "hourglass-split")


COLUMNS: tuple[Column[Appointment], ...] = (
    Column(
        key="person",
        label=gettext_lazy("Person"),
        value=lambda appointment: appointment.person.full_name,
        order_by=("person__sort_key",),
        template="organizations/_appointment_person.html",
        primary=True,
    ),
    Column(
        key="role",
        label=gettext_lazy("Role"),
        value=lambda appointment: capfirst(appointment.get_role_display()),
        order_by=("role", "person__sort_key"),
    ),
    Column(
        key="unit",
        label=gettext_lazy("Unit"),
        value=lambda appointment: appointment.unit.name,
        order_by=("unit__sort_key", "person__sort_key"),
        href=lambda appointment: reverse("organizations:appointment_list", args=[appointment.unit_id]),
    ),
    TERM_COLUMN,
    Column(
        key="state",
        label=gettext_lazy("State"),
        value=lambda appointment: term_state(appointment).label,
        state=term_state,
    ),
    Column(
        key="steps",
        label=gettext_lazy("Steps"),
        value=lambda appointment: "",
        template="organizations/_term_steps.html",
        export=False,
    ),
)


@require_http_methods(["GET", "POST"])
def appointment_ending(request: ActorRequest, pk: int) -> HttpResponse:
    """The appointments at the unit `pk` and below whose term is over or ends within 90 days, the earliest first."""
    unit = administered_unit(request, pk)
    table = Table(
        request=request,
        columns=COLUMNS,
        rows=terms_ending(actor=request.actor, unit=unit),
        caption=_("Terms that end soon"),
        filename=_("terms"),
        asks_purpose=True,
        sort="term",
        empty_title=_("No term ends in the next 90 days."),
    )
    context = {"unit": unit, "breadcrumbs": [unit_crumb(unit), list_crumb(unit.pk)]}
    return named_table_response(
        request,
        "organizations/appointment_ending.html",
        table,
        context,
        action="organizations.list_appointments",
        about=unit,
        unit=unit,
        export=lambda rows, purpose: export_appointments(actor=request.actor, unit=unit, rows=rows, purpose=purpose),
    )


@require_http_methods(["GET", "POST"])
def appointment_renew(request: ActorRequest, pk: int) -> HttpResponse:
    """Appoint the same person to the same role for another term."""
    appointment = administered_appointment(request, pk)
    form = RenewalForm(request.POST or None)
    context = {"appointment": appointment, "breadcrumbs": crumbs_of(appointment)}
    template = "organizations/appointment_renew.html"
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    given = {name: form.cleaned_data[name] for name in ("starts_on", "term_ends_on", "client_id")}
    try:
        renew_appointment(actor=request.actor, appointment=appointment, decision=form.decision, **given)
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = _("The appointment of %(person)s was renewed.") % {"person": appointment.person.full_name}
    return redirect_after_post(request, "organizations:appointment_list", appointment.unit_id, message=message)
