"""Coverage counted again from the raw events, in plain Python, to check what the folder keeps.

It shares nothing with the fold: no query, no helper, no constant. Whatever the fold gets wrong must not be wrong here
in the same way. The rules are those of "The rate, exactly".
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from lantoa.attendance.models import Attendance, AttendanceEvent, Coverage, DirtyMark
from lantoa.organizations.models import ActivityExemption
from lantoa.plans.models import Campaign, CampaignUnit, SummonsEntry
from lantoa.study_sessions.models import Placement, StudySession

_AT_ONCE = 5_000
_FIGURES = (
    "summoned", "excluded", "present", "late", "excused", "absent", "not_reported", "made_up",
    "cells_total", "cells_reported", "reported_denominator", "reported_attended",
)  # fmt: skip

Place = tuple[int, int]
"""A session and a summons entry."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is kept otherwise than it is counted. `about` is a unit's name or an entry's number."""

    about: str
    group: str
    figure: str
    kept: int | str
    counted: int | str

    def __str__(self) -> str:
        return f"{self.about} [{self.group}] {self.figure}: kept {self.kept}, counted {self.counted}"


@dataclass(frozen=True, slots=True)
class RecountResult:
    """What the comparison of one campaign gave. `pending` marks wait for the folder, so that figures may still move."""

    campaign_id: int
    campaign_name: str
    rows: int
    pending: int
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether every kept figure is the counted one."""
        return not self.differences

    def as_json(self) -> dict[str, object]:
        """The same as plain JSON."""
        return {
            "campaign": self.campaign_id,
            "name": self.campaign_name,
            "rows": self.rows,
            "pending": self.pending,
            "agrees": self.agrees,
            "differences": [
                {"about": each.about, "group": each.group, "figure": each.figure, "kept": each.kept,
                 "counted": each.counted}
                for each in self.differences
            ],
        }  # fmt: skip


@dataclass(slots=True)
class _Call:
    """One person on the list, with everything that decides how they count."""

    entry_id: int
    unit_id: int
    person_id: int
    is_cadre: bool
    removed_on: dt.date | None
    issued_on: dt.date
    added_on: dt.date | None
    first_days: list[dt.date] = field(default_factory=list)
    first_states: list[str] = field(default_factory=list)
    was_at_make_up: bool = False

    def called_on(self) -> dt.date:
        return self.issued_on if self.added_on is None else self.added_on

    def seen_at(self) -> list[dt.date]:
        """The days of the first sessions to which the person was called in time."""
        return [day for day in self.first_days if self.added_on is None or day >= self.added_on]

    def day(self) -> dt.date:
        return min(self.seen_at(), default=self.called_on())


@dataclass(slots=True)
class _Mark:
    arrival: int
    rank: int
    recorder: int
    status: str


def recount(campaign: Campaign) -> RecountResult:
    """Count the campaign again from its events and compare every kept row, of each unit and each group, and each state.

    Writes nothing. Reads one unchanging picture of the database unless a transaction is open already.
    """
    if connection.in_atomic_block:
        return _recount(campaign)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return _recount(campaign)


def _recount(campaign: Campaign) -> RecountResult:
    sessions = {session.pk: session for session in StudySession.objects.filter(campaign=campaign)}
    scope = {unit.unit_id: unit for unit in CampaignUnit.objects.filter(campaign=campaign)}
    own: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    began = _first_days_of_cells(campaign)
    differences: list[Difference] = []
    for calls in _calls(campaign):
        states = _states(calls)
        differences.extend(_compare_states(calls, states))
        _apply_sessions(calls, sessions, states)
        exempt = _exemptions(calls)
        for call in calls.values():
            _count(call, exempt.get(call.person_id, []), began.get(call.unit_id), own)
            if call.unit_id not in scope:
                differences.append(Difference(f"entry {call.entry_id}", "all", "unit in scope", "no", "yes"))
    counted = _upward(own, scope)
    rows, found = _compare_rows(campaign, counted, scope)
    pending = DirtyMark.objects.filter(campaign=campaign).count()
    return RecountResult(campaign.pk, campaign.name, rows, pending, (*differences, *found))


def _calls(campaign: Campaign) -> Iterator[dict[int, _Call]]:
    """The people summoned, a few thousand at a time, by entry; whole cells are not needed to count one person."""
    last = 0
    while True:
        rows = list(
            SummonsEntry.objects.filter(campaign=campaign, pk__gt=last)
            .order_by("pk")
            .values_list("pk", "unit_id", "person_id", "standing", "removed_on", "summons__issued_on", "added_on")[
                :_AT_ONCE
            ]
        )
        if not rows:
            return
        last = rows[-1][0]
        yield {
            entry: _Call(entry, unit, person, standing == "cadre", removed_on, issued_on, added_on)
            for entry, unit, person, standing, removed_on, issued_on, added_on in rows
        }


def _states(calls: dict[int, _Call]) -> dict[Place, tuple[str, bool]]:
    """The state of each person at each session, and whether recorders contradict each other."""
    marks: dict[Place, list[_Mark]] = defaultdict(list)
    rows = AttendanceEvent.objects.filter(entry_id__in=list(calls)).values_list(
        "session_id", "entry_id", "arrival", "rank", "recorder_id", "status", "late", "late_change__decision"
    )
    for session, entry, arrival, rank, recorder, status, late, decision in rows:
        if not late or decision == "accepted":
            marks[session, entry].append(_Mark(arrival, rank, recorder, status))
    return {place: state for place, found in marks.items() if (state := _state(found)) is not None}


def _state(marks: list[_Mark]) -> tuple[str, bool] | None:
    spoken: dict[tuple[int, int], _Mark] = {}
    for mark in sorted(marks, key=lambda mark: mark.arrival):
        spoken[mark.rank, mark.recorder] = mark
    standing = [mark for mark in spoken.values() if mark.status != "retracted"]
    if not standing:
        return None
    deciding = max(standing, key=lambda mark: (mark.rank, mark.arrival))
    return deciding.status, _contradict(standing)


def _contradict(marks: list[_Mark]) -> bool:
    if any(mark.rank == 5 for mark in marks):
        return False
    there = {_speaker(mark) for mark in marks if mark.status in {"present", "late"}}
    away = {_speaker(mark) for mark in marks if mark.status in {"excused", "absent"}}
    return any(one != other for one in there for other in away)


def _speaker(mark: _Mark) -> str:
    """Whoever checked in spoke for themselves; any other mark is the recorder's word."""
    return "the person" if mark.rank == 1 else f"user {mark.recorder}"


def _apply_sessions(
    calls: dict[int, _Call], sessions: dict[int, StudySession], states: dict[Place, tuple[str, bool]]
) -> None:
    zone = ZoneInfo(settings.TIME_ZONE)
    for entry, session in Placement.objects.filter(entry_id__in=list(calls)).values_list("entry_id", "session_id"):
        held = sessions[session]
        if held.kind == "first" and held.cancelled_at is None:
            calls[entry].first_days.append(held.starts_at.astimezone(zone).date())
    for (session, entry), (status, _) in states.items():
        held = sessions[session]
        if held.cancelled_at is not None:
            continue
        if held.kind == "first":
            calls[entry].first_states.append(status)
        elif status in {"present", "late"}:
            calls[entry].was_at_make_up = True


def _exemptions(calls: dict[int, _Call]) -> dict[int, list[ActivityExemption]]:
    found: dict[int, list[ActivityExemption]] = defaultdict(list)
    for exemption in ActivityExemption.objects.filter(person_id__in=[call.person_id for call in calls.values()]):
        found[exemption.person_id].append(exemption)
    return found


def _first_days_of_cells(campaign: Campaign) -> dict[int, dt.date]:
    """The day on which each cell first had people on the list of a first session."""
    zone = ZoneInfo(settings.TIME_ZONE)
    places = Placement.objects.filter(
        entry__campaign=campaign, session__kind="first", session__cancelled_at__isnull=True
    )
    days: dict[int, dt.date] = {}
    for unit, starts_at in places.values_list("entry__unit_id", "session__starts_at").distinct():
        day = starts_at.astimezone(zone).date()
        days[unit] = min(day, days.get(unit, day))
    return days


def _is_excluded(call: _Call, exemptions: Iterable[ActivityExemption], began: dt.date | None) -> bool:
    day = call.day()
    if began is not None and not call.seen_at() and began < call.called_on():
        return True
    if call.removed_on is not None and call.removed_on <= day:
        return True
    return any(
        (each.period.lower is None or each.period.lower <= day)
        and (each.period.upper is None or each.period.upper > day)
        for each in exemptions
    )


def _count(
    call: _Call,
    exemptions: Iterable[ActivityExemption],
    began: dt.date | None,
    own: dict[tuple[int, str], Counter[str]],
) -> None:
    figures = Counter(summoned=1)
    if _is_excluded(call, exemptions, began):
        figures["excluded"] = 1
    else:
        best = next((each for each in ("present", "late", "excused", "absent") if each in call.first_states), None)
        figures[best or "not_reported"] = 1
        if best not in {"present", "late"} and call.was_at_make_up:
            figures["made_up"] = 1
    for group in ("all", "cadre" if call.is_cadre else "member"):
        own[call.unit_id, group].update(figures)


def _upward(
    own: dict[tuple[int, str], Counter[str]], scope: dict[int, CampaignUnit]
) -> dict[tuple[int, str], Counter[str]]:
    """Each unit's own people, and with them those of every unit below it in the tree of the campaign's day."""
    sums: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for (unit_id, group), figures in own.items():
        owed = figures["summoned"] - figures["excluded"]
        if owed:
            figures["cells_total"] = 1
        if owed and not figures["not_reported"]:
            figures["cells_reported"] = 1
            figures["reported_denominator"] = owed
            figures["reported_attended"] = figures["present"] + figures["late"]
        if unit_id in scope:
            for above in scope[unit_id].path.split("."):
                if above and int(above) in scope:
                    sums[int(above), group].update(figures)
    return sums


def _compare_rows(
    campaign: Campaign, counted: dict[tuple[int, str], Counter[str]], scope: dict[int, CampaignUnit]
) -> tuple[int, list[Difference]]:
    differences = []
    kept = {(row.unit_id, row.group): row for row in Coverage.objects.filter(campaign=campaign)}
    for unit_id, group in sorted(kept.keys() | counted.keys()):
        name = scope[unit_id].name if unit_id in scope else f"unit {unit_id}"
        figures = counted.get((unit_id, group), Counter())
        for figure in _FIGURES:
            stored = getattr(kept[unit_id, group], figure) if (unit_id, group) in kept else 0
            if stored != figures[figure]:
                differences.append(Difference(name, group, figure, stored, figures[figure]))
    return len(kept), differences


def _compare_states(calls: dict[int, _Call], counted: dict[Place, tuple[str, bool]]) -> list[Difference]:
    rows = Attendance.objects.filter(entry_id__in=list(calls)).values_list(
        "session_id", "entry_id", "status", "conflict"
    )
    kept = {(session, entry): (status, conflict) for session, entry, status, conflict in rows}
    return [
        Difference(
            f"entry {place[1]}",
            "all",
            f"state at session {place[0]}",
            _said(kept.get(place)),
            _said(counted.get(place)),
        )
        for place in sorted(kept.keys() | counted.keys())
        if kept.get(place) != counted.get(place)
    ]


def _said(state: tuple[str, bool] | None) -> str:
    if state is None:
        return "none"
    return f"{state[0]}, in conflict" if state[1] else state[0]
