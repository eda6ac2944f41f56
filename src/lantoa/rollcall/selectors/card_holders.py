"""Reads about members' cards."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from lantoa.organizations.actors import Actor
from lantoa.organizations.models import PersonMerge, Unit
from lantoa.organizations.querysets import MembershipQuerySet
from lantoa.organizations.restricting import unrestricted
from lantoa.organizations.selectors.persons import counted_in
from lantoa.rollcall.card_codes import read_card
from lantoa.rollcall.card_errors import CardReplaced, CardWrong
from lantoa.rollcall.models import Card


@dataclass(frozen=True)
class PrintedCard:
    """One card as it is printed."""

    number: str
    name: str
    unit: str


def holders_in(*, actor: Actor, unit: Unit) -> MembershipQuerySet:
    """Whom the unit counts today, each with `card` and `card_since`: number of the row and time of the card that is
    good now, None without one."""
    good = Card.objects.filter(person=OuterRef("person"), replaced_at__isnull=True)
    return (
        counted_in(unit)
        .visible_to(actor)
        .annotate(card=Subquery(good.values("pk")), card_since=Subquery(good.values("issued_at")))
    )


def printable(*, actor: Actor, unit: Unit, person_ids: Collection[int] | None = None) -> MembershipQuerySet:
    """Those of them whose card may be printed: of these persons, or of all; nobody whose processing is restricted."""
    rows = unrestricted(holders_in(actor=actor, unit=unit))
    return rows if person_ids is None else rows.filter(person__in=person_ids)


def printed_cards(rows: MembershipQuerySet) -> list[PrintedCard]:
    """The good cards of these people by given name, as they are printed (two queries)."""
    people = rows.order_by("person__sort_key", "person__birth_year", "pk")
    found = {row.person_id: (row.person.full_name, row.unit.name) for row in people.select_related("unit", "person")}
    numbers = dict(Card.objects.filter(person__in=found, replaced_at__isnull=True).values_list("person_id", "number"))
    return [PrintedCard(numbers[pk], *said) for pk, said in found.items() if pk in numbers]


def person_of_card(text: str) -> int:
    """The number of the person whose card says `text`, as it is scanned or typed (two queries; one for each merger).

    A card of a record that went into another one is the card of the record that was kept. Raises CardWrong or
    CardReplaced.
    """
    number = read_card(text)
    card = Card.objects.filter(number=number).first() if number else None
    if card is None:
        raise CardWrong(field="card")
    if card.replaced_at is not None:
        raise CardReplaced(field="card")
    person_id = card.person_id
    while merge := PersonMerge.objects.filter(merged=person_id, undone_at__isnull=True).first():
        person_id = merge.kept_id
    return person_id
