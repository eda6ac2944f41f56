"""Filters over marks, states and coverage."""

from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from lantoa.organizations.actors import Actor
from lantoa.organizations.authority import KEEPS_REFLECTIONS
from lantoa.organizations.querysets import counts_scope, names_scope

if TYPE_CHECKING:
    from lantoa.attendance.models import (
        Attendance,
        AttendanceEvent,
        Coverage,
        LateChange,
        Reflection,
        ReflectionCall,
    )

    EventBase = QuerySet[AttendanceEvent]
    AttendanceBase = QuerySet[Attendance]
    CoverageBase = QuerySet[Coverage]
    LateChangeBase = QuerySet[LateChange]
    ReflectionBase = QuerySet[Reflection]
    ReflectionCallBase = QuerySet[ReflectionCall]
else:
    EventBase = AttendanceBase = CoverageBase = LateChangeBase = ReflectionBase = ReflectionCallBase = QuerySet


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


class ReflectionCallQuerySet(ReflectionCallBase):
    """What campaigns ask for."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the campaigns that the actor sees."""
        from lantoa.plans.models import Campaign  # the models import these querysets

        return self.filter(campaign__in=Campaign.objects.visible_to(actor))


class ReflectionQuerySet(ReflectionBase):
    """What people handed in."""

    def visible_to(self, actor: Actor) -> Self:
        """Papers of the actor's own cell, for its secretary and its clerk: nobody above the cell reads them."""
        return self.filter(entry__unit_id__in=actor.unit_ids(KEEPS_REFLECTIONS))
