"""Who at a unit waits for a way to sign in."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, OuterRef, Q, Subquery

from lantoa.accounts.guests import Guest
from lantoa.accounts.models import Invitation
from lantoa.kernel import clock
from lantoa.organizations import policies
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Appointment, Person, Unit

_NO_PASSWORD = Q(("user__password__startswith", UNUSABLE_PASSWORD_PREFIX))
_UNUSED = Q(user__isnull=True) | _NO_PASSWORD & Q(user__last_login=None, user__is_active=True)
"""Nobody has ever had a password for the person's account."""


def lasting_units(person_ids: Collection[int]) -> dict[int, list[Unit]]:
    """Where each of the people holds authority now, or will (one query)."""
    lasting = Appointment.objects.filter(person_id__in=person_ids, period__overlap=DateRange(clock.today(), None))
    found: dict[int, list[Unit]] = defaultdict(list)
    for appointment in lasting.select_related("unit").order_by("pk"):
        found[appointment.person_id].append(appointment.unit)
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who cannot sign in yet, and until when an invitation to them holds, where there is one."""

    person: Person
    invited_until: dt.datetime | None


def without_account(*, actor: Actor, unit: Unit) -> list[Waiting]:
    """People who hold an appointment at the unit, now or later, cannot sign in yet, and whose account the actor may
    keep, in the order of names, whoever has no invitation first (two queries)."""
    lasting = Appointment.objects.filter(unit=unit, period__overlap=DateRange(clock.today(), None))
    held = Invitation.objects.unended().filter(user=OuterRef("user"), expires_at__gt=clock.now())
    people = (
        Person.objects.filter(_UNUSED, pk__in=lasting.values("person"))
        .annotate(invited_until=Subquery(held.values("expires_at")[:1]))
        .order_by(F("invited_until").asc(nulls_first=True), "sort_key", "pk")
    )
    found = [Waiting(person, cast(Any, person).invited_until) for person in people]
    units = lasting_units([waiting.person.pk for waiting in found]) if found else {}
    return [one for one in found if policies.can_keep_account(actor=actor, units=units[one.person.pk])]


def guest_of(user_id: int) -> Guest | None:
    """The person behind an account, where they hold an appointment now or will."""
    person = Person.objects.filter(user_id=user_id).first()
    units = lasting_units([person.pk]).get(person.pk) if person is not None else None
    return Guest(person.full_name, units[0].name) if person is not None and units else None
