"""Deciding about what a phone sent and what could not be recorded."""

from dataclasses import replace

from lantoa.attendance.services.admitting import admit
from lantoa.attendance.services.places import Held, hold_places
from lantoa.attendance.services.rolls import close_roll
from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted
from lantoa.rollcall.enums import QuarantineDecision
from lantoa.rollcall.errors import EventDecided
from lantoa.rollcall.models import Phone, QuarantinedEvent
from lantoa.rollcall.payloads import is_closing, said_closing, waited
from lantoa.rollcall.policies import can_decide_event
from lantoa.rollcall.selectors.listed import listed_on
from lantoa.rollcall.selectors.places import Place, obstacle, places_of
from lantoa.study_sessions.models import Site


@use_case
def record_event(*, actor: Actor, event: QuarantinedEvent, absent_rest: bool = False) -> QuarantinedEvent:
    """Record what a phone sent, once, as the mark that its user made; deciding accepts whatever was odd about it. It
    counts at once, also after closing. A closing closes the roll now, with the counts of now, and says of those on the
    phone's list what the phone said; `absent_rest` says that whoever has no mark then is absent without a reason.
    Recording twice changes nothing.

    The phone is locked first, so that nothing of it arrives meanwhile, then the sites, then the event.
    Raises NotPermitted, EventDecided, NothingToRecordAt, SessionWasCancelled, CampaignIsFinished, SiteWasRemoved,
    NotOnTheList; of a closing ClosingOfAnother, SessionNotBegun, RollIsClosed, PeopleUnmarked.
    """
    place = _permitted(actor, event)
    Phone.objects.select_for_update(of=("self",), no_key=True).get(pk=event.device_id)
    held = _held(event, place)
    locked = _locked(event)
    if not _is_open(locked, QuarantineDecision.RECORDED):
        return locked
    if held is not None:
        place = replace(place, is_listed=locked.entry_id in held.places)
    if refusal := obstacle(actor=actor, event=locked, place=place, now=clock.now()):
        raise refusal
    assert place.site is not None
    assert held is not None
    if is_closing(locked):
        _close(actor, locked, place.site, absent_rest=absent_rest)
    else:
        locked.recorded = admit(actor=actor, site=place.site, held=held, waited=waited(locked))
    return _decided(actor, locked, place, QuarantineDecision.RECORDED)


@use_case
def set_aside_event(*, actor: Actor, event: QuarantinedEvent) -> QuarantinedEvent:
    """Let what a phone sent never count; it stays where it is. Setting aside twice changes nothing.

    Raises NotPermitted, EventDecided.
    """
    place = _permitted(actor, event)
    locked = _locked(event)
    if not _is_open(locked, QuarantineDecision.DISMISSED):
        return locked
    return _decided(actor, locked, place, QuarantineDecision.DISMISSED)


def _permitted(actor: Actor, event: QuarantinedEvent) -> Place:
    ((row, place),) = places_of(QuarantinedEvent.objects.filter(pk=event.pk))
    if not can_decide_event(actor=actor, unit=place.unit, recorder_id=row.device.user_id):
        raise NotPermitted
    return place


def _held(event: QuarantinedEvent, place: Place) -> Held | None:
    """The site where it would be recorded, held; none where the site is gone."""
    if place.site is None:
        return None
    return hold_places(
        session_id=event.session_id,
        site_id=place.site.pk,
        entry_ids=[event.entry_id] if event.entry_id is not None else [],
        to_close=is_closing(event),
    )


def _locked(event: QuarantinedEvent) -> QuarantinedEvent:
    rows = QuarantinedEvent.objects.select_for_update(of=("self",)).select_related("device__unit")
    return rows.get(pk=event.pk)


def _is_open(event: QuarantinedEvent, wanted: QuarantineDecision) -> bool:
    """Whether nobody has decided; raises EventDecided where somebody decided in the other way."""
    if event.decision not in (QuarantineDecision.PENDING, wanted):
        raise EventDecided
    return event.decision == QuarantineDecision.PENDING


def _close(actor: Actor, event: QuarantinedEvent, site: Site, *, absent_rest: bool) -> None:
    said = said_closing(event)
    listed = None if absent_rest else listed_on(said.roster_id)
    closing = close_roll(
        actor=actor,
        site=site,
        absent_rest=absent_rest or (said.absent_rest and listed is not None),
        listed=listed,
        guests=said.guests,
        guests_note=said.guests_note,
    )
    if closing.event_id is None:
        closing.event_id, closing.reported = event.event_id, said.reported
        closing.save(update_fields=["event_id", "reported"])


def _decided(actor: Actor, event: QuarantinedEvent, place: Place, decision: QuarantineDecision) -> QuarantinedEvent:
    event.decision, event.decided_by_id, event.decided_at = decision, actor.user_id, clock.now()
    event.save(update_fields=["decision", "decided_by", "decided_at", "recorded"])
    action = "record_event" if decision == QuarantineDecision.RECORDED else "set_aside_event"
    record(
        actor=actor,
        action=f"rollcall.{action}",
        about=event,
        unit=place.unit,
        facts={"code": event.code, "entry": event.entry_id or 0},
    )
    return event
