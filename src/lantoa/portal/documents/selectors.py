"""What the public pages of the register read."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise

from lantoa.directives.enums import PASSIVE, RelationKind
from lantoa.directives.models import Directive, DirectiveRelation
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


class Validity(Enum):
    """Whether a document holds today. What replaces it may stand in the register alone, but must hold itself."""

    COMING = "coming"
    IN_FORCE = "in_force"
    ENDED = "ended"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Related:
    """Another public document of the same portal, and what it is to the one that is read. `ends_ours`: it took its
    place."""

    label: str | Promise
    document: PublicDocument
    ends_ours: bool


@dataclass(frozen=True)
class Standing:
    """How a document stands to those that the portal shows, said from its own side, and whether it holds."""

    related: list[Related]
    validity: Validity


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
    """What the list of a portal can be narrowed to, kept for an edition (three queries for the first who asks)."""
    return editions.kept(f"documents.choices.{portal.pk}", portal.edition, lambda: _choices(portal))


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


def standing_of(document: PublicDocument) -> Standing:
    """How it stands to other documents of the register (three queries)."""
    ours = DirectiveRelation.objects.filter(directive=document.directive_id).values_list("kind", "other_id")
    theirs = DirectiveRelation.objects.filter(other=document.directive_id).select_related("directive")
    ended_by = {each.directive_id for each in theirs if each.kind == RelationKind.REPLACES and each.directive.has_begun}
    said = [
        *((RelationKind(kind).label, other, False) for kind, other in ours),
        *((PASSIVE[RelationKind(each.kind)], each.directive_id, each.directive_id in ended_by) for each in theirs),
    ]
    shown = {
        each.directive_id: each for each in shown_on(document.portal).filter(directive__in=[o for _, o, _ in said])
    }
    related = [Related(label, shown[other], ends) for label, other, ends in said if other in shown]
    return Standing(related, _validity(document.directive, is_replaced=bool(ended_by)))


def _validity(directive: Directive, *, is_replaced: bool) -> Validity:
    if is_replaced:
        return Validity.REPLACED
    if directive.has_ended:
        return Validity.ENDED
    return Validity.IN_FORCE if directive.has_begun else Validity.COMING
