"""What a conversion table means for a tree: which units go on, which end, who descends from whom, what it leaves open.

No database: the old tree, the list of new units and the table come in, a plan goes out. The table speaks of one level;
the levels above follow from it, since the parent of an old unit went where its children went.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from lantoa.organizations.conversion_tables import Conversion
from lantoa.organizations.enums import KINDS, UnitEventKind, UnitKind
from lantoa.organizations.errors import RowProblem, UnitFileRefused
from lantoa.organizations.unit_tables import ListedUnit, problem_at

Key = tuple[UnitKind, str]
"""Kind and code, which name a unit within one list."""


@dataclass(frozen=True, slots=True)
class OldUnit:
    """A unit as it stands on the eve."""

    pk: int
    kind: UnitKind
    code: str
    name: str
    parent: int | None


@dataclass(frozen=True, slots=True)
class Descent:
    """One line of an event: the old unit, the new one, and whether only a part went."""

    old: int | None
    new: Key | None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """Who becomes what by one event."""

    kind: UnitEventKind
    lines: tuple[Descent, ...]


@dataclass(frozen=True, slots=True)
class ReformPlan:
    """What will be written. `goes_on` maps a new unit to the old one that it continues; `changed` are those of them
    whose code, name or parent change; `gaps` are lists of (code, name) under what is open about them."""

    goes_on: Mapping[Key, int]
    changed: frozenset[Key]
    ended: frozenset[int]
    events: tuple[PlannedEvent, ...]
    gaps: Mapping[str, tuple[tuple[str, str], ...]]


WITHOUT_ROW = "without_row"
"""Old units that the table does not name: they end, and nobody succeeds them."""
FROM_NOTHING = "from_nothing"
"""New units that no row leads to."""
PART_ALONE = "part_alone"
"""Old units said to have gone in part, with one row only: where the rest went is not told, and all of it goes there."""


@dataclass
class _Ancestry:
    """Lines between the old units and the new ones of one kind."""

    heirs: dict[int, set[Key]] = field(default_factory=lambda: defaultdict(set))
    forebears: dict[Key, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, old: int, new: Key) -> None:
        self.heirs[old].add(new)
        self.forebears[new].add(old)

    def continued_by(self, new: Key) -> int | None:
        """The one old unit that all of went into this new one, and nothing else did."""
        olds = self.forebears.get(new, set())
        only = next(iter(olds)) if len(olds) == 1 else None
        return only if only is not None and len(self.heirs[only]) == 1 else None


def plan_reform(
    *,
    old: Sequence[OldUnit],
    new: Sequence[ListedUnit],
    rows: Sequence[Conversion],
    level: UnitKind,
    standing: frozenset[Key],
) -> ReformPlan:
    """The plan for that table, whose codes are codes of `level`.

    `old` are the units of the eve of `level` and of the kinds above it, and those below it that `new` names by kind and
    code: they go on, wherever it puts them. `standing` are new units that are recorded already and therefore continue
    nobody. Raises UnitFileRefused where a row names a unit that neither list has, or a code is that of several.
    """
    olds, news = {unit.pk: unit for unit in old}, {(unit.kind, unit.code): unit for unit in new}
    ancestry = _ancestry(olds, news, rows, level)
    goes_on = {
        key: continued
        for key in news
        if key not in standing and (continued := ancestry[key[0]].continued_by(key)) is not None
    }
    changed = frozenset(key for key, pk in goes_on.items() if _changes(olds[pk], news[key], goes_on))
    kept_kinds = {unit.kind for unit in new}
    ended = frozenset(olds) - set(goes_on.values())
    left = [olds[pk] for pk in sorted(ended) if not ancestry[olds[pk].kind].heirs.get(pk)]
    events = [
        *_events_of_new(olds, news, ancestry, goes_on, changed),
        *_dissolutions([unit for unit in left if unit.kind not in kept_kinds]),
        *_dissolutions([unit for unit in left if unit.kind in kept_kinds]),
    ]
    alone = _parts_alone(rows)
    gaps = {
        WITHOUT_ROW: [(unit.code, unit.name) for unit in left if unit.kind in kept_kinds],
        FROM_NOTHING: [(key[1], news[key].name) for key in news if not ancestry[key[0]].forebears.get(key)],
        PART_ALONE: [(unit.code, unit.name) for unit in old if unit.kind == level and unit.code in alone],
    }
    sorted_gaps = {name: tuple(sorted(units)) for name, units in gaps.items()}
    return ReformPlan(goes_on, changed, ended, tuple(events), sorted_gaps)


def _ancestry(
    olds: Mapping[int, OldUnit], news: Mapping[Key, ListedUnit], rows: Sequence[Conversion], level: UnitKind
) -> dict[UnitKind, _Ancestry]:
    """For each kind, who went where: at the level itself by the rows, above it by what became of the children."""
    by_code = {unit.code: unit for unit in olds.values() if unit.kind == level}
    bearers = Counter(unit.code for unit in olds.values() if unit.kind == level)
    problems: list[RowProblem] = []
    ancestry: dict[UnitKind, _Ancestry] = defaultdict(_Ancestry)
    for row in rows:
        before, after = by_code.get(row.old_code), news.get((level, row.new_code))
        if before is None:
            problems.append(problem_at(row.line, "unknown_old", _UNKNOWN_OLD, code=row.old_code))
        elif bearers[row.old_code] > 1:
            problems.append(problem_at(row.line, "several_old", _SEVERAL_OLD, code=row.old_code))
        if after is None:
            problems.append(problem_at(row.line, "unknown_new", _UNKNOWN_NEW, code=row.new_code))
        if before is None or after is None:
            continue
        above = {unit.kind: unit for unit in _listed_chain(after)}
        for unit in _chain(before, olds):
            if unit.kind in above:
                ancestry[unit.kind].add(unit.pk, (unit.kind, above[unit.kind].code))
    problems += _add_named_below(ancestry, olds.values(), news, level)
    if problems:
        raise UnitFileRefused(problems)
    return ancestry


def _add_named_below(
    ancestry: dict[UnitKind, _Ancestry], olds: Iterable[OldUnit], news: Mapping[Key, ListedUnit], level: UnitKind
) -> Iterator[RowProblem]:
    """Let each listed unit below the level come from the old one of its kind and code. Yields codes of several."""
    kinds = next(kinds for kinds in KINDS.values() if level in kinds)
    below = set(kinds[kinds.index(level) + 1 :])
    bearers: dict[Key, list[OldUnit]] = defaultdict(list)
    for unit in olds:
        if unit.kind in below:
            bearers[unit.kind, unit.code].append(unit)
    for key, found in bearers.items():
        if len(found) > 1:
            yield problem_at(news[key].line, "several_old", _SEVERAL_OLD, code=key[1])
        ancestry[key[0]].add(found[0].pk, key)


def _chain(unit: OldUnit, olds: Mapping[int, OldUnit]) -> Iterator[OldUnit]:
    """The unit and everything above it."""
    standing: OldUnit | None = unit
    while standing is not None:
        yield standing
        standing = olds.get(standing.parent) if standing.parent is not None else None


def _listed_chain(unit: ListedUnit) -> Iterator[ListedUnit]:
    standing: ListedUnit | None = unit
    while standing is not None:
        yield standing
        standing = standing.parent


def _changes(old: OldUnit, new: ListedUnit, goes_on: Mapping[Key, int]) -> bool:
    parent = goes_on.get((new.parent.kind, new.parent.code), -1) if new.parent else None
    return (old.code, old.name, old.parent) != (new.code, new.name, parent)


def _events_of_new(
    olds: Mapping[int, OldUnit],
    news: Mapping[Key, ListedUnit],
    ancestry: Mapping[UnitKind, _Ancestry],
    goes_on: Mapping[Key, int],
    changed: frozenset[Key],
) -> Iterator[PlannedEvent]:
    """An event for each new unit; those that only stand under another superior share one."""
    moved: list[Descent] = []
    for key, unit in news.items():
        heirs, forebears = ancestry[key[0]].heirs, sorted(ancestry[key[0]].forebears.get(key, ()))
        lines = tuple(Descent(pk, key, partial=len(heirs[pk]) > 1) for pk in forebears)
        if not lines:
            yield PlannedEvent(UnitEventKind.FOUND, (Descent(None, key),))
        elif len(lines) > 1:
            yield PlannedEvent(UnitEventKind.MERGE, lines)
        elif lines[0].partial:
            yield PlannedEvent(UnitEventKind.SPLIT, lines)
        elif (olds[forebears[0]].code, olds[forebears[0]].name) != (unit.code, unit.name):
            yield PlannedEvent(UnitEventKind.RENAME, lines)
        elif key in changed or key not in goes_on:
            moved += lines
    if moved:
        yield PlannedEvent(UnitEventKind.TRANSFER, tuple(moved))


def _dissolutions(units: Iterable[OldUnit]) -> Iterator[PlannedEvent]:
    lines = tuple(Descent(unit.pk, None) for unit in units)
    if lines:
        yield PlannedEvent(UnitEventKind.DISSOLVE, lines)


def _parts_alone(rows: Sequence[Conversion]) -> set[str]:
    ways: dict[str, int] = defaultdict(int)
    for row in rows:
        ways[row.old_code] += 1
    return {row.old_code for row in rows if row.partial and ways[row.old_code] == 1}


_UNKNOWN_OLD = _("No unit of this level had the code %(code)s on the day before.")
_SEVERAL_OLD = _("More than one unit of this level had the code %(code)s on the day before. Give one of them another.")
_UNKNOWN_NEW = _("The list of new units has no unit of this level with the code %(code)s.")
