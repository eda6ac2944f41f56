"""Filters over phones, quarantined events and cards."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from lantoa.organizations.actors import Actor
from lantoa.organizations.authority import ADMINISTERS, TAKES_ROLL
from lantoa.organizations.querysets import any_path, counts_scope, names_scope

if TYPE_CHECKING:
    from lantoa.rollcall.models import Card, Phone, QuarantinedEvent

    CardBase = QuerySet[Card]
    PhoneBase = QuerySet[Phone]
    QuarantineBase = QuerySet[QuarantinedEvent]
else:
    CardBase = PhoneBase = QuarantineBase = QuerySet


class PhoneQuerySet(PhoneBase):
    """Phones."""

    def visible_to(self, actor: Actor) -> Self:
        """Phones of the units whose roll the actor takes, and of those whose accounts the actor looks after."""
        own = Q(device__unit__in=actor.unit_ids(TAKES_ROLL))
        return self.filter(own | any_path(actor.paths(ADMINISTERS), "device__unit__path"))


class QuarantineQuerySet(QuarantineBase):
    """Events that could not be recorded."""

    def visible_to(self, actor: Actor) -> Self:
        """Events of the phones of units whose counts the actor may see."""
        return self.filter(counts_scope(actor, "device__unit__"))


class CardQuerySet(CardBase):
    """Members' cards."""

    def visible_to(self, actor: Actor) -> Self:
        """Cards that a unit gave out whose people the actor may see by name."""
        return self.filter(names_scope(actor, "unit__"))
