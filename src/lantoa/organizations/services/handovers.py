"""Handing over the open work of units that end or are split, on the day of the event and not before."""

from collections.abc import Iterable, Mapping, Sequence

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations import errors, policies, succession
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit, UnitEvent, UnitHandover
from lantoa.organizations.succession import Succession


@use_case
def hand_over_due(*, actor: Actor) -> int:
    """Hand over the work of every unit whose event takes effect today or took effect before; only the system does it.

    Returns how many things went. A second call finds nothing. Raises NotPermitted.
    """
    if not policies.can_keep_trees(actor=actor):
        raise errors.NotPermitted
    due = UnitHandover.objects.select_for_update(of=("self",)).filter(done_at__isnull=True, due_on__lte=clock.today())
    waiting: dict[int, list[UnitHandover]] = {}
    for handover in due.select_related("event").order_by("due_on", "event_id", "pk"):
        waiting.setdefault(handover.event_id, []).append(handover)
    gone = 0
    for handovers in waiting.values():
        event = handovers[0].event
        count = _carry_out(handovers, _successors(event))
        facts = {"event": event.pk, "things": count}
        audit.record(actor=actor, action="organizations.hand_over_due", about=event, unit=None, facts=facts)
        gone += count
    return gone


def note_handovers(*, event: UnitEvent, units: Sequence[Unit], successors: Sequence[Unit]) -> None:
    """Write down whose work the event hands over to the first of `successors`, and do it where its day has come."""
    heir = next(iter(successors), None)
    handovers = [UnitHandover(event=event, unit=unit, heir=heir, due_on=event.effective_on) for unit in units]
    UnitHandover.objects.bulk_create(handovers)
    if event.effective_on <= clock.today():
        _carry_out(handovers, {unit.pk: [successor.pk for successor in successors] for unit in units})


def _successors(event: UnitEvent) -> dict[int, list[int]]:
    """The units that came after each unit of the event, in the order in which they were named."""
    found: dict[int, list[int]] = {}
    lines = event.links.filter(predecessor__isnull=False, successor__isnull=False).order_by("pk")
    for before, after in lines.values_list("predecessor_id", "successor_id"):
        found.setdefault(before, []).append(after)
    return found


def _carry_out(handovers: Iterable[UnitHandover], successors: Mapping[int, Sequence[int]]) -> int:
    done = list(handovers)
    count = succession.hand_over(
        [Succession(handover.unit_id, tuple(successors.get(handover.unit_id, ()))) for handover in done]
    )
    for handover in done:
        handover.done_at = clock.now()
        handover.save(update_fields=["done_at"])
    return count
