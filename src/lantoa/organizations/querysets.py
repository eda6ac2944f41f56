"""Filters over units, persons and appointments."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q, QuerySet

from lantoa.kernel.vietnamese import fold
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import ImportKind, UnitEventKind, UnitKind

if TYPE_CHECKING:
    from lantoa.organizations.models import (
        ActivityExemption,
        Appointment,
        Departure,
        ImportBatch,
        Membership,
        Person,
        PersonMerge,
        TemporaryMembership,
        Transfer,
        Unit,
        UnitEventDraft,
        UnitPeriod,
    )

    UnitBase = QuerySet[Unit]
    UnitPeriodBase = QuerySet[UnitPeriod]
    PersonBase = QuerySet[Person]
    MembershipBase = QuerySet[Membership]
    ExemptionBase = QuerySet[ActivityExemption]
    AppointmentBase = QuerySet[Appointment]
    ImportBatchBase = QuerySet[ImportBatch]
    UnitEventDraftBase = QuerySet[UnitEventDraft]
    PersonMergeBase = QuerySet[PersonMerge]
    TransferBase = QuerySet[Transfer]
    DepartureBase = QuerySet[Departure]
    TemporaryMembershipBase = QuerySet[TemporaryMembership]
else:
    UnitBase = UnitPeriodBase = UnitEventDraftBase = QuerySet
    PersonBase = MembershipBase = ExemptionBase = AppointmentBase = ImportBatchBase = QuerySet
    TransferBase = TemporaryMembershipBase = PersonMergeBase = DepartureBase = QuerySet


def path_range(path: str, column: str = "path") -> Q:
    """The subtree under `path`, as one range of the index on `column`: a point sorts just before a slash."""
    return Q(**{f"{column}__gte": path, f"{column}__lt": path[:-1] + "/"})


def any_path(paths: tuple[str, ...], column: str = "path") -> Q:
    """The union of the subtrees under `paths`; nothing where there are none."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= path_range(path, column)
    return condition


def counts_scope(actor: Actor, prefix: str = "") -> Q:
    """Units whose counts the actor may see: own and below, or only their own (clerk). `prefix` leads to the unit."""
    return any_path(actor.paths(authority.SEES_COUNTS_BELOW), f"{prefix}path") | Q(
        **{f"{prefix}id__in": actor.unit_ids(authority.SEES_COUNTS_OWN)}
    )


def names_scope(actor: Actor, prefix: str = "") -> Q:
    """Cells whose people the actor may see by name: their own, and the direct children where the role allows it."""
    superior = actor.unit_ids(authority.SEES_NAMES_CELL_AND_CHILDREN)
    own = superior + actor.unit_ids(authority.SEES_NAMES_OWN)
    return Q(**{f"{prefix}id__in": own}) | Q(**{f"{prefix}parent_id__in": superior})


def edits_scope(actor: Actor, prefix: str = "") -> Q:
    """Units whose persons the actor may edit: own and below, or only their own. `prefix` leads to the unit."""
    return any_path(actor.paths(authority.EDITS_PERSONS_BELOW), f"{prefix}path") | Q(
        **{f"{prefix}id__in": actor.unit_ids(authority.EDITS_PERSONS_OWN)}
    )


class UnitQuerySet(UnitBase):
    """Units, as they stand today."""

    def visible_to(self, actor: Actor) -> Self:
        """Units whose counts the actor may see, and those an administrator looks after."""
        return self.filter(counts_scope(actor) | any_path(actor.paths(authority.ADMINISTERS)))

    def under(self, unit: "Unit") -> Self:
        """The subtree of `unit`, itself included."""
        return self.filter(path_range(unit.path))

    def in_force(self) -> Self:
        """Units that exist today."""
        return self.filter(in_force=True)

    def matching(self, text: str) -> Self:
        """Units whose name contains `text`, whatever its diacritics."""
        return self.filter(folded_name__contains=fold(text))


class UnitPeriodQuerySet(UnitPeriodBase):
    """Periods of units."""

    def visible_to(self, actor: Actor) -> Self:
        """Periods of the units that the actor may see."""
        return self.filter(counts_scope(actor, "unit__") | any_path(actor.paths(authority.ADMINISTERS), "unit__path"))

    def on(self, day: dt.date) -> Self:
        """The periods in force on a day: the tree as it stood then."""
        return self.filter(period__contains=day)

    def standing_on(self, day: dt.date) -> "UnitPeriod":
        """Of one unit's periods the one in force on a day; after its end the last, before its founding the first."""
        begun = self.filter(period__startswith__lte=day).order_by("-period").first()
        return begun or self.order_by("period")[:1].get()


class UnitEventDraftQuerySet(UnitEventDraftBase):
    """Events of units that are being prepared."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the units that the actor looks after as an administrator."""
        return self.filter(any_path(actor.paths(authority.ADMINISTERS), "unit__path"))

    def placeable_by(self, actor: Actor) -> Self:
        """Splits of units whose people the actor may place: whoever sees their names and edits their records."""
        return self.filter(names_scope(actor, "unit__"), edits_scope(actor, "unit__"), kind=UnitEventKind.SPLIT)

    def still_open(self) -> Self:
        """Those that can still be applied or given up."""
        return self.filter(event__isnull=True, given_up_at__isnull=True, reform__isnull=True)

    def of_reforms(self) -> Self:
        """Those that only say where a reform lets things go."""
        return self.exclude(reform_level="")


class PersonQuerySet(PersonBase):
    """Persons."""

    def visible_to(self, actor: Actor, *, day: dt.date) -> Self:
        """Persons counted on that day by a cell whose names the actor may see."""
        return self.filter(names_scope(actor, "memberships__unit__"), memberships__period__contains=day).distinct()

    def looked_after_by(self, actor: Actor) -> Self:
        """Persons who at any time were counted or appointed by a unit that the administrator looks after."""
        paths = actor.paths(authority.ADMINISTERS)
        reached = any_path(paths, "memberships__unit__path") | any_path(paths, "appointments__unit__path")
        return self.filter(reached).distinct()

    def matching(self, text: str) -> Self:
        """Persons whose name contains `text`, whatever its diacritics."""
        return self.filter(folded_name__contains=fold(text))


class MembershipQuerySet(MembershipBase):
    """Memberships."""

    def visible_to(self, actor: Actor) -> Self:
        """Memberships in the cells whose names the actor may see."""
        return self.filter(names_scope(actor, "unit__"))

    def kept_by(self, actor: Actor) -> Self:
        """Memberships in the cells whose names the actor may see and whose persons the actor may edit."""
        return self.visible_to(actor).filter(edits_scope(actor, "unit__"))

    def in_force_on(self, day: dt.date) -> Self:
        """Memberships that count on that day."""
        return self.filter(period__contains=day)


class PersonMergeQuerySet(PersonMergeBase):
    """Mergers of two records."""

    def visible_to(self, actor: Actor) -> Self:
        """Mergers at the cells whose names the actor may see."""
        return self.filter(names_scope(actor, "unit__"))


class TransferQuerySet(TransferBase):
    """Persons on their way."""

    def visible_to(self, actor: Actor) -> Self:
        """Transfers from or to the units whose names the actor may see."""
        return self.filter(names_scope(actor, "from_unit__") | names_scope(actor, "to_unit__"))


class DepartureQuerySet(DepartureBase):
    """People whom no unit counts any more."""

    def visible_to(self, actor: Actor) -> Self:
        """Those who left the cells whose names the actor may see, by what was recorded or went there since."""
        ends = Q(person__memberships__period__endswith=F("effective_on"))
        there = ends & names_scope(actor, "person__memberships__unit__")
        return self.filter(names_scope(actor, "unit__") | there).distinct()

    def from_unit(self, unit: "Unit") -> Self:
        """Those with which a membership in that unit ends, whichever unit recorded it."""
        ends = Q(person__memberships__period__endswith=F("effective_on"))
        return self.filter(ends, person__memberships__unit=unit)


class TemporaryMembershipQuerySet(TemporaryMembershipBase):
    """Where persons take part for a time."""

    def visible_to(self, actor: Actor) -> Self:
        """Stays in the cells whose names the actor may see, and those of persons whom such a cell sent."""
        return self.filter(names_scope(actor, "unit__") | names_scope(actor, "transfer__from_unit__"))

    def in_force_on(self, day: dt.date) -> Self:
        """Stays that hold on that day."""
        return self.filter(period__contains=day)


class ExemptionQuerySet(ExemptionBase):
    """Exemptions."""

    def visible_to(self, actor: Actor, *, day: dt.date) -> Self:
        """Exemptions of persons whose names the actor may see on that day."""
        return self.filter(
            names_scope(actor, "person__memberships__unit__"), person__memberships__period__contains=day
        ).distinct()

    def in_force_on(self, day: dt.date) -> Self:
        """Exemptions in force on that day."""
        return self.filter(period__contains=day)


class AppointmentQuerySet(AppointmentBase):
    """Appointments."""

    def visible_to(self, actor: Actor) -> Self:
        """Appointments at units that the actor may see: every unit shows who is responsible for it."""
        return self.filter(counts_scope(actor, "unit__") | any_path(actor.paths(authority.ADMINISTERS), "unit__path"))

    def in_force_on(self, day: dt.date) -> Self:
        """Appointments in force on that day."""
        return self.filter(period__contains=day)


class ImportBatchQuerySet(ImportBatchBase):
    """Imports of persons."""

    def visible_to(self, actor: Actor) -> Self:
        """Imports where the actor may import and may read the names: one's own uploads, those for one's own unit, and
        those for a cell directly below. What a list was compared with is seen by whoever compared it alone."""
        own = actor.unit_ids(authority.EDITS_PERSONS_BELOW | authority.EDITS_PERSONS_OWN)
        cells = Q(unit__kind__in=[UnitKind.CELL, UnitKind.GRASSROOTS_CELL], unit__parent_id__in=own)
        others = Q(kind=ImportKind.REGISTER) & (Q(unit_id__in=own) | cells)
        return self.filter(edits_scope(actor, "unit__")).filter(Q(created_by_id=actor.user_id) | others)
