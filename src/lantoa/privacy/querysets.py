"""Filters over requests."""

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Membership
from lantoa.privacy.enums import RequestKind, RequestState

if TYPE_CHECKING:
    from lantoa.privacy.models import DataRequest, Erasure

    ErasureBase = QuerySet[Erasure]
    DataRequestBase = QuerySet[DataRequest]
else:
    ErasureBase = DataRequestBase = QuerySet


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


class DataRequestQuerySet(DataRequestBase):
    """Requests to correct a record or to restrict its processing."""

    def visible_to(self, actor: Actor) -> Self:
        """Requests about people of units whose people the actor keeps: where the person is counted today, and else
        where the request was made."""
        today = Membership.objects.filter(person=OuterRef("person"), period__contains=clock.today())
        here = Exists(today.filter(keeper_scope(actor)))
        return self.filter(here | (~Exists(today) & keeper_scope(actor)))

    def waiting(self) -> Self:
        """Those on which nobody has decided."""
        return self.filter(state=RequestState.REQUESTED)

    def restrictions(self) -> Self:
        """The restrictions that hold."""
        return self.filter(kind=RequestKind.RESTRICTION, state=RequestState.DONE)
