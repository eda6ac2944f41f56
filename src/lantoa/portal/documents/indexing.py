"""What a search on a portal finds of its documents: all that the register says of them, and the text of their files."""

from collections.abc import Sequence
from typing import Any

from lantoa.directives.indexing import document_of
from lantoa.directives.models import Directive
from lantoa.directives.querysets import KIND as ENTRY
from lantoa.directives.signals import entry_changed
from lantoa.portal.models import PublicDocument
from lantoa.search import indexing, sources
from lantoa.search.indexing import Document

KIND = "document"


def connect() -> None:
    """Feed the index, and hear of corrections of the register; called once, when the apps are ready."""
    sources.register(sources.Source(KIND, _all_ids, _documents))
    entry_changed.connect(_follow, sender=Directive, dispatch_uid="portal.entry_changed")


def put(document: PublicDocument) -> None:
    """Let everybody find it on its portal, in the transaction that publishes it."""
    indexing.put([_entry(document)])


def take_out(document: PublicDocument) -> None:
    """Let nobody find it any more."""
    indexing.take_out(KIND, [document.pk])


def scope_of(portal_id: int) -> list[str]:
    """The key of what a portal shows."""
    return [f"portal{portal_id}"]


def entry_of(document: PublicDocument, attached: str) -> Document:
    """The document as a search on its portal shall find it; `attached` is the text of its files."""
    directive = document.directive
    said = document_of(directive, attached)
    return Document(
        kind=KIND,
        object_id=document.pk,
        day=said.day,
        scope=scope_of(document.portal_id),
        number=said.number,
        title=said.title,
        text=f"{directive.body}\n{directive.signer}\n{directive.abstract}",
        attached=said.attached,
    )


def _entry(document: PublicDocument) -> Document:
    return entry_of(document, indexing.attached_of(ENTRY, document.directive_id))


def _follow(*, directive: Directive, **_: Any) -> None:
    shown = PublicDocument.objects.shown().filter(directive=directive).select_related("directive__registered_by")
    indexing.put([_entry(document) for document in shown])


def _all_ids() -> list[int]:
    return list(PublicDocument.objects.shown().order_by("pk").values_list("pk", flat=True))


def _documents(ids: Sequence[int]) -> list[Document]:
    rows = PublicDocument.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("directive__registered_by").filter(pk__in=ids).order_by("pk")
    return [_entry(document) for document in found]
