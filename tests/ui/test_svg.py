"""The bars' geometry, with the worked table of the domain as its example."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lantoa.ui.svg import BarRow, Part, Segment, bar_chart


def test_a_bar_shows_present_made_up_and_not_reported_behind_each_other() -> None:
    row = BarRow(label="A+B+C", denominator=40, present=29, made_up=1, not_reported=9, reported_units=2, total_units=3)
    bar = bar_chart([row]).bars[0]
    assert bar.segments == (
        Segment(Part.PRESENT, "0%", "72.5%"),
        Segment(Part.MADE_UP, "72.5%", "2.5%"),
        Segment(Part.NOT_REPORTED, "75%", "22.5%"),
    )
    assert (bar.rate, bar.at_least, bar.reached) == (Decimal("75.0"), True, 30)


def test_a_unit_that_has_not_reported_has_no_rate() -> None:
    bar = bar_chart([BarRow(label="B", denominator=9, present=0, not_reported=9, reported_units=0)]).bars[0]
    assert bar.rate is None
    assert not bar.at_least
    assert not bar.is_reported


def test_a_unit_that_owes_nothing_has_an_empty_bar() -> None:
    bar = bar_chart([BarRow(label="D", denominator=0, present=0)]).bars[0]
    assert bar.segments == ()
    assert bar.rate is None


def test_the_target_is_decided_on_the_exact_rate() -> None:
    almost, exact = bar_chart(
        [BarRow(label="a", denominator=10000, present=9496), BarRow(label="b", denominator=20, present=19)]
    ).bars
    assert not almost.meets_target
    assert exact.meets_target


def test_the_target_line_stands_at_its_share() -> None:
    assert bar_chart([]).target_x == "95%"
    assert bar_chart([], target=Decimal("92.5")).target_x == "92.5%"


def test_the_legend_names_only_what_is_drawn() -> None:
    plain = bar_chart([BarRow(label="a", denominator=1, present=1)])
    assert not plain.has_made_up
    assert not plain.has_not_reported
    full = bar_chart([BarRow(label="a", denominator=3, present=1, made_up=1, not_reported=1)])
    assert full.has_made_up
    assert full.has_not_reported


@given(st.lists(st.integers(0, 5000), min_size=4, max_size=4))
def test_segments_never_leave_the_bar(counts: list[int]) -> None:
    present, made_up, missing, absent = counts
    row = BarRow(label="x", denominator=sum(counts), present=present, made_up=made_up, not_reported=missing)
    bar = bar_chart([row]).bars[0]
    ends = [Decimal(part.x.rstrip("%")) + Decimal(part.width.rstrip("%")) for part in bar.segments]
    assert all(end <= Decimal("100.001") for end in ends)
    assert absent == row.denominator - present - made_up - missing
