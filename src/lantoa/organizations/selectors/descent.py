"""Where a unit comes from and what became of it, event by event."""

from dataclasses import dataclass, field

from django.db.models import F, OuterRef, Q, Subquery

from lantoa.organizations.models import Unit, UnitEvent, UnitLink, UnitPeriod


@dataclass(frozen=True, slots=True)
class Relative:
    """The unit at the other end of a line of descent, under the name that it had at the event; `partial` where only a
    part went."""

    pk: int
    name: str
    partial: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """One event in the life of a unit: who it came from, or (`is_end`) who took its place; nobody where the list is
    empty."""

    event: UnitEvent
    is_end: bool
    relatives: list[Relative] = field(default_factory=list)


def turns_of(unit: Unit) -> list[Turn]:
    """The events that brought the unit about or ended it, the latest first (one query).

    An event in which the unit itself went on under another name or superior is not among them: its periods tell that.
    """
    lines = (
        UnitLink.objects.filter(Q(successor=unit) | Q(predecessor=unit))
        .exclude(predecessor=F("successor"))
        .select_related("event")
        .annotate(old_name=name_at("predecessor", "lt"), new_name=name_at("successor", "lte"))
        .order_by("-event__effective_on", "-event_id", "old_name", "new_name")
    )
    turns: dict[tuple[int, bool], Turn] = {}
    for line in lines:
        is_end = line.predecessor_id == unit.pk
        turn = turns.setdefault((line.event_id, is_end), Turn(line.event, is_end))
        other, name = (line.successor_id, line.new_name) if is_end else (line.predecessor_id, line.old_name)
        if other is not None:
            turn.relatives.append(Relative(other, name, line.partial))
    return list(turns.values())


def name_at(end: str, begun: str) -> Subquery:
    """The name that the unit at that end of a line had: before the event (`lt`) or from its day on (`lte`)."""
    begins = {f"period__startswith__{begun}": OuterRef("event__effective_on")}
    periods = UnitPeriod.objects.filter(unit=OuterRef(end), **begins)
    return Subquery(periods.order_by("-period").values("name")[:1])
