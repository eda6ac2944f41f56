"""Inviting those who are appointed: by e-mail or by printed slip, one or many, and withdrawing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lantoa.kernel.refusals import Refusal
from lantoa.organizations import errors
from lantoa.organizations.forms.appointments import InvitationForm, SlipsForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Appointment
from lantoa.organizations.services.invitations import invite_by_mail, print_slips, withdraw_invitation
from lantoa.organizations.views.accounts import account_refused
from lantoa.organizations.views.appointments import administered_appointment
from lantoa.organizations.views.slips import show_slips, site_of
from lantoa.organizations.views.units import administered_unit
from lantoa.ui.forms import OnceForm
from lantoa.ui.responses import redirect_after_post


@require_POST
def account_invite(request: ActorRequest, pk: int) -> HttpResponse:
    """Send the holder of an appointment, whose account is open, a link by e-mail."""
    appointment = administered_appointment(request, pk)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _to_account(request, appointment, _first_error(form), messages.ERROR)
    values: dict[str, Any] = {**form.cleaned_data, "site": site_of(request)}
    try:
        invite_by_mail(actor=request.actor, person=appointment.person, **values)
    except Refusal as refusal:
        return account_refused(request, appointment, refusal)
    message = _("The invitation is on its way to %(email)s.") % {"email": values["email"]}
    return _to_account(request, appointment, message)


@never_cache
@require_POST
def account_slip(request: ActorRequest, pk: int) -> HttpResponse:
    """Print a slip for the holder of an appointment, whose account is open."""
    appointment = administered_appointment(request, pk)
    form = OnceForm(request.POST)
    if not form.is_valid():
        return _to_account(request, appointment, _first_error(form), messages.ERROR)
    try:
        slips = print_slips(
            actor=request.actor,
            unit=appointment.unit,
            person_ids=[appointment.person_id],
            client_id=form.cleaned_data["client_id"],
        )
    except Refusal as refusal:
        return account_refused(request, appointment, refusal)
    return show_slips(request, slips, reverse("organizations:account_open", args=[appointment.pk]))


@require_POST
def account_uninvite(request: ActorRequest, pk: int) -> HttpResponse:
    """Withdraw the invitation to the holder of an appointment."""
    appointment = administered_appointment(request, pk)
    try:
        ended = withdraw_invitation(actor=request.actor, person=appointment.person)
    except Refusal as refusal:
        return account_refused(request, appointment, refusal)
    message = _("The invitation was withdrawn: its link or code opens nothing any more.")
    return _to_account(request, appointment, message if ended else _("That invitation had ended already."))


@never_cache
@require_POST
def account_slips(request: ActorRequest, pk: int) -> HttpResponse:
    """Print slips for those ticked who are appointed at the unit `pk` and cannot sign in yet."""
    unit = administered_unit(request, pk)
    form = SlipsForm(request.POST)
    back = reverse("organizations:appointment_list", args=[unit.pk])
    if not form.is_valid():
        text = _("Tick the people for whom slips are printed.")
        return redirect_after_post(request, back, message=text, level=messages.ERROR)
    given = form.cleaned_data
    try:
        slips = print_slips(actor=request.actor, unit=unit, person_ids=given["persons"], client_id=given["client_id"])
    except errors.NotPermitted:
        raise
    except Refusal as refusal:
        return redirect_after_post(request, back, message=str(refusal), level=messages.ERROR)
    return show_slips(request, slips, back)


def _first_error(form: OnceForm) -> str:
    return str(next(iter(form.errors.values()))[0])


def _to_account(
    request: ActorRequest, appointment: Appointment, message: str, level: int = messages.SUCCESS
) -> HttpResponse:
    return redirect_after_post(request, "organizations:account_open", appointment.pk, message=message, level=level)
