"""Figures, dates and times as readers of the current language write them."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import get_format
from django.utils.numberformat import format as format_number


def grouped(value: int | Decimal | None, places: int | None = None) -> str:
    """`3.517` in Vietnamese, `3,517` in English; a dash for None. `places` fixes the number of decimals."""
    if value is None:
        return "–"
    return format_number(
        value,
        decimal_sep=get_format("DECIMAL_SEPARATOR"),
        decimal_pos=places,
        grouping=3,
        thousand_sep=get_format("THOUSAND_SEPARATOR"),
        force_grouping=True,
        use_l10n=True,
    )


def at_least(value: int, *, is_more: bool) -> str:
    """`500`, and `500+` where there is more than was counted."""
    return f"{grouped(value)}{'+' if is_more else ''}"


def percent(value: Decimal | None) -> str:
    """`93,5%` from a figure that is already rounded, with the decimals that it has; 0 and 100 stand bare; a dash for
    None."""
    if value is None:
        return "–"
    return f"{grouped(value.quantize(Decimal(1)) if value in (0, 100) else value)}%"


def day(value: dt.date | dt.datetime | None) -> str:
    """`dd/mm/yyyy`, of the day where the organisation works; a dash for None."""
    if value is None:
        return "–"
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return value.strftime("%d/%m/") + f"{value.year:04d}"


def moment(value: dt.date | None) -> str:
    """`07:30 dd/mm/yyyy`, in the organisation's zone; a day alone where there is no time; a dash for None."""
    if not isinstance(value, dt.datetime):
        return day(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local:%H:%M} {day(local)}"
