"""How coverage and one person's part in it look: words, tones, bars."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lantoa.attendance.enums import LateDecision, MarkStatus
from lantoa.attendance.rates import Counts, Rate
from lantoa.ui.states import State, Tone
from lantoa.ui.svg import BarChart, BarRow, bar_chart

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from lantoa.attendance.selectors.carried import CarriedRow
    from lantoa.attendance.selectors.coverage import ChildRow, PersonLine
    from lantoa.attendance.selectors.pilots import Beside

MARKS = {
    MarkStatus.PRESENT: State(MarkStatus.PRESENT.label, Tone.SUCCESS, "check-circle"),
    MarkStatus.LATE: State(MarkStatus.LATE.label, Tone.SUCCESS, "clock"),
    MarkStatus.EXCUSED: State(MarkStatus.EXCUSED.label, Tone.WARNING, "dash-circle"),
    MarkStatus.ABSENT: State(MarkStatus.ABSENT.label, Tone.DANGER, "x-circle"),
    MarkStatus.RETRACTED: State(MarkStatus.RETRACTED.label, Tone.NEUTRAL, "arrow-counterclockwise"),
}
LATE_DECISIONS = {
    LateDecision.PENDING: State(_("after closing, to be decided"), Tone.WARNING, "hourglass-split"),
    LateDecision.ACCEPTED: State(_("after closing, accepted"), Tone.INFO, "check-circle"),
    LateDecision.REJECTED: State(_("after closing, rejected"), Tone.NEUTRAL, "slash-circle"),
}
NOT_REPORTED = State(_("not reported"), Tone.NEUTRAL, "circle")
_EXEMPT = State(_("exempt from activities"), Tone.NEUTRAL, "pause-circle")
_REMOVED = State(_("removed from the list"), Tone.NEUTRAL, "slash-circle")
_LATE_CALLED = State(_("called after the session"), Tone.NEUTRAL, "plus-lg")
_MADE_UP = State(_("at a make-up session"), Tone.SUCCESS, "arrow-counterclockwise")
_CONFLICT = State(_("recorders disagree"), Tone.WARNING, "exclamation-triangle")


def first_state(line: "PersonLine") -> State:
    """How the person stands to the first session."""
    if line.removed:
        return _REMOVED
    if line.late_called:
        return _LATE_CALLED
    if line.exempt:
        return _EXEMPT
    return MARKS[line.first] if line.first else NOT_REPORTED


def further_state(line: "PersonLine") -> State | None:
    """What is to be said beside it: made up since, or contradictory marks."""
    if line.conflict:
        return _CONFLICT
    return _MADE_UP if line.made_up and not line.excluded else None


def rate_state(rate: Rate, target: Decimal) -> State:
    """A rate against its target, as a word."""
    if not rate.owed:
        return State(_("nobody to reach"), Tone.NEUTRAL)
    if not rate.known:
        return NOT_REPORTED
    if rate.reaches(target):
        return State(_("target reached"), Tone.SUCCESS, "check-circle")
    if rate.at_least:
        return State(_("rolls missing"), Tone.WARNING, "hourglass-split")
    return State(_("below the target"), Tone.DANGER, "exclamation-triangle")


def bound_of(counts: Counts) -> str:
    """That the rates are lower bounds, in a column of its own beside the numbers of a workbook; else nothing."""
    return gettext("at least") if counts.coverage.at_least or counts.first_session.at_least else ""


def child_url(row: "ChildRow") -> str:
    """The coverage page of a child, or the people of a cell."""
    return reverse("attendance:coverage_unit", args=[row.campaign_id, row.unit_id])


def child_chart(rows: "Iterable[ChildRow]", target: Decimal) -> BarChart:
    """A bar for each child, in their order."""
    return bar_chart(
        (_bar(row.unit_name, Counts.of(row), child_url(row), _("pilot") if row.is_pilot else "") for row in rows),
        target=target,
    )


def pilots_chart(beside: "Beside", target: Decimal) -> BarChart:
    """A bar for the pilot units, and one for the rest."""
    pilots = ngettext("%(units)d pilot unit", "%(units)d pilot units", beside.units) % {"units": beside.units}
    rows = [_bar(pilots, beside.pilots, "", "")]
    if beside.rest.summoned:
        rows.append(_bar(_("All other units"), beside.rest, "", ""))
    return bar_chart(rows, target=target)


def carried_url(campaign_id: int, unit_id: int) -> str:
    """The coverage page of a unit of today, with what was carried onto today's tree."""
    return f"{reverse('attendance:coverage_unit', args=[campaign_id, unit_id])}?tree=today"


def carried_chart(rows: "Iterable[CarriedRow]", campaign_id: int, target: Decimal) -> BarChart:
    """A bar for each row of the carried reading, in their order; units of today lead to their own."""
    return bar_chart(
        (
            _bar(row.name, row.counts, carried_url(campaign_id, row.unit_id) if row.is_unit_of_today else "", row.note)
            for row in rows
        ),
        target=target,
    )


def _bar(label: "str | Promise", counts: Counts, url: str, note: "str | Promise") -> BarRow:
    return BarRow(
        label=label,
        denominator=counts.denominator,
        present=counts.attended,
        made_up=counts.made_up,
        not_reported=max(counts.denominator - counts.reached - _known_missing(counts), 0),
        reported_units=counts.cells_reported,
        total_units=counts.cells_total,
        any_reported=counts.coverage.known,
        url=url,
        note=note,
    )


def _known_missing(counts: Counts) -> int:
    """Those who are known to have been away: whoever made up was away, or has no mark at the first session."""
    return max(counts.missed - counts.made_up, 0)
