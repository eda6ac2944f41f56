"""The preview of a prepared event: what goes where, in lists that can be opened one after the other."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.kernel import clock
from lantoa.organizations.enums import Standing
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import DraftSuccessor
from lantoa.organizations.selectors.courses import Course, Going
from lantoa.organizations.selectors.unit_events import namesakes_of
from lantoa.organizations.services.event_checks import problem_of
from lantoa.organizations.views.units import unit_crumb
from lantoa.ui.states import Crumb, Tab
from lantoa.ui.tables import Column, Kind, Table

LISTS = ("units", "people", "appointments", "work")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: what it is, from where, to where."""

    name: str
    kind: str
    before: str
    after: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PeopleLine:
    """How many people of one unit go to another; nobody is named here."""

    before: str
    after: str
    full: int
    probationary: int
    cadres: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.full + self.probationary + self.cadres


def _text(key: str, label: Any, value: Callable[[Line], str], *, primary: bool = False) -> Column[Line]:
    return Column(key=key, label=label, value=value, sort_key=value, primary=primary)


_BEFORE = _text("before", gettext_lazy("From the unit"), lambda line: line.before)
_AFTER = _text("after", gettext_lazy("To the unit"), lambda line: line.after)
COLUMNS: dict[str, tuple[Column[Any], ...]] = {
    "units": (
        _text("name", gettext_lazy("Unit"), lambda line: line.name, primary=True),
        _text("kind", gettext_lazy("Kind"), lambda line: line.kind),
        _BEFORE,
        _AFTER,
    ),
    "people": (
        Column(key="before", label=gettext_lazy("From the unit"), value=lambda line: line.before, primary=True),
        Column(key="after", label=gettext_lazy("To the unit"), value=lambda line: line.after),
        Column(
            key="full",
            label=gettext_lazy("Full members"),
            value=lambda line: line.full,
            sort_key=lambda line: line.full,
            kind=Kind.NUMBER,
        ),
        Column(
            key="probationary",
            label=gettext_lazy("Probationary members"),
            value=lambda line: line.probationary,
            sort_key=lambda line: line.probationary,
            kind=Kind.NUMBER,
        ),
        Column(
            key="cadres",
            label=gettext_lazy("Cadres, not members"),
            value=lambda line: line.cadres,
            sort_key=lambda line: line.cadres,
            kind=Kind.NUMBER,
        ),
    ),
    "appointments": (
        _text("name", gettext_lazy("Person"), lambda line: line.name, primary=True),
        _text("kind", gettext_lazy("Role"), lambda line: line.kind),
        _BEFORE,
        _AFTER,
    ),
    "work": (
        _text("name", gettext_lazy("Open work"), lambda line: line.name, primary=True),
        _text("kind", gettext_lazy("Kind"), lambda line: line.kind),
        _BEFORE,
        _AFTER,
        Column(key="remark", label=gettext_lazy("Remark"), value=lambda line: line.remark, prose=True),
    ),
}


def preview_context(request: ActorRequest, course: Course) -> dict[str, Any]:
    """What the page of a prepared event shows beside its list."""
    draft = course.draft
    unit = draft.unit
    shown = _shown(request)
    counts = _counts(course)
    address = reverse("organizations:event_preview", args=[draft.pk])
    labels = (_("Sub-units"), _("People"), _("Appointments"), _("Open work"))
    return {
        "draft": draft,
        "course": course,
        "counts": counts,
        "problem": problem_of(course) if draft.is_open else None,
        "namesakes": namesakes_of(course) if draft.is_open else [],
        "placed": {
            "people": _placed(course.memberships),
            "rest": _placed((*course.sub_units, *course.appointments)),
        },
        "planned": draft.effective_on > clock.today(),
        "change_url": f"{reverse(f'organizations:unit_{draft.kind}', args=[unit.pk])}?draft={draft.pk}",
        "refusal": None,
        "tabs": [
            Tab(label, f"{address}?show={key}", current=key == shown, count=counts[key])
            for key, label in zip(LISTS, labels, strict=True)
        ],
        "breadcrumbs": [
            unit_crumb(unit),
            Crumb(_("Events"), reverse("organizations:unit_events", args=[unit.pk])),
        ],
    }


def preview_table(request: ActorRequest, course: Course) -> Table[Any]:
    """The list that the reader opened."""
    shown = _shown(request)
    rows: dict[str, Callable[[Course], Sequence[Any]]] = {
        "units": _units,
        "people": _people,
        "appointments": _appointments,
        "work": _work,
    }
    return Table(
        request=request,
        columns=COLUMNS[shown],
        rows=rows[shown](course),
        caption=_("What moves"),
        form_names=("show",),
        empty_title=_EMPTY[shown],
    )


_EMPTY = {
    "units": gettext_lazy("No sub-unit changes its superior by this event."),
    "people": gettext_lazy("Nobody changes the unit that counts them by this event."),
    "appointments": gettext_lazy("No appointment moves by this event."),
    "work": gettext_lazy("No open roll-out, plan, session or site is concerned."),
}


def _shown(request: ActorRequest) -> str:
    asked = request.GET.get("show", "")
    return asked if asked in LISTS else LISTS[0]


def _counts(course: Course) -> dict[str, int]:
    units = {going.row.unit_id for going in course.sub_units if not going.stays}
    return {
        "units": len(units),
        "people": len({going.row.person_id for going in course.memberships if not going.stays}),
        "appointments": sum(not going.stays for going in course.appointments),
        "work": len(course.work),
    }


def _placed(goings: Sequence[Going[Any]]) -> tuple[int, int]:
    """How many have a place, and how many there are."""
    return sum(going.successor is not None for going in goings), len(goings)


def _names(course: Course) -> dict[int, str]:
    return {unit.pk: unit.name for unit in course.predecessors}


def _label(successor: DraftSuccessor | None) -> str:
    return successor.label if successor is not None else _("to be placed")


def _units(course: Course) -> list[Line]:
    names = _names(course)
    found = {
        going.row.unit_id: Line(
            going.row.unit.name,
            capfirst(going.row.get_kind_display()),
            names[going.unit_id],
            _label(going.successor),
        )
        for going in course.sub_units
        if not going.stays
    }
    return list(found.values())


def _people(course: Course) -> list[PeopleLine]:
    """Sums over units, since an administrator sees no names; one person counts once."""
    names = _names(course)
    latest = {(going.row.person_id, going.unit_id): going for going in course.memberships if not going.stays}
    counted = Counter((names[going.unit_id], _label(going.successor), going.row.standing) for going in latest.values())
    pairs = dict.fromkeys((before, after) for before, after, _standing in counted)
    return [
        PeopleLine(
            before,
            after,
            counted[before, after, Standing.FULL.value],
            counted[before, after, Standing.PROBATIONARY.value],
            counted[before, after, Standing.CADRE.value],
        )
        for before, after in pairs
    ]


def _appointments(course: Course) -> list[Line]:
    names = _names(course)
    return [
        Line(
            going.row.person.full_name,
            capfirst(going.row.get_role_display()),
            names[going.unit_id],
            _label(going.successor),
        )
        for going in course.appointments
        if not going.stays
    ]


def _work(course: Course) -> list[Line]:
    names = _names(course)
    labels = {successor.unit_id or -successor.pk: successor.label for successor in course.successors}
    return [
        Line(
            work.label,
            str(capfirst(str(work.kind))),
            names[work.unit_id],
            labels[work.heir_id] if work.heir_id is not None else names[work.unit_id],
            str(work.remark),
        )
        for work in course.work
    ]
