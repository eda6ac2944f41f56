"""Whom to ask at a unit: those who take its roll, as far as they have an account."""

from collections.abc import Collection
from dataclasses import dataclass

from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.organizations.models import Appointment


@dataclass(frozen=True)
class Contact:
    """Somebody who takes the roll of a unit: by account, name, role and the account's address, which may be empty."""

    user_id: int
    name: str
    role: str
    email: str


def contacts_of(unit_ids: Collection[int]) -> dict[int, tuple[Contact, ...]]:
    """By unit, clerks and secretaries and officers with an account that is open, by role and name (one query)."""
    rows = (
        Appointment.objects.in_force_on(clock.today())
        .filter(unit_id__in=unit_ids, role__in=authority.TAKES_ROLL, person__user__is_active=True)
        .select_related("person__user")
        .order_by("unit_id", "role", "person__sort_key", "pk")
    )
    found: dict[int, dict[Contact, None]] = {}
    for row in rows:
        assert row.person.user is not None, "the rows are of persons with an account"
        one = Contact(row.person.user.pk, row.person.full_name, str(row.get_role_display()), row.person.user.email)
        found.setdefault(row.unit_id, {})[one] = None
    return {unit_id: tuple(contacts) for unit_id, contacts in found.items()}
