"""What a search finds of a directive: its own words, and those of its files."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models.signals import pre_delete
from django.utils.translation import override

from lantoa.directives.models import Directive
from lantoa.directives.querysets import KIND, scope_of
from lantoa.directives.signals import entry_changed
from lantoa.files.content import Damaged, kind_of
from lantoa.files.models import StoredFile
from lantoa.files.text import lines_of
from lantoa.kernel.vietnamese import normalise
from lantoa.organizations.models import Unit
from lantoa.organizations.signals import units_placed
from lantoa.search import indexing, sources
from lantoa.search.indexing import LONGEST_ATTACHED, Document


def connect() -> None:
    """Feed the index, and hear of files that go and of units that move; called once, when the apps are ready."""
    sources.register(sources.Source(KIND, _all_ids, _documents))
    pre_delete.connect(_take_file_away, sender=StoredFile, dispatch_uid="directives.file_goes")
    units_placed.connect(_follow_units, dispatch_uid="directives.units_placed")


def index_directive(directive: Directive, files: Sequence[StoredFile] | None = None) -> None:
    """Write the directive's entry in the transaction that writes the directive.

    `files` are all its files, where they are others than before: they are read. Without, what was read of them stays.
    """
    attached = indexing.attached_of(KIND, directive.pk) if files is None else text_of(files)
    indexing.put([document_of(directive, attached)])


def text_of(files: Iterable[StoredFile]) -> str:
    """The text of files as far as it can be read, at most `LONGEST_ATTACHED` characters; a picture has none."""
    parts: list[str] = []
    left = LONGEST_ATTACHED
    for file in files:
        for line in _lines(file):
            plain = normalise(line)[:left]
            parts.append(plain)
            left -= len(plain) + 1
            if left <= 0:
                return "\n".join(parts)
    return "\n".join(parts)


def _lines(file: StoredFile) -> Iterator[str]:
    try:
        with file.content.open("rb") as opened:
            content = bytes(opened.read())
        if kind := kind_of(content):
            yield from lines_of(content, kind)
    except (FileNotFoundError, Damaged):
        return


def document_of(directive: Directive, attached: str) -> Document:
    """The directive as a search shall find it; `attached` is the text of its files."""
    with override("vi"):
        title = f"{directive.get_kind_display()} {directive.number} {directive.title}"
    words = (directive.body, directive.signer, directive.abstract, directive.key_points, directive.digest)
    return Document(
        kind=KIND,
        object_id=directive.pk,
        day=directive.issued_on,
        scope=scope_of(directive.registered_by.path),
        number=directive.number,
        title=title,
        text="\n".join(words),
        attached=attached,
    )


def _all_ids() -> list[int]:
    return list(Directive.objects.order_by("pk").values_list("pk", flat=True))


def _documents(ids: Sequence[int]) -> list[Document]:
    rows = Directive.objects.select_for_update(of=("self",), no_key=True).select_related("registered_by")
    found = rows.prefetch_related("files").filter(pk__in=ids).order_by("pk")
    return [document_of(directive, text_of(_in_order(directive.files.all()))) for directive in found]


def _in_order(files: Iterable[StoredFile]) -> list[StoredFile]:
    return sorted(files, key=lambda file: file.pk)


def _take_file_away(*, instance: StoredFile, **_: Any) -> None:
    """A file that goes takes its words along."""
    for directive in Directive.objects.filter(files=instance).select_related("registered_by"):
        index_directive(directive, list(directive.files.exclude(pk=instance.pk).order_by("pk")))
        entry_changed.send(sender=Directive, directive=directive)


def _follow_units(*, unit_ids: Iterable[int], **_: Any) -> None:
    """Who stands above a unit may find what the unit registered; a reform moves many units, few of which registered."""
    registering = set(Directive.objects.order_by().values_list("registered_by_id", flat=True).distinct())
    for unit in Unit.objects.filter(pk__in=registering.intersection(unit_ids)):
        numbers = list(unit.directives.values_list("pk", flat=True))
        indexing.rescope(KIND, numbers, scope_of(unit.path))
