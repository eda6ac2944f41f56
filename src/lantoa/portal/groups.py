"""The groups of Wagtail, derived from the appointments in force today.

Wagtail asks groups; appointments alone give authority (ADR 42). The rows are written in the transaction that gives or
ends an appointment; what begins or ends by its own day is written by the clock, and before anybody enters.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Q

from lantoa.accounts.models import User
from lantoa.kernel import clock
from lantoa.organizations import authority
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Person
from lantoa.portal.models import PortalSite

_Row = tuple[int, int]
"""A user and a group."""


def follow_appointments(user_ids: Collection[int] | None = None) -> int:
    """Let users be in the groups that their appointments give, and in no other; without `user_ids` all of them.

    Returns how many rows changed.
    """
    groups = _groups()
    due, kept = _due(groups, user_ids), _kept(user_ids)
    _put_in(due - kept)
    _take_out(kept - due)
    return len(due ^ kept)


def hear_of_appointments(*, person_ids: Sequence[int], **_: Any) -> None:
    """The receiver of `appointments_changed`."""
    users = Person.objects.filter(pk__in=person_ids, user__isnull=False).values_list("user_id", flat=True)
    if user_ids := list(users):
        follow_appointments(user_ids)


def _groups() -> dict[tuple[int, str], int]:
    """Unit and role → group."""
    found: dict[tuple[int, str], int] = {}
    for unit, writers, approvers in PortalSite.objects.values_list("unit_id", "writers_id", "approvers_id"):
        found |= {(unit, role.value): writers for role in authority.WRITES_PORTAL}
        found |= {(unit, role.value): approvers for role in authority.APPROVES_PORTAL}
    return found


def _due(groups: dict[tuple[int, str], int], user_ids: Collection[int] | None) -> set[_Row]:
    if not groups:
        return set()
    held = Appointment.objects.in_force_on(clock.today()).filter(
        unit__in={unit for unit, _role in groups},
        unit__in_force=True,
        role__in=[role.value for role in _roles()],
        person__user__isnull=False,
    )
    if user_ids is not None:
        held = held.filter(person__user__in=user_ids)
    rows = held.values_list("person__user_id", "unit_id", "role")
    return {(user, groups[unit, role]) for user, unit, role in rows}


def _kept(user_ids: Collection[int] | None) -> set[_Row]:
    rows = User.groups.through.objects.all()
    if user_ids is not None:
        rows = rows.filter(user_id__in=user_ids)
    return set(rows.values_list("user_id", "group_id"))


def _roles() -> frozenset[Role]:
    return authority.WRITES_PORTAL | authority.APPROVES_PORTAL


def _put_in(rows: Iterable[_Row]) -> None:
    through = User.groups.through
    through.objects.bulk_create(
        [through(user_id=user, group_id=group) for user, group in sorted(rows)], ignore_conflicts=True
    )


def _take_out(rows: Iterable[_Row]) -> None:
    gone = Q(pk__in=[])
    for user, group in sorted(rows):
        gone |= Q(user_id=user, group_id=group)
    User.groups.through.objects.filter(gone).delete()
