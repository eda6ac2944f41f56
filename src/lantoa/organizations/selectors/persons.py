"""Reads about persons."""

from dataclasses import dataclass

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Subquery, Value, When
from django.urls import reverse

from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold, normalise
from lantoa.organizations import policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Standing
from lantoa.organizations.models import (
    ActivityExemption,
    Membership,
    Person,
    TemporaryMembership,
    Transfer,
    Unit,
)
from lantoa.organizations.querysets import MembershipQuerySet
from lantoa.organizations.restricting import marked, unrestricted


@dataclass(frozen=True)
class PersonRecord:
    """A person's record as one reader may see it; `shows_reasons` is false above the cell."""

    person: Person
    membership: Membership
    memberships: tuple[Membership, ...]
    exemptions: tuple[ActivityExemption, ...]
    transfers: tuple[Transfer, ...]
    stays: tuple[TemporaryMembership, ...]
    shows_reasons: bool
    may_edit: bool

    @property
    def unit(self) -> Unit:
        """The unit that counts the person today."""
        return self.membership.unit

    @property
    def restricted(self) -> bool:
        """Whether the processing of these data is restricted."""
        return bool(getattr(self.membership, "restricted", False))


def membership_today(person: Person) -> Membership | None:
    """The membership that counts the person today, with its unit and `restricted`."""
    rows = Membership.objects.filter(person=person).in_force_on(clock.today())
    return marked(rows.select_related("unit__parent")).first()


def record_of(*, actor: Actor, person: Person, membership: Membership) -> PersonRecord:
    """The record: memberships, exemptions, transfers and stays, the latest first (three or four queries)."""
    memberships = Membership.objects.filter(person=person).select_related("unit__parent").order_by("-period")
    exemptions = ActivityExemption.objects.filter(person=person).order_by("-period")
    transfers = tuple(Transfer.objects.filter(person=person).select_related("person", "from_unit", "to_unit"))
    stays = TemporaryMembership.objects.filter(person=person).select_related("unit", "transfer").order_by("-period")
    return PersonRecord(
        person=person,
        membership=membership,
        memberships=tuple(memberships),
        exemptions=tuple(exemptions),
        transfers=transfers,
        stays=tuple(stays) if transfers else (),
        shows_reasons=policies.can_see_reasons(actor=actor, unit=membership.unit),
        may_edit=policies.can_edit_persons(actor=actor, unit=membership.unit),
    )


def counted_in(unit: Unit) -> MembershipQuerySet:
    """The memberships of today at a unit, each with `exempt`: whether an exemption is in force today, and `away_at`:
    the name of the cell where the person takes part for a time, and `restricted`."""
    today = clock.today()
    exempt = ActivityExemption.objects.filter(person=OuterRef("person"), period__contains=today)
    away = TemporaryMembership.objects.filter(person=OuterRef("person"), period__contains=today)
    return marked(
        Membership.objects.filter(unit=unit)
        .in_force_on(today)
        .select_related("person__sector")
        .annotate(exempt=Exists(exempt), away_at=Subquery(away.values("unit__name")[:1]))
        .annotate(far=Value(0, output_field=IntegerField()))
    )


def named_like(rows: MembershipQuerySet, text: str) -> MembershipQuerySet:
    """The rows whose person's name contains `text`, diacritics aside; `far` is 0 where they are the same too.

    Whose processing is restricted is not found by name.
    """
    typed = normalise(text)
    exact = Q(person__full_name__contains=typed) | Q(person__full_name__contains=typed.title())
    return unrestricted(rows.filter(person__folded_name__contains=fold(typed))).annotate(
        far=Case(When(exact, then=0), default=1, output_field=IntegerField())
    )


@dataclass(frozen=True)
class CountedUnit:
    """A unit directly below another, with the persons whom it counts itself; `url` is empty where names stay closed."""

    unit: Unit
    members: int
    cadres: int
    url: str


def counted_below(*, actor: Actor, unit: Unit) -> list[CountedUnit]:
    """The units directly below `unit` that count persons themselves, by name (two queries)."""
    cadre = Q(standing=Standing.CADRE)
    counts = (
        Membership.objects.filter(unit__parent=unit, unit__in_force=True)
        .in_force_on(clock.today())
        .values_list("unit_id")
        .annotate(members=Count("pk", filter=~cadre), cadres=Count("pk", filter=cadre))
    )
    figures = {unit_id: (members, cadres) for unit_id, members, cadres in counts}
    units = Unit.objects.filter(pk__in=figures).order_by("sort_key", "pk")
    return [CountedUnit(row, *figures[row.pk], _list_url(actor, row)) for row in units]


def _list_url(actor: Actor, unit: Unit) -> str:
    seen = policies.can_see_names(actor=actor, unit=unit)
    return reverse("organizations:person_list", args=[unit.pk]) if seen else ""
