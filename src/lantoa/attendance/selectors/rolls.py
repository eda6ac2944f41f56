"""The roll of a site as it stands now: marks are folded on reading, so that it waits for no worker."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db import connection
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.enums import ATTENDED, LateDecision, MarkStatus
from lantoa.attendance.folding.states import FoldedState, expected_sql, fold_states, states_sql
from lantoa.attendance.models import AttendanceEvent, LateChange, RollClosing
from lantoa.kernel.vietnamese import fold
from lantoa.organizations.enums import ReasonClass
from lantoa.organizations.models import ActivityExemption
from lantoa.study_sessions.enums import RollProgress
from lantoa.study_sessions.models import Placement, Site
from lantoa.study_sessions.rolls import RollFact
from lantoa.ui.states import State, Tone

FOUND_ELSEWHERE = 10


@dataclass(frozen=True)
class RollLine:
    """One person on the roll. `detail` tells namesakes apart; `waiting` is a late change nobody decided about yet;
    `other_site` names the site on whose list the person stands, where it is another one; `number` is the person's on
    the printed sheet, 0 where no sheet is asked for."""

    entry_id: int
    name: str
    detail: str
    cell: str
    status: MarkStatus | None
    reason_class: str
    arrival: int
    conflict: bool
    excluded: bool
    waiting: MarkStatus | None
    other_site: str = ""
    born: int | None = None
    number: int = 0

    @property
    def value(self) -> str:
        """Status and reason in one word, as the page's choices name them; empty without a mark."""
        return _value(self.status, self.reason_class)

    @property
    def waiting_label(self) -> str:
        """The late change that waits, in words."""
        return str(self.waiting.label) if self.waiting else ""

    @property
    def words(self) -> str:
        """Status and reason as a reader reads them; empty without a mark."""
        if self.status is None:
            return ""
        if self.reason_class:
            return f"{self.status.label} ({ReasonClass(self.reason_class).label})"
        return str(self.status.label)

    def matches(self, words: str) -> bool:
        """Whether every word is in name, year, village or cell, whatever the diacritics."""
        text = fold(f"{self.name} {self.detail} {self.cell}")
        return all(word in text for word in fold(words).split())


@dataclass(frozen=True)
class Tally:
    """How many of a list were there. Excluded persons are in no other count."""

    present: int
    late: int
    excused: int
    absent: int
    unmarked: int
    excluded: int

    @property
    def attended(self) -> int:
        """Who was there, on time or late."""
        return self.present + self.late

    @property
    def marked(self) -> int:
        """Who has a mark."""
        return self.attended + self.excused + self.absent

    @property
    def expected(self) -> int:
        """Who is to be marked: the list without those excluded."""
        return self.marked + self.unmarked


@dataclass(frozen=True)
class Roll:
    """A site's list with its states. `visitors` stand on other sites' lists of the session and were marked here."""

    site: Site
    lines: tuple[RollLine, ...]
    visitors: tuple[RollLine, ...]
    closing: RollClosing | None

    @cached_property
    def tally(self) -> Tally:
        """The counts of the list."""
        counted = Counter(line.status for line in self.lines if not line.excluded)
        return Tally(
            present=counted[MarkStatus.PRESENT],
            late=counted[MarkStatus.LATE],
            excused=counted[MarkStatus.EXCUSED],
            absent=counted[MarkStatus.ABSENT],
            unmarked=counted[None],
            excluded=sum(line.excluded for line in self.lines),
        )

    @property
    def unmarked(self) -> tuple[RollLine, ...]:
        """Those who still need a mark."""
        return tuple(line for line in self.lines if line.status is None and not line.excluded)


def roll_of(site: Site) -> Roll:
    """The roll of a site in order of given names, folded from the marks at this moment (at most six queries)."""
    placements = list(_placements(site))
    states = fold_states(site.session_id, [placement.entry_id for placement in placements])
    reasons = _reasons(states)
    waiting = _waiting(site.session_id, [placement.entry_id for placement in placements])
    exempt = _exempt(placements, timezone.localdate(site.session.starts_at))
    lines = [_line(site, placement, states, reasons, waiting, exempt) for placement in placements]
    return Roll(
        site,
        tuple(line for line in lines if not line.other_site),
        tuple(line for line in lines if line.other_site and line.status in ATTENDED),
        RollClosing.objects.filter(site=site).select_related("closed_by__person").first(),
    )


@dataclass(frozen=True)
class RollNews:
    """What may have changed on an open page: the value of every mark by entry, who is in conflict, whether closed."""

    values: dict[int, str]
    conflicts: tuple[int, ...]
    closed: bool


def news_of(site: Site) -> RollNews:
    """The states of the people on the site's list, without their names (four small queries)."""
    entry_ids = list(Placement.objects.filter(site=site).order_by("entry_id").values_list("entry_id", flat=True))
    states = fold_states(site.session_id, entry_ids)
    reasons = _reasons(states)
    return RollNews(
        {entry: _value(state.status, reasons.get(state.arrival, "")) for entry, state in sorted(states.items())},
        tuple(sorted(entry for entry, state in states.items() if state.conflict)),
        RollClosing.objects.filter(site=site).exists(),
    )


def people_elsewhere(site: Site, words: str) -> list[RollLine]:
    """Up to ten people on other sites' lists of the session whose whole name is `words`, with or without diacritics.

    A person on another site's list is present where they are, and stands before whoever takes the roll: the name is
    known. Part of a name finds nobody, so that the lists of others cannot be read through the search; nor is it theirs
    to know why somebody is absent.
    """
    found = list(
        Placement.objects.filter(session_id=site.session_id, entry__person__folded_name=fold(words))
        .exclude(site=site)
        .select_related("entry__person", "entry__unit", "site")
        .order_by("entry__person__sort_key", "entry_id")[:FOUND_ELSEWHERE]
    )
    states = fold_states(site.session_id, [placement.entry_id for placement in found])
    return [_line(site, placement, states, {}, {}, set()) for placement in found]


def roll_facts(site_ids: Sequence[int]) -> dict[int, RollFact]:
    """The state of the roll of each site, for pages of lower apps (one query)."""
    query = _FACTS.format(states=states_sql(_HERE), expected=expected_sql("place.site_id = ANY(%(sites)s)"))
    with connection.cursor() as cursor:
        cursor.execute(query, {"sites": list(site_ids), "zone": settings.TIME_ZONE})
        return {site: _fact(*counts) for site, *counts in cursor.fetchall()}


def roll_progress() -> Case:
    """How far the roll of each row of sites is: closed, begun by a first mark made there, or not begun.

    It asks for the first mark alone, so that a board of thousands of sites folds no list.
    """
    return Case(
        When(Exists(RollClosing.objects.filter(site=OuterRef("pk"))), then=Value(RollProgress.CLOSED)),
        When(Exists(AttendanceEvent.objects.filter(site=OuterRef("pk"))), then=Value(RollProgress.OPEN)),
        default=Value(RollProgress.MISSING),
        output_field=CharField(),
    )


def marked_entries(session_id: int, entry_ids: Sequence[int] | None) -> set[int]:
    """Those of the entries (all, for None) that have a state at the session or a late change that waits."""
    pending = LateChange.objects.filter(decision=LateDecision.PENDING, event__session_id=session_id)
    if entry_ids is not None:
        pending = pending.filter(event__entry_id__in=entry_ids)
    return {*fold_states(session_id, entry_ids), *pending.values_list("event__entry_id", flat=True)}


def _value(status: MarkStatus | None, reason_class: str) -> str:
    if status is None:
        return ""
    return f"{status}-{reason_class}" if reason_class else str(status)


def _placements(site: Site) -> QuerySet[Placement]:
    marked_here = AttendanceEvent.objects.filter(site=site, entry=OuterRef("entry"))
    return (
        Placement.objects.filter(Q(site=site) | Exists(marked_here), session_id=site.session_id)
        .select_related("entry__person", "entry__unit", "site")
        .order_by("entry__person__sort_key", "entry__person__birth_year", "entry_id")
    )


def _line(
    site: Site,
    placement: Placement,
    states: dict[int, FoldedState],
    reasons: dict[int, str],
    waiting: dict[int, MarkStatus],
    exempt: set[int],
) -> RollLine:
    entry, person = placement.entry, placement.entry.person
    state = states.get(entry.pk)
    day = timezone.localdate(site.session.starts_at)
    return RollLine(
        entry_id=entry.pk,
        name=person.full_name,
        detail=" · ".join(str(part) for part in (person.birth_year, person.village) if part),
        cell=entry.unit.label,
        status=state.status if state else None,
        reason_class=reasons.get(state.arrival, "") if state else "",
        arrival=state.arrival if state else 0,
        conflict=state.conflict if state else False,
        excluded=person.pk in exempt
        or (entry.removed_on is not None and entry.removed_on <= day)
        or (entry.added_on is not None and entry.added_on > day),
        waiting=waiting.get(entry.pk),
        other_site="" if placement.site_id == site.pk else placement.site.name,
        born=person.birth_year,
    )


def _reasons(states: dict[int, FoldedState]) -> dict[int, str]:
    excused = [state.arrival for state in states.values() if state.status == MarkStatus.EXCUSED]
    if not excused:
        return {}
    return dict(AttendanceEvent.objects.filter(pk__in=excused).values_list("pk", "reason_class"))


def _waiting(session_id: int, entry_ids: Sequence[int]) -> dict[int, MarkStatus]:
    pending = LateChange.objects.filter(
        decision=LateDecision.PENDING, event__session_id=session_id, event__entry_id__in=entry_ids
    ).order_by("event_id")
    return {entry: MarkStatus(status) for entry, status in pending.values_list("event__entry_id", "event__status")}


def _exempt(placements: Sequence[Placement], day: dt.date) -> set[int]:
    persons = [placement.entry.person_id for placement in placements]
    exemptions = ActivityExemption.objects.in_force_on(day).filter(person_id__in=persons)
    return set(exemptions.values_list("person_id", flat=True))


_FACTS = """
SELECT site.id, closing.id IS NOT NULL, coalesce(sums.marked, 0), coalesce(sums.attended, 0),
       coalesce(sums.expected, 0)
FROM study_sessions_site site
LEFT JOIN attendance_rollclosing closing ON closing.site_id = site.id
LEFT JOIN (
  SELECT place.site_id, count(*) AS expected, count(state.entry_id) AS marked,
         count(*) FILTER (WHERE state.status IN ('present', 'late')) AS attended
  FROM ({expected}) place
  LEFT JOIN ({states}) state ON state.entry_id = place.entry_id AND state.session_id = place.session_id
  GROUP BY place.site_id
) sums ON sums.site_id = site.id
WHERE site.id = ANY(%(sites)s)
"""
_HERE = """
e.session_id IN (SELECT session_id FROM study_sessions_site WHERE id = ANY(%(sites)s))
AND e.entry_id IN (SELECT entry_id FROM study_sessions_placement WHERE site_id = ANY(%(sites)s))
"""


def _fact(closed: bool, marked: int, attended: int, expected: int) -> RollFact:  # noqa: FBT001 - a row of the database
    if closed:
        state = State(_("closed"), Tone.SUCCESS, "lock")
    elif marked:
        state = State(_("being taken"), Tone.INFO, "pencil")
    else:
        state = State(_("not begun"), Tone.NEUTRAL)
    return RollFact(state, marked, attended, closed, expected)
