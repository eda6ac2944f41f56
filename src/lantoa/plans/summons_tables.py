"""The tables of the summons pages."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lantoa.kernel.vietnamese import fold
from lantoa.organizations.restricting import name_of, unrestricted
from lantoa.plans.enums import SummonsReason
from lantoa.plans.models import Campaign, CampaignUnit, SummonsEntry
from lantoa.plans.selectors.summons import BranchCounts, LetterCell, PreviewCell
from lantoa.ui.states import State, Tone
from lantoa.ui.tables import Column, Kind, Table


def why_called(entry: SummonsEntry) -> str:
    """The reason in words, with the exception by which the person is called where the class alone does not."""
    reason = entry.get_reason_display()
    return f"{reason} ({entry.exception})" if entry.exception is not None else reason


def _why_listed(row: Any) -> str:
    """Why somebody would be called; an exception is named on the page of the campaign."""
    reason = str(SummonsReason(row.reason).label)
    return _("%(reason)s, by an exception") % {"reason": reason} if row.exception else reason


LETTERS: tuple[Column[Any], ...] = (
    Column(
        key="number",
        label=lazy("Letter"),
        value=lambda letter: letter.number,
        order_by=("number",),
        href=lambda letter: reverse("plans:summons_detail", args=[letter.pk]),
        primary=True,
    ),
    Column(key="unit", label=lazy("Convened by"), value=lambda letter: letter.unit.name, order_by=("unit__sort_key",)),
    Column(
        key="issued",
        label=lazy("Date of issue"),
        value=lambda letter: letter.issued_on,
        kind=Kind.DATE,
        order_by=("issued_on",),
    ),
    Column(
        key="persons",
        label=lazy("Persons"),
        value=lambda letter: letter.persons,
        kind=Kind.NUMBER,
        order_by=("persons",),
    ),
    Column(
        key="frozen",
        label=lazy("Frozen at"),
        value=lambda letter: letter.frozen_at,
        kind=Kind.DATETIME,
        order_by=("frozen_at",),
        wide_only=True,
    ),
)


_STANDING: Column[SummonsEntry] = Column(
    key="standing",
    label=lazy("Standing"),
    value=lambda entry: entry.get_standing_display(),
    order_by=("standing",),
)
_FACTS: tuple[Column[SummonsEntry], ...] = (
    Column(key="reason", label=lazy("Reason"), value=why_called, order_by=("reason",)),
    Column(
        key="letter",
        label=lazy("Letter"),
        value=lambda entry: entry.summons.number,
        wide_only=True,
    ),
    Column(
        key="removed",
        label=lazy("On the list"),
        value=lambda entry: " · ".join(filter(None, (entry.addition_decision, entry.removal_decision))),
        template="plans/summons_entry_cell.html",
    ),
)
_CELL: Column[SummonsEntry] = Column(
    key="cell", label=lazy("Cell"), value=lambda entry: entry.unit.name, order_by=("unit__sort_key",)
)
NAMED: tuple[Column[SummonsEntry], ...] = (
    Column(
        key="name",
        label=lazy("Full name"),
        value=lambda entry: name_of(entry, entry.person.full_name),
        order_by=("person__sort_key", "person__birth_year"),
        template="plans/summons_name_cell.html",
        primary=True,
    ),
    _CELL,
    _STANDING,
    *_FACTS,
)
_SHOWN = ("standing", "reason", "added_on", "removed_on", "removal_decision", "summons__number")
UNNAMED: tuple[Column[SummonsEntry], ...] = (
    replace(_STANDING, order_by=_SHOWN),
    *(replace(column, order_by=("reason", *_SHOWN)) if column.order_by else column for column in _FACTS),
)
EXPORTED: tuple[Column[SummonsEntry], ...] = (
    Column(
        key="name",
        label=lazy("Full name"),
        value=lambda entry: entry.person.full_name,
        order_by=("person__sort_key", "person__birth_year"),
    ),
    Column(key="born", label=lazy("Born"), value=lambda entry: entry.person.birth_year),
    Column(key="village", label=lazy("Village"), value=lambda entry: entry.person.village),
    _CELL,
    _STANDING,
    *_FACTS[:2],
    Column(key="addition", label=lazy("Added by"), value=lambda entry: entry.addition_decision),
    Column(key="decision", label=lazy("Removed by"), value=lambda entry: entry.removal_decision),
)
PREVIEW: tuple[Column[PreviewCell], ...] = (
    Column(
        key="cell", label=lazy("Cell"), value=lambda cell: cell.name, sort_key=lambda cell: cell.sort_key, primary=True
    ),
    Column(
        key="reason",
        label=lazy("Reason"),
        value=lambda cell: SummonsReason(cell.reason).label if cell.reason else _("member or cadre"),
        wide_only=True,
    ),
    Column(
        key="members",
        label=lazy("Members"),
        value=lambda cell: cell.members,
        kind=Kind.NUMBER,
        sort_key=lambda cell: cell.members,
    ),
    Column(
        key="cadres",
        label=lazy("Cadres, not members"),
        value=lambda cell: cell.cadres,
        kind=Kind.NUMBER,
        sort_key=lambda cell: cell.cadres,
    ),
    Column(
        key="already",
        label=lazy("On a list already"),
        value=lambda cell: cell.already,
        kind=Kind.NUMBER,
        sort_key=lambda cell: cell.already,
    ),
)
MISSING = (PREVIEW[0], *PREVIEW[2:4])
PREVIEW_NAMES: tuple[Column[Any], ...] = (
    Column(
        key="name",
        label=lazy("Full name"),
        value=lambda row: name_of(row, row.person.full_name),
        order_by=("person__sort_key", "person__birth_year"),
        template="plans/summons_name_cell.html",
        primary=True,
    ),
    Column(key="cell", label=lazy("Cell"), value=lambda row: row.seat_name, order_by=("seat_sort_key",)),
    Column(
        key="standing", label=lazy("Standing"), value=lambda row: row.get_standing_display(), order_by=("standing",)
    ),
    Column(key="reason", label=lazy("Reason"), value=_why_listed, order_by=("reason",)),
    Column(
        key="listed",
        label=lazy("On a list already"),
        value=lambda row: row.listed_by or "",
        state=lambda row: State(row.listed_by, Tone.NEUTRAL, "list-check") if row.listed_by else None,
        order_by=("listed",),
    ),
)

UNSUMMONED: tuple[Column[Any], ...] = (
    replace(PREVIEW_NAMES[0], template="plans/unsummoned_name_cell.html"),
    *PREVIEW_NAMES[1:4],
)


def _count_column(name: str, label: Promise) -> Column[Any]:
    def count(row: BranchCounts | LetterCell) -> int:
        number: int = getattr(row.counts, name)
        return number

    return Column(key=name, label=label, value=count, kind=Kind.NUMBER, sort_key=count)


_COUNTS: tuple[Column[Any], ...] = (
    _count_column("total", lazy("On the lists")),
    _count_column("members", lazy("Members")),
    _count_column("cadres", lazy("Cadres, not members")),
    _count_column("removed", lazy("Removed by decision")),
)


def branch_table(request: HttpRequest, campaign: Campaign, branches: list[BranchCounts]) -> Table[BranchCounts]:
    """The units directly below, each opening its own list."""
    columns: tuple[Column[BranchCounts], ...] = (
        Column(
            key="unit",
            label=lazy("Unit"),
            value=lambda branch: branch.unit.name,
            sort_key=lambda branch: branch.unit.sort_key,
            href=lambda branch: reverse("plans:summons_unit", args=[campaign.pk, branch.unit.unit_id]),
            primary=True,
        ),
        *_COUNTS,
    )
    return Table(
        request=request,
        columns=columns,
        rows=branches,
        caption=_("Units below"),
        filename=_("Summons lists by unit"),
        prefix="u_",
        sort="unit",
    )


def letter_table(request: HttpRequest, campaign: Campaign, cells: list[LetterCell]) -> Table[LetterCell]:
    """The cells on the list of a letter, each opening its own list."""
    columns: tuple[Column[LetterCell], ...] = (
        Column(
            key="unit",
            label=lazy("Cell"),
            value=lambda cell: cell.name,
            sort_key=lambda cell: cell.sort_key,
            href=lambda cell: reverse("plans:summons_unit", args=[campaign.pk, cell.unit_id]),
            primary=True,
        ),
        *_COUNTS,
    )
    return Table(
        request=request,
        columns=columns,
        rows=cells,
        caption=_("Cells on the list"),
        filename=_("Summons list by cell"),
        sort="unit",
        search=lambda rows, text: [row for row in rows if fold(text) in fold(row.name)],
    )


def entry_table(
    request: HttpRequest,
    scope: CampaignUnit,
    entries: "QuerySet[SummonsEntry]",
    *,
    named: bool,
    may_remove_for: Collection[int],
) -> Table[SummonsEntry]:
    """The people of one unit: by name in the order of given names, or rows without names.

    By name there is no workbook: names leave only with a stated purpose. Without names nothing is searched by name, and
    rows are told apart by what they show alone: the order of the register would be one of names.
    """
    return Table(
        request=request,
        columns=NAMED if named else UNNAMED,
        rows=entries,
        caption=_("People on the lists"),
        filename="" if named else _("Summons list %(unit)s") % {"unit": scope.name},
        sort="name" if named else "standing",
        search=by_name if named else None,
        form_names=("cell", "standing", "reason"),
        row_class=lambda entry: "is-muted" if entry.removed_on else "",
        extra={"may_remove_for": may_remove_for},
        empty_title=_("Nobody of this unit is on a list."),
        empty_text=_("A list is frozen by the letter of this unit or of a unit above it."),
    )


def by_name(rows: Any, text: str) -> Any:
    """Rows whose person's name contains `text`, whatever its diacritics; none whose processing is restricted."""
    return unrestricted(rows.filter(person__folded_name__contains=fold(text)))
