"""The events of a unit, past and planned, and those that are being prepared."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from lantoa.organizations.enums import UnitEventKind
from lantoa.organizations.models import Unit, UnitEvent, UnitEventDraft, UnitLink
from lantoa.organizations.selectors.courses import Course
from lantoa.organizations.selectors.descent import name_at


@dataclass(slots=True)
class EventLine:
    """One event of a unit: who became what, under the names of its day, and how many units below only moved along.

    `planned` is true before its day. `corrections` are the later events that put it right.
    """

    event: UnitEvent
    planned: bool
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    along: int = 0
    corrections: Sequence[UnitEvent] = ()

    @property
    def renamed(self) -> bool:
        """Whether the same units stand before and after, under other names or elsewhere."""
        return bool(self.before) and self.before == self.after

    def add(self, old_name: str | None, new_name: str | None) -> None:
        """Take up a line of descent."""
        for names, name in ((self.before, old_name), (self.after, new_name)):
            if name and name not in names:
                names.append(name)


def events_of(unit: Unit, day: dt.date) -> list[EventLine]:
    """The events that changed the unit, the latest first, seen from `day` (three queries)."""
    concerned = Q(links__predecessor=unit) | Q(links__successor=unit)
    events = UnitEvent.objects.filter(concerned).distinct().select_related("corrects")
    lines = {
        event.pk: EventLine(event, event.effective_on > day, corrections=list(event.corrections.all()))
        for event in events.prefetch_related("corrections").order_by("-effective_on", "-pk")
    }
    links = UnitLink.objects.filter(event__in=lines).annotate(
        old_name=name_at("predecessor", "lt"), new_name=name_at("successor", "lte")
    )
    found = list(links.order_by("pk"))
    changing = {
        (link.event_id, pk)
        for link in found
        for pk in (link.predecessor_id, link.successor_id)
        if link.predecessor_id != link.successor_id
    }
    for link in found:
        only_moves = link.predecessor_id == link.successor_id and link.predecessor_id != unit.pk
        if only_moves and (link.event_id, link.predecessor_id) not in changing:
            lines[link.event_id].along += 1
        else:
            lines[link.event_id].add(link.old_name, link.new_name)
    return list(lines.values())


def drafts_of(unit: Unit) -> list[UnitEventDraft]:
    """The prepared events that change the unit and are neither applied nor given up (one query)."""
    return list(UnitEventDraft.objects.still_open().filter(predecessors=unit).select_related("unit"))


def splits_of(unit: Unit) -> list[UnitEventDraft]:
    """The splits of the unit that are being prepared, whose people are to be placed (one query)."""
    return list(UnitEventDraft.objects.still_open().filter(unit=unit, kind=UnitEventKind.SPLIT))


def placed_at(draft: UnitEventDraft) -> dict[str, int]:
    """How many rows of a split have a place at each unit that takes over, by its name (one query)."""
    names = draft.placements.values_list("successor__unit__name", "successor__name")
    return dict(Counter(unit_name or name for unit_name, name in names))


def namesakes_of(course: Course) -> list[str]:
    """The names that several units would bear under one superior, once the sub-units have moved."""
    day = course.draft.effective_on
    moving = {going.row.unit_id: going for going in course.sub_units if going.successor is not None}
    names = Counter((going.successor.pk, going.row.name) for going in moving.values() if going.successor is not None)
    ended = {unit.pk for unit in course.ended}
    for successor in course.successors:
        for period in course.below(successor.unit) if successor.unit is not None else ():
            if day in period.period and period.unit_id not in moving and period.unit_id not in ended:
                names[successor.pk, period.name] += 1
    return sorted({name for (_pk, name), count in names.items() if count > 1})
