"""Filters over requests."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from lantoa.organizations import authority
from lantoa.organizations.actors import Actor

if TYPE_CHECKING:
    from lantoa.privacy.models import Erasure

    ErasureBase = QuerySet[Erasure]
else:
    ErasureBase = QuerySet


def keeper_scope(actor: Actor, prefix: str = "unit__") -> Q:
    """Units whose people the actor both edits and may see by name: one's own, and for an officer a direct child too."""
    officer = actor.unit_ids(authority.EDITS_PERSONS_BELOW)
    own = (*officer, *actor.unit_ids(authority.EDITS_PERSONS_OWN))
    return Q(**{f"{prefix}pk__in": own}) | Q(**{f"{prefix}parent__in": officer})


class ErasureQuerySet(ErasureBase):
    """Requests for erasure."""

    def visible_to(self, actor: Actor) -> Self:
        """Requests about people of units whose people the actor keeps."""
        return self.filter(keeper_scope(actor))
