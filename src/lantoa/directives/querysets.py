"""Filters of the register."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from lantoa.kernel.vietnamese import normalise
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.querysets import counts_scope
from lantoa.search.finding import best_first, find

if TYPE_CHECKING:
    from lantoa.directives.models import Directive, DirectiveRelation

    DirectiveBase = QuerySet[Directive]
    RelationBase = QuerySet[DirectiveRelation]
else:
    DirectiveBase = RelationBase = QuerySet

KIND = "directive"
"""What directives are called in the index."""


def reach(actor: Actor, prefix: str = "") -> Q:
    """Directives registered by one's own unit or one above it (any role), or by one whose counts one sees.

    `prefix` leads to the directive. `finding_keys` says the same for the index.
    """
    at = Q(**{f"{prefix}registered_by__in": actor.own_and_superior_ids()})
    return at | counts_scope(actor, f"{prefix}registered_by__")


def finding_keys(actor: Actor) -> list[str]:
    """The keys that `scope_of` gives to what the actor may see: `reach` in the terms of the index."""
    at = {*actor.own_and_superior_ids(), *actor.unit_ids(authority.SEES_COUNTS_OWN)}
    below = actor.unit_ids(authority.SEES_COUNTS_BELOW)
    return [*(f"at{pk}" for pk in sorted(at)), *(f"in{pk}" for pk in sorted(below))]


def scope_of(path: str) -> list[str]:
    """The keys of a directive that the unit at the end of a path registered: `at` the unit, `in` it and all above."""
    units = [part for part in path.split(".") if part]
    return [f"at{units[-1]}", *(f"in{part}" for part in units)]


class DirectiveQuerySet(DirectiveBase):
    """Directives of the register."""

    def visible_to(self, actor: Actor) -> Self:
        """Directives registered by one's own unit or one above it (any role), or by one whose counts one sees."""
        return self.filter(reach(actor))

    def in_force_on(self, day: dt.date) -> Self:
        """Directives that hold on that day, by their own dates."""
        begun = self.annotate(begins=Coalesce("effective_from", "issued_on")).filter(begins__lte=day)
        return begun.filter(Q(effective_until__isnull=True) | Q(effective_until__gte=day))

    def numbered(self, number: str) -> Self:
        """Directives of exactly this number and notation, which may be typed in small letters."""
        plain = normalise(number)
        return self.filter(number__in={plain, plain.upper()})

    def found_by(self, actor: Actor, text: str, *, among: "QuerySet[Any] | None" = None) -> Self:
        """What the actor may see and the index finds for what was typed, the best first.

        `among` narrows the search to some directives before the best are chosen.
        """
        narrowed = among.order_by().values("pk") if among is not None else None
        ranked = find(KIND, text, scope=finding_keys(actor), among=narrowed)
        return best_first(self, ranked)


class RelationQuerySet(RelationBase):
    """Relations between directives."""

    def visible_to(self, actor: Actor) -> Self:
        """Relations between two directives that the actor may see both."""
        return self.filter(reach(actor, "directive__"), reach(actor, "other__"))
