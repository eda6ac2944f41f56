"""Reads about people whom no unit counts any more, and about what must end before."""

import datetime as dt

from django.db.backends.postgresql.psycopg_any import DateRange

from lantoa.kernel import clock
from lantoa.organizations.models import Appointment, Departure, Person, Unit
from lantoa.organizations.querysets import DepartureQuerySet
from lantoa.organizations.restricting import marked

KEPT_IN_SIGHT = dt.timedelta(days=365)
"""So long somebody who left stands on the unit's page of persons, where the departure can be taken back."""


def offices_from(person_id: int, day: dt.date) -> list[Appointment]:
    """The appointments that a person would hold on that day or later, with their units (one query)."""
    lasting = Appointment.objects.filter(person=person_id, period__overlap=DateRange(day, None))
    return list(lasting.select_related("unit").order_by("period"))


def departure_ahead(person: Person) -> Departure | None:
    """The departure of a person who is counted still (one query)."""
    rows = Departure.objects.filter(person=person, taken_back_at__isnull=True, effective_on__gt=clock.today())
    return rows.first()


def left_lately(unit: Unit) -> DepartureQuerySet:
    """Who left the unit in the past year, or will, the latest first; each with `restricted`."""
    since = clock.today() - KEPT_IN_SIGHT
    rows = Departure.objects.from_unit(unit).filter(effective_on__gte=since, taken_back_at__isnull=True)
    return marked(rows.select_related("person"))
