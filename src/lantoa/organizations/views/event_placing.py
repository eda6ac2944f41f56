"""Placing what a split leaves: people by those who may see their names, the rest by the administrator."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from lantoa.kernel.refusals import Refusal
from lantoa.kernel.vietnamese import fold, text_key
from lantoa.organizations import policies
from lantoa.organizations.enums import UnitEventKind
from lantoa.organizations.forms.persons import ExportForm
from lantoa.organizations.forms.placing import PlacingFilterForm, PlacingForm, PlacingUploadForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import DraftSuccessor, UnitEventDraft
from lantoa.organizations.placing_workbook import placing_workbook
from lantoa.organizations.reading import BYTES_LIMIT
from lantoa.organizations.selectors.courses import Course, course_of
from lantoa.organizations.selectors.placings import (
    BAD,
    CHANGES,
    CheckedPlacing,
    Finding,
    Placeable,
    people_of,
    rest_of,
)
from lantoa.organizations.services.exports import export_placings
from lantoa.organizations.services.lists import note_table
from lantoa.organizations.services.placing import place_people, place_units, read_placings
from lantoa.organizations.unit_event_errors import NotInEvent
from lantoa.organizations.views.units import unit_crumb
from lantoa.ui.responses import add_refusal, redirect_after_post, render_invalid, render_page
from lantoa.ui.states import Crumb, State, Tone
from lantoa.ui.tables import Column, Kind, Table, table_response

TEMPLATE = "organizations/event_placing.html"


Take = Callable[[Mapping[str, DraftSuccessor]], int]
"""Places each row of these keys at its unit; how many are left without a place."""

SHOWN = 200
"""So many rows of a workbook are shown before they are placed, those with problems first."""

_FINDINGS: dict[Finding, State] = {
    Finding.PLACED: State(gettext_lazy("is placed"), Tone.SUCCESS),
    Finding.MOVED: State(gettext_lazy("placed already, goes elsewhere now"), Tone.INFO),
    Finding.SAME: State(gettext_lazy("placed there already")),
    Finding.BLANK: State(gettext_lazy("no unit named, stays as it is")),
    Finding.UNKNOWN_ROW: State(gettext_lazy("not in this list"), Tone.DANGER),
    Finding.SEVERAL_ROWS: State(gettext_lazy("several rows have this member code"), Tone.DANGER),
    Finding.TWICE: State(gettext_lazy("stands in the file twice"), Tone.DANGER),
    Finding.UNKNOWN_UNIT: State(gettext_lazy("takes nothing over in this event"), Tone.DANGER),
    Finding.SEVERAL_UNITS: State(gettext_lazy("several units are called so"), Tone.DANGER),
}

_TICK: Column[Placeable] = Column(
    key="tick",
    label=gettext_lazy("Choose"),
    value=lambda row: row.key,
    template="organizations/_placing_tick.html",
)
_NAME: Column[Placeable] = Column(
    key="name",
    label=gettext_lazy("Full name"),
    value=lambda row: row.name,
    sort_key=lambda row: row.order,
    primary=True,
)
_WHAT: Column[Placeable] = Column(
    key="what", label=gettext_lazy("Kind"), value=lambda row: row.what, sort_key=lambda row: row.what
)
_PLACE: Column[Placeable] = Column(
    key="place",
    label=gettext_lazy("Goes to"),
    value=lambda row: row.place,
    sort_key=lambda row: row.place,
    state=lambda row: None if row.place else State(gettext_lazy("to be placed"), Tone.WARNING),
)
REST_COLUMNS = (_TICK, replace(_NAME, label=gettext_lazy("Unit or appointment")), _WHAT, _PLACE)
PEOPLE_COLUMNS: tuple[Column[Placeable], ...] = (
    _TICK,
    _NAME,
    Column(
        key="birth_year",
        label=gettext_lazy("Year of birth"),
        value=lambda row: str(row.birth_year or ""),
        sort_key=lambda row: row.birth_year or 0,
        kind=Kind.TEXT,
    ),
    Column(
        key="village",
        label=gettext_lazy("Village"),
        value=lambda row: row.village,
        sort_key=lambda row: text_key(row.village),
    ),
    Column(key="what", label=gettext_lazy("Standing"), value=lambda row: row.what, sort_key=lambda row: row.what),
    _PLACE,
)


READ_COLUMNS: tuple[Column[CheckedPlacing], ...] = (
    Column(key="number", label=gettext_lazy("Row"), value=lambda row: row.line.number, kind=Kind.NUMBER),
    Column(key="name", label=gettext_lazy("Full name"), value=lambda row: row.name or row.line.key, primary=True),
    Column(key="place", label=gettext_lazy("Goes to"), value=lambda row: row.place),
    Column(
        key="finding",
        label=gettext_lazy("What becomes of it"),
        value=lambda row: str(_FINDINGS[row.finding].label),
        state=lambda row: _FINDINGS[row.finding],
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """One of the two lists of a draft: what its rows are and how they are placed."""

    draft: UnitEventDraft
    people: bool
    rows_of: Callable[[Course], list[Placeable]]
    columns: Sequence[Column[Placeable]]
    take: Take


@require_http_methods(["GET", "POST"])
def event_placing(request: ActorRequest, pk: int) -> HttpResponse:
    """Sub-units and appointments of a unit that is split, and where each goes."""
    drafts = UnitEventDraft.objects.visible_to(request.actor).filter(kind=UnitEventKind.SPLIT)
    draft = get_object_or_404(drafts.select_related("unit__parent"), pk=pk)

    def take(places: Mapping[str, DraftSuccessor]) -> int:
        units, appointments = (_numbered(places, f"{kind}-") for kind in ("unit", "appointment"))
        return place_units(actor=request.actor, draft=draft, units=units, appointments=appointments)

    return _placing(request, _List(draft=draft, people=False, rows_of=rest_of, columns=REST_COLUMNS, take=take))


@require_http_methods(["GET", "POST"])
def event_people(request: ActorRequest, pk: int) -> HttpResponse:
    """The people of a unit that is split, by name, and where each goes."""
    drafts = UnitEventDraft.objects.placeable_by(request.actor).select_related("unit__parent")
    draft = get_object_or_404(drafts, pk=pk)

    def take(places: Mapping[str, DraftSuccessor]) -> int:
        return place_people(actor=request.actor, draft=draft, places=_numbered(places, "member-"))

    return _placing(request, _List(draft=draft, people=True, rows_of=people_of, columns=PEOPLE_COLUMNS, take=take))


def _placing(request: ActorRequest, asked: _List) -> HttpResponse:
    """The list with its forms: a POST places ticked rows (and those without a place where that is asked for), gives
    the list as a workbook, shows what one says, or places what it said."""
    draft = asked.draft
    rows = asked.rows_of(course_of(draft)) if draft.is_open else []
    table = _table(request, rows, asked.columns)
    context = {
        "draft": draft,
        "people": asked.people,
        "left": sum(row.successor is None for row in rows),
        "form": PlacingForm(draft=draft),
        "filter_form": PlacingFilterForm(request.GET),
        "export_form": ExportForm(),
        "upload_form": PlacingUploadForm(),
        "may_export": policies.can_export_placings(actor=request.actor, unit=draft.unit, people=asked.people),
        "read": None,
        "refusal": None,
        "breadcrumbs": _crumbs(draft, people=asked.people),
    }
    if request.method != "POST":
        if asked.people:
            unit = draft.unit
            note_table(actor=request.actor, action="organizations.list_placing", about=draft, unit=unit, table=table)
        return table_response(request, TEMPLATE, table, context)
    steps = {"export": _export, "read": _read, "apply": _apply}
    step = steps.get(request.POST.get("step", ""), _place)
    return step(request, asked, rows, {**context, "table": table})


def _place(request: ActorRequest, asked: _List, rows: list[Placeable], context: dict[str, Any]) -> HttpResponse:
    form = PlacingForm(request.POST, draft=asked.draft)
    context["form"] = form
    if not form.is_valid():
        return render_invalid(request, TEMPLATE, context, form=form)
    chosen = set(request.POST.getlist("rows"))
    if form.cleaned_data["rest"]:
        chosen |= {row.key for row in rows if row.successor is None}
    try:
        left = asked.take(dict.fromkeys(chosen, form.cleaned_data["successor"]))
    except Refusal as refusal:
        return render_invalid(request, TEMPLATE, context, form=form, refusal=refusal)
    return _placed(request, left)


def _export(request: ActorRequest, asked: _List, _rows: list[Placeable], context: dict[str, Any]) -> HttpResponse:
    form = context["export_form"] = ExportForm(request.POST)
    if not form.is_valid():
        return render_invalid(request, TEMPLATE, context)
    purpose = form.cleaned_data["purpose"]
    try:
        course, rows = export_placings(actor=request.actor, draft=asked.draft, people=asked.people, purpose=purpose)
    except Refusal as refusal:
        return _refused(request, context, form, refusal)
    title = _("To be placed: %(unit)s") % {"unit": asked.draft.unit.name}
    return placing_workbook(rows=rows, successors=course.successors, people=asked.people, title=title)


def _read(request: ActorRequest, asked: _List, _rows: list[Placeable], context: dict[str, Any]) -> HttpResponse:
    form = context["upload_form"] = PlacingUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return render_invalid(request, TEMPLATE, context)
    content = form.cleaned_data["upload"].read(BYTES_LIMIT + 1)
    try:
        checked = read_placings(actor=request.actor, draft=asked.draft, people=asked.people, content=content)
    except Refusal as refusal:
        return _refused(request, context, form, refusal)
    order = [*BAD, *CHANGES, Finding.SAME, Finding.BLANK]
    found = sorted(checked, key=lambda row: (order.index(row.finding), row.line.number))
    changes = [row for row in checked if row.finding in CHANGES and row.row is not None and row.successor is not None]
    context["read"] = {
        "changes": len(changes),
        "bad": sum(row.finding in BAD for row in checked),
        "same": sum(row.finding == Finding.SAME for row in checked),
        "blank": sum(row.finding == Finding.BLANK for row in checked),
        "more": max(0, len(found) - SHOWN),
        "places": " ".join(f"{row.row.key}={row.successor.pk}" for row in changes if row.row and row.successor),
        "table": Table(
            request=request,
            columns=READ_COLUMNS,
            rows=found[:SHOWN],
            caption=_("What the workbook says"),
            page_size=SHOWN,
            prefix="w-",
            empty_title=_("The workbook names no row."),
        ),
    }
    return render_page(request, TEMPLATE, context)


def _apply(request: ActorRequest, asked: _List, _rows: list[Placeable], context: dict[str, Any]) -> HttpResponse:
    units = {str(successor.pk): successor for successor in asked.draft.successors.all()}
    pairs = [pair.partition("=")[::2] for pair in request.POST.get("places", "").split()]
    places = {key: units[number] for key, number in pairs if number in units}
    try:
        if len(places) < len(pairs):
            raise NotInEvent
        left = asked.take(places)
    except Refusal as refusal:
        return render_invalid(request, TEMPLATE, context, refusal=refusal)
    return _placed(request, left)


def _refused(request: ActorRequest, context: dict[str, Any], form: BaseForm, refusal: Refusal) -> HttpResponse:
    """The page with the refusal beside the field that it names, or at the top."""
    if refusal.field not in form.fields:
        return render_invalid(request, TEMPLATE, context, refusal=refusal)
    add_refusal(form, refusal)
    return render_invalid(request, TEMPLATE, context)


def _placed(request: ActorRequest, left: int) -> HttpResponse:
    message = ngettext("Placed. %(count)s is left.", "Placed. %(count)s are left.", left) % {"count": left}
    return redirect_after_post(request, request.get_full_path(), message=message)


def _table(request: ActorRequest, rows: list[Placeable], columns: Sequence[Column[Placeable]]) -> Table[Placeable]:
    only_left = request.GET.get("show") == "left"
    return Table(
        request=request,
        columns=columns,
        rows=[row for row in rows if not (only_left and row.place)],
        caption=_("What is to be placed"),
        sort="name",
        search=lambda found, words: [row for row in found if fold(words) in fold(row.name)],
        form_names=("show",),
        empty_title=_("Nothing is left to be placed."),
    )


def _numbered(places: Mapping[str, DraftSuccessor], prefix: str) -> dict[int, DraftSuccessor]:
    """By number the units of the keys with that prefix; what is no number is in no list."""
    found = {key.removeprefix(prefix): unit for key, unit in places.items() if key.startswith(prefix)}
    return {
        int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0: unit for text, unit in found.items()
    }


def _crumbs(draft: UnitEventDraft, *, people: bool) -> list[Crumb]:
    if people:
        return [unit_crumb(draft.unit), Crumb(_("Persons"), reverse("organizations:person_list", args=[draft.unit_id]))]
    return [
        unit_crumb(draft.unit),
        Crumb(_("Events"), reverse("organizations:unit_events", args=[draft.unit_id])),
        Crumb(capfirst(draft.get_kind_display()), reverse("organizations:event_preview", args=[draft.pk])),
    ]
