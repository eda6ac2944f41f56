"""Filters of the library."""

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet

from lantoa.directives.querysets import finding_keys as keys_of_register
from lantoa.directives.querysets import scope_of as scope_in_register
from lantoa.materials.enums import MaterialState
from lantoa.organizations.actors import Actor
from lantoa.organizations.querysets import counts_scope
from lantoa.search.finding import best_first, find

if TYPE_CHECKING:
    from lantoa.materials.models import Material, MaterialVersion, Publication

    MaterialBase = QuerySet[Material]
    VersionBase = QuerySet[MaterialVersion]
    PublicationBase = QuerySet[Publication]
else:
    MaterialBase = VersionBase = PublicationBase = QuerySet

KIND = "material"
"""What materials are called in the index."""
STATES = {
    MaterialState.DRAFT: Q(used_since__isnull=True, withdrawn_at__isnull=True),
    MaterialState.IN_USE: Q(used_since__isnull=False, withdrawn_at__isnull=True),
    MaterialState.WITHDRAWN: Q(withdrawn_at__isnull=False),
}


def appointed_at(actor: Actor) -> tuple[int, ...]:
    """The units of the actor's appointments, whatever the role."""
    return tuple(dict.fromkeys(grant.unit_id for grant in actor.grants))


def reach(actor: Actor, prefix: str = "") -> Q:
    """All of one's own unit; of units above it, and of those whose counts one sees, what is or was in use.

    `prefix` leads to the material. `finding_keys` says the same for the index.
    """
    own = Q(**{f"{prefix}owner__in": appointed_at(actor)})
    above = Q(**{f"{prefix}owner__in": actor.own_and_superior_ids()})
    used = Q(**{f"{prefix}used_since__isnull": False})
    return own | used & (above | counts_scope(actor, f"{prefix}owner__"))


def finding_keys(actor: Actor) -> list[str]:
    """The keys that `scope_of` gives to what the actor may see: `reach` in the terms of the index."""
    return [*keys_of_register(actor), *(f"own{pk}" for pk in appointed_at(actor))]


def scope_of(path: str, *, used: bool) -> list[str]:
    """The keys of a material whose owner stands at the end of a path: while it never was in use, of the owner alone."""
    own = path.rstrip(".").rpartition(".")[2]
    return [f"own{own}", *(scope_in_register(path) if used else ())]


class MaterialQuerySet(MaterialBase):
    """Materials of the library."""

    def visible_to(self, actor: Actor) -> Self:
        """All of one's own unit; of units above it, and of those whose counts one sees, what is or was in use."""
        return self.filter(reach(actor))

    def standing(self, state: MaterialState) -> Self:
        """Materials in that state."""
        return self.filter(STATES[state])

    def found_by(self, actor: Actor, text: str, *, among: "QuerySet[Any] | None" = None) -> Self:
        """What the actor may see and the index finds for what was typed, the best first.

        `among` narrows the search to some materials before the best are chosen.
        """
        narrowed = among.order_by().values("pk") if among is not None else None
        return best_first(self, find(KIND, text, scope=finding_keys(actor), among=narrowed))


class VersionQuerySet(VersionBase):
    """Versions of materials."""

    def visible_to(self, actor: Actor) -> Self:
        """All versions of one's own unit's materials; of the others one may see, what is in use."""
        own = Q(material__owner__in=appointed_at(actor))
        return self.filter(own | Q(state="in_use") & reach(actor, "material__"))


class PublicationQuerySet(PublicationBase):
    """Lines of the ledger."""

    def visible_to(self, actor: Actor) -> Self:
        """What the units published whose counts the actor may see."""
        return self.filter(counts_scope(actor, "unit__"), reach(actor, "material__"))

    def that_count(self) -> Self:
        """Lines that hold: none that another has corrected, none that only takes one back."""
        return self.filter(corrected_by__isnull=True, takes_back=False)
