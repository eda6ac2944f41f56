"""Stored files to which nothing refers: rows of uploads whose form was refused, and bytes whose row is not there."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from lantoa.files.models import StoredFile
from lantoa.jobs.queue import defer
from lantoa.privacy.retention.due import Due, in_all, start_of

_FOLDER = re.compile(r"\d{4}/\d{2}")
"""Where `StoredFile.content` puts uploads; whatever else the storage holds is not looked at."""


def due(before: dt.date) -> list[Due]:
    """Rows and bytes, in all."""
    rows = in_all(_unused(before), "uploaded_at")
    days = [day for _path, day in _ownerless(before)]
    return [*rows, *([Due("", len(days), min(days))] if days else [])]


def let_go(before: dt.date, most: int) -> int:
    """Delete rows, their bytes by a task after the commit; where there is none, bytes without a row."""
    files = list(_unused(before).select_for_update(of=("self",)).order_by("pk")[:most])
    for file in files:
        defer("privacy.discard_content", path=file.content.name)
        file.delete()
    if files:
        return len(files)
    paths = [path for path, _day in _ownerless(before)][:most]
    for path in paths:
        default_storage.delete(path)
    return len(paths)


def _unused(before: dt.date) -> "QuerySet[StoredFile]":
    """Files to which no row of any app refers, uploaded before that day."""
    rows = StoredFile.objects.filter(uploaded_at__lt=start_of(before))
    for model, name in _references():
        rows = rows.exclude(Exists(model._base_manager.filter(**{name: OuterRef("pk")})))
    return rows


def _references() -> Iterator[tuple[Any, str]]:
    """Each column of any app that refers to a stored file."""
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            yield relation.related_model, relation.field.name  # type: ignore[union-attr]


def _ownerless(before: dt.date) -> Iterator[tuple[str, dt.date]]:
    """Paths of uploads without a row, stored before that day: what a transaction that was undone left behind."""
    known = set(StoredFile.objects.values_list("content", flat=True))
    for path in _uploads():
        stored = timezone.localtime(default_storage.get_modified_time(path)).date()
        if path not in known and stored < before:
            yield path, stored


def _uploads() -> Iterator[str]:
    for year in _folders(""):
        for month in _folders(year):
            folder = f"{year}/{month}"
            if _FOLDER.fullmatch(folder):
                yield from (f"{folder}/{name}" for name in sorted(default_storage.listdir(folder)[1]))


def _folders(path: str) -> list[str]:
    """The folders in a folder; none where nothing was ever uploaded."""
    try:
        return sorted(default_storage.listdir(path)[0])
    except FileNotFoundError:
        return []
