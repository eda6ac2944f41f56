"""The form by which a membership ends without another."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock
from lantoa.organizations.enums import DepartureReason
from lantoa.ui.forms import OnceForm, VietnameseDateField


class DepartureForm(OnceForm):
    """Why somebody is no longer counted, from when, and by which decision."""

    reason = forms.ChoiceField(label=_("Reason"), choices=DepartureReason.choices, widget=forms.RadioSelect)
    effective_on = VietnameseDateField(
        label=_("Not counted from"), help_text=_("The day of the death, or that on which the decision takes effect.")
    )
    decision_number = forms.CharField(
        label=_("Number of the decision"),
        max_length=60,
        required=False,
        help_text=_("Leave it blank where there is none."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    decision_date = VietnameseDateField(label=_("Date of the decision"), required=False)

    def clean_reason(self) -> DepartureReason:
        """The reason as the vocabulary has it."""
        return DepartureReason(self.cleaned_data["reason"])

    def clean_decision_date(self) -> dt.date | None:
        """A decision that was taken already."""
        day: dt.date | None = self.cleaned_data["decision_date"]
        if day is not None and day > clock.today():
            raise ValidationError(_("A decision cannot be dated in the future."), code="future")
        return day
