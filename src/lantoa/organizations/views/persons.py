"""Pages of the persons of a unit and of one person's record."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from lantoa.kernel import clock
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Standing
from lantoa.organizations.errors import NotPermitted, Stale
from lantoa.organizations.forms.persons import (
    ExemptionEndForm,
    ExemptionForm,
    ExportForm,
    PersonCreateForm,
    PersonEditForm,
    StandingFilterForm,
)
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import ActivityExemption, Membership, Person, TemporaryMembership, Unit
from lantoa.organizations.selectors import persons as selectors
from lantoa.organizations.selectors.transfers import guests_of, waiting_at
from lantoa.organizations.selectors.unit_events import splits_of
from lantoa.organizations.services import persons as services
from lantoa.organizations.views.persons_on import persons_on
from lantoa.ui.days import asked_day
from lantoa.ui.responses import redirect_after_post, render_invalid, render_page, render_stale
from lantoa.ui.states import Crumb, State, Tone
from lantoa.ui.tables import Column, Kind, Table, table_response

_EXEMPT = State(gettext_lazy("Exempt from activities"), Tone.INFO, "pause-circle")
GUEST_COLUMNS: tuple[Column[TemporaryMembership], ...] = (
    Column(key="name", label=gettext_lazy("Full name"), value=lambda stay: stay.person.full_name, primary=True),
    Column(key="birth_year", label=gettext_lazy("Year of birth"), value=lambda stay: str(stay.person.birth_year or "")),
    Column(key="home", label=gettext_lazy("Official unit"), value=lambda stay: stay.transfer.from_unit.name),
    Column(key="letter", label=gettext_lazy("Letter"), value=lambda stay: stay.transfer.letter_number, wide_only=True),
    Column(
        key="until",
        label=gettext_lazy("Last day"),
        value=lambda stay: stay.period.upper - dt.timedelta(days=1),
        kind=Kind.DATE,
    ),
    Column(
        key="steps",
        label=gettext_lazy("Steps"),
        value=lambda stay: "",
        template="organizations/_stay_steps.html",
        export=False,
    ),
)

NAME_COLUMNS: tuple[Column[Membership], ...] = (
    Column(
        key="name",
        label=gettext_lazy("Full name"),
        value=lambda row: row.person.full_name,
        order_by=("far", "person__sort_key", "person__birth_year"),
        href=lambda row: reverse("organizations:person_detail", args=[row.person_id]),
        primary=True,
    ),
    Column(
        key="birth_year",
        label=gettext_lazy("Year of birth"),
        value=lambda row: str(row.person.birth_year or ""),
        order_by=("person__birth_year", "person__sort_key"),
    ),
    Column(
        key="village",
        label=gettext_lazy("Village"),
        value=lambda row: row.person.village,
        order_by=("person__village", "person__sort_key"),
    ),
    Column(
        key="standing",
        label=gettext_lazy("Standing"),
        value=lambda row: row.get_standing_display(),
        order_by=("standing", "person__sort_key"),
    ),
    Column(
        key="manager",
        label=gettext_lazy("Leader or manager"),
        value=lambda row: gettext_lazy("yes") if row.person.is_manager else "",
        order_by=("-person__is_manager", "person__sort_key"),
        wide_only=True,
    ),
    Column(
        key="sector",
        label=gettext_lazy("Sector"),
        value=lambda row: row.person.sector.name if row.person.sector else "",
        order_by=("person__sector__name", "person__sort_key"),
        wide_only=True,
    ),
)
LIST_COLUMNS: tuple[Column[Membership], ...] = (
    *NAME_COLUMNS,
    Column(
        key="exempt",
        label=gettext_lazy("Note"),
        value=lambda row: _EXEMPT.label if getattr(row, "exempt", False) else "",
        template="organizations/_person_notes.html",
    ),
)
CHILD_COLUMNS: tuple[Column[selectors.CountedUnit], ...] = (
    Column(
        key="unit",
        label=gettext_lazy("Unit"),
        value=lambda row: row.unit.name,
        sort_key=lambda row: row.unit.sort_key,
        href=lambda row: row.url,
        primary=True,
    ),
    Column(
        key="members",
        label=gettext_lazy("Members"),
        value=lambda row: row.members,
        kind=Kind.NUMBER,
        sort_key=lambda row: row.members,
    ),
    Column(
        key="cadres",
        label=gettext_lazy("Cadres, not members"),
        value=lambda row: row.cadres,
        kind=Kind.NUMBER,
        sort_key=lambda row: row.cadres,
    ),
)


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
    form = StandingFilterForm(request.GET)
    rows: QuerySet[Membership] = selectors.counted_in(found)
    if form.is_valid() and form.cleaned_data["standing"]:
        rows = rows.filter(standing=form.cleaned_data["standing"])
    table = Table(
        request=request,
        columns=LIST_COLUMNS,
        rows=rows,
        caption=_("Persons counted by %(unit)s") % {"unit": found.name},
        sort="name",
        search=selectors.named_like,
        form_names=("standing",),
        empty_title=_("Nobody is counted here."),
        empty_text=_("Register persons one by one, or import a list."),
    )
    children = selectors.counted_below(actor=request.actor, unit=found)
    guests = list(guests_of(found))
    may_edit = policies.can_edit_persons(actor=request.actor, unit=found)
    context = {
        "unit": found,
        "asked": asked,
        "filter_form": form,
        "children": children and _child_table(request, children),
        "guests": guests and _guest_table(request, guests, may_edit=may_edit),
        "waiting": waiting_at(found) if may_edit else 0,
        "splits": splits_of(found) if policies.can_place_persons(actor=request.actor, unit=found) else [],
        "may_edit": may_edit,
        "may_export": policies.can_export_names(actor=request.actor, unit=found),
        "breadcrumbs": unit_crumbs(found),
    }
    return table_response(request, "organizations/person_list.html", table, context)


def _child_table(request: ActorRequest, children: "list[selectors.CountedUnit]") -> "Table[selectors.CountedUnit]":
    return Table(
        request=request,
        columns=CHILD_COLUMNS,
        rows=children,
        caption=_("Units directly below"),
        sort="unit",
        prefix="c-",
    )


def _guest_table(
    request: ActorRequest, guests: "list[TemporaryMembership]", *, may_edit: bool
) -> "Table[TemporaryMembership]":
    return Table(
        request=request,
        columns=GUEST_COLUMNS if may_edit else GUEST_COLUMNS[:-1],
        rows=guests,
        caption=_("Take part here for a time"),
        prefix="g-",
    )


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
    table = Table(request=request, columns=NAME_COLUMNS, rows=rows, caption=title, filename=title, sort="name")
    return table.to_xlsx()


@require_GET
def person_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """One person's record; that it was read is on record."""
    record = services.open_record(actor=request.actor, person=_person(request, pk))
    context = {
        "record": record,
        "exempt_today": any(one.holds_on(clock.today()) for one in record.exemptions),
        "breadcrumbs": person_crumbs(record)[:-1],
    }
    return render_page(request, "organizations/person_detail.html", context)


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


@require_http_methods(["GET", "POST"])
def exemption_create(request: ActorRequest, person: int) -> HttpResponse:
    """Exempts a person from activities by a decision."""
    record = editable_record(request, person)
    form = ExemptionForm(request.POST or None)
    context = {"record": record, "form": form, "breadcrumbs": person_crumbs(record)}
    if request.method != "POST":
        return render_page(request, "organizations/exemption_create.html", context)
    if not form.is_valid():
        return render_invalid(request, "organizations/exemption_create.html", context, form=form)
    try:
        services.exempt_person(actor=request.actor, person=record.person, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, "organizations/exemption_create.html", context, form=form, refusal=refusal)
    message = _("The exemption was recorded.")
    return redirect_after_post(request, "organizations:person_detail", record.person.pk, message=message)


@require_http_methods(["GET", "POST"])
def exemption_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Lets an exemption end."""
    exemption = get_object_or_404(
        ActivityExemption.objects.visible_to(request.actor, day=clock.today()).select_related("person"), pk=pk
    )
    record = editable_record(request, exemption.person_id)
    form = ExemptionEndForm(request.POST or None, initial={"ends_on": clock.today()})
    context = {"record": record, "exemption": exemption, "form": form, "breadcrumbs": person_crumbs(record)}
    if request.method != "POST":
        return render_page(request, "organizations/exemption_end.html", context)
    if not form.is_valid():
        return render_invalid(request, "organizations/exemption_end.html", context, form=form)
    try:
        services.end_exemption(actor=request.actor, exemption=exemption, **form.cleaned_data)
    except Refusal as refusal:
        return render_invalid(request, "organizations/exemption_end.html", context, form=form, refusal=refusal)
    message = _("The last day of the exemption was recorded.")
    return redirect_after_post(request, "organizations:person_detail", record.person.pk, message=message)
