"""Filters of the log."""

from typing import TYPE_CHECKING, Any, Self

from django.db.models import QuerySet

if TYPE_CHECKING:
    from lantoa.audit.models import Entry

    EntryBase = QuerySet[Entry]
else:
    EntryBase = QuerySet


class EntryQuerySet(EntryBase):
    """Entries of the log; who may read which is said above, because the log knows nothing of units."""

    def about(self, instance: Any) -> Self:
        """Entries about one object."""
        return self.filter(object_type=instance._meta.label_lower, object_id=str(instance.pk))
