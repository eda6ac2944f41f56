"""Who is appointed at a unit."""

from dataclasses import replace

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lantoa.accounts.second_factor.factors import newest_of
from lantoa.accounts.services_invitations import is_unused
from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.kernel.vietnamese import fold
from lantoa.organizations import errors, policies
from lantoa.organizations.forms.appointments import (
    AppointmentEndForm,
    AppointmentFilterForm,
    AppointmentForm,
)
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Appointment, Person
from lantoa.organizations.selectors.invitations import without_account
from lantoa.organizations.services.appointments import (
    appoint,
    end_appointment,
)
from lantoa.organizations.services.exports import export_appointments
from lantoa.organizations.services.invitations import MOST
from lantoa.organizations.views.purposes import named_table_response
from lantoa.organizations.views.units import administered_unit, unit_crumb
from lantoa.ui.days import asked_day
from lantoa.ui.forms import OnceForm
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb, State, Tone
from lantoa.ui.tables import Column, Kind, Table


def account_state(appointment: Appointment) -> State:
    """How the holder of an appointment stands to signing in."""
    user = appointment.person.user
    if user is None:
        return State(gettext_lazy("No account"), Tone.NEUTRAL, "dash-circle")
    if not user.is_active:
        return State(gettext_lazy("Account closed"), Tone.WARNING, "lock")
    if is_unused(user):
        return State(gettext_lazy("Invited, no password yet"), Tone.INFO, "send")
    if user.must_change_password:
        return State(gettext_lazy("Not signed in yet"), Tone.INFO, "hourglass-split")
    return State(gettext_lazy("Account open"), Tone.SUCCESS, "key")


TERM_COLUMN: Column[Appointment] = Column(
    key="term",
    label=gettext_lazy("The term ends on"),
    value=lambda appointment: appointment.term_ends_on,
    order_by=("term_ends_on", "person__sort_key"),
    kind=Kind.DATE,
)
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
    Column(key="title", label=gettext_lazy("Position"), value=lambda appointment: appointment.title),
    Column(
        key="from",
        label=gettext_lazy("Holds it from"),
        value=lambda appointment: appointment.period.lower,
        order_by=("period",),
        kind=Kind.DATE,
    ),
    Column(
        key="until",
        label=gettext_lazy("Gives it up from"),
        value=lambda appointment: appointment.period.upper,
        kind=Kind.DATE,
    ),
    Column(
        key="decision",
        label=gettext_lazy("Decision number"),
        value=lambda appointment: appointment.decision_number,
        screen=False,
    ),
    Column(
        key="decision_date",
        label=gettext_lazy("Decision date"),
        value=lambda appointment: appointment.decision_date,
        kind=Kind.DATE,
        screen=False,
    ),
    Column(
        key="decision_body",
        label=gettext_lazy("Deciding body"),
        value=lambda appointment: appointment.decision_body,
        screen=False,
    ),
    replace(TERM_COLUMN, screen=False),
    Column(
        key="account",
        label=gettext_lazy("Account"),
        value=lambda appointment: account_state(appointment).label,
        state=account_state,
    ),
    Column(
        key="steps",
        label=gettext_lazy("Steps"),
        value=lambda appointment: "",
        template="organizations/_appointment_steps.html",
        export=False,
    ),
)


_OF_TODAY = ("account", "steps")
PAST_COLUMNS = tuple(replace(column, template="", screen=True) for column in COLUMNS if column.key not in _OF_TODAY)
"""What is a matter of another day: not the account of its holder today, and nothing to be done."""


@require_http_methods(["GET", "POST"])
def appointment_list(request: ActorRequest, pk: int) -> HttpResponse:
    """Who holds which role at the unit `pk`, and whether they can sign in; on a past day (`?on=`) who held which."""
    unit = administered_unit(request, pk)
    asked = asked_day(request, past_only=True)
    form = AppointmentFilterForm(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    rows = Appointment.objects.visible_to(request.actor).filter(unit=unit)
    if asked.day is not None:
        rows = rows.in_force_on(asked.day).select_related("person")
    table = Table(
        request=request,
        columns=PAST_COLUMNS if asked.day else COLUMNS,
        rows=rows if asked.day else _of_state(rows, state),
        caption=_("Appointments at %(unit)s") % {"unit": unit.name},
        filename=_("appointments"),
        asks_purpose=True,
        sort="role",
        search=lambda rows, words: rows.filter(person__folded_name__contains=fold(words)),
        form_names=("state",),
        empty_title=_("Nobody was appointed here on that day.") if asked.day else _("Nobody is appointed here."),
        empty_text="" if asked.day else _("Appoint the secretary first: only an appointment gives somebody access."),
        extra={"today": clock.today()},
    )
    context = {
        "unit": unit,
        "asked": asked,
        "filter_form": None if asked.day else form,
        "breadcrumbs": [unit_crumb(unit)],
        "people": [] if state or asked.day else without_account(actor=request.actor, unit=unit)[:MOST],
        "slips_form": OnceForm(),
    }
    return named_table_response(
        request,
        "organizations/appointment_list.html",
        table,
        context,
        action="organizations.list_appointments",
        about=unit,
        unit=unit,
        export=lambda rows, purpose: export_appointments(actor=request.actor, unit=unit, rows=rows, purpose=purpose),
    )


@require_http_methods(["GET", "POST"])
def appointment_create(request: ActorRequest, pk: int) -> HttpResponse:
    """Appoint a person, found by member code, at the unit `pk`."""
    unit = administered_unit(request, pk)
    form = AppointmentForm(request.POST or None)
    context = {"unit": unit, "breadcrumbs": [unit_crumb(unit), list_crumb(unit.pk)]}
    template = "organizations/appointment_create.html"
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        person = _person_of_code(request, form.cleaned_data["member_code"])
        appointment = appoint(actor=request.actor, person=person, unit=unit, **form.values)
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = _("%(person)s was appointed %(role)s of “%(unit)s”.") % {
        "person": person.full_name,
        "role": appointment.get_role_display(),
        "unit": unit.name,
    }
    return redirect_after_post(request, "organizations:appointment_list", unit.pk, message=message)


@require_http_methods(["GET", "POST"])
def appointment_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask once more, then let an appointment end."""
    appointment = administered_appointment(request, pk)
    first = max(clock.today(), appointment.period.lower)
    form = AppointmentEndForm(request.POST or None, initial={"ends_on": first})
    context = {"appointment": appointment, "breadcrumbs": crumbs_of(appointment)}
    template = "organizations/appointment_end.html"
    if request.method != "POST":
        return render_page(request, template, {**context, "form": form})
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        end_appointment(actor=request.actor, appointment=appointment, ends_on=form.cleaned_data["ends_on"])
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = _("The appointment of %(person)s ends.") % {"person": appointment.person.full_name}
    return redirect_after_post(request, "organizations:appointment_list", appointment.unit_id, message=message)


def administered_appointment(request: ActorRequest, pk: int) -> Appointment:
    """The appointment, where the actor may see it (else 404) and administers its unit (else NotPermitted)."""
    visible = Appointment.objects.visible_to(request.actor).select_related("unit", "person__user")
    visible = visible.annotate(newest_factor=newest_of("person__user_id"))
    appointment = get_object_or_404(visible, pk=pk)
    if not policies.can_administer(actor=request.actor, unit=appointment.unit):
        raise errors.NotPermitted
    return appointment


def _of_state(appointments: QuerySet[Appointment], state: str) -> QuerySet[Appointment]:
    found = appointments.select_related("person__user")
    ended = {"period__endswith__isnull": False, "period__endswith__lte": clock.today()}
    if state == "all":
        return found
    return found.filter(**ended) if state == "ended" else found.exclude(**ended)


def _person_of_code(request: ActorRequest, code: str) -> Person:
    person = Person.objects.looked_after_by(request.actor).filter(code=code).first()
    if person is None:
        raise errors.PersonOutOfReach(field="member_code")
    return person


def crumbs_of(appointment: Appointment) -> list[Crumb]:
    """The way to the steps of an appointment."""
    return [unit_crumb(appointment.unit), list_crumb(appointment.unit_id)]


def list_crumb(unit_id: int) -> Crumb:
    """The step that leads to the appointments at a unit."""
    return Crumb(_("Appointments"), reverse("organizations:appointment_list", args=[unit_id]))
