"""The programme of a session: what is on, who speaks, and what speaks against that."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from lantoa.organizations.actors import Actor
from lantoa.organizations.restricting import marked, name_of, unrestricted
from lantoa.speakers.models import Speaker
from lantoa.study_sessions.models import ProgrammeItem, StudySession

LATELY = dt.timedelta(days=365)
"""Whose recognition ended longer ago is not offered any more."""


@dataclass(frozen=True)
class ProgrammeLine:
    """One item: when it begins, where that is said, what it is, and who speaks; `speaker_id` is the recognition, where
    they stand in the register."""

    hour: dt.time | None
    title: str
    speaker: str = ""
    speaker_id: int | None = None


@dataclass(frozen=True)
class OfferedSpeaker:
    """Somebody whom the host may ask to speak: whether the recognition `covers` the day, and whether they are
    `busy`, in the programme of another session at the same time."""

    speaker: Speaker
    covers: bool
    busy: bool


@dataclass(frozen=True)
class SpeakerWarning:
    """What speaks against a speaker of the programme: recognised on another day only (`lapsed`), or asked to other
    sessions at the same time, of which the reader sees `elsewhere`; `unseen` are so many more."""

    name: str
    lapsed: bool
    elsewhere: tuple[StudySession, ...] = field(default=())
    unseen: int = 0


def programme_items(session: StudySession) -> list[ProgrammeItem]:
    """The items in their order, with whoever of the register speaks, marked as restricted or not (one query)."""
    rows = session.programme.select_related("recognised__person").order_by("position")
    return list(marked(rows, "recognised__person_id"))


def lines_of(items: Iterable[ProgrammeItem]) -> list[ProgrammeLine]:
    """The items of `programme_items` in words. A speaker whose processing is restricted is masked."""
    return [ProgrammeLine(item.hour, item.title, _name(item), item.recognised_id) for item in items]


def programme_of(session: StudySession) -> list[ProgrammeLine]:
    """The programme in words (one query)."""
    return lines_of(programme_items(session))


def offered_speakers(session: StudySession) -> list[OfferedSpeaker]:
    """The speakers of the host, of the units above it and of those directly below (ADR 37), whose recognition holds on
    the day of the session first (two queries). Those whose processing is restricted are left out."""
    day = timezone.localdate(session.starts_at)
    near = Speaker.objects.offered_to(session.host).filter(period__overlap=DateRange(day - LATELY, None))
    busy = set(_at_the_same_time(session).values_list("recognised__person_id", flat=True))
    rows = unrestricted(near).select_related("person", "unit").order_by("tier", "person__sort_key", "pk")
    offered = [OfferedSpeaker(row, row.holds_on(day), row.person_id in busy) for row in rows]
    return sorted(offered, key=lambda one: not one.covers)


def speaker_warnings(session: StudySession, items: Iterable[ProgrammeItem], actor: Actor) -> tuple[SpeakerWarning, ...]:
    """What is to be said of the speakers of the register among the `programme_items`, one warning a person (one query,
    none where nobody of the register speaks). A cancelled session warns of nothing."""
    speakers = {item.recognised.person_id: (item, item.recognised) for item in items if item.recognised}
    if session.cancelled_at is not None or not speakers:
        return ()
    seen = Exists(StudySession.objects.visible_to(actor).filter(pk=OuterRef("session")))
    others = _at_the_same_time(session).filter(recognised__person__in=list(speakers)).annotate(seen=seen)
    elsewhere: dict[int, dict[int, StudySession | None]] = {}
    for other in others.select_related("recognised", "session").order_by("session__starts_at", "session_id"):
        if other.recognised:
            at = elsewhere.setdefault(other.recognised.person_id, {})
            at[other.session_id] = other.session if other.seen else None
    day = timezone.localdate(session.starts_at)
    found = []
    for person_id, (item, speaker) in speakers.items():
        at = elsewhere.get(person_id, {})
        shown = tuple(one for one in at.values() if one is not None)
        if at or not speaker.holds_on(day):
            found.append(SpeakerWarning(_name(item), not speaker.holds_on(day), shown, len(at) - len(shown)))
    return tuple(found)


def _name(item: ProgrammeItem) -> str:
    return name_of(item, item.recognised.person.full_name) if item.recognised else item.speaker


def _at_the_same_time(session: StudySession) -> "QuerySet[ProgrammeItem]":
    """Items with a speaker of the register, of other sessions that are on while this one is."""
    during = Q(session__starts_at__lt=session.ends_at, session__ends_at__gt=session.starts_at)
    rows = ProgrammeItem.objects.filter(during, session__cancelled_at__isnull=True, recognised__isnull=False)
    return rows.exclude(session=session.pk)
