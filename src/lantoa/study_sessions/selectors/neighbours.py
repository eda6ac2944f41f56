"""What else is on while a session is: the same people, the same room, the same host; and the others of its series."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.organizations.actors import Actor
from lantoa.study_sessions.models import Placement, Site, SiteUnit, StudySession

MOST = 30


@dataclass(frozen=True)
class Clash:
    """A session at the same time: how many people have a place at both, how many cells go to both, whether a room or
    the host is the same."""

    session: StudySession
    people: int
    cells: int
    same_room: bool
    same_host: bool

    @property
    def shared(self) -> str:
        """What the two share, in words."""
        people = ngettext(
            "%(people)s person has a place at both", "%(people)s persons have a place at both", self.people
        ) % {"people": self.people}
        cells = ngettext("%(cells)s cell goes to both", "%(cells)s cells go to both", self.cells) % {
            "cells": self.cells
        }
        said = (
            (self.people, people),
            (self.cells, cells),
            (self.same_room, _("the same room")),
            (self.same_host, _("the same host")),
        )
        return "; ".join(text for holds, text in said if holds)


@dataclass(frozen=True)
class Neighbours:
    """What stands beside a session: what clashes with it, and the other sessions of its series in order of time."""

    clashes: tuple[Clash, ...]
    series: tuple[StudySession, ...]


def neighbours_of(session: StudySession, actor: Actor) -> Neighbours:
    """The neighbours that the actor may see, thirty of each sort at most. A cancelled session clashes with none.

    Nobody is named: people are counted. A room is the same where two sites have the same address, letter for letter,
    and one of their keepers is the other or stands above it, or where one unit keeps both under the same name: a
    hall of the same name is in every commune.
    """
    others = _others(session, actor)
    series = others.filter(series=session.series)[:MOST] if session.series else ()
    return Neighbours(clashes_of(session, actor), tuple(series))


def clashes_of(session: StudySession, actor: Actor) -> tuple[Clash, ...]:
    """What clashes with a session as it is held in memory, at other hours than those stored or not stored at all (one
    query)."""
    return () if session.cancelled_at is not None else tuple(_clashes(session, _others(session, actor)))


def _others(session: StudySession, actor: Actor) -> "QuerySet[StudySession]":
    return StudySession.objects.visible_to(actor).held().exclude(pk=session.pk).order_by("starts_at", "pk")


def _clashes(session: StudySession, others: "QuerySet[StudySession]") -> Iterator[Clash]:
    rows: QuerySet[Any] = others.filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at).annotate(
        people_at_both=Coalesce(Subquery(_shared_people(session), output_field=IntegerField()), 0),
        cells_at_both=Coalesce(Subquery(_shared_cells(session), output_field=IntegerField()), 0),
        same_room=Exists(_shared_rooms(session)),
    )
    matters = Q(people_at_both__gt=0) | Q(cells_at_both__gt=0) | Q(same_room=True) | Q(host=session.host_id)
    for row in rows.filter(matters)[:MOST]:
        yield Clash(row, row.people_at_both, row.cells_at_both, row.same_room, row.host_id == session.host_id)


def _shared_people(session: StudySession) -> "QuerySet[Placement, Any]":
    here = Placement.objects.filter(session=session.pk, entry__person=OuterRef("entry__person"))
    there = Placement.objects.filter(Exists(here), session=OuterRef("pk")).order_by()
    return there.values("session").annotate(people=Count("entry__person", distinct=True)).values("people")


def _shared_cells(session: StudySession) -> "QuerySet[SiteUnit, Any]":
    here = SiteUnit.objects.filter(session=session.pk, unit=OuterRef("unit"))
    there = SiteUnit.objects.filter(Exists(here), session=OuterRef("pk")).order_by()
    return there.values("session").annotate(cells=Count("pk")).values("cells")


def _shared_rooms(session: StudySession) -> QuerySet[Site]:
    other = ExpressionWrapper(OuterRef("unit__path"), output_field=CharField())
    near = Q(unit__path__startswith=OuterRef("unit__path")) | Q(other__startswith=F("unit__path"))
    sites = Site.objects.alias(other=other).filter(session=session.pk)
    same_address = sites.filter(near, address=OuterRef("address")).exclude(address="")
    same_name = sites.filter(unit=OuterRef("unit"), name=OuterRef("name"))
    return Site.objects.filter(Exists(same_address) | Exists(same_name), session=OuterRef("pk"))
