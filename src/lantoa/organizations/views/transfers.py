"""Transfers of persons between cells, for good or for a time."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import policies
from lantoa.organizations.enums import TransferState
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.forms.transfers import StayEndForm, TransferCancelForm, TransferForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import TemporaryMembership, Transfer, Unit
from lantoa.organizations.selectors.transfers import traffic_of
from lantoa.organizations.services import transfers as services
from lantoa.organizations.services.lists import note_list
from lantoa.organizations.services.persons import is_restricted, require_open
from lantoa.organizations.views.persons import editable_record, person_crumbs, persons_crumbs
from lantoa.organizations.views.units import visible_unit
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page


@require_http_methods(["GET", "POST"])
def transfer_create(request: ActorRequest, person: int) -> HttpResponse:
    """Sends a person to another unit by a letter."""
    record = editable_record(request, person)
    form = TransferForm(request.POST or None)
    context = {"record": record, "form": form, "breadcrumbs": person_crumbs(record)}
    template = "organizations/transfer_create.html"
    if request.method != "POST":
        return render_page(request, template, context)
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        transfer = services.offer_transfer(actor=request.actor, person=record.person, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    names = {"name": record.person.full_name, "unit": transfer.to_unit.name}
    if transfer.state == TransferState.ACCEPTED:
        message = _("%(name)s was transferred to %(unit)s.") % names
    else:
        message = _("The letter was sent. %(unit)s takes %(name)s in; until then nothing changes.") % names
    return redirect_after_post(request, "organizations:person_list", record.unit.pk, message=message)


@require_GET
def transfer_list(request: ActorRequest, unit: int) -> HttpResponse:
    """The letters to and from a unit: what waits for it, what it has sent, what was settled."""
    found = visible_unit(request, unit)
    _check_sight(request, found)
    context = _context(request, found)
    note_list(
        actor=request.actor,
        action="organizations.list_transfers",
        about=found,
        unit=found,
        rows=context["traffic"].letters,
    )
    return render_page(request, "organizations/transfer_list.html", context)


@require_POST
def transfer_accept(request: ActorRequest, pk: int) -> HttpResponse:
    """Takes a person in."""
    return _step(request, pk, services.accept_transfer, "to_unit", _("The person was taken in."))


@require_POST
def transfer_refuse(request: ActorRequest, pk: int) -> HttpResponse:
    """Sends a letter back."""
    return _step(request, pk, services.refuse_transfer, "to_unit", _("The letter was sent back."))


@require_POST
def transfer_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Takes a letter back that nobody has accepted."""
    return _step(request, pk, services.withdraw_transfer, "from_unit", _("The letter was withdrawn."))


@require_POST
def transfer_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Cancels what was accepted for a day to come."""
    visible = Transfer.objects.visible_to(request.actor).select_related("person", "from_unit", "to_unit")
    transfer = get_object_or_404(visible, pk=pk)
    unit = next((one for one in (transfer.from_unit, transfer.to_unit) if _keeps(request, one)), None)
    if unit is None:
        raise NotPermitted
    form = TransferCancelForm(request.POST, auto_id=f"cancel-{pk}-%s")
    context = {**_context(request, unit), "cancelled": pk, "cancel_form": form}
    template = "organizations/transfer_list.html"
    if not form.is_valid():
        return render_invalid(request, template, context)
    try:
        services.cancel_transfer(actor=request.actor, transfer=transfer, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, template, _context(request, unit), refusal=refusal)
    message = _("The transfer was cancelled. The sending unit goes on counting the person.")
    return redirect_after_post(request, "organizations:transfer_list", unit.pk, message=message)


@require_http_methods(["GET", "POST"])
def stay_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Sets the last day of a stay for a time."""
    stay = get_object_or_404(
        TemporaryMembership.objects.visible_to(request.actor).select_related("person", "unit", "transfer__from_unit"),
        pk=pk,
    )
    units = (stay.unit, stay.transfer.from_unit)
    unit = next((one for one in units if policies.can_edit_persons(actor=request.actor, unit=one)), None)
    if unit is None:
        raise NotPermitted
    require_open(actor=request.actor, unit=unit, restricted=is_restricted(stay.person_id))
    form = StayEndForm(request.POST or None, initial={"ends_on": max(clock.today(), stay.period.lower)})
    context = {"stay": stay, "unit": unit, "form": form, "breadcrumbs": persons_crumbs(request.actor, unit)}
    template = "organizations/stay_end.html"
    if request.method != "POST":
        return render_page(request, template, context)
    if not form.is_valid():
        return render_invalid(request, template, context, form=form)
    try:
        services.end_stay(actor=request.actor, stay=stay, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, template, context, form=form, refusal=refusal)
    message = _("The last day of the stay was recorded.")
    return redirect_after_post(request, "organizations:person_list", unit.pk, message=message)


def _step(request: ActorRequest, pk: int, service: Callable[..., Transfer], side: str, message: str) -> HttpResponse:
    visible = Transfer.objects.visible_to(request.actor).select_related("person", "from_unit", "to_unit")
    transfer = get_object_or_404(visible, pk=pk)
    unit: Unit = getattr(transfer, side)
    _check_sight(request, unit)
    try:
        service(actor=request.actor, transfer=transfer)
    except Refusal as refusal:
        return render_invalid(request, "organizations/transfer_list.html", _context(request, unit), refusal=refusal)
    return redirect_after_post(request, "organizations:transfer_list", unit.pk, message=message)


def _check_sight(request: ActorRequest, unit: Unit) -> None:
    """Letters name people: for whoever may edit the persons of the unit and see their names."""
    if not _keeps(request, unit):
        raise NotPermitted


def _keeps(request: ActorRequest, unit: Unit) -> bool:
    actor = request.actor
    return policies.can_edit_persons(actor=actor, unit=unit) and policies.can_see_names(actor=actor, unit=unit)


def _context(request: ActorRequest, unit: Unit) -> dict[str, Any]:
    traffic = traffic_of(unit)
    forms = [(row, TransferCancelForm(auto_id=f"cancel-{row.pk}-%s")) for row in traffic.ahead]
    crumbs = persons_crumbs(request.actor, unit)
    return {"unit": unit, "traffic": traffic, "ahead": forms, "cancelled": None, "breadcrumbs": crumbs}
