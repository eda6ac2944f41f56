"""A campaign's kept counts carried onto today's tree.

Only what a unit counts itself is carried, and each unit's people go where the unit is today: a cell that stands under
another superior takes them along, one that went whole into another gives them to it. Whose people several units of
today share is never divided: they stay in a row of their own, under the lowest unit that holds all of the parts. So
every sum agrees with that under the tree of the campaign's day.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

from django.db import connection
from django.db.models import Exists, F, Q, QuerySet, TextChoices
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantoa.attendance import policies
from lantoa.attendance.enums import Group
from lantoa.attendance.rates import Counts
from lantoa.attendance.selectors.carried_steps import moved_units, step_sums
from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.organizations import policies as unit_policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit, UnitEvent
from lantoa.organizations.selectors.whereabouts import Whereabouts, whereabouts
from lantoa.plans.models import Campaign, CampaignUnit


class Place(TextChoices):
    """How a row of the carried reading came to stand under its unit."""

    BELOW = "below", _("a unit below")
    ITSELF = "itself", _("counted by the unit itself")
    DIVIDED = "divided", _("divided, not to be shared out")
    ENDED = "ended", _("ended without a successor")


@dataclass(frozen=True, slots=True)
class CarriedRow:
    """Counts under a unit of today: of a unit below it, or of the own people of a unit of the campaign's day that went
    whole into it, was divided among `heirs` or ended without one. `unit_id` is the unit that `name` names; `lost`: a
    part of it ended without a successor."""

    place: Place
    unit_id: int
    name: str
    sort_key: str
    counts: Counts
    heirs: tuple[str, ...] = ()
    lost: bool = False

    @property
    def is_unit_of_today(self) -> bool:
        """Whether the row is of a unit below that stands today and has a reading of its own."""
        return self.place == Place.BELOW

    @property
    def note(self) -> str | Promise:
        """What is to be said beside the name."""
        return "" if self.is_unit_of_today else self.place.label


@dataclass(frozen=True, slots=True)
class Carried:
    """The counts of a campaign that are found in one unit of today: the sum for each group, and the rows that make it
    up for the group asked for. `shared` are units of the campaign's day of which only a part came here: their people
    are not in the sum."""

    groups: dict[Group, Counts]
    rows: tuple[CarriedRow, ...]
    shared: tuple[str, ...]

    @property
    def counts(self) -> Counts:
        """Everybody's counts."""
        return self.groups.get(Group.ALL, Counts())


Key = tuple[Place, int]
"""A row under a unit: how it came there, and whose it is."""

_FIGURES = tuple(each.name for each in fields(Counts))
_SHARED = "shared"
"""Where people are of whom only a part came into the tree: in no row of it."""


def _each(template: str) -> str:
    return ", ".join(template.format(name) for name in _FIGURES)


# A row of coverage holds what is below it too: what a unit counts itself is its row less those of its children. Only
# units under the path and those from which lines lead are looked at, and their rows one by one: the planner knows
# nothing about how few they are, and would read the whole country for one commune.
_OWN = f"""
WITH lines AS (
    SELECT DISTINCT l.predecessor_id AS unit_id
      FROM organizations_unitlink l JOIN organizations_unitevent e ON e.id = l.event_id
     WHERE l.predecessor_id IS NOT NULL AND l.successor_id IS DISTINCT FROM l.predecessor_id
       AND e.effective_on > %(since)s AND e.effective_on <= %(today)s
), near AS (
    SELECT id FROM organizations_unit WHERE path >= %(path)s AND path < %(end)s
     UNION
    SELECT unit_id FROM lines
     UNION
    SELECT id FROM organizations_unit WHERE NOT in_force
), here AS (
    SELECT u.id, u.path, NOT u.in_force OR u.id IN (SELECT unit_id FROM lines) AS moved
      FROM near CROSS JOIN LATERAL (SELECT * FROM organizations_unit WHERE id = near.id LIMIT 1) u
     WHERE EXISTS (SELECT FROM plans_campaignunit p WHERE p.campaign_id = %(campaign)s AND p.unit_id = near.id OFFSET 0)
), part AS (
    SELECT here.id, here.path, here.moved, c.*
      FROM here
     CROSS JOIN LATERAL (
           SELECT person_group, {_each("{0}")} FROM attendance_coverage
            WHERE campaign_id = %(campaign)s AND unit_id = here.id OFFSET 0
           ) c
     UNION ALL
    SELECT here.id, here.path, here.moved, c.*
      FROM here
     CROSS JOIN LATERAL (
           SELECT person_group, {_each("-{0}")} FROM attendance_coverage
            WHERE campaign_id = %(campaign)s AND parent_id = here.id OFFSET 0
           ) c
), own AS (
    SELECT id, path, moved, person_group, {_each("sum({0}) AS {0}")}
      FROM part GROUP BY id, path, moved, person_group HAVING sum(summoned) <> 0
)
SELECT CASE WHEN moved THEN id END,
       CASE WHEN moved THEN path END,
       CASE WHEN NOT moved THEN split_part(substr(path, length(%(path)s) + 1), '.', 1) END,
       person_group, {_each("sum({0})::int")}
  FROM own
 GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - put together from our own column names


def day_of(campaign: Campaign) -> dt.date:
    """The day whose tree the campaign's own figures stand under: that on which it started and froze its units."""
    return timezone.localdate(campaign.started_at) if campaign.started_at else campaign.starts_on


def has_moved(campaign: Campaign, unit: CampaignUnit) -> bool:
    """Whether the tree has changed since the campaign's day, so that the two readings may differ (one query).

    A change that was recorded late, with an earlier day, is seen by the unit and its children.
    """
    near = CampaignUnit.objects.filter(Q(pk=unit.pk) | Q(parent_id=unit.unit_id), campaign=campaign)
    elsewhere = near.exclude(unit__in_force=True, unit__path=F("path"))
    either = Exists(_changed_since(campaign)) | Exists(elsewhere)
    return CampaignUnit.objects.filter(either, pk=unit.pk).exists()


def _changed_since(campaign: Campaign) -> QuerySet[UnitEvent]:
    """The events of units that took effect after the campaign's day."""
    return UnitEvent.objects.filter(effective_on__gt=day_of(campaign), effective_on__lte=clock.today())


def tops_today(campaign: Campaign, actor: Actor) -> list[tuple[Unit, dict[Group, Counts]]]:
    """The units of the actor's appointments into which people of the campaign were carried, with their sums for each
    group, the highest first; those below another one of them are left out (three queries for each, and two).

    Nothing where no unit has changed since the campaign began.
    """
    if not _changed_since(campaign).exists():
        return []
    held = actor.unit_ids(authority.SEES_COUNTS_BELOW | authority.SEES_COUNTS_OWN)
    tops: list[Unit] = []
    standing = Unit.objects.in_force().filter(pk__in=held, tree=campaign.owner.tree)
    for unit in standing.order_by(Length("path"), "sort_key"):
        if not any(unit.path.startswith(top.path) for top in tops):
            tops.append(unit)
    found = [(unit, _found(campaign, unit).totals) for unit in tops]
    return [(unit, groups) for unit, groups in found if groups]


def unit_today(campaign: Campaign, unit_id: int, actor: Actor) -> Unit | None:
    """The unit of today in the campaign's tree, where the actor may see its counts."""
    found = Unit.objects.in_force().filter(pk=unit_id, tree=campaign.owner.tree).first()
    return found if found is not None and unit_policies.can_see_counts(actor=actor, unit=found) else None


def carried(*, campaign: Campaign, unit: Unit, actor: Actor, group: Group = Group.ALL) -> Carried:
    """What is found of the campaign in `unit` today (at most six queries).

    Rows of units below are those that the actor may see; of whom only the unit's own counts are for, sees the sum and
    what the unit holds itself.
    """
    found = _found(campaign, unit)
    names = _names_of_its_day(campaign, [*found.shared, *(pk for place, pk in found.sums if place != Place.BELOW)])
    below = policies.can_see_counts_below(actor=actor, unit=unit)
    shown = {key: counts for key, counts in found.sums.items() if below or key[0] == Place.ITSELF}
    rows = sorted(_rows(shown, found.places, names, actor, group), key=lambda row: (row.is_unit_of_today, row.sort_key))
    return Carried(
        groups=found.totals,
        rows=tuple(rows),
        shared=tuple(sorted(names[pk][0] for pk in found.shared)),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """The sums of each place under a unit, the units whose parts are only shared with it, and where each moved unit is
    today."""

    sums: Mapping[Key, Mapping[Group, Counts]]
    shared: list[int]
    places: Mapping[int, Whereabouts]

    @property
    def totals(self) -> dict[Group, Counts]:
        """All places together."""
        totals: dict[Group, Counts] = {}
        for counts in self.sums.values():
            totals = _together(totals, counts)
        return {group: totals[group] for group in Group if group in totals}


def _found(campaign: Campaign, unit: Unit) -> _Found:
    if unit.parent_id is None:
        return _found_in_tree(campaign, unit)
    standing, moved, paths = _own(campaign, unit)
    places = _places(paths, day_of(campaign))
    sums = {**standing}
    shared: list[int] = []
    for pk, counts in moved.items():
        key = _key(pk, places[pk], unit)
        if key is None:
            shared += [pk] if any(heir.path.startswith(unit.path) for heir in places[pk].heirs) else []
        else:
            sums[key] = _together(sums.get(key, {}), counts)
    return _Found(sums, shared, places)


def _found_in_tree(campaign: Campaign, root: Unit) -> _Found:
    """The same for the root of a tree, where everything is below: by steps (two queries, and two where units moved)."""
    places = _places(moved_units(campaign.pk, day_of(campaign)), day_of(campaign))
    found = step_sums(campaign.pk, root.path, {pk: _told(pk, place, root) for pk, place in places.items()})
    sums: dict[Key, Mapping[Group, Counts]] = {}
    shared: list[int] = []
    for text, counts in found.items():
        kind, _colon, pk = text.partition(":")
        if kind == _SHARED:
            shared.append(int(pk))
        else:
            sums[Place(kind), int(pk)] = counts
    return _Found(sums, shared, places)


def _told(pk: int, place: Whereabouts, root: Unit) -> str | None:
    """The place of a unit as a text; None where nothing of it is in the tree."""
    if (key := _key(pk, place, root)) is not None:
        return f"{key[0].value}:{key[1]}"
    return f"{_SHARED}:{pk}" if any(heir.path.startswith(root.path) for heir in place.heirs) else None


def _own(
    campaign: Campaign, unit: Unit
) -> tuple[dict[Key, dict[Group, Counts]], dict[int, dict[Group, Counts]], dict[int, str]]:
    """What units count themselves: summed by the place under `unit` where they stand as they did, and one by one where
    lines of descent lead from them, wherever they are, with their last paths (one query)."""
    standing: dict[Key, dict[Group, Counts]] = defaultdict(dict)
    moved: dict[int, dict[Group, Counts]] = defaultdict(dict)
    paths: dict[int, str] = {}
    scope: dict[str, int | str | dt.date] = {
        "campaign": campaign.pk,
        "since": day_of(campaign),
        "today": clock.today(),
        "path": unit.path,
        "end": unit.path[:-1] + "/",
    }
    with connection.cursor() as cursor:
        cursor.execute(_OWN, scope)
        for source, path, child, group, *figures in cursor.fetchall():
            counts = Counts(**dict(zip(_FIGURES, figures, strict=True)))
            if source is not None:
                moved[source][Group(group)] = counts
                paths[source] = path
            else:
                standing[(Place.BELOW, int(child)) if child else (Place.ITSELF, unit.pk)][Group(group)] = counts
    return dict(standing), dict(moved), paths


def _places(paths: Mapping[int, str], since: dt.date) -> dict[int, Whereabouts]:
    """Where each is today; who ended without an heir stays where its superior is (at most two queries)."""
    above = {pk: [int(part) for part in path.split(".") if part][-2::-1] for pk, path in paths.items()}
    found = whereabouts({*paths, *(superior for chain in above.values() for superior in chain)}, since=since)
    places: dict[int, Whereabouts] = {}
    for pk, chain in above.items():
        place = found[pk]
        if not place.heirs:
            path = next((found[superior].path for superior in chain if found[superior].path), "")
            place = Whereabouts((), lost=True, path=path)
        places[pk] = place
    return places


def _key(pk: int, place: Whereabouts, unit: Unit) -> Key | None:
    """The row under `unit` that holds the people of `pk`; None where they are not, or not all of them, in it."""
    if not place.path.startswith(unit.path):
        return None
    if child := place.path[len(unit.path) :].partition(".")[0]:
        return Place.BELOW, int(child)
    if place.is_whole:
        return Place.ITSELF, pk
    return (Place.DIVIDED, pk) if place.heirs else (Place.ENDED, pk)


def _together(one: Mapping[Group, Counts], other: Mapping[Group, Counts]) -> dict[Group, Counts]:
    return {
        group: Counts.total(counts[group] for counts in (one, other) if group in counts) for group in {*one, *other}
    }


def _names_of_its_day(campaign: Campaign, units: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The name that each unit had on the campaign's day, and its order."""
    rows = CampaignUnit.objects.filter(campaign=campaign, unit__in=list(units))
    return {pk: (name, order) for pk, name, order in rows.values_list("unit_id", "name", "sort_key")}


def _rows(
    sums: Mapping[Key, Mapping[Group, Counts]],
    places: Mapping[int, Whereabouts],
    names: Mapping[int, tuple[str, str]],
    actor: Actor,
    group: Group,
) -> Iterator[CarriedRow]:
    below = Unit.objects.visible_to(actor).in_bulk([pk for place, pk in sums if place == Place.BELOW])
    for (place, pk), counts in sums.items():
        if group not in counts or (place == Place.BELOW and pk not in below):
            continue
        if place == Place.BELOW:
            yield CarriedRow(place, pk, below[pk].name, below[pk].sort_key, counts[group])
            continue
        name, order = names[pk]
        there = places.get(pk)
        heirs = tuple(heir.name for heir in there.heirs) if there and place == Place.DIVIDED else ()
        yield CarriedRow(place, pk, name, order, counts[group], heirs, lost=there is not None and there.lost)
