"""Who missed a first session and has not made it up."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, groupby

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext

from lantoa.attendance.enums import ATTENDED, MarkStatus
from lantoa.attendance.folding.states import fold_entries
from lantoa.organizations.models import ActivityExemption, Unit
from lantoa.organizations.restricting import marked
from lantoa.plans.models import SummonsEntry
from lantoa.study_sessions.enums import SessionKind
from lantoa.study_sessions.models import Placement, StudySession


@dataclass(frozen=True)
class Missed:
    """One person who was not there; `status` is None where no roll says anything. `make_up` is a make-up session that
    they have a place at and that is still to come, or whose roll does not show them yet; the name of whoever is
    `restricted` is not shown. `called_later`: they were called after the session."""

    entry: SummonsEntry
    status: MarkStatus | None
    make_up: StudySession | None
    restricted: bool
    called_later: bool = False

    @property
    def label(self) -> str:
        """What the roll says, in words; empty where it says nothing."""
        if self.called_later:
            return gettext("called after the session")
        return str(self.status.label) if self.status else ""


@dataclass(frozen=True)
class MissedCell:
    """The people of one cell who missed the session."""

    unit: Unit
    people: tuple[Missed, ...]

    @property
    def waiting(self) -> tuple[Missed, ...]:
        """Those who have no place at a make-up session yet."""
        return tuple(person for person in self.people if person.make_up is None)


def missed_of(session: StudySession, *, path: str = "") -> list[MissedCell]:
    """Who had a place at the session and attended neither it nor any other session, by cell in order of name.

    Absent, excused and not reported people, and those of its cells who were called after it, by an addition or by a
    letter, and stand on the list of no first session (ADR 33); those excluded on the day of the session are left out.
    `path` narrows to the cells of one subtree of today.
    """
    placements = marked(
        Placement.objects.filter(session=session, entry__unit__path__startswith=path)
        .select_related("entry__person", "entry__unit")
        .order_by("entry__unit__sort_key", "entry__unit_id", "entry__person__sort_key", "entry_id"),
        "entry__person_id",
    )
    entries = {placement.entry_id: placement.entry for placement in placements}
    later = _called_later(session, path)
    entries |= {entry.pk: entry for entry in later if entry.pk not in entries}
    listed = ((placement.entry_id, placement) for placement in placements), ((entry.pk, entry) for entry in later)
    hidden = {pk for pk, row in chain(*listed) if getattr(row, "restricted", False)}
    in_order = sorted(entries.values(), key=lambda one: (one.unit.sort_key, one.unit_id, one.person.sort_key, one.pk))
    late = {entry.pk for entry in later}
    cancelled = set(
        StudySession.objects.filter(campaign_id=session.campaign_id, cancelled_at__isnull=False).values_list(
            "pk", flat=True
        )
    )
    states = [state for state in fold_entries(list(entries)) if state.session_id not in cancelled]
    attended = {state.entry_id for state in states if state.status in ATTENDED}
    said = {state.entry_id: state.status for state in states if state.session_id == session.pk}
    out = attended | _excluded(session, entries.values())
    booked = _booked(session, entries)
    told = {(state.session_id, state.entry_id) for state in states}
    people = [
        Missed(
            entry,
            said.get(entry.pk),
            _open_make_up(booked.get(entry.pk), entry.pk, told),
            restricted=entry.pk in hidden,
            called_later=entry.pk in late,
        )
        for entry in in_order
        if entry.pk not in out
    ]
    return [
        MissedCell(unit, tuple(group))
        for unit, group in ((unit, list(rows)) for unit, rows in groupby(people, key=lambda one: one.entry.unit))
    ]


def _called_later(session: StudySession, path: str) -> list[SummonsEntry]:
    """Those of the session's cells who were called after its day, not taken off since, and have a place at no first
    session."""
    cells = Placement.objects.filter(session=session, entry__unit__path__startswith=path).values("entry__unit_id")
    placed = Placement.objects.filter(
        entry=OuterRef("pk"), session__kind=SessionKind.FIRST, session__cancelled_at__isnull=True
    )
    rows = SummonsEntry.objects.alias(called_on=Coalesce("added_on", "summons__issued_on")).filter(
        campaign_id=session.campaign_id,
        called_on__gt=timezone.localdate(session.starts_at),
        removed_on__isnull=True,
        unit__in=cells,
    )
    return list(marked(rows.exclude(Exists(placed)).select_related("person", "unit", "summons")))


def _excluded(session: StudySession, entries: Iterable[SummonsEntry]) -> set[int]:
    day = timezone.localdate(session.starts_at)
    listed = list(entries)
    exempt = set(
        ActivityExemption.objects.in_force_on(day)
        .filter(person_id__in=[entry.person_id for entry in listed])
        .values_list("person_id", flat=True)
    )
    return {
        entry.pk
        for entry in listed
        if entry.person_id in exempt or (entry.removed_on is not None and entry.removed_on <= day)
    }


def _booked(session: StudySession, entry_ids: Iterable[int]) -> dict[int, StudySession]:
    places = Placement.objects.filter(
        session__makes_up=session,
        session__kind=SessionKind.MAKE_UP,
        session__cancelled_at__isnull=True,
        entry_id__in=list(entry_ids),
    ).select_related("session")
    return {place.entry_id: place.session for place in places.order_by("session__starts_at")}


def _open_make_up(session: StudySession | None, entry_id: int, told: set[tuple[int, int]]) -> StudySession | None:
    return session if session is not None and (session.pk, entry_id) not in told else None
