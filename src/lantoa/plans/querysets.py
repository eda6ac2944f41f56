"""Filters over campaigns, plans and summons."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from lantoa.organizations.actors import Actor
from lantoa.organizations.authority import SEES_COUNTS_BELOW, SEES_COUNTS_OWN
from lantoa.organizations.models import Unit
from lantoa.organizations.querysets import counts_scope, names_scope, path_range
from lantoa.plans.enums import WORKING_STATES, CampaignState, Wave

if TYPE_CHECKING:
    from lantoa.plans.models import (
        Campaign,
        CampaignUnit,
        Charge,
        DeadlineMove,
        NumberPattern,
        Plan,
        Reminder,
        Summons,
        SummonsEntry,
    )

    CampaignBase = QuerySet[Campaign]
    CampaignUnitBase = QuerySet[CampaignUnit]
    ChargeBase = QuerySet[Charge]
    NumberPatternBase = QuerySet[NumberPattern]
    PlanBase = QuerySet[Plan]
    DeadlineMoveBase = QuerySet[DeadlineMove]
    ReminderBase = QuerySet[Reminder]
    SummonsBase = QuerySet[Summons]
    SummonsEntryBase = QuerySet[SummonsEntry]
else:
    CampaignBase = CampaignUnitBase = PlanBase = SummonsBase = SummonsEntryBase = QuerySet
    ChargeBase = DeadlineMoveBase = NumberPatternBase = ReminderBase = QuerySet


class CampaignQuerySet(CampaignBase):
    """Campaigns."""

    def visible_to(self, actor: Actor) -> Self:
        """Campaigns of units whose counts one sees, and, once started, those led by a unit above one's own, and those
        that one's unit, a predecessor of it or a unit directly below, where one sees its counts, was in."""
        superiors = Actor(
            user_id=actor.user_id,
            person_id=actor.person_id,
            grants=tuple(grant for grant in actor.grants if grant.role in SEES_COUNTS_BELOW | SEES_COUNTS_OWN),
        ).own_and_superior_ids()
        own, superior = actor.unit_ids(SEES_COUNTS_BELOW | SEES_COUNTS_OWN), actor.unit_ids(SEES_COUNTS_BELOW)
        near = Q(pk__in=own) | Q(parent__in=superior) | Q(successor_links__successor__in=own)
        units = Unit.objects.filter(near).order_by().values("pk")
        been_in = self.model._default_manager.filter(units__unit__in=units).order_by().values("pk")
        started = Q(owner__in=superiors) | Q(pk__in=been_in)
        return self.filter(counts_scope(actor, "owner__") | (started & ~Q(state=CampaignState.DRAFT)))


class CampaignUnitQuerySet(CampaignUnitBase):
    """Units in the scope of a campaign, in the tree of its day."""

    def visible_to(self, actor: Actor) -> Self:
        """Units whose counts the actor may see."""
        return self.filter(counts_scope(actor, "unit__"))

    def taking_part(self) -> Self:
        """All but those that wait for the opening after the pilots."""
        return self.exclude(wave=Wave.LATER)

    def under(self, path: str) -> Self:
        """The subtree under a path of the campaign's day."""
        return self.filter(path_range(path))


class PlanQuerySet(PlanBase):
    """Plans."""

    def visible_to(self, actor: Actor) -> Self:
        """Plans of the units whose counts the actor may see."""
        return self.filter(counts_scope(actor, "unit__"))

    def in_work(self) -> Self:
        """Editions not issued yet."""
        return self.filter(state__in=WORKING_STATES)

    def overdue_on(self, day: dt.date) -> Self:
        """First editions that should have been issued before that day and are not, of units that exist today."""
        return self.in_work().filter(edition=1, due_on__lt=day, unit__in_force=True)


class ChargeQuerySet(ChargeBase):
    """Persons named for units in a campaign."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the units whose counts the actor may see."""
        return self.filter(counts_scope(actor, "unit__"))

    def in_force_on(self, day: dt.date) -> Self:
        """Those whose appointment is in force on that day, at a unit that exists."""
        return self.filter(appointment__period__contains=day, appointment__unit__in_force=True)


class NumberPatternQuerySet(NumberPatternBase):
    """How units number their documents."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the units whose counts the actor may see."""
        return self.filter(counts_scope(actor, "unit__"))


class ReminderQuerySet(ReminderBase):
    """Reminders that were sent."""

    def visible_to(self, actor: Actor) -> Self:
        """Reminders of the units whose counts the actor may see."""
        return self.filter(counts_scope(actor, "unit__"))

    def to_units(self) -> Self:
        """Those that the unit itself received; from the second day after the deadline on only those above it do."""
        return self.filter(Q(offset__isnull=True) | Q(offset__lte=1))


class DeadlineMoveQuerySet(DeadlineMoveBase):
    """Deadlines that were moved."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of a kind of unit, and those of single units whose counts the actor may see."""
        return self.filter(Q(unit=None) | counts_scope(actor, "unit__"))


class SummonsQuerySet(SummonsBase):
    """Summonses."""

    def visible_to(self, actor: Actor) -> Self:
        """Summonses of the units whose counts the actor may see."""
        return self.filter(counts_scope(actor, "unit__"))


class SummonsEntryQuerySet(SummonsEntryBase):
    """Persons on summons lists."""

    def visible_to(self, actor: Actor) -> Self:
        """Entries of the cells whose counts the actor may see; their names need `named_to` too."""
        return self.filter(counts_scope(actor, "unit__"))

    def named_to(self, actor: Actor) -> Self:
        """Entries of the cells whose people the actor may see by name."""
        return self.filter(names_scope(actor, "unit__"))
