"""What the pages of the register read."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import DateField
from django.utils.functional import Promise
from django.utils.text import capfirst

from lantoa.directives.enums import PASSIVE, RelationKind
from lantoa.directives.models import Directive, DirectiveRelation, DirectiveVersion
from lantoa.files.models import StoredFile
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Sector, Unit
from lantoa.ui.diff import Piece, word_pieces
from lantoa.ui.numbers import day

MOST_BODIES = 100
MOST_VERSIONS = 10


@dataclass(frozen=True)
class Related:
    """The other side of a relation, and what it is to the directive whose page is read.

    `ends_ours` where the other one has taken its place, with the authority of its unit or of one above it.
    """

    label: str | Promise
    other: Directive
    is_ours: bool
    ends_ours: bool = False


@dataclass(frozen=True)
class FieldChange:
    """One field before and after a correction, word by word."""

    label: str
    before: Sequence[Piece]
    after: Sequence[Piece]


@dataclass(frozen=True)
class Edition:
    """One correction of an entry."""

    version: int
    changed_at: dt.datetime
    changes: tuple[FieldChange, ...]

    @property
    def labels(self) -> str:
        """The fields that it changed."""
        return ", ".join(change.label for change in self.changes)


def years_of(actor: Actor) -> list[int]:
    """The years in which the visible directives were issued, the latest first (one query)."""
    rows = Directive.objects.visible_to(actor).order_by()
    return sorted(rows.values_list("issued_on__year", flat=True).distinct(), reverse=True)


def bodies_of(actor: Actor) -> list[str]:
    """The bodies that issued the visible directives, at most `MOST_BODIES` (one query)."""
    rows = Directive.objects.visible_to(actor).order_by("body")
    return list(rows.values_list("body", flat=True).distinct()[:MOST_BODIES])


def sectors_of(actor: Actor) -> list[Sector]:
    """The sectors that the visible directives are for (one query)."""
    visible = Directive.objects.visible_to(actor).order_by().values("pk")
    return list(Sector.objects.filter(directives__in=visible).distinct())


def opens_file(actor: Actor, file: StoredFile) -> bool:
    """Whether the file belongs to a directive that the actor may see."""
    return Directive.objects.visible_to(actor).filter(files=file).exists()


def relations_of(actor: Actor, directive: Directive) -> list[Related]:
    """How a directive stands to others that the actor may see, said from its own side (two queries)."""
    rows = DirectiveRelation.objects.visible_to(actor).order_by("kind", "pk")
    ours = rows.filter(directive=directive).select_related("other")
    theirs = rows.filter(other=directive).select_related("directive__registered_by")
    return [
        *(Related(RelationKind(one.kind).label, one.other, is_ours=True) for one in ours),
        *(_from_the_other_side(one, directive.registered_by) for one in theirs),
    ]


def history_of(directive: Directive) -> list[Edition]:
    """The last corrections of an entry, the latest first (one query)."""
    return [_edition(version) for version in directive.versions.all()[:MOST_VERSIONS]]


def _from_the_other_side(one: DirectiveRelation, unit: Unit) -> Related:
    kind = RelationKind(one.kind)
    ends_ours = kind == RelationKind.REPLACES and unit.path.startswith(one.directive.registered_by.path)
    return Related(PASSIVE[kind], one.directive, is_ours=False, ends_ours=ends_ours)


def _edition(version: DirectiveVersion) -> Edition:
    order = [field.name for field in Directive._meta.get_fields()]
    kept = sorted(version.changes.items(), key=lambda change: order.index(change[0]))
    changes = (_field_change(name, before, after) for name, (before, after) in kept)
    return Edition(version.version, version.changed_at, tuple(changes))


def _field_change(name: str, before: Any, after: Any) -> FieldChange:
    field: Any = Directive._meta.get_field(name)
    pieces = word_pieces(_written(field, before), _written(field, after))
    return FieldChange(capfirst(str(field.verbose_name)), *pieces)


def _written(field: Any, value: Any) -> str:
    """A kept value as the page says it."""
    if not value:
        return ""
    if isinstance(value, list):
        return "\n".join(value)
    if isinstance(field, DateField):
        return day(dt.date.fromisoformat(value))
    labels = {key: str(label) for key, label in field.choices or ()}
    return capfirst(labels.get(value, value)) if labels else str(value)
