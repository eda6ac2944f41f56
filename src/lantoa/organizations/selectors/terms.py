"""Terms of appointments that end soon."""

import datetime as dt

from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Appointment, Unit
from lantoa.organizations.querysets import AppointmentQuerySet, path_range

SOON = dt.timedelta(days=90)


def terms_ending(*, actor: Actor, unit: Unit) -> AppointmentQuerySet:
    """The appointments in force at `unit` and below it whose term is over, or is so within 90 days."""
    today = clock.today()
    return (
        Appointment.objects.visible_to(actor)
        .in_force_on(today)
        .filter(path_range(unit.path, "unit__path"), term_ends_on__lte=today + SOON)
        .select_related("person__user", "unit")
    )
