"""Records that may be of one person, and mergers that were made."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lantoa.kernel import clock
from lantoa.organizations import policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import ActivityExemption, Membership, Person, PersonMerge, Unit
from lantoa.organizations.selectors.persons import PersonRecord

LIMIT = 200
"""So many pairs are shown at once; the others follow when these are settled."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of today that may be of one person, and why."""

    first: Membership
    second: Membership
    same_code: bool


def pairs_at(*, actor: Actor, unit: Unit) -> list[Pair]:
    """Pairs among the people of a unit and of the units directly below, as far as the actor may know their names: with
    the same name and year of birth, or with codes that differ in leading zeros alone (one query)."""
    rows = Membership.objects.visible_to(actor).in_force_on(clock.today())
    near = rows.filter(unit=unit) | rows.filter(unit__parent=unit)
    alike: dict[tuple[str, object], list[Membership]] = defaultdict(list)
    for row in near.select_related("person", "unit").order_by("person__sort_key", "pk"):
        alike["name", (row.person.folded_name, row.person.birth_year)].append(row)
        if code := row.person.code.lstrip("0"):
            alike["code", code].append(row)
    pairs: dict[tuple[int, int], Pair] = {}
    for (kind, _key), found in alike.items():
        for position, second in enumerate(found[1:], start=1):
            for first in found[:position]:
                pairs.setdefault((first.pk, second.pk), Pair(first, second, kind == "code"))
    return list(pairs.values())[:LIMIT]


def records_beside(*, actor: Actor, persons: Sequence[Person]) -> list[PersonRecord]:
    """The records of persons who are counted today, without their letters, in the order given (two queries).

    A person whom no unit counts today is left out.
    """
    today = clock.today()
    memberships: dict[int, list[Membership]] = defaultdict(list)
    for row in Membership.objects.filter(person__in=persons).select_related("unit__parent").order_by("-period"):
        memberships[row.person_id].append(row)
    exemptions: dict[int, list[ActivityExemption]] = defaultdict(list)
    for one in ActivityExemption.objects.filter(person__in=persons).order_by("-period"):
        exemptions[one.person_id].append(one)
    current = {row.person_id: row for rows in memberships.values() for row in rows if today in row.period}
    return [
        PersonRecord(
            person=person,
            membership=current[person.pk],
            memberships=tuple(memberships[person.pk]),
            exemptions=tuple(exemptions[person.pk]),
            transfers=(),
            stays=(),
            shows_reasons=policies.can_see_reasons(actor=actor, unit=current[person.pk].unit),
            may_edit=policies.can_edit_persons(actor=actor, unit=current[person.pk].unit),
        )
        for person in persons
        if person.pk in current
    ]


def merges_at(unit: Unit) -> list[PersonMerge]:
    """Mergers at a unit and directly below that were not undone, the latest first."""
    rows = PersonMerge.objects.filter(undone_at__isnull=True).select_related("kept", "merged", "unit")
    return list((rows.filter(unit=unit) | rows.filter(unit__parent=unit))[:LIMIT])
