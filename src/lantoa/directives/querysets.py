"""Filters of the register."""

from typing import TYPE_CHECKING, Self

from django.db.models import Case, IntegerField, Q, QuerySet, When

from lantoa.kernel.vietnamese import fold, normalise
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

    def found_by(self, text: str) -> Self:
        """`matching(text)`, those that hold the text exactly as it was typed first, then the latest first."""
        typed = normalise(text)
        exact = Q(pk__in=[])
        for column in ("number", "title", "body", "abstract"):
            exact |= Q(**{f"{column}__icontains": typed})
        rank = Case(When(exact, then=0), default=1, output_field=IntegerField())
        return self.matching(text).annotate(far=rank).order_by("far", "-issued_on", "-pk")
