"""What the public pages of the register read."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.functional import Promise

from lantoa.directives.enums import PASSIVE, RelationKind
from lantoa.directives.models import DirectiveRelation
from lantoa.files.models import StoredFile
from lantoa.organizations.models import Sector
from lantoa.portal.documents.indexing import KIND, scope_of
from lantoa.portal.models import PortalSite, PublicDocument
from lantoa.portal.querysets import PublicDocumentQuerySet
from lantoa.portal.serving import editions
from lantoa.search.finding import best_first, find
from lantoa.visits.selectors import views_of

DOWNLOAD = "download"
"""How downloads of a document's files are counted, under the number of the document."""
MOST_BODIES = 100
KEPT_FOR = 3600
"""So many seconds are choices kept of a portal that does not change."""


@dataclass(frozen=True)
class Choices:
    """The bodies that issued the documents of a portal, at most `MOST_BODIES`, the fields that these are about (number
    and name), and the years in which they were issued, the latest first."""

    bodies: tuple[str, ...]
    sectors: tuple[tuple[int, str], ...]
    years: tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """A document in a list, how often it was read, and how often its files were fetched."""

    document: PublicDocument
    views: int
    downloads: int


@dataclass(frozen=True)
class Related:
    """Another public document of the same portal, and what it is to the one that is read. `ends_ours`: it took its
    place."""

    label: str | Promise
    document: PublicDocument
    ends_ours: bool


def shown_on(portal: PortalSite) -> PublicDocumentQuerySet:
    """The documents that a portal shows, the latest first."""
    rows = PublicDocument.objects.shown().filter(portal=portal).select_related("directive")
    return rows.order_by("-directive__issued_on", "-directive_id")


def found_on(portal: PortalSite, text: str, rows: PublicDocumentQuerySet) -> PublicDocumentQuerySet:
    """Those of the rows that fit what somebody typed, the best first."""
    among = rows.order_by().values("pk")
    return best_first(rows, find(KIND, text, scope=scope_of(portal.pk), among=among))


def counted(documents: Iterable[PublicDocument]) -> list[Row]:
    """The documents with their counts (two queries)."""
    listed = list(documents)
    ids = [document.pk for document in listed]
    views, downloads = views_of(KIND, ids), views_of(DOWNLOAD, ids)
    return [Row(each, views.get(each.pk, 0), downloads.get(each.pk, 0)) for each in listed]


def choices_on(portal: PortalSite) -> Choices:
    """What the list of a portal can be narrowed to, kept until the portal changes (one query, and three for the first
    who asks)."""
    name = f"documents.choices.{portal.pk}.{editions.current()}"
    known: Choices | None = cache.get(name)
    if known is None:
        known = _choices(portal)
        cache.set(name, known, KEPT_FOR)
    return known


def _choices(portal: PortalSite) -> Choices:
    shown = shown_on(portal).order_by()
    years = shown.values_list("directive__issued_on__year", flat=True).distinct()
    bodies = shown.order_by("directive__body").values_list("directive__body", flat=True).distinct()
    sectors = Sector.objects.filter(directives__in=shown.values("directive")).distinct()
    return Choices(
        bodies=tuple(bodies[:MOST_BODIES]),
        sectors=tuple((sector.pk, sector.name) for sector in sectors),
        years=tuple(sorted(years, reverse=True)),
    )


def files_of(document: PublicDocument) -> list[StoredFile]:
    """Its files, in the order in which they came (one query)."""
    return list(document.directive.files.order_by("pk"))


def related_to(document: PublicDocument) -> list[Related]:
    """How it stands to other documents that the same portal shows, said from its own side (two queries)."""
    ours = DirectiveRelation.objects.filter(directive=document.directive_id).values_list("kind", "other_id")
    theirs = DirectiveRelation.objects.filter(other=document.directive_id).values_list("kind", "directive_id")
    said = [
        *((RelationKind(kind).label, other, False) for kind, other in ours),
        *((PASSIVE[RelationKind(kind)], other, kind == RelationKind.REPLACES) for kind, other in theirs),
    ]
    shown = {
        each.directive_id: each for each in shown_on(document.portal).filter(directive__in=[o for _, o, _ in said])
    }
    return [Related(label, shown[other], ends) for label, other, ends in said if other in shown]
