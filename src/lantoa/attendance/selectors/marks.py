"""Everything that was recorded about one person in a campaign."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from lantoa.attendance.enums import LateDecision, MarkMethod, MarkStatus
from lantoa.attendance.models import Attendance, AttendanceEvent
from lantoa.organizations.enums import ReasonClass, Role
from lantoa.organizations.models import Appointment
from lantoa.plans.models import SummonsEntry
from lantoa.study_sessions.models import Placement, StudySession


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkLine:
    """One mark: when, what, by which way, by whom in which role, at which site, what is odd, and whether it counts."""

    status: MarkStatus
    method: MarkMethod
    roles: tuple[Role, ...]
    site: str
    received_at: dt.datetime
    wall_time: dt.datetime
    reason: ReasonClass | None
    late: LateDecision | None
    oddities: tuple[str, ...]
    decides: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMarks:
    """One session of a person: where they stand on the list, the state kept, and the marks, the newest first."""

    session: StudySession
    site: str
    state: MarkStatus | None
    conflict: bool
    marks: tuple[MarkLine, ...]


def marks_of(entry: SummonsEntry, *, reasons: bool) -> list[SessionMarks]:
    """Every session where the person has a place or a mark, by date; four queries. `reasons` shows why absent."""
    places = {
        place.session_id: place for place in Placement.objects.filter(entry=entry).select_related("session", "site")
    }
    events = list(
        AttendanceEvent.objects.filter(entry=entry)
        .select_related("session", "site__unit", "late_change")
        .order_by("-arrival")
    )
    states = {state.session_id: state for state in Attendance.objects.filter(entry=entry)}
    roles = _roles(events)
    sessions = {place.session_id: place.session for place in places.values()}
    sessions |= {event.session_id: event.session for event in events}
    return [
        SessionMarks(
            session=session,
            site=places[session.pk].site.name if session.pk in places else "",
            state=MarkStatus(states[session.pk].status) if session.pk in states else None,
            conflict=states[session.pk].conflict if session.pk in states else False,
            marks=tuple(
                _line(event, roles, states.get(session.pk), reasons=reasons)
                for event in events
                if event.session_id == session.pk
            ),
        )
        for session in sorted(sessions.values(), key=lambda session: session.starts_at)
    ]


def _line(event: AttendanceEvent, roles: "list[Appointment]", state: Attendance | None, *, reasons: bool) -> MarkLine:
    decision = event.late_change.decision if event.late and hasattr(event, "late_change") else None
    return MarkLine(
        status=MarkStatus(event.status),
        method=MarkMethod(event.method),
        roles=_roles_at(event, roles),
        site=event.site.name,
        received_at=event.received_at,
        wall_time=event.wall_time,
        reason=ReasonClass(event.reason_class) if reasons and event.reason_class else None,
        late=LateDecision(decision) if decision else None,
        oddities=event.oddities,
        decides=state is not None and state.event_id == event.pk,
    )


def _roles(events: list[AttendanceEvent]) -> list[Appointment]:
    """The appointments of those who recorded: the role is shown, not the name."""
    if not events:
        return []
    recorders = {event.recorder_id for event in events}
    return list(Appointment.objects.filter(person__user__in=recorders).select_related("person", "unit"))


def _roles_at(event: AttendanceEvent, appointments: list[Appointment]) -> tuple[Role, ...]:
    """The roles that the recorder held on that day at the site's unit or above it."""
    day = timezone.localdate(event.received_at)
    held = {
        Role(each.role)
        for each in appointments
        if each.person.user_id == event.recorder_id
        and event.site.unit.path.startswith(each.unit.path)
        and (each.period.lower is None or each.period.lower <= day)
        and (each.period.upper is None or day < each.period.upper)
    }
    return tuple(role for role in Role if role in held)
