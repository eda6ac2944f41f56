"""The tables on a unit's page of persons: whom it counts, who takes part for a time, who left, whose exemption ends."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.organizations import policies
from lantoa.organizations.middleware import ActorRequest
from lantoa.organizations.models import Departure, Membership, TemporaryMembership, Unit
from lantoa.organizations.reading import HEADINGS
from lantoa.organizations.restricting import detail_of, name_of
from lantoa.organizations.selectors import persons as selectors
from lantoa.organizations.selectors.departures import left_lately
from lantoa.organizations.selectors.exemptions import exemptions_ending
from lantoa.ui.states import State, Tone
from lantoa.ui.tables import Column, Kind, Table

FORM_NAMES = ("standing", "exemption")
_EXEMPT = State(gettext_lazy("Exempt from activities"), Tone.INFO, "pause-circle")
GUEST_COLUMNS: tuple[Column[TemporaryMembership], ...] = (
    Column(
        key="name",
        label=gettext_lazy("Full name"),
        value=lambda stay: name_of(stay, stay.person.full_name),
        primary=True,
    ),
    Column(
        key="birth_year",
        label=gettext_lazy("Year of birth"),
        value=lambda stay: detail_of(stay, str(stay.person.birth_year or "")),
    ),
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
        value=lambda row: name_of(row, row.person.full_name),
        order_by=("far", "person__sort_key", "person__birth_year"),
        href=lambda row: reverse("organizations:person_detail", args=[row.person_id]),
        primary=True,
    ),
    Column(
        key="birth_year",
        label=gettext_lazy("Year of birth"),
        value=lambda row: detail_of(row, str(row.person.birth_year or "")),
        order_by=("person__birth_year", "person__sort_key"),
    ),
    Column(
        key="village",
        label=gettext_lazy("Village"),
        value=lambda row: detail_of(row, row.person.village),
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
_EXPORTED: dict[str, Callable[[Membership], str]] = {
    "full_name": lambda row: row.person.full_name,
    "birth_year": lambda row: str(row.person.birth_year or ""),
    "village": lambda row: row.person.village,
    "code": lambda row: row.person.code,
    "standing": lambda row: row.get_standing_display(),
    "unit": lambda row: row.unit.name,
    "is_manager": lambda row: "x" if row.person.is_manager else "",
    "sector": lambda row: row.person.sector.name if row.person.sector else "",
}
EXPORT_COLUMNS: tuple[Column[Membership], ...] = tuple(
    Column(
        key=heading.key,
        label=heading.title,
        value=_EXPORTED[heading.key],
        order_by=NAME_COLUMNS[0].order_by if heading.key == "full_name" else (),
    )
    for heading in HEADINGS
)
"""The columns of an imported list, so that the workbook can be compared with the records, or imported, again."""
LIST_COLUMNS: tuple[Column[Membership], ...] = (
    *NAME_COLUMNS,
    Column(
        key="exempt",
        label=gettext_lazy("Note"),
        value=lambda row: _EXEMPT.label if getattr(row, "exempt", False) else "",
        template="organizations/_person_notes.html",
    ),
)
LEFT_COLUMNS: tuple[Column[Departure], ...] = (
    Column(
        key="name", label=gettext_lazy("Full name"), value=lambda row: name_of(row, row.person.full_name), primary=True
    ),
    Column(
        key="birth_year",
        label=gettext_lazy("Year of birth"),
        value=lambda row: detail_of(row, str(row.person.birth_year or "")),
    ),
    Column(key="day", label=gettext_lazy("Not counted from"), value=lambda row: row.effective_on, kind=Kind.DATE),
    Column(key="reason", label=gettext_lazy("Reason"), value=lambda row: row.get_reason_display()),
    Column(
        key="decision", label=gettext_lazy("Decision number"), value=lambda row: row.decision_number, wide_only=True
    ),
    Column(
        key="steps",
        label=gettext_lazy("Steps"),
        value=lambda row: "",
        template="organizations/_departure_steps.html",
        export=False,
    ),
)
_CELL_ONLY = {"reason", "decision"}
ENDING_COLUMNS: tuple[Column[Membership], ...] = (
    NAME_COLUMNS[0],
    Column(
        key="unit",
        label=gettext_lazy("Unit"),
        value=lambda row: row.unit.name,
        order_by=("unit__sort_key", "person__sort_key"),
    ),
    Column(
        key="until",
        label=gettext_lazy("Exempt until"),
        value=lambda row: getattr(row, "exempt_until", dt.date.max) - dt.timedelta(days=1),
        kind=Kind.DATE,
        order_by=("exempt_until", "person__sort_key"),
    ),
)
COUNT_COLUMNS: tuple[Column[Any], ...] = (
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
"""How many people a unit counts."""
CHILD_COLUMNS: tuple[Column[selectors.CountedUnit], ...] = (
    Column(
        key="unit",
        label=gettext_lazy("Unit"),
        value=lambda row: row.unit.name,
        sort_key=lambda row: row.unit.sort_key,
        href=lambda row: row.url,
        primary=True,
    ),
    *COUNT_COLUMNS,
)


def person_table(request: ActorRequest, unit: Unit, standing: str) -> "Table[Membership]":
    """Whom a unit counts today."""
    rows: QuerySet[Membership] = selectors.counted_in(unit)
    return Table(
        request=request,
        columns=LIST_COLUMNS,
        rows=rows.filter(standing=standing) if standing else rows,
        caption=_("Persons counted by %(unit)s") % {"unit": unit.name},
        sort="name",
        search=selectors.named_like,
        form_names=FORM_NAMES,
        empty_title=_("Nobody is counted here."),
        empty_text=_("Register persons one by one, or import a list."),
    )


def ending_table(request: ActorRequest, unit: Unit, standing: str) -> "Table[Membership]":
    """Whose exemption ends soon or ended lately, in the unit and below it as far as the reader sees names."""
    rows: QuerySet[Membership] = exemptions_ending(actor=request.actor, unit=unit)
    steps: Column[Membership] = Column(
        key="steps",
        label=_("Steps"),
        value=lambda row: _way_to_extend(request, row),
        template="organizations/_ending_steps.html",
        export=False,
    )
    return Table(
        request=request,
        columns=[*ENDING_COLUMNS, steps],
        rows=rows.filter(standing=standing) if standing else rows,
        caption=_("Exemptions that end soon, at %(unit)s and below") % {"unit": unit.name},
        sort="until",
        search=selectors.named_like,
        form_names=FORM_NAMES,
        empty_title=_("No exemption ends soon."),
        empty_text=_("None ends within 30 days, and whose ended in the past 30 days has a new one."),
    )


def _way_to_extend(request: ActorRequest, row: Membership) -> str:
    """The form of a new exemption after the one that ends, where the reader may record it."""
    if not policies.can_edit_persons(actor=request.actor, unit=row.unit):
        return ""
    return f"{reverse('organizations:exemption_create', args=[row.person_id])}?after={getattr(row, 'exemption_id', '')}"


def child_table(request: ActorRequest, children: "list[selectors.CountedUnit]") -> "Table[selectors.CountedUnit]":
    """The units directly below, with how many people they count."""
    return Table(
        request=request,
        columns=CHILD_COLUMNS,
        rows=children,
        caption=_("Units directly below"),
        sort="unit",
        prefix="c-",
    )


def guest_table(
    request: ActorRequest, guests: "list[TemporaryMembership]", *, may_edit: bool
) -> "Table[TemporaryMembership]":
    """Who takes part in a unit for a time."""
    return Table(
        request=request,
        columns=GUEST_COLUMNS if may_edit else GUEST_COLUMNS[:-1],
        rows=guests,
        caption=_("Take part here for a time"),
        prefix="g-",
    )


def left_table(request: ActorRequest, unit: Unit) -> "Table[Departure]":
    """Who left the unit lately; why, only where the reader may see reasons."""
    reasons = policies.can_see_reasons(actor=request.actor, unit=unit)
    return Table(
        request=request,
        columns=[column for column in LEFT_COLUMNS if reasons or column.key not in _CELL_ONLY],
        rows=left_lately(unit),
        caption=_("Left in the past year"),
        page_size=10,
        prefix="d-",
    )
