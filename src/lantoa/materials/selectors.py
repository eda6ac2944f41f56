"""What the pages of the library read."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, Prefetch, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from lantoa.directives.models import Directive
from lantoa.kernel import clock
from lantoa.materials.enums import Channel, MaterialState, VersionState
from lantoa.materials.models import Fetch, Material, MaterialVersion, Publication, ShareLink
from lantoa.materials.querysets import MaterialQuerySet, PublicationQuerySet, appointed_at, reach
from lantoa.materials.secrets import digest_of
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.organizations.querysets import UnitQuerySet, counts_scope

MOST_IN_PANEL = 20


@dataclass(frozen=True, slots=True)
class Reach:
    """The publications by one channel: how many, how many people they reached, and how many tell no figure."""

    channel: Channel
    publications: int
    people: int
    uncounted: int


def with_versions(rows: MaterialQuerySet, actor: Actor) -> MaterialQuerySet:
    """The rows with their owner, their version in use (as the list `in_use`) and, for the owner's own people, whether
    a version `waits` (one query more)."""
    used = MaterialVersion.objects.filter(state=VersionState.IN_USE).select_related("file", "light_file")
    waiting = MaterialVersion.objects.filter(
        material=OuterRef("pk"), state=VersionState.WAITING, material__owner__in=appointed_at(actor)
    )
    return (
        rows.select_related("owner", "place")
        .annotate(waits=Exists(waiting))
        .prefetch_related(Prefetch("versions", used, to_attr="in_use"))
    )


def for_directives(actor: Actor, directives: "QuerySet[Directive]") -> list[MaterialVersion]:
    """The versions in use that explain any of these directives and may be read by the actor, with their materials, the
    newest first, at most `MOST_IN_PANEL` (one query)."""
    explaining = Material.directives.through.objects.filter(directive__in=directives.order_by().values("pk"))
    rows = MaterialVersion.objects.filter(reach(actor, "material__"), state=VersionState.IN_USE)
    fitting = rows.filter(material__in=explaining.values("material"))
    with_rest = fitting.select_related("material__place", "file", "light_file")
    return list(with_rest.order_by("-material__used_since", "-material")[:MOST_IN_PANEL])


def versions_of(actor: Actor, material: Material) -> list[MaterialVersion]:
    """The versions that the actor may read, the latest first: the one in use and at most `MOST_IN_PANEL` in all (one
    query)."""
    rows = MaterialVersion.objects.visible_to(actor).filter(material=material)
    used_first = Case(When(state=VersionState.IN_USE, then=0), default=1, output_field=IntegerField())
    found = rows.select_related("file", "light_file", "written_by", "reviewed_by").order_by(used_first, "-number")
    shown = sorted(found[:MOST_IN_PANEL], key=lambda version: -version.number)
    for version in shown:
        version.material = material
    return shown


def fetches_by_unit(actor: Actor, material: Material, *, fetched: bool | None = None) -> UnitQuerySet:
    """The units under the owner whose counts the actor sees, each with `times`: how often it fetched any version,
    `current`: how often the one in use, and `last`, the day of the latest.

    With `fetched` only those that have fetched the one in use, or that have not.
    """
    counted = Fetch.objects.filter(unit=OuterRef("pk"), version__material=material).order_by().values("unit")
    current = counted.filter(version__state=VersionState.IN_USE)
    units = Unit.objects.filter(counts_scope(actor)).under(material.owner).in_force().select_related("parent")
    rows = units.annotate(
        times=_sum(counted),
        current=_sum(current),
        last=Subquery(counted.annotate(last=Max("day")).values("last")),
    )
    if fetched is None:
        return rows
    return rows.filter(current__gt=0) if fetched else rows.filter(current=0)


def publications_of(actor: Actor, material: Material) -> PublicationQuerySet:
    """The lines of the material's ledger that the actor may read, with the unit and what took a line's place."""
    rows = Publication.objects.visible_to(actor).filter(material=material)
    return rows.select_related("unit", "corrected_by").order_by("-published_on", "-pk")


def reach_by_channel(actor: Actor, material: Material) -> list[Reach]:
    """The sums of the lines that hold, by channel (one query)."""
    lines = Publication.objects.visible_to(actor).filter(material=material).that_count().order_by()
    sums = lines.values("channel").annotate(lines=Count("pk"), told=Count("reach"), people=Sum("reach"))
    found = {row["channel"]: row for row in sums}
    return [
        Reach(channel, row["lines"], row["people"] or 0, row["lines"] - row["told"])
        for channel in Channel
        if (row := found.get(channel.value))
    ]


def writing_units(actor: Actor, material: Material) -> set[int]:
    """The actor's own units under the material's owner that may write into its ledger (no query)."""
    roles = authority.WRITES_MATERIALS
    return {g.unit_id for g in actor.grants if g.role in roles and g.path.startswith(material.owner.path)}


def publishing_units(unit_ids: Collection[int]) -> UnitQuerySet:
    """Those of the units that exist today."""
    return Unit.objects.filter(pk__in=unit_ids).in_force()


def links_of(material: Material) -> "QuerySet[ShareLink]":
    """The latest share links of a material with the sums of their uses, at most `MOST_IN_PANEL`."""
    return material.links.annotate(
        opened=Coalesce(Sum("uses__opened"), 0), fetched=Coalesce(Sum("uses__fetched"), 0)
    ).order_by("-pk")[:MOST_IN_PANEL]


def open_link(secret: str) -> tuple[ShareLink, MaterialVersion] | None:
    """The link behind a secret and the version that it leads to; None where it leads nowhere (any more)."""
    link = ShareLink.objects.select_related("material__owner").filter(digest=digest_of(secret)).first()
    if link is None or not link.is_open_on(clock.today()) or link.material.state != MaterialState.IN_USE:
        return None
    used = link.material.versions.select_related("file", "light_file").filter(state=VersionState.IN_USE)
    version = used.first()
    return (link, version) if version is not None else None


def _sum(rows: "QuerySet[Fetch, Any]") -> Coalesce:
    return Coalesce(Subquery(rows.annotate(times=Sum("count")).values("times"), output_field=IntegerField()), 0)
