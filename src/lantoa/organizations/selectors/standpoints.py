"""From which unit a reader looks at lists that reach down a tree."""

from dataclasses import dataclass

from django.db.models import Q

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit

LONGEST_NUMBER = 18
"""Digits of the longest number of a unit that is looked for."""


@dataclass(frozen=True)
class Sight:
    """Where a reader stands: the unit looked at (None for whoever sees no counts), and the units to choose from, those
    above it in the reader's sight, itself and those directly below."""

    unit: Unit | None
    choices: tuple[Unit, ...]


def sight_of(actor: Actor, asked: str) -> Sight:
    """The unit of that number, or the reader's own highest one (two queries)."""
    roles = authority.SEES_COUNTS_BELOW | authority.SEES_COUNTS_OWN
    seen = Unit.objects.visible_to(actor)
    own = Q(pk__in=actor.unit_ids(roles))
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER else None
    found = sorted(seen.filter(own | Q(pk=number)), key=lambda unit: (unit.pk != number, unit.path.count("."), unit.pk))
    if not found:
        return Sight(None, ())
    chosen = found[0]
    above = [int(part) for part in chosen.path.split(".") if part]
    near = seen.filter(Q(pk__in=above) | Q(parent=chosen) | own).order_by("path")
    return Sight(chosen, tuple(near))
