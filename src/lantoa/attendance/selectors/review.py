"""What is to be decided: late changes and conflicts."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from lantoa.attendance.enums import ATTENDED, LateDecision, MarkMethod, MarkStatus
from lantoa.attendance.folding.states import FoldedState, fold_entries
from lantoa.attendance.models import Attendance, AttendanceEvent, LateChange
from lantoa.attendance.policies import can_review
from lantoa.organizations import authority
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment
from lantoa.organizations.policies import can_open_restricted, can_see_names
from lantoa.organizations.querysets import any_path
from lantoa.organizations.restricting import restricted_among
from lantoa.plans.enums import CampaignState
from lantoa.plans.models import SummonsEntry
from lantoa.study_sessions.models import Placement, Site, StudySession

AT_ONCE = 200
"""How many matters of a kind a page looks at; the oldest come first."""


@dataclass(frozen=True)
class Said:
    """One recorder's mark: what, who in which role, how, when by both clocks, and what is odd about it."""

    status: MarkStatus
    recorder: str
    role: str
    way: str
    wall_time: dt.datetime
    received_at: dt.datetime
    oddities: tuple[str, ...]

    @property
    def status_label(self) -> str:
        """What it says, in words."""
        return str(self.status.label)

    @property
    def attended(self) -> bool:
        """Whether it says that the person was there."""
        return self.status in ATTENDED


@dataclass(frozen=True)
class LateMatter:
    """A late change to decide about; `now` is what counts until then."""

    change: LateChange
    person: str
    site: Site
    said: Said
    now: MarkStatus | None
    may_decide: bool

    @property
    def now_label(self) -> str:
        """What counts until somebody decides, in words; empty without a mark."""
        return str(self.now.label) if self.now else ""


@dataclass(frozen=True)
class ConflictMatter:
    """A person about whom recorders disagree; `now` counts until somebody settles it."""

    session: StudySession
    entry: SummonsEntry
    person: str
    site: Site
    said: tuple[Said, ...]
    now: MarkStatus
    may_decide: bool

    @property
    def now_label(self) -> str:
        """What counts until it is settled, in words."""
        return str(self.now.label)


def reviewed_sites(actor: Actor) -> Q:
    """The sites about whose marks the actor may decide, as a condition on the site's unit (`site__unit__…`)."""
    return any_path(actor.paths(authority.SETTLES_BELOW), "site__unit__path") | Q(
        site__unit_id__in=actor.unit_ids(authority.SETTLES_OWN)
    )


def pending_late(actor: Actor) -> QuerySet[LateChange]:
    """Late changes that wait at those sites, the oldest first."""
    events = AttendanceEvent.objects.filter(
        reviewed_sites(actor), late=True, session__campaign__state=CampaignState.RUNNING
    )
    return LateChange.objects.filter(decision=LateDecision.PENDING, event__in=events).order_by("event_id")


def open_conflicts(actor: Actor) -> QuerySet[Placement]:
    """The places of people about whom recorders disagree at those sites, by the kept states."""
    disagreed = Attendance.objects.filter(conflict=True, session=OuterRef("session"), entry=OuterRef("entry"))
    places = Placement.objects.filter(
        reviewed_sites(actor),
        Exists(disagreed),
        session__cancelled_at__isnull=True,
        session__campaign__state=CampaignState.RUNNING,
    )
    return places.order_by("session__starts_at", "id")


def late_matters(actor: Actor) -> list[LateMatter]:
    """The late changes that wait, with what the page shows of each."""
    changes = list(
        pending_late(actor).select_related(
            "event__entry__person",
            "event__entry__unit",
            "event__site__unit",
            "event__session__campaign",
            "event__device__unit",
            "event__recorder__person",
        )[:AT_ONCE]
    )
    events = [change.event for change in changes]
    hidden = restricted_among(event.entry.person_id for event in events)
    roles = _roles(events)
    states = states_of((event.session_id, event.entry_id) for event in events)
    return [
        LateMatter(
            change,
            person_label(actor, change.event.entry, hidden),
            change.event.site,
            _said(change.event, roles),
            _status(states.get((change.event.session_id, change.event.entry_id))),
            can_review(actor=actor, unit=change.event.site.unit, recorders={change.event.said_by}),
        )
        for change in changes
    ]


def conflict_matters(actor: Actor) -> list[ConflictMatter]:
    """The conflicts that are open, folded at this moment, with both sides of each."""
    places = list(
        open_conflicts(actor).select_related("entry__person", "entry__unit", "site__unit", "session__campaign")[
            :AT_ONCE
        ]
    )
    hidden = restricted_among(place.entry.person_id for place in places)
    states = states_of((place.session_id, place.entry_id) for place in places)
    spoken = _spoken(places)
    roles = _roles([event for events in spoken.values() for event in events])
    return [
        ConflictMatter(
            place.session,
            place.entry,
            person_label(actor, place.entry, hidden),
            place.site,
            tuple(_said(event, roles) for event in spoken[place.session_id, place.entry_id]),
            states[place.session_id, place.entry_id].status,
            can_review(
                actor=actor,
                unit=place.site.unit,
                recorders={event.said_by for event in spoken[place.session_id, place.entry_id]},
            ),
        )
        for place in places
        if _is_conflict(states.get((place.session_id, place.entry_id)))
    ]


def person_label(actor: Actor, entry: SummonsEntry, hidden: Collection[int]) -> str:
    """The person's name with year and village where the actor may see names of the cell; else a number.

    Names stop at the cell and its direct superior; those of the persons `hidden`, at whoever decides on restrictions.
    """
    decides = can_open_restricted(actor=actor, unit=entry.unit)
    if can_see_names(actor=actor, unit=entry.unit) and (decides or entry.person_id not in hidden):
        parts = (entry.person.full_name, entry.person.birth_year, entry.person.village)
        return " · ".join(str(part) for part in parts if part)
    return _("Person no. %(number)s") % {"number": entry.pk}


def _status(state: FoldedState | None) -> MarkStatus | None:
    return state.status if state else None


def _is_conflict(state: FoldedState | None) -> bool:
    return state is not None and state.conflict


def states_of(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], FoldedState]:
    """What the marks about each person at each session come to (one query)."""
    by_session: dict[int, list[int]] = {}
    for session_id, entry_id in pairs:
        by_session.setdefault(session_id, []).append(entry_id)
    entries = [entry for group in by_session.values() for entry in group]
    return {
        (state.session_id, state.entry_id): state for state in fold_entries(entries) if state.session_id in by_session
    }


def _spoken(places: Sequence[Placement]) -> dict[tuple[int, int], list[AttendanceEvent]]:
    """The marks that still speak at each place: the last of each recorder in each rank, without retracted ones."""
    events = (
        AttendanceEvent.objects.filter(
            Q(late=False) | Q(late_change__decision=LateDecision.ACCEPTED),
            session_id__in={place.session_id for place in places},
            entry_id__in={place.entry_id for place in places},
        )
        .select_related("device__unit", "recorder__person", "entry__person")
        .order_by("arrival")
    )
    last: dict[tuple[int, int], dict[tuple[int, int], AttendanceEvent]] = {}
    for event in events:
        last.setdefault((event.session_id, event.entry_id), {})[event.rank, event.recorder_id] = event
    return {
        key: [event for event in said.values() if event.status != MarkStatus.RETRACTED] for key, said in last.items()
    }


def _roles(events: Sequence[AttendanceEvent]) -> dict[tuple[int, int], str]:
    """The role of each recorder at the unit of the device, today or when it ended."""
    rows = Appointment.objects.filter(
        person__user_id__in={event.recorder_id for event in events},
        unit_id__in={event.device.unit_id for event in events},
        role__in=authority.TAKES_ROLL,
    ).order_by("period")
    found = rows.values_list("person__user_id", "unit_id", "role")
    return {(user, unit): str(Role(role).label) for user, unit, role in found}


def _said(event: AttendanceEvent, roles: dict[tuple[int, int], str]) -> Said:
    checked_in = event.method == MarkMethod.SELF
    person = getattr(event.recorder, "person", None)
    name = person.full_name if person else event.recorder.get_username()
    role = "" if checked_in else roles.get((event.recorder_id, event.device.unit_id), "")
    return Said(
        MarkStatus(event.status),
        _("the person") if checked_in else name,
        " · ".join(part for part in (role, event.device.unit.label) if part),
        event.get_method_display(),
        event.wall_time,
        event.received_at,
        event.oddities,
    )
