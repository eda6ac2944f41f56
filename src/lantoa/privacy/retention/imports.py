"""What imports read: the rows go, that an import was made stays."""

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from lantoa.organizations.enums import ImportState
from lantoa.organizations.models import ImportBatch, ImportRow
from lantoa.organizations.services.erasing import NO_NAME
from lantoa.privacy.retention.due import Due, by_unit, start_of

_KEPT = ~Q(file_name=NO_NAME) | Q(Exists(ImportRow.objects.filter(batch=OuterRef("pk"))))
"""Whose name, or whose last rows, have not gone."""
_ROWS = Count("pk", distinct=True) + Count("rows", distinct=True)


def due_applied(before: dt.date) -> list[Due]:
    """Imports that were applied and their rows, by unit."""
    return by_unit(_applied(before), "unit_id", "applied_at", _ROWS)


def let_go_applied(before: dt.date, most: int) -> int:
    """Delete the name of a file, and then the rows that were read from it."""
    return _let_go(_applied(before), most)


def due_left(before: dt.date) -> list[Due]:
    """Lists that were uploaded and never applied, and their rows, by unit."""
    return by_unit(_left(before), "unit_id", "created_at", _ROWS)


def let_go_left(before: dt.date, most: int) -> int:
    """Give the lists up: the name of the file goes, and then the rows."""
    return _let_go(_left(before), most)


def _applied(before: dt.date) -> "QuerySet[ImportBatch]":
    return ImportBatch.objects.filter(state=ImportState.APPLIED, applied_at__lt=start_of(before)).filter(_KEPT)


def _left(before: dt.date) -> "QuerySet[ImportBatch]":
    closed = Q(state__in=[ImportState.CANCELLED, ImportState.UNDONE]) & _KEPT
    open_ = Q(state=ImportState.PREVIEWED)
    return ImportBatch.objects.filter(open_ | closed, created_at__lt=start_of(before))


def _let_go(batches: "QuerySet[ImportBatch]", most: int) -> int:
    """At most so many rows of the oldest import; how many rows and imports were changed.

    The first step marks the import, so that nobody applies or undoes what is left of it.
    """
    batch = batches.select_for_update(of=("self",), skip_locked=True).order_by("pk").first()
    if batch is None:
        return 0
    marked = batch.file_name == NO_NAME
    if not marked:
        batch.file_name, batch.unit_choices = NO_NAME, {}
        if batch.state == ImportState.PREVIEWED:
            batch.state = ImportState.CANCELLED
        batch.save(update_fields=["file_name", "unit_choices", "state"])
    rows = list(ImportRow.objects.filter(batch=batch).order_by("pk").values_list("pk", flat=True)[:most])
    ImportRow.objects.filter(pk__in=rows).delete()
    return len(rows) + (not marked)
