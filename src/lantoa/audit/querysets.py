"""Filters of the log."""

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from lantoa.audit.models import Entry

    EntryBase = QuerySet[Entry]
else:
    EntryBase = QuerySet


class EntryQuerySet(EntryBase):
    """Entries of the log; scopes arrive as plain paths, because the log knows nothing of units."""

    def below(self, paths: "tuple[str, ...]") -> Self:
        """Entries that concern the units under any of `paths`, those units included."""
        condition: Q = Q(pk__in=[])
        for path in paths:
            condition |= Q(unit_path__startswith=path)
        return self.filter(condition)

    def by_actor(self, user_id: int) -> Self:
        """Entries of one user's own acts."""
        return self.filter(actor_id=user_id)

    def about(self, instance: Any) -> Self:
        """Entries about one object."""
        return self.filter(object_type=instance._meta.label_lower, object_id=str(instance.pk))
