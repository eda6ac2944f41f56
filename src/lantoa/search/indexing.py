"""Writing the index: by whoever writes the thing, in the transaction of that."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lantoa.search.lexemes import folded_line, lexemes_of, lexemes_of_day, words_of
from lantoa.search.models import SearchEntry

LONGEST_ATTACHED = 200_000
"""How many characters of an object's files are kept and searched."""
_WRITTEN = ("day", "scope", "attached", "folded", "vector")


@dataclass(frozen=True, kw_only=True)
class Document:
    """One object as a search shall find it.

    `number` is what it is called by, `title` its subject; both weigh more than `text` and than `attached`, the text of
    its files. `scope` holds the keys of those who may find it, `day` orders equally good hits.
    """

    kind: str
    object_id: int
    day: dt.date
    scope: Sequence[str]
    number: str = ""
    title: str = ""
    text: str = ""
    attached: str = ""


def put(documents: Iterable[Document]) -> None:
    """Write or replace the entries of some objects; call it in the transaction that writes them."""
    SearchEntry.objects.bulk_create(
        [_entry(document) for document in documents],
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=_WRITTEN,
    )


def take_out(kind: str, object_ids: Iterable[int]) -> None:
    """Let some objects be found no more."""
    SearchEntry.objects.filter(kind=kind, object_id__in=object_ids).delete()


def rescope(kind: str, object_ids: Iterable[int], scope: Sequence[str]) -> None:
    """Let others find some objects from now on."""
    SearchEntry.objects.filter(kind=kind, object_id__in=object_ids).update(scope=list(scope))


def attached_of(kind: str, object_id: int) -> str:
    """The text of an object's files as the index keeps it; empty where it keeps none."""
    rows = SearchEntry.objects.filter(kind=kind, object_id=object_id).values_list("attached", flat=True)
    return rows.first() or ""


def _entry(document: Document) -> SearchEntry:
    attached = document.attached[:LONGEST_ATTACHED]
    number, title = words_of(document.number), words_of(document.title)
    others = [words_of(document.text), words_of(attached)]
    return SearchEntry(
        kind=document.kind,
        object_id=document.object_id,
        day=document.day,
        scope=list(document.scope),
        attached=attached,
        folded="\n".join(folded_line(part) for part in (number, title, *others)),
        vector=[*lexemes_of(number, title, others), *lexemes_of_day(document.day)],
    )
