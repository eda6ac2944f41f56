"""Rates: exact in arithmetic, rounded for show, and silent where nothing was reported."""

from decimal import Decimal

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from lantoa.attendance.rates import Counts


def test_ninety_four_point_nine_six_is_not_ninety_five() -> None:
    counts = Counts(summoned=2500, present=2374, absent=126, cells_total=1, cells_reported=1)
    assert counts.coverage.percent == Decimal("95.0")
    assert not counts.coverage.reaches(Decimal(95))


def test_a_roll_half_taken_is_a_lower_bound() -> None:
    counts = Counts(summoned=9, present=5, not_reported=4, cells_total=1)
    assert counts.coverage.known
    assert counts.coverage.at_least
    with translation.override("en"):
        assert counts.coverage.text == "at least 55.6%"


def test_a_make_up_is_known_before_the_first_roll_is() -> None:
    counts = Counts(summoned=9, not_reported=9, made_up=1, cells_total=1)
    assert not counts.first_session.known
    assert (counts.coverage.known, counts.coverage.at_least) == (True, True)


def test_nobody_to_reach_is_neither_zero_nor_missing() -> None:
    counts = Counts(summoned=2, excluded=2)
    assert counts.coverage.percent is None
    with translation.override("en"):
        assert counts.coverage.text == "nobody to reach"
    assert not counts.coverage.reaches(Decimal(1))


def test_late_is_present_and_a_make_up_counts_as_reached() -> None:
    counts = Counts(summoned=10, excluded=1, present=5, late=1, absent=2, excused=1, made_up=1)
    assert (counts.denominator, counts.attended, counts.missed, counts.reached) == (9, 6, 3, 7)
    assert counts.is_complete


SMALL = st.integers(0, 50)


@given(parts=st.lists(st.builds(Counts, summoned=SMALL, present=SMALL, not_reported=SMALL), max_size=8))
def test_a_total_is_the_sum_of_its_parts(parts: list[Counts]) -> None:
    assert Counts.total(parts).present == sum(part.present for part in parts)
