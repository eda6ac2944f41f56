"""Pages of the persons of a unit and of one person's record."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Standing
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.forms.departures import DepartureForm
from lantoa.organizations.forms.persons import ENDING, ExportForm, PersonCreateForm, PersonEditForm, PersonFilterForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Person, Unit
from lantoa.organizations.restricting import left_out
from lantoa.organizations.selectors import persons as selectors
from lantoa.organizations.selectors.departures import departure_ahead, offices_from
from lantoa.organizations.selectors.exemptions import exemptions_ending
from lantoa.organizations.selectors.transfers import guests_of, waiting_at
from lantoa.organizations.selectors.unit_events import splits_of
from lantoa.organizations.services import persons as services
from lantoa.organizations.services.lists import note_table
from lantoa.organizations.views.person_tables import (
    EXPORT_COLUMNS,
    child_table,
    ending_table,
    guest_table,
    left_table,
    person_table,
)
from lantoa.organizations.views.persons_on import persons_on
from lantoa.ui.days import asked_day
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page, render_stale
from lantoa.ui.states import Crumb
from lantoa.ui.tables import Table, table_response


def unit_crumbs(unit: Unit) -> list[Crumb]:
    """The way from the unit's page."""
    return [Crumb(unit.label, reverse("organizations:unit_detail", args=[unit.pk]))]


def persons_crumbs(actor: Actor, unit: Unit) -> list[Crumb]:
    """The way from the unit's page through its persons, where the reader may see them."""
    crumbs = unit_crumbs(unit)
    if policies.can_see_names(actor=actor, unit=unit):
        crumbs.append(Crumb(_("Persons of the unit"), reverse("organizations:person_list", args=[unit.pk])))
    return crumbs


def _unit(request: ActorRequest, pk: int) -> Unit:
    return get_object_or_404(Unit.objects.visible_to(request.actor).select_related("parent"), pk=pk)


def _person(request: ActorRequest, pk: int) -> Person:
    return get_object_or_404(Person.objects.visible_to(request.actor, day=clock.today()), pk=pk)


def person_crumbs(record: selectors.PersonRecord) -> list[Crumb]:
    """The way to the steps of a record."""
    unit, person = record.unit, record.person
    return [
        *unit_crumbs(unit),
        Crumb(_("Persons of the unit"), reverse("organizations:person_list", args=[unit.pk])),
        Crumb(person.full_name, reverse("organizations:person_detail", args=[person.pk])),
    ]


@require_GET
def person_list(request: ActorRequest, unit: int) -> HttpResponse:
    """The persons whom a unit counts today, or counted on a past day (`?on=`), by given name."""
    found = _unit(request, unit)
    if not policies.can_see_names(actor=request.actor, unit=found):
        raise NotPermitted
    asked = asked_day(request, past_only=True)
    if asked.day is not None:
        return persons_on(request, found, asked)
    form = PersonFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {"standing": "", "exemption": ""}
    ending = chosen["exemption"] == ENDING
    table = (ending_table if ending else person_table)(request, found, chosen["standing"])
    children = selectors.counted_below(actor=request.actor, unit=found)
    guests = list(guests_of(found))
    may_edit = policies.can_edit_persons(actor=request.actor, unit=found)
    left = left_table(request, found) if may_edit else None
    context = {
        "unit": found,
        "asked": asked,
        "filter_form": form,
        "ending": ending,
        "endings": 0 if ending or not may_edit else exemptions_ending(actor=request.actor, unit=found).count(),
        "children": children and child_table(request, children),
        "guests": guests and guest_table(request, guests, may_edit=may_edit),
        "left": left,
        "waiting": waiting_at(found) if may_edit else 0,
        "splits": splits_of(found) if policies.can_place_persons(actor=request.actor, unit=found) else [],
        "may_edit": may_edit,
        "may_export": policies.can_export_names(actor=request.actor, unit=found),
        "breadcrumbs": unit_crumbs(found),
    }
    note_table(
        actor=request.actor,
        action="organizations.list_persons",
        about=found,
        unit=found,
        table=table,
        guests=len(guests),
        left=len(list(left.page.object_list)) if left else 0,
    )
    return table_response(request, "organizations/person_list.html", table, context)


@require_http_methods(["GET", "POST"])
def person_export(request: ActorRequest, unit: int) -> HttpResponse:
    """Asks for the purpose, then gives the workbook."""
    found = _unit(request, unit)
    if not policies.can_export_names(actor=request.actor, unit=found):
        raise NotPermitted
    form = ExportForm(request.POST or None)
    crumbs = [
        *unit_crumbs(found),
        Crumb(_("Persons of the unit"), reverse("organizations:person_list", args=[found.pk])),
    ]
    context = {"unit": found, "form": form, "breadcrumbs": crumbs}
    if request.method != "POST":
        return render_page(request, "organizations/person_export.html", context)
    if not form.is_valid():
        return render_invalid(request, "organizations/person_export.html", context, form=form)
    try:
        rows = services.export_names(actor=request.actor, unit=found, purpose=form.cleaned_data["purpose"])
    except Refusal as refusal:
        return render_invalid(request, "organizations/person_export.html", context, form=form, refusal=refusal)
    title = _("Persons counted by %(unit)s") % {"unit": found.name}
    note = left_out(selectors.counted_in(found))
    rows = rows.select_related("unit", "person__sector")
    table = Table(
        request=request,
        columns=EXPORT_COLUMNS,
        rows=rows,
        caption=title,
        filename=title,
        sort="full_name",
        note=note,
    )
    return table.to_xlsx()


@require_GET
def person_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """One person's record; that it was read is on record."""
    record = services.open_record(actor=request.actor, person=_person(request, pk))
    context = detail_context(record, DepartureForm(initial={"effective_on": clock.today()}))
    return render_page(request, "organizations/person_detail.html", context)


def detail_context(record: selectors.PersonRecord, form: DepartureForm) -> dict[str, Any]:
    """What the page of a record shows; `form` ends the membership."""
    ending = record.may_edit and record.membership.period.upper is not None
    leaving = departure_ahead(record.person) if ending else None
    ends = record.may_edit and leaving is None
    return {
        "record": record,
        "exempt_today": any(one.holds_on(clock.today()) for one in record.exemptions),
        "leaving": leaving,
        "departure_form": form if ends else None,
        "offices": offices_from(record.person.pk, clock.today()) if ends else [],
        "breadcrumbs": person_crumbs(record)[:-1],
    }


@require_http_methods(["GET", "POST"])
def person_create(request: ActorRequest, unit: int) -> HttpResponse:
    """Registers one person in a unit."""
    found = _unit(request, unit)
    if not policies.can_edit_persons(actor=request.actor, unit=found):
        raise NotPermitted
    initial = {"starts_on": clock.today(), "standing": Standing.FULL}
    form = PersonCreateForm(request.POST or None, initial=initial)
    crumbs = persons_crumbs(request.actor, found)
    context: dict[str, Any] = {"unit": found, "form": form, "breadcrumbs": crumbs}
    if request.method != "POST":
        return render_page(request, "organizations/person_create.html", context)
    if not form.is_valid():
        return render_invalid(request, "organizations/person_create.html", context, form=form)
    values = dict(form.cleaned_data)
    starts_on = values.pop("starts_on")
    try:
        rows = [services.NewPerson(unit=found, **values)]
        person = services.register_persons(actor=request.actor, rows=rows, starts_on=starts_on)[0]
    except Refusal as refusal:
        return render_invalid(request, "organizations/person_create.html", context, form=form, refusal=refusal)
    message = _("%(name)s is counted here now.") % {"name": person.full_name}
    seen = policies.can_see_names(actor=request.actor, unit=found)
    return redirect_after_post(
        request, "organizations:person_list" if seen else "organizations:unit_detail", found.pk, message=message
    )


@require_http_methods(["GET", "POST"])
def person_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Corrects a record; two editors are told of each other."""
    record = editable_record(request, pk)
    person = record.person
    form = PersonEditForm(request.POST or None, initial={**_shown(record), "version": person.version})
    context: dict[str, Any] = {"record": record, "form": form, "breadcrumbs": person_crumbs(record), "stale": False}
    if request.method != "POST":
        return render_page(request, "organizations/person_edit.html", context)
    if not form.is_valid():
        return render_invalid(request, "organizations/person_edit.html", context, form=form)
    try:
        services.correct_person(actor=request.actor, person=person, **form.cleaned_data)
    except Stale:
        person.refresh_from_db()
        differences = form.differences(_shown(record))
        form.take_version(person.version)
        return render_stale(
            request, "organizations/person_edit.html", {**context, "stale": True, "differences": differences}
        )
    except Refusal as refusal:
        return render_invalid(request, "organizations/person_edit.html", context, form=form, refusal=refusal)
    return redirect_after_post(
        request, "organizations:person_detail", person.pk, message=_("The record was corrected.")
    )


def editable_record(request: ActorRequest, pk: int) -> selectors.PersonRecord:
    """The record, read by its editor. Raises NotPermitted where the reader may not write in it."""
    record = services.open_record(actor=request.actor, person=_person(request, pk))
    if not record.may_edit:
        raise NotPermitted
    return record


def _shown(record: selectors.PersonRecord) -> dict[str, Any]:
    person = record.person
    return {
        "full_name": person.full_name,
        "birth_year": person.birth_year,
        "village": person.village,
        "code": person.code,
        "standing": record.membership.standing,
        "is_manager": person.is_manager,
        "sector": person.sector_id,
    }
