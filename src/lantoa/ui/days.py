"""The day as of which a page is read: `?on=` in its address, one form and one component for every page."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.ui.forms import VietnameseDateField


class DayForm(forms.Form):
    """The day as of which something is shown; with `past_only` none to come."""

    on = VietnameseDateField(label=_("As of"), required=False)

    def __init__(self, *args: Any, past_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.past_only = past_only

    def clean_on(self) -> dt.date | None:
        """The day."""
        day: dt.date | None = self.cleaned_data["on"]
        if self.past_only and day is not None and day > clock.today():
            raise ValidationError(_("This day has not come yet. Choose today or an earlier day."), code="to_come")
        return day


@dataclass(frozen=True, slots=True)
class AskedDay:
    """The day that the reader chose: `day` is None for today, `on` is what keeps the day in addresses."""

    form: DayForm
    day: dt.date | None

    @property
    def on(self) -> str:
        """The day as an address holds it, empty for today."""
        return f"{self.day:%d/%m/%Y}" if self.day else ""

    @property
    def query(self) -> str:
        """The query that keeps the day, with its question mark; empty for today."""
        return f"?on={self.on}" if self.day else ""

    @property
    def or_today(self) -> dt.date:
        """The day, or today."""
        return self.day or clock.today()


def asked_day(request: HttpRequest, *, past_only: bool = False) -> AskedDay:
    """The day that `?on=` names; what is no day counts as today, and the form says so."""
    form = DayForm(request.GET if "on" in request.GET else None, past_only=past_only)
    day = form.cleaned_data["on"] if form.is_bound and form.is_valid() else None
    return AskedDay(form, day if day != clock.today() else None)
