"""Make-up sessions for those who missed a first session."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from lantoa.attendance.errors import HostNotBelow, NobodyMissed
from lantoa.attendance.notices import MISSED
from lantoa.attendance.policies import can_set_up_make_up
from lantoa.attendance.selectors.contacts import Contacts, contacts_of
from lantoa.attendance.selectors.missed import Missed, MissedCell, missed_of
from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.notifications.telling import Message, tell
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Unit
from lantoa.plans.models import Campaign, SummonsEntry
from lantoa.plans.notices import ABOUT
from lantoa.study_sessions.enums import SessionKind, SessionMode
from lantoa.study_sessions.models import StudySession
from lantoa.study_sessions.services import add_site, place_entries, set_up_session


@dataclass(frozen=True)
class MakeUpSite:
    """A site of a make-up session: who keeps it and which cells' people come."""

    unit: Unit
    name: str
    cells: tuple[Unit, ...]
    address: str = ""


@use_case
def set_up_make_up(
    *,
    actor: Actor,
    client_id: uuid.UUID,
    session: StudySession,
    host: Unit,
    title: str,
    mode: SessionMode,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    sites: Sequence[MakeUpSite] = (),
) -> StudySession:
    """A make-up of `session` with its sites, everybody of their cells who missed it placed there.

    Without `sites` there is one, at the host, for all cells under it where somebody missed. Those with a place at
    another make-up keep that; whoever was called after the make-up's day is left out. The first result for
    a known `client_id`.
    Raises NotPermitted, HostNotBelow, NobodyMissed, and what `set_up_session` and `add_site` raise.
    """
    if not can_set_up_make_up(actor=actor, host=host):
        raise NotPermitted
    if not host.path.startswith(session.host.path):
        raise HostNotBelow(field="host")
    Campaign.objects.select_for_update(no_key=True).get(pk=session.campaign_id)
    if known := StudySession.objects.filter(client_id=client_id, host=host, makes_up=session).first():
        return known
    day = timezone.localdate(starts_at)
    missed = {cell.unit.pk: cell for cell in missed_of(session, path=host.path) if _coming(cell, day)}
    chosen = list(sites) or [MakeUpSite(host, host.name[:160], tuple(cell.unit for cell in missed.values()))]
    if not any(cell.pk in missed for site in chosen for cell in site.cells):
        raise NobodyMissed
    made = set_up_session(
        actor=actor,
        client_id=client_id,
        campaign=session.campaign,
        host=host,
        title=title,
        mode=mode,
        starts_at=starts_at,
        ends_at=ends_at,
        kind=SessionKind.MAKE_UP,
        makes_up=session,
    )
    for place in chosen:
        _fill(actor, made, place, missed)
    return made


@use_case
def remind_of_missed(*, actor: Actor, session: StudySession) -> int:
    """Tell whoever takes the roll of each cell, or else of the unit directly above, how many of the people missed the
    session and wait for a place at a make-up, once a day; nobody is named. How many users were told.

    The cells are those below the units for which the actor may set up a make-up.
    Raises NotPermitted, NobodyMissed (nobody waits there, or the session has not begun, was cancelled or is itself a
    make-up).
    """
    paths = tuple(path for path in actor.paths(authority.SUMMONS) if path.startswith(session.host.path))
    if not paths:
        raise NotPermitted
    if session.kind != SessionKind.FIRST or session.cancelled_at is not None or session.starts_at > clock.now():
        raise NobodyMissed
    waiting = [cell for cell in missed_of(session) if cell.waiting and cell.unit.path.startswith(paths)]
    if not waiting:
        raise NobodyMissed
    contacts = contacts_of([cell.unit for cell in waiting])
    people: Counter[Contacts] = Counter()
    for cell in waiting:
        people[contacts[cell.unit.pk]] += len(cell.waiting)
    told = tell([notice for answering, number in people.items() for notice in _notices(session, answering, number)])
    facts = {"cells": len(waiting), "told": len(told)}
    audit.record(actor=actor, action="attendance.remind_of_missed", about=session, unit=session.host, facts=facts)
    return len(told)


def _notices(session: StudySession, answering: Contacts, people: int) -> list[Message]:
    if answering.unit is None:
        return []
    return [
        Message(
            receiver_id=contact.user_id,
            kind=MISSED,
            occasion=f"attendance.missed.{session.pk}.{answering.unit.pk}.{clock.today():%Y%m%d}",
            parameters={"unit": answering.unit.name, "session": session.title, "people": people},
            link=reverse("study_sessions:session_detail", args=[session.pk]),
            about_type=ABOUT,
            about_id=session.campaign_id,
        )
        for contact in answering.people
    ]


def _fill(actor: Actor, session: StudySession, place: MakeUpSite, missed: dict[int, MissedCell]) -> None:
    site = add_site(
        actor=actor, session=session, unit=place.unit, name=place.name, cells=place.cells, address=place.address
    )
    day = timezone.localdate(session.starts_at)
    people = [entry for cell in place.cells if cell.pk in missed for entry in _coming(missed[cell.pk], day)]
    place_entries(actor=actor, site=site, entries=people)


def _coming(cell: MissedCell, day: dt.date) -> list[SummonsEntry]:
    """Those of the cell who wait for a make-up and were called by that day."""
    return [person.entry for person in cell.waiting if _was_called(person, day)]


def _was_called(person: Missed, day: dt.date) -> bool:
    entry = person.entry
    if entry.added_on is not None:
        return entry.added_on <= day
    return not person.called_later or entry.summons.issued_on <= day
