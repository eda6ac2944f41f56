"""Where an event of the quarantine would be recorded, and what stands against it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from lantoa.attendance.errors import (
    CampaignIsFinished,
    NotOnTheList,
    RollIsClosed,
    SessionNotBegun,
    SessionWasCancelled,
)
from lantoa.attendance.models import RollClosing
from lantoa.attendance.policies import can_take_roll
from lantoa.kernel.refusals import Refusal
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Unit
from lantoa.organizations.querysets import any_path
from lantoa.plans.enums import CampaignState
from lantoa.rollcall.enums import QuarantineDecision
from lantoa.rollcall.errors import ClosingOfAnother, NothingToRecordAt
from lantoa.rollcall.models import QuarantinedEvent
from lantoa.rollcall.payloads import is_closing
from lantoa.rollcall.querysets import QuarantineQuerySet
from lantoa.study_sessions.models import Placement, Site

_SITES = Site.objects.filter(pk=OuterRef("site_id"), session_id=OuterRef("session_id"))
_PLACES = Placement.objects.filter(session_id=OuterRef("session_id"), entry_id=OuterRef("entry_id"))


@dataclass(frozen=True, slots=True)
class Place:
    """The site that an event names, or, where it is gone, the one of the phone's unit on whose list the person is now;
    `is_listed` says whether they are on a list of the session. `unit` is where the event is decided about."""

    site: Site | None
    unit: Unit
    is_listed: bool


def reviewed_events(actor: Actor) -> QuarantineQuerySet:
    """The events about which the actor may decide: at the sites of units where they settle marks, and, where the site
    is gone, of the phones of those units."""
    paths, own = actor.paths(authority.SETTLES_BELOW), actor.unit_ids(authority.SETTLES_OWN)
    at_site = any_path(paths, "unit__path") | Q(unit_id__in=own)
    at_phone = any_path(paths, "device__unit__path") | Q(device__unit_id__in=own)
    return QuarantinedEvent.objects.filter(Exists(_SITES.filter(at_site)) | (~Exists(_SITES) & at_phone))


def waiting_events(actor: Actor) -> QuarantineQuerySet:
    """Those about which nobody has decided, the oldest first."""
    return reviewed_events(actor).filter(decision=QuarantineDecision.PENDING).order_by("id")


def places_of(events: QuarantineQuerySet) -> list[tuple[QuarantinedEvent, Place]]:
    """The events with their places (two queries)."""
    rows: list[Any] = list(
        events.select_related("device__unit", "device__user__person", "device__phone").annotate(
            listed_at=Subquery(_PLACES.values("site_id")[:1])
        )
    )
    wanted = {row.site_id for row in rows} | {row.listed_at for row in rows}
    sites = Site.objects.filter(pk__in=wanted - {None}).select_related("unit", "session__campaign", "closing")
    found = {site.pk: site for site in sites}
    return [(row, _place(row, row.listed_at, found)) for row in rows]


def obstacle(*, actor: Actor, event: QuarantinedEvent, place: Place, now: dt.datetime) -> Refusal | None:
    """Why the event cannot be recorded as things stand; None where it can."""
    site = place.site
    if site is None:
        return NothingToRecordAt()
    if site.session.cancelled_at is not None:
        return SessionWasCancelled()
    if site.session.campaign.state == CampaignState.FINISHED:
        return CampaignIsFinished()
    if is_closing(event):
        return _against_closing(actor, site, now)
    return None if place.is_listed else NotOnTheList()


def _against_closing(actor: Actor, site: Site, now: dt.datetime) -> Refusal | None:
    if not can_take_roll(actor=actor, unit=site.unit):
        return ClosingOfAnother()
    if now < site.session.starts_at:
        return SessionNotBegun()
    closing: RollClosing | None = getattr(site, "closing", None)
    return RollIsClosed() if closing is not None and closing.closed_by_id != actor.user_id else None


def _place(event: QuarantinedEvent, listed_at: int | None, sites: dict[int, Site]) -> Place:
    named = sites.get(event.site_id)
    if named is None or named.session_id != event.session_id:
        now_at = sites.get(listed_at) if listed_at is not None else None
        named = now_at if now_at is not None and now_at.unit_id == event.device.unit_id else None
    return Place(named, named.unit if named else event.device.unit, listed_at is not None)
