"""The phones that take rolls: which there are, setting one up, naming and revoking it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Unit
from lantoa.organizations.restricting import name_of
from lantoa.rollcall.codes import grouped
from lantoa.rollcall.forms.phones import ParcelForm, RenameForm, SetUpForm
from lantoa.rollcall.models import Phone
from lantoa.rollcall.policies import can_set_up_phone
from lantoa.rollcall.selectors.phone_lists import missing_numbers, phones_of, state_of
from lantoa.rollcall.services.phones import rename_phone, revoke_phone
from lantoa.rollcall.services.provisioning import provision
from lantoa.ui.qr import qr_of
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Column, Kind, Table, table_response

PAGE, CODE = "rollcall/device_list.html", "rollcall/device_code.html"
PHONE_ADDRESS = "/rollcall/"
"""Where a phone opens what takes the roll."""


@require_safe
def device_list(request: ActorRequest) -> HttpResponse:
    """Which phones take our rolls, and do we hear of them?"""
    context = page_context(request)
    return table_response(request, PAGE, context.pop("table"), context)


def page_context(request: ActorRequest, *, renamed: tuple[int, RenameForm] | None = None) -> dict[str, Any]:
    """What the page of phones shows; `renamed` is the form of a phone whose name was not taken."""
    actor = request.actor
    if not actor.unit_ids(authority.TAKES_ROLL | authority.ADMINISTERS):
        raise NotPermitted
    table = _table(request)
    shown = list(table.page.object_list)
    renaming: dict[int, RenameForm | None] = {phone.pk: _rename_form(actor, phone) for phone in shown}
    if renamed is not None:
        renaming |= dict([renamed])
    table.extra = {"missing": missing_numbers([phone.pk for phone in shown]), "renaming": renaming}
    takes = bool(actor.unit_ids(authority.TAKES_ROLL))
    return {
        "table": table,
        "takes": takes,
        "set_up_form": SetUpForm(actor=actor) if takes else None,
        "parcel_form": ParcelForm(auto_id="parcel_%s"),
    }


@never_cache
@sensitive_variables("code")
@require_POST
def device_set_up(request: ActorRequest) -> HttpResponse:
    """Draw a code for a phone; the answer shows it, the only time that anybody sees it."""
    if not request.actor.unit_ids(authority.TAKES_ROLL):
        raise NotPermitted
    form = SetUpForm(request.POST, actor=request.actor)
    if not form.is_valid():
        return render_invalid(request, PAGE, {**page_context(request), "set_up_form": form})
    unit = get_object_or_404(Unit, pk=form.cleaned_data["unit"])
    made, code = provision(actor=request.actor, unit=unit, client_id=form.cleaned_data["client_id"])
    address = request.build_absolute_uri(PHONE_ADDRESS)
    context = {
        "unit": unit,
        "address": address,
        "code": grouped(code),
        "qr": qr_of(f"{address}#code={code}"),
        "expires_at": made.expires_at,
        "breadcrumbs": [Crumb(_("Phones"), reverse("rollcall:device_list"))],
    }
    return render_page(request, CODE, context)


@require_POST
def device_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """Let a phone open nothing from now on."""
    revoke_phone(actor=request.actor, phone=_visible(request, pk))
    message = _("The phone was revoked: it opens nothing any more. What it sent before stays.")
    return redirect_after_post(request, "rollcall:device_list", message=message)


@require_POST
def device_rename(request: ActorRequest, pk: int) -> HttpResponse:
    """Call a phone by another name."""
    phone = _visible(request, pk)
    form = RenameForm(request.POST, auto_id=f"rename_{phone.pk}_%s")
    if not form.is_valid():
        return render_invalid(request, PAGE, page_context(request, renamed=(phone.pk, form)))
    rename_phone(actor=request.actor, phone=phone, label=form.cleaned_data["label"])
    return redirect_after_post(request, "rollcall:device_list", message=_("The phone has its new name."))


def _visible(request: ActorRequest, pk: int) -> Phone:
    return get_object_or_404(Phone.objects.visible_to(request.actor).select_related("device__unit"), pk=pk)


def _rename_form(actor: Actor, phone: Phone) -> RenameForm | None:
    if not can_set_up_phone(actor=actor, unit=phone.device.unit):
        return None
    return RenameForm(auto_id=f"rename_{phone.pk}_%s", initial={"label": phone.label})


def user_name(phone: Phone) -> str:
    """Who the phone acts for, as a list names them."""
    user = phone.device.user
    person = getattr(user, "person", None)
    return name_of(phone, person.full_name) if person else user.get_username()


def _table(request: ActorRequest) -> Table[Phone]:
    now = clock.now()
    columns: tuple[Column[Phone], ...] = (
        Column(
            key="label",
            label=_("Phone"),
            value=lambda phone: phone.label,
            template="rollcall/_device_label.html",
            order_by=("label",),
            primary=True,
        ),
        Column(
            key="unit",
            label=_("Takes the roll of, for"),
            value=user_name,
            template="rollcall/_device_user.html",
            order_by=("device__unit__name", "label"),
        ),
        Column(key="state", label=_("State"), value=lambda phone: "", state=lambda phone: state_of(phone, now)),
        Column(
            key="seen",
            label=_("Last seen, and what it reported"),
            value=lambda phone: phone.last_seen_at,
            kind=Kind.DATETIME,
            template="rollcall/_device_said.html",
            order_by=("last_seen_at",),
        ),
        Column(
            key="until",
            label=_("Set up – good until"),
            value=lambda phone: phone.expires_at,
            template="rollcall/_device_until.html",
            order_by=("expires_at",),
        ),
        Column(key="act", label=_("Change"), value=lambda phone: "", template="rollcall/_device_steps.html"),
    )
    return Table(
        request=request,
        columns=columns,
        rows=phones_of(request.actor),
        caption=_("Phones that take the roll"),
        empty_title=_("No phone is set up yet."),
        empty_text=_(
            "A phone takes the roll where there is no network and sends it later. Whoever takes the roll of a unit "
            "sets it up here: choose “Set up a phone” and point the phone at the square that appears."
        ),
    )
