"""Small numbers of people are not told, nor what they could be reckoned from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.kernel.disclosure import is_small, told_bound, withheld

PEOPLE = st.integers(0, 60)
SUMS = (
    ("summoned", ("excluded", "base")),
    ("base", ("reached", "rest")),
    ("base", ("attended", "missed")),
    ("reached", ("attended", "made_up")),
    ("missed", ("made_up", "rest")),
)


def counts(excluded: int, attended: int, made_up: int, rest: int) -> dict[str, int]:
    base = attended + made_up + rest
    return {
        "summoned": base + excluded, "excluded": excluded, "base": base, "attended": attended, "made_up": made_up,
        "reached": attended + made_up, "rest": rest, "missed": made_up + rest,
    }  # fmt: skip


@pytest.mark.parametrize(("count", "small"), [(0, False), (1, True), (4, True), (5, False), (500, False)])
def test_one_to_four_people_are_few(count: int, small: bool) -> None:
    assert is_small(count) is small


def test_large_numbers_are_all_told() -> None:
    assert withheld(counts(9, 80, 12, 30), SUMS) == set()


def test_a_small_one_takes_a_second_one_along() -> None:
    hidden = withheld({"all": 40, "here": 38, "away": 2}, [("all", ("here", "away"))])
    assert hidden == {"away", "here"}


def test_where_no_part_is_left_to_keep_back_the_sum_is() -> None:
    assert withheld({"all": 7, "a": 3, "b": 4}, [("all", ("a", "b"))]) == {"a", "b"}
    assert withheld({"all": 3, "a": 3, "b": 0}, [("all", ("a", "b"))]) == {"all", "a"}


def test_of_a_sum_that_is_kept_back_a_part_is_too() -> None:
    sums = [("all", ("some", "few")), ("some", ("x", "y"))]
    assert withheld({"all": 50, "some": 46, "few": 4, "x": 20, "y": 26}, sums) == {"few", "some", "x"}


@given(PEOPLE, PEOPLE, PEOPLE, PEOPLE)
def test_no_small_number_is_left_over_between_two_that_are_told(a: int, b: int, c: int, d: int) -> None:
    found = counts(a, b, c, d)
    hidden = withheld(found, SUMS)
    assert not [name for name in found.keys() - hidden if is_small(found[name])]
    for whole, parts in SUMS:
        unknown = [name for name in parts if name in hidden]
        if whole not in hidden:
            assert not is_small(sum(found[name] for name in unknown))
        else:
            assert unknown


@given(st.integers(1, 5000), st.data())
def test_a_bound_leaves_room_for_five_who_are_missing(denominator: int, data: st.DataObject) -> None:
    numerator = data.draw(st.integers(0, denominator))
    bound = told_bound(numerator, denominator)
    if bound is not None:
        assert 50 <= bound <= 95
        assert numerator * 100 >= bound * denominator
        assert (denominator * (100 - bound)) / 100 >= 5


@pytest.mark.parametrize(
    ("numerator", "denominator", "bound"), [(299, 302, 95), (38, 40, 85), (19, 20, 75), (8, 9, None), (3, 400, None)]
)
def test_a_rate_of_which_few_are_missing_is_told_as_a_bound(
    numerator: int, denominator: int, bound: int | None
) -> None:
    assert told_bound(numerator, denominator) == bound
