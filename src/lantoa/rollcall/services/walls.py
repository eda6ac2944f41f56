"""The wall code of a site, and people who check in by it."""

import datetime as dt
from dataclasses import dataclass
from typing import cast

from lantoa.attendance.policies import can_take_roll
from lantoa.attendance.services.marks import Outcomes, refuse_ended
from lantoa.attendance.services.self_marks import record_self
from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.organizations.models import Person
from lantoa.rollcall.models import Wall
from lantoa.rollcall.selectors.card_holders import person_of_card
from lantoa.rollcall.wall_codes import new_key
from lantoa.rollcall.wall_errors import NotCalled, NotYou, WallClosed, WallOutOfHours
from lantoa.study_sessions.models import Placement, Site, StudySession

BEFORE, AFTER = dt.timedelta(hours=2), dt.timedelta(hours=12)
"""A wall works from so long before the session begins until so long after it ends."""


@dataclass(frozen=True)
class CheckedIn:
    """Who is here now, and what became of the mark."""

    given_name: str
    outcome: Outcomes


@use_case
def open_wall(*, actor: Actor, site: Site) -> Wall:
    """Let people check in at the site by a code on the wall. An open wall keeps its key; one that was closed gets a new
    one, so that the codes of the old one are worth nothing.

    Raises NotPermitted, SessionWasCancelled, CampaignIsFinished, WallOutOfHours.
    """
    if not can_take_roll(actor=actor, unit=site.unit):
        raise NotPermitted
    refuse_ended(site)
    if not _in_hours(site.session, clock.now()):
        raise WallOutOfHours
    Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    wall = Wall.objects.filter(site=site).first() or Wall(site=site)
    if wall.pk and wall.closed_at is None and wall.opened_by_id == actor.user_id:
        return wall
    if not wall.pk or wall.closed_at is not None:
        wall.key = new_key()
    wall.opened_by_id, wall.opened_at, wall.closed_at = cast("int", actor.user_id), clock.now(), None
    wall.save()
    audit.record(actor=actor, action="rollcall.open_wall", about=wall, unit=site.unit)
    return wall


@use_case
def close_wall(*, actor: Actor, site: Site) -> bool:
    """Let nobody check in by the wall any more; whether it was open. Raises NotPermitted."""
    if not can_take_roll(actor=actor, unit=site.unit):
        raise NotPermitted
    Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    wall = Wall.objects.filter(site=site, closed_at__isnull=True).first()
    if wall is None:
        return False
    wall.closed_at = clock.now()
    wall.save(update_fields=["closed_at"])
    audit.record(actor=actor, action="rollcall.close_wall", about=wall, unit=site.unit)
    return True


@use_case
def check_in_by_card(*, actor: Actor, site: Site, card: str) -> CheckedIn:
    """Mark whoever shows a card as present at a site whose wall code was just seen, which the caller has checked.

    `card` is what was scanned or typed. A repetition changes nothing. Raises WallClosed, CardWrong, CardReplaced,
    NotCalled, SessionWasCancelled, CampaignIsFinished, SiteWasRemoved.
    """
    wall = _open_wall(site)
    return _record(wall, site, person_of_card(card), recorder_id=wall.opened_by_id)


@use_case
def check_in_by_account(*, actor: Actor, site: Site) -> CheckedIn:
    """The same for whoever is signed in. Raises WallClosed, NotYou, NotCalled, SessionWasCancelled, CampaignIsFinished,
    SiteWasRemoved."""
    wall = _open_wall(site)
    person_id = Person.objects.filter(user=actor.user_id).values_list("pk", flat=True).first()
    if actor.user_id is None or person_id is None:
        raise NotYou
    return _record(wall, site, person_id, recorder_id=actor.user_id)


def is_open(wall: Wall, now: dt.datetime) -> bool:
    """Whether people check in by it at that moment: its session is on, or about to be, and whoever opened it may still
    take the roll (one query)."""
    if wall.closed_at is not None or not _in_hours(wall.site.session, now):
        return False
    return can_take_roll(actor=Actor.of(wall.opened_by), unit=wall.site.unit)


def _in_hours(session: StudySession, now: dt.datetime) -> bool:
    return session.starts_at - BEFORE <= now <= session.ends_at + AFTER


def _open_wall(site: Site) -> Wall:
    wall = Wall.objects.select_related("site__session", "site__unit", "opened_by").filter(site=site).first()
    if wall is None or not is_open(wall, clock.now()):
        raise WallClosed
    return wall


def _record(wall: Wall, site: Site, person_id: int, *, recorder_id: int) -> CheckedIn:
    placed = Placement.objects.filter(session=site.session_id, entry__person=person_id)
    found = placed.values_list("entry_id", "entry__person__full_name").first()
    if found is None:
        raise NotCalled
    entry_id, name = found
    outcome = record_self(site=site, entry_id=entry_id, opener_id=wall.opened_by_id, recorder_id=recorder_id)
    return CheckedIn(name.split()[-1] if name.split() else "", outcome)
