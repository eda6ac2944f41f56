"""Filters over the recognitions of speakers."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from lantoa.organizations.actors import Actor, HasPath
from lantoa.organizations.querysets import counts_scope, names_scope

if TYPE_CHECKING:
    from lantoa.speakers.models import Speaker

    SpeakerBase = QuerySet[Speaker]
else:
    SpeakerBase = QuerySet


class SpeakerQuerySet(SpeakerBase):
    """Recognitions."""

    def visible_to(self, actor: Actor) -> Self:
        """Recognitions by the units whose people the actor may see by name."""
        return self.filter(names_scope(actor, "unit__"))

    def counted_for(self, actor: Actor) -> Self:
        """Recognitions by the units whose counts the actor may see: to be counted, not to be named."""
        return self.filter(counts_scope(actor, "unit__"))

    def in_force_on(self, day: dt.date) -> Self:
        """Recognitions that hold on that day."""
        return self.filter(period__contains=day)

    def offered_to(self, host: HasPath) -> Self:
        """Recognitions by the host, by a unit above it, or by one directly below it: whom it asks to speak (ADR 37)."""
        above = [int(step) for step in host.path.split(".") if step]
        return self.filter(Q(unit__in=above) | Q(unit__parent=host.pk))
