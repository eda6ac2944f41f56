"""What phones sent and what waits for a decision, as the page shows it."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.attendance.enums import ATTENDED, MarkMethod, MarkStatus
from lantoa.attendance.folding.states import FoldedState
from lantoa.attendance.policies import can_see_reasons
from lantoa.attendance.selectors.review import AT_ONCE, person_label, states_of
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import ReasonClass
from lantoa.organizations.models import Unit
from lantoa.organizations.restricting import restricted_among
from lantoa.plans.models import SummonsEntry
from lantoa.rollcall.models import QuarantinedEvent
from lantoa.rollcall.payloads import is_closing, marked_at, reason_of
from lantoa.rollcall.policies import can_decide_event
from lantoa.rollcall.quarantine_words import MEANS, WHY
from lantoa.rollcall.selectors.places import Place, obstacle, places_of, waiting_events


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMatter:
    """An event to decide about. `title` is the person, or that a roll was closed; `says` is what the phone says, `now`
    what counts at this moment; `means` is what is accepted by recording it; `obstacle` says why it cannot be."""

    event: QuarantinedEvent
    place: Place
    title: str
    says: str
    attended: bool
    way: str
    now: str
    why: str
    means: str
    obstacle: str
    phone: str
    recorder: str
    wall_time: dt.datetime
    may_decide: bool
    is_closing: bool

    @property
    def unit(self) -> Unit:
        """Where it is decided about."""
        return self.place.unit


def event_matters(actor: Actor) -> list[EventMatter]:
    """The events that wait, with what the page shows of each, the oldest first."""
    rows = places_of(waiting_events(actor)[:AT_ONCE])
    keys = {event.pk: (event.session_id, event.entry_id or 0) for event, _place in rows}
    entries = SummonsEntry.objects.select_related("person", "unit").in_bulk(
        {entry for _session, entry in keys.values()}
    )
    hidden = restricted_among(entry.person_id for entry in entries.values())
    states = states_of(keys.values())
    now = clock.now()
    return [
        _matter(
            actor,
            event,
            place,
            entry=entries.get(keys[event.pk][1]),
            hidden=hidden,
            state=states.get(keys[event.pk]),
            now=now,
        )
        for event, place in rows
    ]


def _matter(
    actor: Actor,
    event: QuarantinedEvent,
    place: Place,
    *,
    entry: SummonsEntry | None,
    hidden: set[int],
    state: FoldedState | None,
    now: dt.datetime,
) -> EventMatter:
    closing = is_closing(event)
    refusal = obstacle(actor=actor, event=event, place=place, now=now)
    user = event.device.user
    person = getattr(user, "person", None)
    return EventMatter(
        event=event,
        place=place,
        title=_("Closing of the roll") if closing else _person(actor, event, entry, hidden),
        says=_closing_says(event) if closing else _mark_says(actor, event, entry),
        attended=not closing and event.payload["status"] in ATTENDED,
        way="" if closing else str(MarkMethod(event.payload["method"]).label),
        now=str(state.status.label) if state else "",
        why=str(WHY[event.code]),
        means=str(MEANS.get(event.code, "")),
        obstacle=str(refusal) if refusal else "",
        phone=event.device.phone.label,
        recorder=person.full_name if person else user.get_username(),
        wall_time=marked_at(event),
        may_decide=can_decide_event(actor=actor, unit=place.unit, recorder_id=user.pk),
        is_closing=closing,
    )


def _person(actor: Actor, event: QuarantinedEvent, entry: SummonsEntry | None, hidden: set[int]) -> str:
    if entry is None:
        return _("Person no. %(number)s") % {"number": event.entry_id}
    return person_label(actor, entry, hidden)


def _mark_says(actor: Actor, event: QuarantinedEvent, entry: SummonsEntry | None) -> str:
    """The mark; with its reason at the cell itself and not above it."""
    said = str(MarkStatus(event.payload["status"]).label)
    reason = reason_of(event)
    if reason and entry is not None and can_see_reasons(actor=actor, unit=entry.unit):
        return f"{said} ({ReasonClass(reason).label})"
    return said


def _closing_says(event: QuarantinedEvent) -> str:
    counts = event.payload["counts"]
    attended = counts["present"] + counts["late"]
    text = ngettext("%(attended)s was there", "%(attended)s were there", attended) % {"attended": attended}
    away = ngettext("%(away)s was absent", "%(away)s were absent", counts["excused"] + counts["absent"])
    return f"{text}, {away % {'away': counts['excused'] + counts['absent']}}"
