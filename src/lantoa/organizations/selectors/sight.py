"""Who can see a unit, and why: asked of the policies themselves, appointment by appointment."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.actors import Actor, Grant
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment, Unit
from lantoa.organizations.verbs import Verb, every_verb


class Line(TextChoices):
    """How a right reaches a unit from the unit of the appointment."""

    OWN = "own", _("the unit itself")
    ASSIGNED = "assigned", _("assigned to follow it")
    ABOVE = "above", _("from directly above")
    FAR_ABOVE = "far_above", _("from further above")


@dataclass(frozen=True, slots=True)
class Sight:
    """One current appointment that gives rights at a unit, the verbs that it gives, and by which line.

    `shown` is false where the reader may not know who holds the appointment.
    """

    appointment: Appointment
    line: Line
    verbs: tuple[Verb, ...]
    shown: bool

    @property
    def role(self) -> Role:
        """The role as a member of its vocabulary."""
        return Role(self.appointment.role)


def sights_of(*, actor: Actor, unit: Unit) -> list[Sight]:
    """The appointments in force today that give any right at `unit`, the nearest first (two queries).

    Each appointment is taken for an actor of its own with that one grant, and the registered policies are asked what
    it may do: the page cannot say anything else than they decide. No right reaches a unit from beside or below.
    """
    above = [int(part) for part in unit.path.split(".") if part]
    rows = Appointment.objects.in_force_on(clock.today()).filter(unit_id__in=above, unit__in_force=True)
    shown = set(rows.visible_to(actor).values_list("pk", flat=True))
    found = [
        Sight(row, _line(row, unit), verbs, row.pk in shown)
        for row in rows.select_related("person__user", "unit").order_by("person__sort_key", "pk")
        if (verbs := _verbs(row, unit))
    ]
    roles = list(Role)
    return sorted(found, key=lambda sight: (-len(sight.appointment.unit.path), roles.index(sight.role)))


def _verbs(appointment: Appointment, unit: Unit) -> tuple[Verb, ...]:
    place = appointment.unit
    grant = Grant(Role(appointment.role), place.pk, place.path, place.name)
    holder = Actor(user_id=appointment.person.user_id, person_id=appointment.person_id, grants=(grant,))
    return tuple(verb for verb in every_verb() if verb.policy(actor=holder, unit=unit))


def _line(appointment: Appointment, unit: Unit) -> Line:
    if appointment.role == Role.FOLLOWER:
        return Line.ASSIGNED
    if appointment.unit_id == unit.pk:
        return Line.OWN
    return Line.ABOVE if appointment.unit_id == unit.parent_id else Line.FAR_ABOVE
