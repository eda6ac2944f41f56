"""The form about signing in to the whole installation."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AccessRulesForm(forms.Form):
    """What holds for everybody who signs in."""

    idle_minutes = forms.IntegerField(
        label=_("Idle minutes before the countdown"),
        help_text=_("From 5 to 240. In a shared office 15 is a good choice, for roll-calls in the field 60."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": "5", "max": "240"}),
    )
