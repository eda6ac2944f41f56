"""Filters of the register."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from lantoa.kernel.vietnamese import fold
from lantoa.organizations.actors import Actor
from lantoa.organizations.querysets import counts_scope

if TYPE_CHECKING:
    from lantoa.directives.models import Directive

    DirectiveBase = QuerySet[Directive]
else:
    DirectiveBase = QuerySet


class DirectiveQuerySet(DirectiveBase):
    """Directives of the register."""

    def visible_to(self, actor: Actor) -> Self:
        """Directives registered by one's own unit or one above it (any role), or by one whose counts one sees."""
        return self.filter(Q(registered_by__in=actor.own_and_superior_ids()) | counts_scope(actor, "registered_by__"))

    def matching(self, text: str) -> Self:
        """Directives whose number, title, body or abstract contains `text`, whatever its diacritics."""
        return self.filter(folded_text__contains=fold(text))
