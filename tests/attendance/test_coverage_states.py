"""How coverage and a person's part in it look."""

from decimal import Decimal

import pytest

from lantoa.attendance.coverage_states import first_state, further_state, rate_state
from lantoa.attendance.enums import MarkStatus
from lantoa.attendance.rates import Counts
from lantoa.attendance.selectors.coverage import PersonLine
from lantoa.organizations.enums import Standing
from lantoa.ui.states import Tone


def line(
    first: MarkStatus | None = None,
    *,
    exempt: bool = False,
    removed: bool = False,
    late_called: bool = False,
    made_up: bool = False,
    conflict: bool = False,
) -> PersonLine:
    return PersonLine(
        number=1, entry_id=None, name="", detail="", standing=Standing.FULL, exempt=exempt, removed=removed,
        late_called=late_called, first=first, made_up=made_up, reason=None, conflict=conflict,
    )  # fmt: skip


def test_an_exclusion_says_its_kind_whatever_was_marked() -> None:
    assert first_state(line(MarkStatus.PRESENT, exempt=True)).symbol == "pause-circle"
    assert first_state(line(MarkStatus.PRESENT, removed=True)).symbol == "slash-circle"
    assert first_state(line(MarkStatus.PRESENT, late_called=True)).symbol == "plus-lg"
    assert not line(MarkStatus.PRESENT, exempt=True).reached
    assert not line(MarkStatus.PRESENT, late_called=True, made_up=True).reached


def test_a_make_up_is_said_beside_the_first_session() -> None:
    state = further_state(line(MarkStatus.ABSENT, made_up=True))
    assert state is not None
    assert state.tone == Tone.SUCCESS
    assert line(MarkStatus.ABSENT, made_up=True).reached
    assert further_state(line(MarkStatus.ABSENT, made_up=True, exempt=True)) is None


def test_a_contradiction_comes_first() -> None:
    state = further_state(line(MarkStatus.ABSENT, made_up=True, conflict=True))
    assert state is not None
    assert state.tone == Tone.WARNING


@pytest.mark.parametrize(
    ("counts", "tone"),
    [
        (Counts(), Tone.NEUTRAL),
        (Counts(summoned=3, not_reported=3), Tone.NEUTRAL),
        (Counts(summoned=3, present=3), Tone.SUCCESS),
        (Counts(summoned=3, present=2, not_reported=1), Tone.WARNING),
        (Counts(summoned=3, present=2, absent=1), Tone.DANGER),
        (Counts(summoned=100, present=95, not_reported=5), Tone.SUCCESS),
    ],
)
def test_a_rate_says_how_it_stands_to_the_target(counts: Counts, tone: Tone) -> None:
    assert rate_state(counts.coverage, Decimal(95)).tone == tone
