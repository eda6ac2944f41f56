"""Placing what a split leaves: people by those who may see their names, the rest by the administrator."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from lantoa.kernel.refusals import Refusal
from lantoa.kernel.vietnamese import fold, text_key
from lantoa.organizations.enums import UnitEventKind
from lantoa.organizations.forms.unit_events import PlacingFilterForm, PlacingForm
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import DraftSuccessor, Person, UnitEventDraft
from lantoa.organizations.selectors.courses import Course, Going, course_of
from lantoa.organizations.services.lists import note_table
from lantoa.organizations.services.placing import place_people, place_units
from lantoa.organizations.views.units import unit_crumb
from lantoa.ui.responses import redirect_after_post, render_invalid
from lantoa.ui.states import Crumb, State, Tone
from lantoa.ui.tables import Column, Kind, Table, table_response

TEMPLATE = "organizations/event_placing.html"


@dataclass(frozen=True, slots=True)
class Row:
    """One row to be placed; `key` tells it from the others, `order` sorts it."""

    key: str
    name: str
    what: str
    order: str
    place: str
    birth_year: int | None = None
    village: str = ""


Take = Callable[[set[str], DraftSuccessor], int]
"""Places the rows of these keys; how many are left without a place."""

_TICK: Column[Row] = Column(
    key="tick",
    label=gettext_lazy("Choose"),
    value=lambda row: row.key,
    template="organizations/_placing_tick.html",
)
_NAME: Column[Row] = Column(
    key="name",
    label=gettext_lazy("Name"),
    value=lambda row: row.name,
    sort_key=lambda row: row.order,
    primary=True,
)
_WHAT: Column[Row] = Column(
    key="what", label=gettext_lazy("Kind"), value=lambda row: row.what, sort_key=lambda row: row.what
)
_PLACE: Column[Row] = Column(
    key="place",
    label=gettext_lazy("Goes to"),
    value=lambda row: row.place,
    sort_key=lambda row: row.place,
    state=lambda row: None if row.place else State(gettext_lazy("to be placed"), Tone.WARNING),
)
REST_COLUMNS = (_TICK, replace(_NAME, label=gettext_lazy("Unit or appointment")), _WHAT, _PLACE)
PEOPLE_COLUMNS: tuple[Column[Row], ...] = (
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


@require_http_methods(["GET", "POST"])
def event_placing(request: ActorRequest, pk: int) -> HttpResponse:
    """Sub-units and appointments of a unit that is split, and where each goes."""
    drafts = UnitEventDraft.objects.visible_to(request.actor).filter(kind=UnitEventKind.SPLIT)
    draft = get_object_or_404(drafts.select_related("unit__parent"), pk=pk)

    def take(keys: set[str], successor: DraftSuccessor) -> int:
        chosen = {kind: _numbers(keys, f"{kind}-") for kind in ("unit", "appointment")}
        return place_units(
            actor=request.actor,
            draft=draft,
            successor=successor,
            units=chosen["unit"],
            appointments=chosen["appointment"],
        )

    return _placing(request, draft, _rest_of, REST_COLUMNS, take, people=False)


@require_http_methods(["GET", "POST"])
def event_people(request: ActorRequest, pk: int) -> HttpResponse:
    """The people of a unit that is split, by name, and where each goes."""
    drafts = UnitEventDraft.objects.placeable_by(request.actor).select_related("unit__parent")
    draft = get_object_or_404(drafts, pk=pk)

    def take(keys: set[str], successor: DraftSuccessor) -> int:
        return place_people(
            actor=request.actor, draft=draft, places=dict.fromkeys(_numbers(keys, "member-"), successor)
        )

    return _placing(request, draft, _people_of, PEOPLE_COLUMNS, take, people=True)


def _placing(
    request: ActorRequest,
    draft: UnitEventDraft,
    rows_of: Callable[[Course], list[Row]],
    columns: Sequence[Column[Row]],
    take: Take,
    *,
    people: bool,
) -> HttpResponse:
    """The list with its form; a POST places the ticked rows, and those without a place where that is asked for."""
    rows = rows_of(course_of(draft)) if draft.is_open else []
    form = PlacingForm(request.POST or None, draft=draft)
    table = _table(request, rows, columns)
    context = {
        "draft": draft,
        "people": people,
        "left": sum(not row.place for row in rows),
        "form": form,
        "filter_form": PlacingFilterForm(request.GET),
        "refusal": None,
        "breadcrumbs": _crumbs(draft, people=people),
    }
    if request.method != "POST":
        if people:
            unit = draft.unit
            note_table(actor=request.actor, action="organizations.list_placing", about=draft, unit=unit, table=table)
        return table_response(request, TEMPLATE, table, context)
    if not form.is_valid():
        return render_invalid(request, TEMPLATE, {**context, "table": table}, form=form)
    chosen = set(request.POST.getlist("rows"))
    if form.cleaned_data["rest"]:
        chosen |= {row.key for row in rows if not row.place}
    try:
        left = take(chosen, form.cleaned_data["successor"])
    except Refusal as refusal:
        return render_invalid(request, TEMPLATE, {**context, "table": table}, form=form, refusal=refusal)
    message = ngettext("Placed. %(count)s is left.", "Placed. %(count)s are left.", left) % {"count": left}
    return redirect_after_post(request, request.get_full_path(), message=message)


def _table(request: ActorRequest, rows: list[Row], columns: Sequence[Column[Row]]) -> Table[Row]:
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


def _rest_of(course: Course) -> list[Row]:
    units = {
        going.row.unit_id: Row(
            f"unit-{going.row.unit_id}",
            going.row.name,
            capfirst(going.row.get_kind_display()),
            text_key(going.row.name),
            _place(going),
        )
        for going in course.sub_units
    }
    offices = [
        Row(
            f"appointment-{going.row.pk}",
            going.row.person.full_name,
            capfirst(going.row.get_role_display()),
            going.row.person.sort_key,
            _place(going),
        )
        for going in course.appointments
    ]
    return [*units.values(), *offices]


def _people_of(course: Course) -> list[Row]:
    persons = Person.objects.in_bulk([going.row.person_id for going in course.memberships])
    return [
        Row(
            f"member-{going.row.pk}",
            person.full_name,
            capfirst(going.row.get_standing_display()),
            f"{person.sort_key} {person.birth_year or ''}",
            _place(going),
            person.birth_year,
            person.village,
        )
        for going in course.memberships
        for person in (persons[going.row.person_id],)
    ]


def _place(going: Going[Any]) -> str:
    return going.successor.label if going.successor is not None else ""


def _numbers(keys: set[str], prefix: str) -> set[int]:
    """The numbers of the keys with that prefix; what is no number is in no list."""
    found = (key.removeprefix(prefix) for key in keys if key.startswith(prefix))
    return {int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0 for text in found}


def _crumbs(draft: UnitEventDraft, *, people: bool) -> list[Crumb]:
    if people:
        return [unit_crumb(draft.unit), Crumb(_("Persons"), reverse("organizations:person_list", args=[draft.unit_id]))]
    return [
        unit_crumb(draft.unit),
        Crumb(_("Events"), reverse("organizations:unit_events", args=[draft.unit_id])),
        Crumb(capfirst(draft.get_kind_display()), reverse("organizations:event_preview", args=[draft.pk])),
    ]
