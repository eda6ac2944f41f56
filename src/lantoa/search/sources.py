"""Who feeds the index: each app registers its kind, so that the index can be made again from what the apps keep."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from lantoa.search.indexing import Document, put
from lantoa.search.models import SearchEntry

SOURCES: "dict[str, Source]" = {}
_TOGETHER = 200


@dataclass(frozen=True)
class Source:
    """One kind: the numbers of its objects, and the documents of some of them, whose rows `documents` locks."""

    kind: str
    ids: Callable[[], Sequence[int]]
    documents: Callable[[Sequence[int]], Sequence[Document]]


def register(source: Source) -> None:
    """Let `source` feed the index; call it in `AppConfig.ready`."""
    SOURCES[source.kind] = source


def rebuild() -> dict[str, int]:
    """Make the index again, some objects at a time, and forget what is no more. Returns how many of each kind."""
    SearchEntry.objects.exclude(kind__in=SOURCES).delete()
    return {kind: _rebuild(source) for kind, source in sorted(SOURCES.items())}


def missing() -> dict[str, int]:
    """How many objects of each kind the index does not know, and how many it knows that are no more."""
    return {kind: len(set(source.ids()) ^ _known(kind)) for kind, source in sorted(SOURCES.items())}


def _known(kind: str) -> set[int]:
    return set(SearchEntry.objects.filter(kind=kind).values_list("object_id", flat=True))


def _rebuild(source: Source) -> int:
    ids = source.ids()
    for chunk in _chunks(ids):
        with transaction.atomic():
            put(source.documents(chunk))
    SearchEntry.objects.filter(kind=source.kind).exclude(object_id__in=source.ids()).delete()
    return len(ids)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    yield from (ids[start : start + _TOGETHER] for start in range(0, len(ids), _TOGETHER))
