"""The accounts of those who hold an appointment."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from lantoa.accounts.guests import guest_of
from lantoa.accounts.mail import can_send
from lantoa.accounts.models import Invitation, User
from lantoa.accounts.usernames import suggested_username
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import errors
from lantoa.organizations.forms.appointments import (
    WAY_MAIL,
    WAY_SLIP,
    AccountForm,
    FactorResetForm,
    InvitationForm,
)
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Appointment
from lantoa.organizations.services.appointments import (
    OpenedAccount,
    end_account_sessions,
    open_account,
    renew_password,
    reset_second_factor,
    set_account_active,
)
from lantoa.organizations.services.invitations import SignIn, invite_by_mail, print_slips
from lantoa.organizations.views.appointments import account_state, administered_appointment, crumbs_of
from lantoa.organizations.views.slips import show_slips, shown, site_of
from lantoa.ui.forms import OnceForm
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page


@never_cache
@sensitive_variables("opened")
@require_http_methods(["GET", "POST"])
def account_open(request: ActorRequest, pk: int) -> HttpResponse:
    """The account of the holder of an appointment: opened here, or shown with what can be done about it.

    The answer to the POST shows the one-time password or the slip, the only time that anybody sees it.
    """
    appointment = administered_appointment(request, pk)
    context = _account_context(appointment)
    template = "organizations/account_open.html"
    if request.method != "POST":
        initial = {"username": suggested_username(appointment.person.full_name)}
        return render_page(request, template, {**context, "form": AccountForm(initial=initial)})
    form = AccountForm(request.POST)
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        return _give_access(request, appointment, **form.cleaned_data)
    except errors.NotPermitted:
        raise
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)


@never_cache
@sensitive_variables("opened")
@require_POST
def account_renew(request: ActorRequest, pk: int) -> HttpResponse:
    """Set a new one-time password and show it."""
    appointment = administered_appointment(request, pk)
    form = OnceForm(request.POST)
    client_id = form.cleaned_data["client_id"] if form.is_valid() else None
    try:
        opened = renew_password(actor=request.actor, person=appointment.person, client_id=client_id)
    except Refusal as refusal:
        return account_refused(request, appointment, refusal)
    return _show_password(request, appointment, opened)


@require_POST
def account_close(request: ActorRequest, pk: int) -> HttpResponse:
    """Close the account of the holder of an appointment."""
    return _set_active(request, pk, active=False, message=_("The account was closed."))


@require_POST
def account_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """Open it again."""
    return _set_active(request, pk, active=True, message=_("The account was opened again."))


@require_POST
def account_sign_out(request: ActorRequest, pk: int) -> HttpResponse:
    """Sign out the account of the holder of an appointment everywhere."""
    appointment = administered_appointment(request, pk)
    try:
        end_account_sessions(actor=request.actor, person=appointment.person)
    except Refusal as refusal:
        return account_refused(request, appointment, refusal)
    message = _("The account is signed out everywhere.")
    return redirect_after_post(request, "organizations:account_open", appointment.pk, message=message)


@require_POST
def account_reset_factor(request: ActorRequest, pk: int) -> HttpResponse:
    """Take the second factor of the holder of an appointment away."""
    appointment = administered_appointment(request, pk)
    form = FactorResetForm(request.POST)
    if not form.is_valid():
        context = {**_account_context(appointment), "reset_form": form, "reset_open": True}
        return render_invalid(request, "organizations/account_open.html", context)
    try:
        done = reset_second_factor(actor=request.actor, person=appointment.person, **form.cleaned_data)
    except Refusal as refusal:
        return account_refused(request, appointment, refusal)
    done_text = _("The second factor was taken away, and the account is signed out everywhere.")
    message = done_text if done else _("There is no second factor that you were shown: nothing was changed.")
    return redirect_after_post(request, "organizations:account_open", appointment.pk, message=message)


def _set_active(request: ActorRequest, pk: int, *, active: bool, message: str) -> HttpResponse:
    appointment = administered_appointment(request, pk)
    try:
        set_account_active(actor=request.actor, person=appointment.person, active=active)
    except Refusal as refusal:
        return account_refused(request, appointment, refusal)
    return redirect_after_post(request, "organizations:account_open", appointment.pk, message=message)


def account_refused(request: ActorRequest, appointment: Appointment, refusal: Refusal) -> HttpResponse:
    """The page of the account with what was refused; a right that is wanting goes on to its own page."""
    if isinstance(refusal, errors.NotPermitted):
        raise refusal
    context = {**_account_context(appointment), "form": AccountForm()}
    return render_invalid(request, "organizations/account_open.html", context, refusal=refusal)


def _give_access(
    request: ActorRequest, appointment: Appointment, *, way: str, username: str, email: str, client_id: uuid.UUID
) -> HttpResponse:
    """Open the account in the way that was chosen."""
    person, actor = appointment.person, request.actor
    if way == WAY_MAIL:
        site = site_of(request)
        invite_by_mail(actor=actor, person=person, username=username, email=email, site=site, client_id=client_id)
        message = _("The invitation is on its way to %(email)s.") % {"email": email}
        return redirect_after_post(request, "organizations:account_open", appointment.pk, message=message)
    if way == WAY_SLIP:
        wishes = {person.pk: SignIn(username, email)}
        slips = print_slips(
            actor=actor, unit=appointment.unit, person_ids=[person.pk], client_id=client_id, wishes=wishes
        )
        return show_slips(request, slips, reverse("organizations:account_open", args=[appointment.pk]))
    opened = open_account(actor=actor, person=person, username=username, email=email, client_id=client_id)
    return _show_password(request, appointment, opened)


def _show_password(request: ActorRequest, appointment: Appointment, opened: OpenedAccount) -> HttpResponse:
    appointment.person.user = opened.user
    context = {**_account_context(appointment), "opened": opened}
    return render_page(request, "organizations/account_opened.html", context)


def _account_context(appointment: Appointment) -> dict[str, Any]:
    account = appointment.person.user
    last = account.invitations.first() if account is not None else None
    newest: int | None = getattr(appointment, "newest_factor", None)
    return {
        "appointment": appointment,
        "person": appointment.person,
        "account": account,
        "invited": shown(last) if last is not None else None,
        "expected": account is not None and guest_of(account.pk) is not None,
        "can_send": can_send(),
        "mail_form": InvitationForm(initial={"email": _address_of(account, last)}),
        "slip_form": OnceForm(),
        "state": account_state(appointment),
        "renew_form": OnceForm(),
        "reset_form": FactorResetForm(initial={"seen": newest}, auto_id="reset_%s") if newest else None,
        "breadcrumbs": crumbs_of(appointment),
    }


def _address_of(account: User | None, last: Invitation | None) -> str:
    """Where a link would go: to the address of the open invitation, else to that of the account, else as before."""
    own, invited = account.email if account else "", last.email if last else ""
    return (invited or own) if last is not None and last.is_open else (own or invited)
