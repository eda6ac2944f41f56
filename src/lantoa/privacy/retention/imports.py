"""What imports read: the rows go, that an import was made stays."""

import datetime as dt

from django.db.models import Count, Q, QuerySet

from lantoa.organizations.enums import ImportState
from lantoa.organizations.models import ImportBatch, ImportRow
from lantoa.organizations.services.erasing import NO_NAME
from lantoa.privacy.retention.due import Due, by_unit, start_of

_KEPT = ~Q(file_name=NO_NAME)
_ROWS = Count("pk", distinct=True) + Count("rows", distinct=True)


def due_applied(before: dt.date) -> list[Due]:
    """Imports that were applied and their rows, by unit."""
    return by_unit(_applied(before), "unit_id", "applied_at", _ROWS)


def let_go_applied(before: dt.date, most: int) -> int:
    """Delete rows, or where an import has none any more, the name of its file."""
    return _let_go(_applied(before), most)


def due_left(before: dt.date) -> list[Due]:
    """Lists that were uploaded and never applied, and their rows, by unit."""
    return by_unit(_left(before), "unit_id", "created_at", _ROWS)


def let_go_left(before: dt.date, most: int) -> int:
    """Give the lists up: their rows go, and then the name of the file."""
    return _let_go(_left(before), most)


def _applied(before: dt.date) -> "QuerySet[ImportBatch]":
    return ImportBatch.objects.filter(state=ImportState.APPLIED, applied_at__lt=start_of(before)).filter(_KEPT)


def _left(before: dt.date) -> "QuerySet[ImportBatch]":
    closed = Q(state__in=[ImportState.CANCELLED, ImportState.UNDONE]) & _KEPT
    open_ = Q(state=ImportState.PREVIEWED)
    return ImportBatch.objects.filter(open_ | closed, created_at__lt=start_of(before))


def _let_go(batches: "QuerySet[ImportBatch]", most: int) -> int:
    """At most so many rows of the oldest import; how many rows and imports were changed."""
    batch = batches.select_for_update(of=("self",), skip_locked=True).order_by("pk").first()
    if batch is None:
        return 0
    rows = list(ImportRow.objects.filter(batch=batch).order_by("pk").values_list("pk", flat=True)[:most])
    if len(rows) == most:
        return ImportRow.objects.filter(pk__in=rows).delete()[0]
    ImportRow.objects.filter(pk__in=rows).delete()
    batch.file_name, batch.unit_choices = NO_NAME, {}
    if batch.state == ImportState.PREVIEWED:
        batch.state = ImportState.CANCELLED
    batch.save(update_fields=["file_name", "unit_choices", "state"])
    return len(rows) + 1
