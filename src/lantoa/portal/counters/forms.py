"""The days that the page of the counters shows, and what a former counter had."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.ui.forms import VietnameseDateField

MONTH = dt.timedelta(days=30)
LONGEST = dt.timedelta(days=3660)
DAY, BY_MONTH = "day", "month"


class RangeForm(forms.Form):
    """From when to when, and whether by day or by month."""

    first = VietnameseDateField(label=_("From day"), required=False)
    last = VietnameseDateField(label=_("To day"), required=False)
    by = forms.ChoiceField(label=_("Shown"), choices=[(DAY, _("by day")), (BY_MONTH, _("by month"))], required=False)

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for days in the wrong order, or too many of them."""
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and first > last:
            raise ValidationError({"last": _("The last day is before the first. Choose a later one.")})
        if first and (last or clock.today()) - first > LONGEST:
            raise ValidationError({"first": _("At most ten years are shown at once. Choose a later first day.")})
        return found

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day; the last thirty days where nothing else was asked for that can be shown."""
        asked = self.cleaned_data if self.is_bound and self.is_valid() else {}
        last: dt.date = min(asked.get("last") or clock.today(), clock.today())
        first: dt.date = asked.get("first") or last - MONTH
        return min(first, last), last

    @property
    def by_month(self) -> bool:
        """Whether months are shown."""
        return self.data.get("by") == BY_MONTH


class OpeningBalanceForm(forms.Form):
    """What the former counter had. Where it was entered before, the reason is asked for too."""

    views = forms.IntegerField(label=_("Views of the former counter"), min_value=0, max_value=10**12)
    until = VietnameseDateField(
        label=_("Its last day"), help_text=_("Up to the end of this day the former counter counted.")
    )
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, help_text=_("Such as where the number is taken from.")
    )
    reason = forms.CharField(label=_("Why it is corrected"), max_length=300)

    def __init__(self, *args: Any, corrects: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not corrects:
            del self.fields["reason"]
