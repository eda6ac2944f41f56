"""Filters over marks, states and coverage."""

from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from lantoa.organizations.actors import Actor
from lantoa.organizations.querysets import counts_scope, names_scope

if TYPE_CHECKING:
    from lantoa.attendance.models import Attendance, AttendanceEvent, Coverage, LateChange

    EventBase = QuerySet[AttendanceEvent]
    AttendanceBase = QuerySet[Attendance]
    CoverageBase = QuerySet[Coverage]
    LateChangeBase = QuerySet[LateChange]
else:
    EventBase = AttendanceBase = CoverageBase = LateChangeBase = QuerySet


class EventQuerySet(EventBase):
    """Events of the log."""

    def visible_to(self, actor: Actor) -> Self:
        """Events about people whose names the actor may see."""
        return self.filter(names_scope(actor, "entry__unit__"))


class AttendanceQuerySet(AttendanceBase):
    """Folded states."""

    def visible_to(self, actor: Actor) -> Self:
        """States of people whose names the actor may see."""
        return self.filter(names_scope(actor, "entry__unit__"))


class LateChangeQuerySet(LateChangeBase):
    """Marks that arrived after the roll was closed."""

    def visible_to(self, actor: Actor) -> Self:
        """Late marks at the sites of units whose counts the actor may see."""
        return self.filter(counts_scope(actor, "event__site__unit__"))


class CoverageQuerySet(CoverageBase):
    """Coverage rows."""

    def visible_to(self, actor: Actor) -> Self:
        """Coverage of the units whose counts the actor may see."""
        return self.filter(counts_scope(actor, "unit__"))
