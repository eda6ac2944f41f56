"""Whom activities reached: their rows and the sums of them, by kind and by unit."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import CharField, Count, F, Func, QuerySet, Sum, Value
from django.utils import timezone

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.organizations.querysets import path_range
from lantoa.organizations.selectors.standpoints import Sight
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import Campaign
from lantoa.study_sessions.enums import ActivityKind
from lantoa.study_sessions.models import Activity
from lantoa.study_sessions.querysets import ActivityQuerySet


@dataclass(frozen=True)
class Sums:
    """How many activities, and how many people came to them in all: whoever came twice stands in it twice."""

    activities: int = 0
    people: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.activities + other.activities, self.people + other.people)


@dataclass(frozen=True)
class KindLine:
    """The activities of one kind."""

    kind: ActivityKind
    sums: Sums


@dataclass(frozen=True)
class UnitLine:
    """The activities of a unit and of all below it; of the unit alone where it `is_own`, the one that is looked at."""

    unit: Unit
    sums: Sums
    is_own: bool


@dataclass(frozen=True)
class Reach:
    """What was held in a subtree, together and in parts."""

    total: Sums
    kinds: tuple[KindLine, ...]
    units: tuple[UnitLine, ...]


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """What a reader asks for; empty values ask for nothing. Both days are included."""

    kind: str = ""
    campaign: Campaign | None = None
    since: dt.date | None = None
    until: dt.date | None = None


def activities_in(actor: Actor, sight: Sight, asked: Narrowing) -> ActivityQuerySet:
    """The activities of the unit looked at and below, the latest first, with what a list shows."""
    rows = Activity.objects.visible_to(actor)
    rows = rows.filter(path_range(sight.unit.path, "unit__path")) if sight.unit else rows.none()
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.campaign:
        rows = rows.filter(campaign=asked.campaign)
    if asked.since:
        rows = rows.filter(held_at__gte=_midnight(asked.since))
    if asked.until:
        rows = rows.filter(held_at__lt=_midnight(asked.until + dt.timedelta(days=1)))
    return rows.select_related("unit", "campaign")


def reach_of(rows: ActivityQuerySet, sight: Sight) -> Reach:
    """The sums of those rows that count (one query, whatever lies below): by kind, and by the units directly below."""
    if sight.unit is None:
        return Reach(Sums(), (), ())
    depth = sight.unit.path.count(".") + 1
    part = (F("unit__path"), Value("."), Value(depth))
    below = Func(*part, function="split_part", output_field=CharField())
    parts = (
        rows.counted()
        .order_by()
        .annotate(below=below)
        .values_list("below", "kind")
        .annotate(activities=Count("pk"), people=Sum("headcount"))
    )
    by_kind: dict[str, Sums] = defaultdict(Sums)
    by_unit: dict[str, Sums] = defaultdict(Sums)
    for part, kind, activities, people in parts:
        by_kind[kind] += Sums(activities, people)
        by_unit[part] += Sums(activities, people)
    kinds = tuple(KindLine(kind, by_kind[kind]) for kind in ActivityKind if kind in by_kind)
    return Reach(sum(by_kind.values(), Sums()), kinds, _unit_lines(sight.unit, sight.choices, by_unit))


def campaign_reach(campaign: Campaign, actor: Actor) -> tuple[KindLine, ...]:
    """What was held in a campaign where the reader sees the counts, by kind (one query)."""
    rows = (
        Activity.objects.visible_to(actor)
        .counted()
        .filter(campaign=campaign)
        .order_by()
        .values_list("kind")
        .annotate(activities=Count("pk"), people=Sum("headcount"))
    )
    found = {kind: Sums(activities, people) for kind, activities, people in rows}
    return tuple(KindLine(kind, found[kind]) for kind in ActivityKind if kind in found)


def recording_units(actor: Actor) -> QuerySet[Unit]:
    """The units whose activities the actor records."""
    return Unit.objects.filter(pk__in=actor.unit_ids(authority.TAKES_ROLL)).order_by("path")


def campaigns_to_choose(actor: Actor) -> QuerySet[Campaign]:
    """The started campaigns that the reader sees, the latest first."""
    return Campaign.objects.visible_to(actor).exclude(state=CampaignState.DRAFT).order_by("-starts_on", "-pk")


def running_campaigns_of(units: QuerySet[Unit]) -> QuerySet[Campaign]:
    """The running campaigns that any of the units is in, the latest first."""
    running = Campaign.objects.filter(state=CampaignState.RUNNING, units__unit__in=units.order_by().values("pk"))
    return running.distinct().order_by("-starts_on", "-pk")


def _unit_lines(chosen: Unit, known: Sequence[Unit], sums: Mapping[str, Sums]) -> tuple[UnitLine, ...]:
    children = sorted(
        (unit for unit in known if unit.parent_id == chosen.pk), key=lambda unit: (unit.sort_key, unit.pk)
    )
    below = [UnitLine(unit, sums[str(unit.pk)], is_own=False) for unit in children if str(unit.pk) in sums]
    own = [UnitLine(chosen, sums[""], is_own=True)] if "" in sums else []
    return (*own, *below)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
