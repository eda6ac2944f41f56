"""Whom to ask about a unit: those who take its roll, or that of the unit directly above, as far as they have an
account."""

from collections.abc import Collection
from dataclasses import dataclass

from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.organizations.models import Appointment, Unit


@dataclass(frozen=True)
class Contact:
    """Somebody who takes the roll of a unit: by account, name, role and the account's address, which may be empty."""

    user_id: int
    name: str
    role: str
    email: str


@dataclass(frozen=True)
class Contacts:
    """Who answers for a unit: `unit` is the one whose roll they take, None where nobody does."""

    unit: Unit | None
    people: tuple[Contact, ...]


def contacts_of(units: Collection[Unit]) -> dict[int, Contacts]:
    """By unit the clerks, secretaries and officers whose account is open, by role and name; where it has none, those of
    the unit directly above, which sees its names too (one query)."""
    near = {pk for unit in units for pk in (unit.pk, unit.parent_id or unit.pk)}
    rows = (
        Appointment.objects.in_force_on(clock.today())
        .filter(unit_id__in=near, role__in=authority.TAKES_ROLL, person__user__is_active=True)
        .select_related("person__user", "unit")
        .order_by("unit_id", "role", "person__sort_key", "pk")
    )
    keepers: dict[int, Unit] = {}
    found: dict[int, dict[Contact, None]] = {}
    for row in rows:
        assert row.person.user is not None, "the rows are of persons with an account"
        one = Contact(row.person.user.pk, row.person.full_name, str(row.get_role_display()), row.person.user.email)
        keepers[row.unit_id] = row.unit
        found.setdefault(row.unit_id, {})[one] = None
    answering = {unit.pk: unit.pk if unit.pk in found else unit.parent_id or 0 for unit in units}
    return {pk: Contacts(keepers.get(by), tuple(found.get(by, ()))) for pk, by in answering.items()}
