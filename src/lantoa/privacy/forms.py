"""Forms about one person's data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.ui.forms import OnceForm


class ErasureForm(OnceForm):
    """Why a person's data are to be erased."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance: the person asked for it in a letter of 5 December. Do not write the name here."),
    )


class HandOverForm(forms.Form):
    """Why a person's data are handed over."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance: the person asked for it in a letter of 5 December. Do not write the name here."),
    )


class DecisionForm(forms.Form):
    """A decision on a request. The full name is typed where the data are to go."""

    confirmation = forms.CharField(
        label=_("Full name of the person"),
        required=False,
        max_length=160,
        help_text=_("Only to erase: type the name as it stands above. Nothing brings the data back."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Reason of the decision"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept. Do not write the name here."),
    )
