"""Figures, moments, pages and refusals."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from django.utils.functional import Promise
from hypothesis import given
from hypothesis import strategies as st

from lantoa.kernel import clock
from lantoa.kernel.numbers import percent_half_up, reaches
from lantoa.kernel.pagination import page_of
from lantoa.kernel.refusals import Refusal


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [(11, 13, "84.6"), (12, 13, "92.3"), (29, 40, "72.5"), (29, 31, "93.5"), (1, 16, "6.3"), (9496, 10000, "95.0")],
)
def test_a_rate_is_rounded_half_up_to_one_decimal(numerator: int, denominator: int, shown: str) -> None:
    assert percent_half_up(numerator, denominator) == Decimal(shown)


def test_nothing_owed_is_no_rate() -> None:
    assert percent_half_up(0, 0) is None
    assert not reaches(0, 0, Decimal(0))


def test_a_target_is_reached_by_the_exact_rate_only() -> None:
    assert percent_half_up(9496, 10000) == Decimal("95.0")
    assert not reaches(9496, 10000, Decimal(95))
    assert reaches(19, 20, Decimal(95))


@given(st.integers(1, 10**7), st.data())
def test_a_shown_rate_lies_within_half_a_tenth(denominator: int, data: st.DataObject) -> None:
    numerator = data.draw(st.integers(0, denominator))
    shown = percent_half_up(numerator, denominator)
    assert shown is not None
    assert abs(shown * denominator - 100 * numerator) <= Decimal("0.05") * denominator


def test_now_is_aware_and_today_is_the_day_in_viet_nam() -> None:
    assert clock.now().tzinfo is not None
    late = dt.datetime(2026, 1, 31, 23, 30, tzinfo=dt.UTC)
    with clock.supposing(late):
        assert clock.now() == late
        assert clock.today() == dt.date(2026, 2, 1)
    assert clock.now() != late


def fail_at(moment: dt.datetime) -> None:
    with clock.supposing(moment):
        message = f"failed at {clock.now().year}"
        raise ValueError(message)


def test_a_supposed_moment_ends_with_its_block_even_in_a_failure() -> None:
    moment = dt.datetime(2023, 3, 22, 7, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    with pytest.raises(ValueError, match="failed at 2023"):
        fail_at(moment)
    assert clock.now() > moment


@pytest.mark.parametrize(("asked", "shown"), [("2", 2), ("0", 3), ("99", 3), ("x", 1), (None, 1)])
def test_the_nearest_page_is_shown(asked: str | None, shown: int) -> None:
    assert page_of(range(25), asked, 10).number == shown


class TooMany(Refusal):
    """A refusal with a value."""

    code = "too_many"
    message: ClassVar[str | Promise] = "At most %(limit)s rows: take some away."


class Plain(Refusal):
    """A refusal without one, with a percent sign."""

    code = "plain"
    message: ClassVar[str | Promise] = "95% are needed."


def test_a_refusal_tells_its_values_and_its_field() -> None:
    refusal = TooMany(field="rows", limit=5)
    assert str(refusal) == "At most 5 rows: take some away."
    assert (refusal.field, refusal.code, refusal.status) == ("rows", "too_many", 422)


def test_a_refusal_without_values_is_told_as_it_stands() -> None:
    assert str(Plain()) == "95% are needed."
