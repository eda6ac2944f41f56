"""What the pages of summonses read: who would be called, who is on a list, and by which names that may be shown."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from lantoa.directives.enums import DirectiveClass
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Standing
from lantoa.organizations.models import Membership, Person, TemporaryMembership, Unit
from lantoa.organizations.querysets import counts_scope, names_scope, path_range
from lantoa.organizations.restricting import marked
from lantoa.plans.audiences import called
from lantoa.plans.enums import SummonsReason, Wave
from lantoa.plans.models import Campaign, CampaignUnit, Summons, SummonsEntry
from lantoa.plans.selectors.campaigns import scope_unit


@dataclass(frozen=True)
class PreviewCell:
    """What the audience rule finds in one cell: `members` and `cadres` would be called, `already` are on a list."""

    unit_id: int
    name: str
    sort_key: str
    reason: str
    members: int
    cadres: int
    already: int

    @property
    def total(self) -> int:
        """Everybody who would be called."""
        return self.members + self.cadres


@dataclass(frozen=True)
class SummonsPreview:
    """Who would be called if the list were frozen now."""

    cells: tuple[PreviewCell, ...]

    @property
    def members(self) -> int:
        """Members who would be called."""
        return sum(cell.members for cell in self.cells)

    @property
    def cadres(self) -> int:
        """Cadres, not members, who would be called."""
        return sum(cell.cadres for cell in self.cells)

    @property
    def already(self) -> int:
        """Persons whom the rule finds and who stand on a list already."""
        return sum(cell.already for cell in self.cells)

    @property
    def total(self) -> int:
        """Everybody who would be called."""
        return self.members + self.cadres


@dataclass(frozen=True)
class ListCounts:
    """How many people stand on lists, and how many were removed by decision.

    Members and cadres count those too, but in `called_by_letter`.
    """

    members: int
    cadres: int
    removed: int

    @property
    def total(self) -> int:
        """Members and cadres together."""
        return self.members + self.cadres


@dataclass(frozen=True)
class BranchCounts:
    """A unit directly below, with the people on the lists in its subtree."""

    unit: CampaignUnit
    counts: ListCounts


@dataclass(frozen=True)
class LetterCell:
    """One cell on the list of a letter; `seen` where the reader may see its counts."""

    unit_id: int
    name: str
    sort_key: str
    counts: ListCounts
    seen: bool


def candidates(campaign: Campaign, scope: CampaignUnit, day: dt.date) -> "QuerySet[Any]":
    """Memberships in force on `day` of those whom the audience of the campaign calls in the subtree of `scope`.

    `reason` says why, `exception` by which exception where the class alone does not call them; `seat` is the cell that
    calls them, `seat_name` its name: the official one or, during a temporary membership (sinh hoạt tạm thời) in a cell
    of the campaign, the one where they take part, so that nobody is called by both, and by one at least. Whoever is on
    a list already is among them: the database holds that each person is called once.
    """
    return called(_seated(campaign, scope, day), campaign)


def preview_summons(*, campaign: Campaign, unit: Unit, day: dt.date | None = None) -> SummonsPreview:
    """What a freeze at `unit` would find, cell by cell, in the order of their names (two queries).

    Errors: UnitOutsideCampaign.
    """
    scope = scope_unit(campaign, unit)
    fresh, is_cadre = Q(listed=False), Q(standing=Standing.CADRE)
    rows = (
        _with_listed(candidates(campaign, scope, day or clock.today()), campaign)
        .values("seat", "seat_name", "seat_sort_key")
        .annotate(
            members=Count("pk", filter=fresh & ~is_cadre),
            cadres=Count("pk", filter=fresh & is_cadre),
            already=Count("pk", filter=~fresh),
        )
        .order_by("seat_sort_key", "seat")
    )
    reason = campaign_reason(campaign)
    return SummonsPreview(
        tuple(
            PreviewCell(
                row["seat"],
                row["seat_name"],
                row["seat_sort_key"],
                reason,
                row["members"],
                row["cadres"],
                row["already"],
            )
            for row in rows
        )
    )


def seen_of(cells: Iterable[PreviewCell], actor: Actor) -> list[PreviewCell]:
    """Those of the cells whose counts the actor may see (one query)."""
    found = {cell.unit_id: cell for cell in cells}
    seen = set(Unit.objects.filter(counts_scope(actor), pk__in=found).values_list("pk", flat=True))
    return [cell for pk, cell in found.items() if pk in seen]


def preview_names(*, campaign: Campaign, unit: Unit, actor: Actor) -> "QuerySet[Any]":
    """The persons whom a freeze would find in the cells whose names the actor may see; `listed` and `listed_by` say
    who stands on a list already, and on whose."""
    scope = scope_unit(campaign, unit)
    named_cells = Unit.objects.filter(names_scope(actor)).values("pk")
    rows = candidates(campaign, scope, clock.today()).filter(seat__in=named_cells)
    on_list = SummonsEntry.objects.filter(campaign=campaign, person=OuterRef("person_id"))
    named: QuerySet[Any] = marked(
        _with_listed(rows, campaign)
        .annotate(listed_by=on_list.values("summons__unit__name")[:1])
        .select_related("person", "unit")
        .order_by("person__sort_key", "person__birth_year", "person_id")
    )
    return named


def unsummoned_count(campaign: Campaign, scope: CampaignUnit) -> int:
    """How many the rule calls in the subtree today who stand on no list (one query)."""
    return _with_listed(candidates(campaign, scope, clock.today()), campaign).filter(listed=False).count()


def unsummoned_names(summons: Summons, actor: Actor) -> "QuerySet[Any]":
    """Whom the rule calls under the letter's unit and who stand on no list, where the actor may see them by name."""
    return preview_names(campaign=summons.campaign, unit=summons.unit, actor=actor).filter(listed=False)


def addable_persons(summons: Summons, actor: Actor) -> QuerySet[Person]:
    """The same as persons, and whom the letter calls already, as far as named to the actor: a repeat is harmless."""
    fresh = unsummoned_names(summons, actor).order_by().values("person_id")
    listed = SummonsEntry.objects.named_to(actor).filter(summons=summons).values("person_id")
    return Person.objects.filter(Q(pk__in=fresh) | Q(pk__in=listed))


def list_counts(campaign: Campaign, scope: CampaignUnit) -> ListCounts:
    """How many people stand on the lists of the subtree (one query)."""
    rows = SummonsEntry.objects.filter(
        path_range(scope.path, "unit__campaign_units__path"),
        campaign=campaign,
        unit__campaign_units__campaign=campaign,
    )
    return _counted(rows.aggregate(**_COUNTS))


def branch_counts(campaign: Campaign, scope: CampaignUnit, actor: Actor) -> list[BranchCounts]:
    """The units directly below that the actor may see, each with the people on the lists in its subtree (two queries).

    A unit of the country's size has few children; what lies below them is counted, not read.
    """
    return branches_and_total(campaign, scope, actor)[0]


def branches_and_total(campaign: Campaign, scope: CampaignUnit, actor: Actor) -> tuple[list[BranchCounts], ListCounts]:
    """What `branch_counts` gives, and the people on the lists of the whole subtree (two queries)."""
    visible = CampaignUnit.objects.visible_to(actor)
    children = list(visible.filter(campaign=campaign, parent_id=scope.unit_id))
    depth = scope.path.count(".") + 1
    counts = (
        SummonsEntry.objects.filter(
            path_range(scope.path, "unit__campaign_units__path"),
            campaign=campaign,
            unit__campaign_units__campaign=campaign,
        )
        .order_by()
        .values_list("unit__campaign_units__path")
        .annotate(**_COUNTS)
    )
    sums: dict[int, list[int]] = {child.unit_id: [0, 0, 0] for child in children}
    total = [0, 0, 0]
    for path, *numbers in counts:
        steps = path.split(".")
        below = sums.get(int(steps[depth - 1]), [0, 0, 0]) if path != scope.path else [0, 0, 0]
        for position, number in enumerate(numbers):
            below[position] += number
            total[position] += number
    return [BranchCounts(child, ListCounts(*sums[child.unit_id])) for child in children], ListCounts(*total)


def entries_at(campaign: Campaign, unit: Unit, actor: Actor) -> "QuerySet[SummonsEntry]":
    """The rows of a unit's own list page: its own people and, where the actor sees those by name, its direct
    children's. All of them may be named to the actor, or none."""
    direct = Q(unit=unit) | (Q(unit__parent=unit) & names_scope(actor, "unit__"))
    rows = SummonsEntry.objects.visible_to(actor).filter(direct, campaign=campaign)
    rows = rows.select_related("person", "unit", "summons__unit", "exception__unit", "exception__sector")
    return marked(rows.order_by("unit__sort_key", "pk"))


def further_below(letter: Summons, scope: CampaignUnit, actor: Actor) -> int:
    """How many whom the letter calls still in the subtree are not in the rows of the unit's own list (one query)."""
    rows = SummonsEntry.objects.visible_to(actor).filter(
        path_range(scope.path, "unit__campaign_units__path"),
        unit__campaign_units__campaign=letter.campaign_id,
        summons=letter,
        removed_on__isnull=True,
    )
    own = entries_at(letter.campaign, scope.unit, actor)
    return rows.exclude(pk__in=own.order_by().values("pk")).count()


def cells_of_letter(summons: Summons, actor: Actor) -> list[LetterCell]:
    """The cells on the list of one letter, in the order of their names (one query)."""
    return _letter_cells(summons, actor, _COUNTS)


def called_by_letter(summons: Summons, actor: Actor) -> list[LetterCell]:
    """The same cells with those who are called still: whoever was removed stands in `removed` alone (one query)."""
    return _letter_cells(summons, actor, _CALLED)


def lists_of(campaign: Campaign, actor: Actor) -> list[BranchCounts]:
    """The highest units of the campaign whose counts the actor may see, with the people on the lists there."""
    visible = CampaignUnit.objects.visible_to(actor).filter(campaign=campaign)
    own = {grant.unit_id for grant in actor.grants}
    tops = visible.filter(Q(unit_id__in=own) | Q(unit_id=campaign.owner_id)).order_by("path")
    return [BranchCounts(top, list_counts(campaign, top)) for top in _uppermost(tops)]


def sum_of(parts: Iterable[ListCounts]) -> ListCounts:
    """The counts of several disjoint parts together."""
    known = list(parts)
    return ListCounts(*(sum(getattr(part, name) for part in known) for name in ("members", "cadres", "removed")))


def units_with_entries(entries: "QuerySet[Any]") -> list[tuple[int, str]]:
    """The cells of a list, in the order of their names, for a filter."""
    rows = entries.order_by("unit__sort_key", "unit_id").values_list("unit_id", "unit__name").distinct()
    return list(rows)


def campaign_reason(campaign: Campaign) -> str:
    """Why the campaign calls somebody, where it has one reason for all; empty for a general audience."""
    reasons = {DirectiveClass.STRATEGIC: SummonsReason.MANAGER, DirectiveClass.SECTORAL: SummonsReason.SECTOR}
    reason = reasons.get(DirectiveClass(campaign.audience))
    return reason.value if reason else ""


_IS_CADRE, _STAYS = Q(standing=Standing.CADRE), Q(removed_on__isnull=True)
_COUNTS = {
    "members": Count("pk", filter=~_IS_CADRE),
    "cadres": Count("pk", filter=_IS_CADRE),
    "removed": Count("pk", filter=~_STAYS),
}
_CALLED = {
    "members": Count("pk", filter=_STAYS & ~_IS_CADRE),
    "cadres": Count("pk", filter=_STAYS & _IS_CADRE),
    "removed": _COUNTS["removed"],
}


def _letter_cells(summons: Summons, actor: Actor, counts: Mapping[str, Count]) -> list[LetterCell]:
    seen = Case(When(counts_scope(actor, "unit__"), then=True), default=False, output_field=BooleanField())
    rows = (
        SummonsEntry.objects.filter(summons=summons)
        .annotate(seen=seen)
        .values("unit_id", "unit__name", "unit__sort_key", "seen")
        .annotate(**counts)
        .order_by("unit__sort_key", "unit_id")
    )
    return [
        LetterCell(row["unit_id"], row["unit__name"], row["unit__sort_key"], _counted(row), row["seen"]) for row in rows
    ]


def _counted(row: Mapping[str, Any]) -> ListCounts:
    return ListCounts(row["members"], row["cadres"], row["removed"])


def _uppermost(units: "QuerySet[CampaignUnit]") -> list[CampaignUnit]:
    """Those of `units`, given in the order of their paths, that stand below no other of them."""
    found: list[CampaignUnit] = []
    for unit in units:
        if not found or not unit.path.startswith(found[-1].path):
            found.append(unit)
    return found


def _seated(campaign: Campaign, scope: CampaignUnit, day: dt.date) -> "QuerySet[Any]":
    """The memberships of `day` whose seat lies in the subtree of `scope`."""
    stays = TemporaryMembership.objects.in_force_on(day).filter(unit__campaign_units__campaign=campaign)
    later = Unit.objects.filter(campaign_units__campaign=campaign, campaign_units__wave=Wave.LATER)
    waiting = Q(unit__in=later.values("pk")) if campaign.is_limited else Q(pk__in=[])
    stays = stays.exclude(waiting)
    stay = stays.filter(person=OuterRef("person_id"))
    here = Q(path_range(scope.path, "unit__campaign_units__path"), unit__campaign_units__campaign=campaign)
    here &= ~waiting
    at_home = Membership.objects.in_force_on(day).filter(here).exclude(Exists(stay))
    guests = Membership.objects.in_force_on(day).filter(person__in=stays.filter(here).values("person_id"))
    seated: QuerySet[Any] = Membership.objects.filter(
        pk__in=at_home.values("pk").union(guests.values("pk"), all=True)
    ).annotate(
        seat=Coalesce(Subquery(stay.values("unit_id")[:1]), F("unit_id"), output_field=BigIntegerField()),
        seat_name=Coalesce(Subquery(stay.values("unit__name")[:1]), F("unit__name")),
        seat_sort_key=Coalesce(Subquery(stay.values("unit__sort_key")[:1]), F("unit__sort_key")),
    )
    return seated


def _with_listed(rows: "QuerySet[Any]", campaign: Campaign) -> "QuerySet[Any]":
    on_list = SummonsEntry.objects.filter(campaign=campaign, person=OuterRef("person_id"))
    marked: QuerySet[Any] = rows.annotate(listed=Exists(on_list))
    return marked
