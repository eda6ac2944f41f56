"""Reads about persons on their way, and guests for a time."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold
from lantoa.organizations.enums import TransferState, Tree
from lantoa.organizations.models import TemporaryMembership, Transfer, Unit
from lantoa.organizations.restricting import marked

KEPT_IN_SIGHT = dt.timedelta(days=365)
"""So long a transfer stays on the page of its units after its day; the person's record keeps it for good."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Letters at one unit: `incoming` wait for it, `outgoing` wait elsewhere, `ahead` are accepted for a day to come,
    `settled` are decided."""

    incoming: tuple[Transfer, ...]
    outgoing: tuple[Transfer, ...]
    ahead: tuple[Transfer, ...]
    settled: tuple[Transfer, ...]

    @property
    def letters(self) -> int:
        """How many there are."""
        return len(self.incoming) + len(self.outgoing) + len(self.ahead) + len(self.settled)


def traffic_of(unit: Unit) -> Traffic:
    """The letters to and from a unit, the latest first (two queries)."""
    known = Transfer.objects.select_related("person", "from_unit", "to_unit")
    since = clock.today() - KEPT_IN_SIGHT
    incoming = known.filter(to_unit=unit)
    outgoing = known.filter(from_unit=unit)
    both = [*incoming, *outgoing]
    ahead = [row for row in both if row.state == TransferState.ACCEPTED and row.effective_on > clock.today()]
    decided = [row for row in both if row.state != TransferState.OFFERED and row not in ahead]
    settled = [row for row in decided if row.effective_on >= since]
    return Traffic(
        incoming=tuple(row for row in both if row.state == TransferState.OFFERED and row.to_unit_id == unit.pk),
        outgoing=tuple(row for row in both if row.state == TransferState.OFFERED and row.from_unit_id == unit.pk),
        ahead=tuple(sorted(ahead, key=lambda row: (row.effective_on, row.pk))),
        settled=tuple(sorted(settled, key=lambda row: (row.effective_on, row.pk), reverse=True)),
    )


def waiting_at(unit: Unit) -> int:
    """How many persons wait to be taken in by a unit."""
    return Transfer.objects.filter(to_unit=unit, state=TransferState.OFFERED).count()


def guests_of(unit: Unit) -> QuerySet[TemporaryMembership]:
    """Who takes part in a unit for a time today, by given name, each with `restricted`."""
    rows = TemporaryMembership.objects.filter(unit=unit).in_force_on(clock.today())
    named = rows.select_related("person", "transfer__from_unit")
    return marked(named.order_by("person__sort_key", "person__birth_year", "pk"))


def party_units_named(text: str) -> QuerySet[Unit]:
    """The units of the Party tree in force that a text names: by code, by whole name, or by `name, superior's name`."""
    units = Unit.objects.filter(tree=Tree.PARTY).in_force().select_related("parent")
    by_code = units.filter(code=text)
    if by_code.exists():
        return by_code
    name, _comma, superior = (part.strip() for part in text.partition(","))
    found = units.filter(folded_name=fold(name)) | units.filter(folded_name__startswith=f"{fold(name)} ")
    return found.filter(parent__folded_name__contains=fold(superior)) if superior else found
