"""Arithmetic of the figures that are shown."""

from decimal import ROUND_HALF_UP, Decimal

_ONE_PLACE = Decimal("0.1")


def percent_half_up(numerator: int, denominator: int) -> Decimal | None:
    """`numerator` of `denominator` in per cent, rounded half up to one decimal, for show only.

    None where the denominator is 0: nothing is owed, so there is no rate.
    """
    if denominator == 0:
        return None
    return (Decimal(100 * numerator) / Decimal(denominator)).quantize(_ONE_PLACE, rounding=ROUND_HALF_UP)


def reaches(numerator: int, denominator: int, target: Decimal) -> bool:
    """Whether the exact rate reaches `target` per cent; never decided on a rounded figure (94.96 % is not 95 %)."""
    return denominator > 0 and Decimal(100 * numerator) >= target * denominator
