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

from lantoa.organizations.actors import Actor
from lantoa.study_sessions.models import Placement, Site, StudySession

MOST = 30


@dataclass(frozen=True)
class Clash:
    """A session at the same time: how many people have a place at both, whether a room or the host is the same."""

    session: StudySession
    people: int
    same_room: bool
    same_host: bool


@dataclass(frozen=True)
class Neighbours:
    """What stands beside a session: what clashes with it, and the other sessions of its series in order of time."""

    clashes: tuple[Clash, ...]
    series: tuple[StudySession, ...]


def neighbours_of(session: StudySession, actor: Actor) -> Neighbours:
    """The neighbours that the actor may see, thirty of each sort at most. A cancelled session clashes with none.

    Nobody is named: people are counted. A room is the same where two sites have the same address, letter for letter,
    and one of their keepers is the other or stands above it: a hall of the same name is in every commune.
    """
    others = StudySession.objects.visible_to(actor).held().exclude(pk=session.pk).order_by("starts_at", "pk")
    clashes = () if session.cancelled_at is not None else _clashes(session, others)
    series = others.filter(series=session.series)[:MOST] if session.series else ()
    return Neighbours(tuple(clashes), tuple(series))


def _clashes(session: StudySession, others: "QuerySet[StudySession]") -> Iterator[Clash]:
    rows: QuerySet[Any] = others.filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at).annotate(
        people_at_both=Coalesce(Subquery(_shared_people(session), output_field=IntegerField()), 0),
        same_room=Exists(_shared_rooms(session)),
    )
    matters = Q(people_at_both__gt=0) | Q(same_room=True) | Q(host=session.host_id)
    for row in rows.filter(matters)[:MOST]:
        yield Clash(row, row.people_at_both, row.same_room, row.host_id == session.host_id)


def _shared_people(session: StudySession) -> "QuerySet[Placement, Any]":
    here = Placement.objects.filter(session=session, entry__person=OuterRef("entry__person"))
    there = Placement.objects.filter(Exists(here), session=OuterRef("pk")).order_by()
    return there.values("session").annotate(people=Count("entry__person", distinct=True)).values("people")


def _shared_rooms(session: StudySession) -> QuerySet[Site]:
    other = ExpressionWrapper(OuterRef("unit__path"), output_field=CharField())
    here = Site.objects.alias(other=other).filter(
        Q(unit__path__startswith=OuterRef("unit__path")) | Q(other__startswith=F("unit__path")),
        session=session,
        address=OuterRef("address"),
    )
    return Site.objects.filter(Exists(here), session=OuterRef("pk")).exclude(address="")
