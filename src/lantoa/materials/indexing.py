"""What a search finds of a material: its title, the directives that it explains, its texts and those of its files."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.db.models.signals import pre_delete
from django.utils import timezone
from django.utils.translation import override

from lantoa.directives.indexing import text_of
from lantoa.files.models import StoredFile
from lantoa.materials.enums import VersionState
from lantoa.materials.models import Material, MaterialVersion
from lantoa.materials.querysets import KIND, scope_of
from lantoa.organizations.models import Unit
from lantoa.organizations.signals import units_placed
from lantoa.search import indexing, sources
from lantoa.search.indexing import Document


def connect() -> None:
    """Feed the index, and hear of files that go and of units that move; called once, when the apps are ready."""
    sources.register(sources.Source(KIND, _all_ids, _documents))
    pre_delete.connect(_take_file_away, sender=StoredFile, dispatch_uid="materials.file_goes")
    units_placed.connect(_follow_units, dispatch_uid="materials.units_placed")


def index_material(material: Material, *, without: StoredFile | None = None) -> None:
    """Write the material's entry in the transaction that writes it or one of its versions.

    It is found by the version that is in use, or was when the material was withdrawn; by the latest where none ever
    was. The file `without` is about to go.
    """
    indexing.put([_document(material, without)])


def _document(material: Material, without: StoredFile | None = None) -> Document:
    version = _told_by(material)
    with override("vi"):
        title = f"{material.get_kind_display()} {material.title} {material.get_language_display()}"
    numbers = " ".join(material.directives.order_by("pk").values_list("number", flat=True))
    files = [one for one in (version.file, version.light_file) if one is not None and one != without]
    return Document(
        kind=KIND,
        object_id=material.pk,
        day=timezone.localdate(version.written_at),
        scope=scope_of(material.owner.path, used=material.used_since is not None),
        title=title,
        text=f"{numbers}\n{version.text}\n{version.light_text}",
        attached=text_of(files),
    )


def _told_by(material: Material) -> MaterialVersion:
    versions = material.versions.select_related("file", "light_file")
    used = Q(state=VersionState.IN_USE) | Q(state=VersionState.WITHDRAWN, reviewed_at__isnull=False)
    return versions.filter(used).first() or versions.order_by("-number")[:1].get()


def _all_ids() -> list[int]:
    return list(Material.objects.order_by("pk").values_list("pk", flat=True))


def _documents(ids: Sequence[int]) -> list[Document]:
    rows = Material.objects.select_for_update(of=("self",), no_key=True).select_related("owner")
    return [_document(material) for material in rows.filter(pk__in=ids).order_by("pk")]


def _take_file_away(*, instance: StoredFile, **_: Any) -> None:
    """A file that goes takes its words along."""
    held = MaterialVersion.objects.filter(Q(file=instance) | Q(light_file=instance))
    for material in Material.objects.filter(pk__in=held.values("material")).select_related("owner"):
        index_material(material, without=instance)


def _follow_units(*, unit_ids: Iterable[int], **_: Any) -> None:
    """Who stands above a unit may find what the unit keeps; a reform moves many units, few of which keep anything."""
    keeping = set(Material.objects.order_by().values_list("owner_id", flat=True).distinct())
    for unit in Unit.objects.filter(pk__in=keeping.intersection(unit_ids)):
        for used in (False, True):
            rows = unit.materials.filter(used_since__isnull=not used)
            indexing.rescope(KIND, list(rows.values_list("pk", flat=True)), scope_of(unit.path, used=used))
