"""Members' cards: printing them, replacing lost ones, and what becomes of them with their person."""

from collections.abc import Collection
from typing import cast

from django.db.models import Exists, OuterRef

from lantoa.audit import services as audit
from lantoa.audit.enums import Outcome
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.erasing import Subject
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.organizations.policies import can_export_names
from lantoa.organizations.services.exports import stated_purpose
from lantoa.rollcall.card_codes import new_number
from lantoa.rollcall.card_errors import NobodyForCards
from lantoa.rollcall.models import Card
from lantoa.rollcall.selectors.card_holders import PrintedCard, printable, printed_cards


@use_case
def print_cards(
    *, actor: Actor, unit: Unit, purpose: str, person_ids: Collection[int] | None = None
) -> list[PrintedCard]:
    """The cards of these people of the unit, or of all whom it counts today, to be printed for a stated purpose.

    Whoever has no card gets one, in one statement; who has one keeps it, also through a move to another unit, and it is
    printed again. The purpose and the number of names stay in the log. Raises NotPermitted, PurposeMissing,
    PurposeNamesSomebody, NobodyForCards.
    """
    if not can_export_names(actor=actor, unit=unit):
        raise NotPermitted
    rows = printable(actor=actor, unit=unit, person_ids=person_ids)
    stated = stated_purpose(purpose, rows.values_list("person__full_name", flat=True))
    good = Card.objects.filter(person=OuterRef("person"), replaced_at__isnull=True)
    _give(actor, unit, rows.filter(~Exists(good)).values_list("person_id", flat=True))
    cards = printed_cards(rows)
    if not cards:
        raise NobodyForCards
    facts = {"purpose": stated, "count": len(cards)}
    audit.record(
        actor=actor, action="rollcall.print_cards", about=unit, unit=unit, outcome=Outcome.EXPORTED, facts=facts
    )
    return cards


@use_case
def replace_cards(*, actor: Actor, unit: Unit, card_ids: Collection[int]) -> int:
    """Give new cards to people of the unit who lost theirs; the old ones are refused from now on. How many.

    Cards that were replaced before, or are of people whom the unit does not count today, stay as they are, so that a
    repeated form changes nothing. Raises NotPermitted.
    """
    if not can_export_names(actor=actor, unit=unit):
        raise NotPermitted
    people = printable(actor=actor, unit=unit).values("person_id")
    good = Card.objects.filter(pk__in=card_ids, replaced_at__isnull=True, person__in=people)
    lost = list(good.select_for_update(of=("self",)).order_by("pk"))
    Card.objects.filter(pk__in=[card.pk for card in lost]).update(replaced_at=clock.now())
    _give(actor, unit, [card.person_id for card in lost])
    for card in lost:
        audit.record(actor=actor, action="rollcall.replace_cards", about=card, unit=unit)
    return len(lost)


def forget_cards(subject: Subject) -> int:
    """Delete the cards of a person who is erased: what is printed on them opens nothing any more. How many."""
    return Card.objects.filter(person=subject.person_id).delete()[0]


def cards_that_stay(kept_id: int, merged_id: int) -> set[int]:
    """The good card of the record that goes, where the record that is kept has one too; both stay good
    (`person_of_card`)."""
    good = Card.objects.filter(person__in=[kept_id, merged_id], replaced_at__isnull=True)
    found = dict(good.values_list("person_id", "pk"))
    return {found[merged_id]} if len(found) == 2 else set()


def _give(actor: Actor, unit: Unit, person_ids: Collection[int]) -> None:
    """A new card for each of them, in one statement; whoever was given one at this moment keeps that."""
    Card.objects.bulk_create(
        [
            Card(number=new_number(), person_id=pk, unit=unit, issued_by_id=cast("int", actor.user_id))
            for pk in person_ids
        ],
        ignore_conflicts=True,
    )
